"""Answer how a chart is drawn in a page that nobody may fetch anything for.

Each chart is there twice: as a picture that reads without JavaScript, and as its specification,
from which one copy of the Vega libraries draws the interactive chart in place of the picture.
"""

import json
import os
import re
import tempfile
from copy import deepcopy
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs
import vl_convert

from pmo_analytics.page import theme

_STATIC_WIDTH = 860
_ADDRESSES = ("https://vega.github.io/", "https://github.com/vega/vega-lite/")


@cache
def bundle() -> str:
    """Return the Vega libraries as one script.

    Building it takes three seconds, so it is kept in the user's cache under the version of the
    package that built it; shipping it would put a megabyte of generated code into the repository.
    """
    name = f"vega-{version('vl-convert-python')}.js"
    kept = platformdirs.user_cache_path("pmo-analytics") / name
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        return _keep(kept, _build())


def _build() -> str:
    code: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    for address in _ADDRESSES:
        code = code.replace(address, "")
    return code.replace("</script", "<\\/script")


def _keep(path: Path, code: str) -> str:
    """Write the cache whole or not at all; where nothing can be written, build again next time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(code)
        Path(temporary).replace(path)
    except OSError:
        return code
    return code


def figure(spec: dict[str, Any], number: int, *, is_still: bool = False) -> str:
    """Return one chart as HTML: title in words, static picture, specification unless `is_still`.

    The title is set as text above the chart, where it wraps on a telephone; the picture is replaced
    by the live chart once that is drawn.
    """
    headline, below = theme.title(spec)
    alternative = escape(theme.description(spec))
    caption = f'<span class="pmo-chart-title">{escape(headline)}</span>' if headline else ""
    if below:
        caption += f'<span class="pmo-chart-subtitle">{escape(below)}</span>'
    page_spec = fluid(spec)
    return (
        f'<figure class="pmo-chart" id="chart-{number}">'
        + (f"<figcaption>{caption}</figcaption>" if caption else "")
        + f'<div class="pmo-chart-view" data-alternative="{alternative}">'
        + _static(page_spec, number, alternative)
        + "</div>"
        + ("" if is_still else f'<script type="application/json">{as_json(page_spec)}</script>')
        + "</figure>"
    )


def fluid(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the specification as a page wants it: as wide as its column, its title left out."""
    fitted = {key: value for key, value in spec.items() if key not in {"$schema", "title"}}
    config = deepcopy(fitted.get("config", {}))
    config["aria"] = False  # one text alternative for the chart, not one for each of 200 bars
    fitted["config"] = config
    if ("mark" in spec or "layer" in spec) and not isinstance(spec.get("width"), dict):
        fitted["width"] = "container"
        fitted["autosize"] = {"type": "fit-x", "contains": "padding"}
    return fitted


def _static(spec: dict[str, Any], number: int, alternative: str) -> str:
    width = {"width": _STATIC_WIDTH} if spec.get("width") == "container" else {}
    svg: str = vl_convert.vegalite_to_svg(spec | width, allowed_base_urls=[])
    svg = re.sub(r' (?:xmlns(?::xlink)?|role|aria-roledescription)="[^"]*"', "", svg)
    svg = _with_own_names(svg, number)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{alternative}" ', 1)


def _with_own_names(svg: str, number: int) -> str:
    """Make identifiers differ between the charts of a page, and be the same from run to run."""
    names: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        return found[1] + names.setdefault(found[2], f"chart-{number}-{len(names)}")

    return re.sub(r'(\bid="|url\(#|href="#)((?:clip|gradient)\w*)', renamed, svg)


def as_json(value: object) -> str:
    """Return JSON that can stand inside a script element: no `<` is left in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
