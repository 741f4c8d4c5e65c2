"""List every figure and sentence that differs between two folders of packs: run by hand, not by pytest.

    python tests/compare_packs.py reports_before reports_after

Pages are compared by what a reader sees: the text of each block, of table cells and of pictures, and what
charts are drawn from. Instants, load numbers, durations and paths differ by nature and are left out, as is
the code of cells. Exit code 1 where anything differs.
"""

import argparse
import difflib
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

UNSEEN = {"script", "style", "head", "svg"}
VOID = {"br", "img", "hr", "input", "meta", "link", "col", "wbr"}
BLOCKS = {
    "p",
    "td",
    "th",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "dt",
    "dd",
    "figcaption",
    "summary",
    "div",
    "tr",
}
BY_NATURE = re.compile(
    r"\d\d? \w{3} \d{4}, \d\d:\d\d UTC|\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*(Z| UTC)?|\bload \d+\b|\b\d+(\.\d+)? (s|seconds)\b|(/[\w.-]+){2,}"
)


class _Seen(HTMLParser):
    """What a reader sees of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._words: list[str] = []
        self._hidden = 0
        self._folds: list[bool] = []  # whether each fold that is open holds code
        self._is_chart = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._hidden += tag not in VOID
        if tag in BLOCKS:
            self.end_block()
        said = dict(attrs)
        self._is_chart = tag == "script" and said.get("type") == "application/json"
        if tag == "details":
            self._folds.append(said.get("class") == "pmo-code")
            self._hidden += self._folds[-1]
        if self._hidden:
            return
        self._words += [said.get("alt") or "", said.get("aria-label") or ""]

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in BLOCKS:
            self.end_block()
        if tag == "details" and self._folds:
            self._hidden -= self._folds.pop()

    def handle_data(self, data: str) -> None:
        if self._is_chart:
            self._is_chart = False
            self.lines += [f"chart: {row}" for row in _drawn(json.loads(data))]
        elif not self._hidden:
            self._words.append(data)

    def end_block(self) -> None:
        text = " ".join(" ".join(self._words).split())
        self._words = []
        if text:
            self.lines.append(BY_NATURE.sub("…", text))


def _drawn(spec: dict[str, Any]) -> list[str]:
    """Return the rows a chart is drawn from, a line for each."""
    return [json.dumps(row) for rows in spec.get("datasets", {}).values() for row in rows]


def seen(page: Path) -> list[str]:
    """Return what a reader sees of a page, a line for each block."""
    reader = _Seen()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.end_block()
    return reader.lines


def main() -> None:
    """Print the blocks that differ, page by page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("before", type=Path)
    options.add_argument("after", type=Path)
    given = options.parse_args()
    names = {
        page.relative_to(folder).as_posix()
        for folder in (given.before, given.after)
        for page in folder.rglob("*.html")
    }
    differing = 0
    for name in sorted(names):
        pages = [folder / name for folder in (given.before, given.after)]
        if not all(page.exists() for page in pages):
            print(f"{name}: only in {next(p for p in pages if p.exists()).parent}")
            differing += 1
            continue
        lines = list(difflib.unified_diff(*map(seen, pages), lineterm="", n=0))[2:]
        moved = [line for line in lines if not line.startswith("@@")]
        differing += len(moved)
        print(f"{name}: {len(moved)} blocks differ" if moved else f"{name}: the same")
        for line in moved:
            print(f"    {line[:400]}")
    print(f"{differing} blocks differ")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
