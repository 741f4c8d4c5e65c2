"""Answer what a run leaves in the folder of its pack: pages, kept copies, index and manifest.

Pages are made in a folder of their own and moved into place together at the end, so that who stops
a run half-way leaves the pack as it was, and index and manifest say what lies there.
"""

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from pmo_analytics.page import present
from pmo_analytics.page.links import Pages
from pmo_analytics.reports import exporter, front_page, kept_pages, names
from pmo_analytics.reports.kept_pages import Entry
from pmo_analytics.reports.parameters import Value

PROJECTS = "projects"  # folder of a pack's pages about single projects
_MOMENT = ("known_at", "load_id")  # what a record says of when it was known


@dataclass(frozen=True)
class Run:
    """One notebook and what it is given; `pinned` goes to the kernel in place of what was asked."""

    notebook: Path
    parameters: Mapping[str, Value] = field(default_factory=dict)
    label: str = ""  # what tells the pages of one notebook apart
    pinned: Mapping[str, Value] = field(default_factory=dict)
    is_hashed: bool = False  # another label of the pack differs from this one only in case
    project: str = ""  # what the project is called that a page in the folder of projects is about

    @property
    def name(self) -> str:
        """Return the name of its page."""
        if not self.label:
            return self.notebook.stem
        name = names.safe_name(self.label)
        name = names.hashed(name, self.label) if self.is_hashed else name
        return f"{PROJECTS}/{name}" if self.project else f"{self.notebook.stem}-{name}"


@dataclass(frozen=True)
class Executed:
    """What came back from a kernel: the notebook as text, and why it ended early, if it did."""

    notebook: str
    failure: dict[str, str] | None
    seconds: float


@dataclass(frozen=True)
class Result:
    """How one notebook of a pack ended; `shown` is a hash of what its page shows."""

    name: str
    title: str
    status: str  # "ok" or "failed"
    seconds: float
    page: str
    sha256: str
    record: dict[str, Any]
    failure: dict[str, str] | None = None
    shown: str = ""
    sections: int = 0
    empty_sections: int = 0


@dataclass(frozen=True)
class Pack:
    """What a run published, and where."""

    folder: Path
    results: list[Result]
    projects: list[Result] = field(default_factory=list)  # pages about single projects
    replaced: list[str] = field(default_factory=list)  # copies of pages known at another time

    @property
    def index(self) -> Path:
        """Return the front page."""
        return self.folder / "index.html"

    @property
    def failed(self) -> list[Result]:
        """Return the notebooks that failed; the caller ends with exit code 4 if there are any."""
        return [each for each in [*self.results, *self.projects] if each.status == "failed"]


# One page ------------------------------------------------------------------------------------------


def make_page(
    run: Run, executed: Executed, folder: Path, *, out: str, pages: Pages | None = None
) -> Result:
    """Write the page and the executed notebook of one run into a folder.

    A page that cannot be written is a failed page, and no other is the worse for it. `pages` are those
    of projects to lead to.
    """
    notebook = nbformat.reads(executed.notebook, as_version=4)  # type: ignore[no-untyped-call]
    page, facts = _page(run, notebook, executed.failure, {"out": out, "projects": pages or {}})
    name = f"{run.name}.failed" if facts["failure"] else run.name
    write(folder / f"{name}.ipynb", executed.notebook)
    write(folder / f"{name}.html", page)
    return _result(run, notebook, page, facts, f"{name}.html", executed.seconds)


def make_still(
    run: Run,
    notebook: nbformat.NotebookNode,
    failure: dict[str, str] | None,
    seconds: float,
    folder: Path,
    *,
    out: str,
    pages: Pages,
) -> Result:
    """Write the page about one project of many, charts as pictures; a failed one too, as names lead to it.

    Its notebook is not kept: the page tells the command that makes it again.
    """
    said = {"out": out, "projects": pages, "own": run.label, "below": "../", "is_still": True}
    page, facts = _page(run, notebook, failure, said)
    write(folder / f"{run.name}.html", page)
    return _result(run, notebook, page, facts, f"{run.name}.html", seconds)


def _result(
    run: Run,
    notebook: nbformat.NotebookNode,
    page: str,
    facts: Mapping[str, Any],
    address: str,
    seconds: float,
) -> Result:
    return Result(
        name=run.name,
        title=facts["title"] + (f": {exporter.legible(run.label)}" if run.label else ""),
        status="failed" if facts["failure"] else "ok",
        seconds=round(seconds, 2),
        page=address,
        sha256=hashlib.sha256(page.encode()).hexdigest(),
        record=facts["record"],
        failure=facts["failure"],
        shown=_shown(notebook),
        sections=facts["sections"],
        empty_sections=facts["empty_sections"],
    )


def _page(
    run: Run,
    notebook: nbformat.NotebookNode,
    failure: dict[str, str] | None,
    more: Mapping[str, Any],
) -> tuple[str, dict[str, Any]]:
    """Render a page; one that cannot be rendered is shown without outputs, and as failed."""
    notebook.metadata.setdefault("papermill", {})["parameters"] = dict(run.parameters)
    try:
        page, resources = _rendered(run, notebook, failure, more)
    except Exception as error:  # noqa: BLE001  one page must not take the pack down
        failure = failure or {"cell": "", "error": f"the page could not be written: {error}"}
        page, resources = _rendered(run, _without_outputs(notebook), failure, more)
    return page, resources["page"]


def _rendered(
    run: Run,
    notebook: nbformat.NotebookNode,
    failure: dict[str, str] | None,
    more: Mapping[str, Any],
) -> tuple[str, dict[str, Any]]:
    return _exporter().from_notebook_node(
        notebook,
        {
            "metadata": {"name": run.name},
            "failure": failure,
            "index": f"{more.get('below', '')}index.html",
            "notebook": exporter.workspace_name(run.notebook),
            **more,
        },
    )


@cache
def _exporter() -> exporter.PmoReportExporter:
    """Return the exporter of all pages, whose templates are read once."""
    return exporter.PmoReportExporter()  # type: ignore[no-untyped-call]


def _without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return notebook


def _shown(notebook: nbformat.NotebookNode) -> str:
    """Hash what a page shows, less when that was known: two packs of the same facts are alike."""
    parts: list[object] = []
    for cell in notebook.cells:
        parts.append(cell.source if cell.cell_type == "markdown" else "")
        for output in cell.get("outputs", []):
            data = dict(output.get("data", {}))
            record = data.pop(present.RECORD_MIME, {})
            parts += [data, {key: said for key, said in record.items() if key not in _MOMENT}]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def write(path: Path, text: str) -> None:
    """Replace a file whole: who reads it sees the old one or the new one, never half."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


# The pack ------------------------------------------------------------------------------------------


def publish(
    folder: Path,
    made: Path,
    runs: Sequence[Run],
    results: Sequence[Result],
    *,
    values: Sequence[dict[str, Value]],
    started: datetime,
    projects: Sequence[tuple[Run, Result]] = (),
    pages: Pages | None = None,
) -> Pack:
    """Move pages that were made into place, keep those they replace, write index and manifest.

    `values` are the parameters of each run as asked for, with the defaults of its notebook. `projects`
    are the pages about single projects, in place of all that were there; none leaves these as they are,
    and the first of them stands last among `runs`, without a result. `pages` are those to lead to.
    """
    before = {entry["name"]: entry for entry in kept_pages.published(folder)}
    others = [*front_page.pages_of_pack(folder), *before.values()]
    results = _with_nav(made, results, others, [result for _, result in projects])
    entries, replaced = [], []
    for entry in _entries(runs, results, values, started):
        old = before.pop(entry["name"], {})
        good = kept_pages.last_good(folder, old)
        entry["kept"] = kept_pages.copies(folder, old)
        if entry["status"] == "failed":
            entry["before"] = good
        elif copy := kept_pages.keep(folder, good, entry):
            others = [each for each in entry["kept"] if each["page"] != copy["page"]]
            entry["kept"] = [*others, copy]
            replaced.append(copy["page"])
        entries.append(entry)
    entries += [
        earlier | {"kept": kept_pages.copies(folder, earlier)} for earlier in before.values()
    ]
    for result in results:
        _move(made, folder, result)
    there = _with_projects(folder, made, projects, started)
    pack = Pack(folder, list(results), [result for _, result in projects], replaced)
    records = [result.record for result in (*results, *pack.projects)]
    record = _merged([*records, *(entry["record"] for entry in entries)])
    index = front_page.render(folder, entries, record, values[0])
    write(pack.index, exporter.with_links(index, {"projects": pages or {}}))
    manifest = _manifest(record, values[0], runs[0].notebook, started) | {"notebooks": entries}
    manifest |= {"projects": there} if there else {}
    write(folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return pack


def show_studies(folder: Path) -> None:
    """Write the front page of a pack anew, where there is one, so that it leads to new studies."""
    entries = kept_pages.published(folder)
    if entries:
        record = _merged(entry["record"] for entry in entries)
        write(
            folder / "index.html",
            front_page.render(folder, entries, record, entries[0]["parameters"]),
        )


def _with_nav(
    made: Path,
    results: Sequence[Result],
    before: Iterable[Mapping[str, Any]],
    about_projects: Sequence[Result],
) -> list[Result]:
    """Lead each page that was made to all others of the pack."""
    pages = {str(entry["name"]): dict(entry) for entry in before}
    pages |= {r.name: {"name": r.name, "title": r.title, "page": r.page} for r in results}
    done = []
    for result in results:
        path = made / result.page
        html = front_page.with_nav(
            path.read_text(encoding="utf-8"), list(pages.values()), result.name
        )
        write(path, html)
        done.append(replace(result, sha256=hashlib.sha256(html.encode()).hexdigest()))
    for about in about_projects:
        path, title = made / about.page, str(about.title).rpartition(": ")[2]
        html = front_page.with_nav(
            path.read_text(encoding="utf-8"),
            list(pages.values()),
            about.page,
            below="../",
            title=title,
        )
        write(path, html)
    return done


def _move(made: Path, folder: Path, result: Result) -> None:
    for ending in (".ipynb", ".html"):
        name = Path(result.page).stem + ending
        (made / name).replace(folder / name)
    if result.status == "ok":
        for stale in folder.glob(f"{result.name}.failed.*"):
            stale.unlink()


def _with_projects(
    folder: Path, made: Path, projects: Sequence[tuple[Run, Result]], started: datetime
) -> list[Entry]:
    """Move pages of projects into place; list those that lie there then, with how each ended."""
    before = kept_pages.projects(folder)
    if not projects:
        return before
    (folder / PROJECTS).mkdir(exist_ok=True)
    for _, result in projects:
        (made / result.page).replace(folder / result.page)
    entries = [
        {
            "project_id": run.label,
            "name": run.project,
            "page": result.page,
            "status": result.status,
            "seconds": result.seconds,
            "started": started.isoformat(timespec="seconds"),
            **({"failure": result.failure} if result.failure else {}),
        }
        for run, result in projects
    ]
    for gone in {each["page"] for each in before} - {each["page"] for each in entries}:
        (folder / gone).unlink()
    return entries


def _merged(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Merge what pages recorded, the first winning: for what is the same on all of them."""
    merged: dict[str, Any] = {}
    for record in records:
        merged = dict(record) | merged
    return merged


def _entries(
    runs: Sequence[Run],
    results: Sequence[Result],
    values: Sequence[dict[str, Value]],
    started: datetime,
) -> list[Entry]:
    return [
        {
            "name": result.name,
            "title": result.title,
            "started": started.isoformat(timespec="seconds"),
            "notebook": exporter.workspace_name(run.notebook),
            "parameters": {key: exporter.workspace_name(value) for key, value in given.items()},
            "status": result.status,
            "seconds": result.seconds,
            "failure": result.failure,
            "page": result.page,
            "sha256": result.sha256,
            "shown": result.shown,
            "sections": result.sections,
            "empty_sections": result.empty_sections,
            "record": result.record,
        }
        for result, run, given in zip(results, runs, values, strict=False)
    ]


def _manifest(
    record: dict[str, Any], values: Mapping[str, Value], notebook: Path, started: datetime
) -> dict[str, Any]:
    """Say how the pack came to be: the one place where the time of the run is written."""
    return {
        "portfolio_id": values.get("portfolio_id"),
        "status_date": values.get("status_date"),
        "known_at": record.get("known_at") or values.get("known_at"),
        "load_id": record.get("load_id"),
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": exporter.versions(),
        "commit": _commit(notebook.parent),
        "sources": record.get("sources", []),
    }


def _commit(folder: Path) -> str | None:
    """Return the commit of the workspace, where it is one and git is there."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  whichever git the user has
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
