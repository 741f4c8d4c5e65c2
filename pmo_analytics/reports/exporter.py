"""Answer how an executed notebook becomes one page that opens anywhere, with no network.

`jupyter nbconvert --to pmo-report NOTEBOOK` and the pack runner both use the exporter below. The
page holds its styles, its charts and one copy of the Vega libraries; a strict content policy lets
the browser run these scripts and no other, so nothing that came from data can run.
"""

import base64
import copy
import hashlib
import itertools
import re
import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import default
from traitlets.config import Config

from pmo_analytics.page import links, present
from pmo_analytics.page.figures import MINUS, SYMBOLS, day
from pmo_analytics.page.theme import CHART_MIME
from pmo_analytics.reports import live_charts
from pmo_analytics.reports.parameters import Parameter, Value, declared

TEMPLATES = Path(__file__).with_name("template")
_PACK_OPTIONS = {
    "portfolio_id": "--portfolio",
    "status_date": "--status-date",
    "unit": "--unit",
    "known_at": "--known-at",
    "pmo_type": "--pmo-type",
    "warehouse_path": "--warehouse",
}
_OUT = "reports"  # where pages go unless told otherwise
_PRIORITY = [CHART_MIME, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg"]
_HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_ADDRESS = re.compile(
    r"""(?i)\s(?:src|href|action|poster|data|xlink:href)\s*=\s*(?:(["'])\s*https?://.*?\1|https?://[^\s>]*)"""
)
_FIRST = '<section class="pmo-text"><h2 '  # how the first section of a page begins
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BREAKS = "\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_VERSIONED = ("pmo-analytics", "duckdb", "pandas", "altair")


class PageRenderer(IPythonRenderer):
    """Markdown to HTML with headings that can be linked to, and nothing that would be fetched."""

    def __init__(self, *, seen: set[str]) -> None:
        """Escape HTML: a value from data may have found its way into the text."""
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self._seen = seen

    def heading(self, text: str, level: int, **_attrs: object) -> str:
        """Give each heading an identifier made of its words."""
        words = re.sub(r"[^\w]+", "-", unescape(re.sub("<[^>]+>", "", text)).lower()).strip("-")
        name, again = words or "section", 1
        while name in self._seen:
            again += 1
            name = f"{words}-{again}"
        self._seen.add(name)
        return f'<h{level} id="{escape(name)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Keep links within the pack; write out any other address for who wants to follow it."""
        if re.match(r"[a-z][a-z0-9+.-]*:|//", url, re.IGNORECASE):
            return text if text == escape(url) else f"{text} ({escape(url)})"
        return str(super().link(text, url, title))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show an embedded image; name any other."""
        return str(super().image(text, url, title)) if url.startswith("data:") else text


class PmoReportExporter(HTMLExporter):
    """One self-contained page of a notebook, in the design of the monthly pack."""

    export_from_notebook = "PMO report"

    @default("template_name")
    def _template_name_default(self) -> str:
        return TEMPLATES.name

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES.parent)]

    @property
    def default_config(self) -> Config:
        """Prefer the live chart to its text."""
        config: Config = super().default_config
        config.NbConvertBase.display_data_priority = _PRIORITY
        return config

    def _validate_preprocessor(self, nbc: nbformat.NotebookNode, preprocessor: object) -> None:
        """Take a notebook as valid that nbformat read or made: it is checked there once."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **options: object
    ) -> tuple[str, dict[str, Any]]:
        """Render the page; `resources["failure"]` says why a run ended when no output does.

        With `resources["is_still"]` its charts are pictures alone, without the libraries.
        """
        nb = in_legible_words(without_machine_paths(nb))
        resources = resources or {}
        is_still = bool(resources.get("is_still"))
        charts, undrawn = _drawn(nb, is_still=is_still)
        resources["failure"] = resources.get("failure") or failure(nb) or undrawn
        resources["page"] = facts(nb, resources)
        resources["page"]["about"] = take_introduction(nb)
        make_regular(nb)
        names: set[str] = set()
        places = itertools.count(1)
        own: dict[str, Callable[..., str]] = {
            "pmo_chart": lambda _: f"<!--pmo:chart:{next(places)}-->",
            "markdown2html": lambda text: MarkdownWithMath(PageRenderer(seen=names)).render(text),
            "highlight_code": lambda code, metadata=None: coloured(
                code, (metadata or {}).get("magics_language", "ipython3")
            ),
        }
        self.environment.filters |= own
        # Past HTMLExporter's own method, which parses the whole page once more for pictures without words.
        html, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **options)
        html = unbroken(_ADDRESS.sub("", html))
        html = with_links(html, resources)
        contents = [(name, re.sub("<[^>]+>", "", text)) for _, name, text in _HEADING.findall(html)]
        resources["page"] |= _sections(html)
        html = with_contents(html, contents)
        for number, drawn in enumerate(charts, 1):
            html = html.replace(f"<!--pmo:chart:{number}-->", drawn)
        return with_scripts(html, live=bool(charts) and not is_still), resources


@lru_cache(maxsize=1000)
def coloured(code: str, language: str) -> str:
    """Return code in colours; pages of one notebook show the same cells."""
    highlight = Highlight2HTML(pygments_lexer=language)  # type: ignore[no-untyped-call]
    return str(highlight(code))


def with_links(html: str, resources: Mapping[str, Any]) -> str:
    """Lead from names of projects to the pages they have in this pack; the foot of a page names none."""
    head, main, rest = html.partition("<main")
    end = re.search('<section class="pmo-about"|</main>|$', rest)
    text, foot = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    pages, below = resources.get("projects", {}), resources.get("below", "")
    own = resources.get("own", "")
    return head + main + links.linked(text, pages, below=below, own=own) + foot


def with_contents(html: str, sections: list[tuple[str, str]]) -> str:
    """List the sections of a page before the first of them, below what heads the page."""
    listed = "".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in sections)
    nav = f'<nav class="pmo-toc" aria-label="On this page"><ul>{listed}</ul></nav>'
    return html.replace(_FIRST, f"{nav}{_FIRST}", 1)


def unbroken(html: str) -> str:
    """Keep a minus and the currency after it on one line."""
    return re.sub(f"{MINUS}(?=[{''.join(SYMBOLS.values())}])", f"{MINUS}&#8288;", html)


def _drawn(nb: nbformat.NotebookNode, *, is_still: bool) -> tuple[list[str], dict[str, str] | None]:
    """Draw every chart, in the order shown, and name the first cell whose chart cannot be."""
    shown = [
        (cell.get("id", ""), output.data[CHART_MIME])
        for cell in nb.cells
        for output in cell.get("outputs", [])
        if CHART_MIME in output.get("data", {})
    ]
    drawn, failed = [], None
    for number, (cell, spec) in enumerate(shown, 1):
        try:
            drawn.append(live_charts.figure(spec, number, is_still=is_still))
        except Exception as error:  # noqa: BLE001  one chart must not take the page down
            why = f"the chart cannot be drawn: {str(error).strip().partition(chr(10))[0]}"
            drawn.append(f'<p class="pmo-needs">{escape(why)}</p>')
            failed = failed or {"cell": cell, "error": why}
    return drawn, failed


def _sections(html: str) -> dict[str, int]:
    """Count the sections of a page, and those that only say which data would fill them."""
    parts = html.partition("<main")[2].partition('class="pmo-about"')[0].split("<h2 id=")[1:]
    empty = [
        part
        for part in parts
        if "data-needs=" in part
        and not re.search('<table|<!--pmo:chart|class="pmo-decision"', part)
    ]
    return {"sections": len(parts), "empty_sections": len(empty)}


def legible(text: str) -> str:
    """Return text without characters that no page, chart or screen can hold.

    Old line breaks (vertical tab, U+2028 and the like) become spaces, other control characters a
    sign for each, so that what was received stays visible.
    """
    return _UNSHOWN.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    char = found[0]
    if char in _BREAKS:
        return " "
    place = ord(char)
    return chr(0x2400 + place) if place < 0x20 else "\u2421" if place == 0x7F else "\ufffd"  # noqa: PLR2004


def in_legible_words(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Make all that cells show legible; the colours of a traceback are read later on."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = nbformat.from_dict(_each_text(dict(output.data), legible))  # type: ignore[no-untyped-call]
    given = nb.metadata.get("papermill", {})
    if "parameters" in given:
        given["parameters"] = _each_text(dict(given["parameters"]), legible)
    return nb


def with_scripts(html: str, *, live: bool) -> str:
    """Add our scripts, and the policy that names them and forbids everything else."""
    page = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    scripts = [live_charts.bundle(), page] if live else [page]
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
        "form-action 'none'; script-src " + " ".join(map(_digest, scripts))
    )
    html = html.replace("pmo:policy", policy, 1)
    return html.replace("<!--pmo:scripts-->", "".join(f"<script>{s}</script>" for s in scripts), 1)


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def facts(nb: nbformat.NotebookNode, resources: dict[str, Any]) -> dict[str, Any]:
    """Collect what the head and foot of the page say, from the notebook and what it recorded."""
    given = dict(nb.metadata.get("papermill", {}).get("parameters", {}))
    known = declared(nb)
    values = {name: given.get(name, known[name].default) for name in known}
    record = recorded(nb)
    name = resources.get("metadata", {}).get("name", "notebook")
    return {
        "title": record.get("title") or _title(nb) or name.replace("_", " ").capitalize(),
        "record": record,
        "portfolio": record.get("portfolio") or values.get("portfolio_id", ""),
        "status_date": day(values["status_date"]) if values.get("status_date") else "",
        "known_at": instant(record.get("known_at") or values.get("known_at")),
        "kept_out": kept_out(record, values),
        "unit": values.get("unit") or "",
        "parameters": [(known[key], value, key in given) for key, value in values.items()],
        "command": command(
            _changed(known, values, record),
            notebook=resources.get("notebook", f"{name}.ipynb"),
            out=resources.get("out", ""),
        ),
        "versions": versions(),
        "failure": resources.get("failure") or failure(nb),
        "style": style(),
        "index": resources.get("index", ""),
    }


def style() -> str:
    """Return the style sheet that every page holds."""
    return (TEMPLATES / "page.css").read_text(encoding="utf-8")


def instant(value: Any) -> str:  # noqa: ANN401
    """Write when something was known: a load number as it is, a time to the minute in UTC."""
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value or "")
    return f"{day(when)}, {when:%H:%M} UTC" if when.tzinfo else f"{day(when)}, {when:%H:%M}"


def kept_out(record: Mapping[str, Any], values: Mapping[str, Value]) -> str:
    """Say how much of what was received for the status date of a page its totals lack."""
    return str(record.get("kept_out", {}).get(str(values.get("status_date")), ""))


def recorded(nb: nbformat.NotebookNode) -> dict[str, Any]:
    """Merge the facts that the cells handed over with `present.record`, later ones winning."""
    merged: dict[str, Any] = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            merged |= output.get("data", {}).get(present.RECORD_MIME, {})
    return merged


def failure(nb: nbformat.NotebookNode) -> dict[str, str] | None:
    """Return the cell that raised an error, and the error in one line."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                text = strip_ansi(  # type: ignore[no-untyped-call]
                    f"{output.ename}: {output.evalue}".rstrip(": ")
                )
                return {"cell": cell.get("id", ""), "error": text}
    return None


def command(changed: dict[str, Any], *, notebook: str, out: str = "") -> str:
    """Return the command that makes this page again, from the values that are not defaults."""
    path, named = Path(notebook), {"status_date", "portfolio_id"} <= changed.keys()
    to = [f"--out {shlex.quote(out)}"] if out not in ("", _OUT) else []
    if path.parent.name == "studies" and named:
        return " ".join(["pmo study", path.stem, *_study_options(changed), *to])
    is_of_pack = path.parent.name == "reports" or changed.keys() <= _PACK_OPTIONS.keys()
    if "status_date" in changed and is_of_pack:
        return " ".join(["pmo report", f"--only {path.stem}", *_options(changed), *to])
    options = [f"-p {key} {shlex.quote(str(value))}" for key, value in changed.items()]
    return " ".join(["papermill", notebook, f"{path.stem}-again.ipynb", *options])


def _options(changed: dict[str, Any]) -> list[str]:
    return [
        f"{_PACK_OPTIONS[key]} {shlex.quote(str(value))}"
        if key in _PACK_OPTIONS
        else f"-p {shlex.quote(f'{key}={value}')}"
        for key, value in changed.items()
    ]


def _study_options(changed: dict[str, Any]) -> list[str]:
    options = []
    for key, value in changed.items():
        if key == "scenarios":
            options += [f"--scenario {shlex.quote(each)}" for each in str(value).split(",")]
        elif key == "unit":
            options.append(f"-p {shlex.quote(f'{key}={value}')}")
        else:
            options += _options({key: value})
    return options


def _changed(
    known: dict[str, Parameter], values: dict[str, Any], record: dict[str, Any]
) -> dict[str, Any]:
    """Return what must be given to make the page again, with what was known then."""
    kept = {
        name: value
        for name, value in values.items()
        if name in {"portfolio_id", "status_date"} or value != known[name].default
    }
    if record.get("known_at") and "known_at" in known:
        kept["known_at"] = record["known_at"]
    return kept


def versions() -> dict[str, str]:
    """Return the versions that made the page."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"Python": sys.version.split()[0]}
    for package in _VERSIONED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _title(nb: nbformat.NotebookNode) -> str:
    for cell in nb.cells:
        if cell.cell_type == "markdown" and (found := re.match(r"#\s+(.+)", cell.source)):
            return found.group(1).strip()
    return str(nb.metadata.get("title", ""))


def take_introduction(nb: nbformat.NotebookNode) -> str:
    """Take the title and what introduces the notebook out of its text, and return the latter.

    The finding heads the page; what the page is for stands at its end.
    """
    for cell in nb.cells:
        if cell.cell_type == "markdown" and re.match(r"#\s", cell.source):
            introduction, heading, rest = cell.source.partition("\n")[2].partition("\n## ")
            cell.source = f"{heading}{rest}".lstrip()
            return str(introduction.strip())
    return ""


def make_regular(nb: nbformat.NotebookNode) -> None:
    """Make the cells the same from run to run, and their results one kind of output."""
    for cell in nb.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"  # Papermill gives it another at each run
        for output in cell.get("outputs", []):
            if output.output_type == "execute_result":
                output.output_type = "display_data"
                output.pop("execution_count")


def without_machine_paths(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a copy in which no text names a folder of this machine."""
    given = nb.metadata.get("papermill", {}).get("parameters", {}).values()
    folders = [folder for value in given for folder in _elsewhere(value)]
    replaced = _replaced(copy.deepcopy(dict(nb)), _places(*folders))
    return nbformat.from_dict(replaced)  # type: ignore[no-any-return, no-untyped-call]


def workspace_name(value: Any) -> Any:  # noqa: ANN401
    """Return a path as the workspace names it, and anything else as it is; a file outside by its name."""
    named = str(value) if isinstance(value, Path) else value
    return _replaced(named, _places(*_elsewhere(value)))


def _elsewhere(value: object) -> list[str]:
    """Return the folders of the files outside the workspace that a parameter names, one or a list."""
    if not isinstance(value, str):
        return []
    named = [Path(each.strip()) for each in value.split(",")]  # as scenarios are
    paths = named if all(path.is_absolute() for path in named) else [Path(value)]
    outside = [p for p in paths if p.is_absolute() and not p.is_relative_to(Path.cwd())]
    return [str(path.parent) for path in outside]


def _places(*folders: str) -> list[tuple[str, str]]:
    """Return the folders of this machine that may turn up in texts, the deepest first."""
    places = dict.fromkeys(folders, ".")
    places |= {str(Path.home()): "~", sys.base_prefix: "python", sys.prefix: "python"}
    places[str(Path.cwd())] = "."
    return sorted((item for item in places.items() if len(item[0]) > 1), key=lambda x: -len(x[0]))


def _each_text(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401
    """Return a value of JSON with each text in it changed."""
    if isinstance(value, dict):
        return {change(str(key)): _each_text(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _replaced(value: Any, places: list[tuple[str, str]]) -> Any:  # noqa: ANN401
    def changed(text: str) -> str:
        for path, name in places:
            if path in text:
                text = _cut(text, path, name)
        return text

    return _each_text(value, changed)


def _cut(text: str, path: str, name: str) -> str:
    """Write another name for a folder, and leave alone one whose name only begins like it."""
    within = "" if name == "." else f"{name}/"
    is_whole = r"(?:/|(?![\w.-])|(?=\.(?:\W|$)))"
    return re.sub(
        re.escape(path) + is_whole, lambda m: within if m[0].endswith("/") else name, text
    )
