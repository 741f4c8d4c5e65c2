"""Which rows of different releases are the same project, how was that seen, and how sure is it?

Identifiers are missing from early releases and change in later ones; names change, too. A wrong
link invents a history, a missing link only shortens one, so that a doubtful case is not linked.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

FILLER = {"the", "programme", "program", "project", "projects", "programmes", "of", "and", "for"}
CONFIDENCE = {"published_id": "1", "first_seen": "1", "name_and_department": "0.99", "name": "0.98"}
# Departments between which work moved with its projects; others keep their own short name.
FAMILIES = {
    **dict.fromkeys(("BIS", "BEIS", "DECC", "DESNZ", "DSIT", "DBT"), "business"),
    **dict.fromkeys(("FCO", "DFID", "FCDO"), "foreign"),
}

Address = tuple[str, str, int]


@dataclass(frozen=True)
class Appearance:
    """One row of one release, with what it offers to recognise its project by."""

    status_date: date
    address: Address
    published_id: str
    name: str
    unit: str
    start: str | None = None
    finish: str | None = None
    cost: str | None = None

    @property
    def source_id(self) -> str:
        """Give the published id, or the name with its department where there was none."""
        return self.published_id or f"{self.unit}: {self.name}"


@dataclass(frozen=True)
class Link:
    """The project that a row was recognised as, and how."""

    project_id: str
    source_id: str
    source_name: str
    method: str

    def cells(self) -> dict[str, str]:
        """Give the cells of table `project_link` beside its keys."""
        return {
            "source_id": self.source_id,
            "source_name": self.source_name,
            "method": self.method,
            "confidence": CONFIDENCE[self.method],
        }


Found = dict[Address, Link]


@dataclass
class _Project:
    """What is known of a project so far."""

    project_id: str
    fixed: bool
    ids: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    dates: set[date] = field(default_factory=set)


def normalised(name: str) -> str:
    """Reduce a name to the words that tell projects apart, in their order."""
    spoken = re.sub(r"\(.*?\)|\(.*$", " ", name.casefold().replace("&", " and "))
    words = [word for word in re.findall(r"[^\W_]+", spoken) if word not in FILLER]
    return " ".join(words) or " ".join(re.findall(r"[^\W_]+", name.casefold()))


def slug(name: str) -> str:
    """Make a stable project id of a name that was published without one."""
    words = re.findall(r"[a-z0-9]+", normalised(name))
    return "-".join(("gmpp", *words))


def family(unit: str) -> str:
    """Name the group of departments within which a project may move without being another."""
    return FAMILIES.get(unit, unit)


def link(appearances: Iterable[Appearance], *, links: pd.DataFrame) -> Found:
    """Recognise projects, release by release, oldest first; the order of the rows is of no account.

    Never two rows of one release become one project.
    """
    known = _known(links)
    found: dict[Address, tuple[_Project, Appearance, str]] = {}
    releases = defaultdict(list)
    for one in sorted(appearances, key=lambda a: (a.status_date, a.source_id, a.name, a.address)):
        releases[one.status_date].append(one)
    for day, rows in releases.items():
        for one, project, method in _matched(rows, known, day):
            found[one.address] = project, one, method
    return {
        address: Link(project.project_id, one.source_id, one.name, method)
        for address, (project, one, method) in found.items()
    }


def newest(found: Found, links: pd.DataFrame) -> dict[str, date]:
    """Give the latest status date at which the warehouse already knows each project."""
    days = dict.fromkeys((one.project_id for one in found.values()), date.min)
    for row in links.itertuples():
        day = pd.Timestamp(str(row.status_date)).date()
        days[str(row.project_id)] = max(day, days.get(str(row.project_id), date.min))
    return days


def _known(links: pd.DataFrame) -> list[_Project]:
    projects: dict[str, _Project] = {}
    for row in links.sort_values(["project_id", "status_date", "source_id"]).itertuples():
        project = projects.setdefault(
            str(row.project_id), _Project(str(row.project_id), fixed=True)
        )
        source_id, name = str(row.source_id), str(row.source_name)
        is_named = source_id.endswith(f": {name}")
        unit = source_id.removesuffix(f": {name}") if is_named else source_id.split("_")[0]
        if not is_named:
            project.ids.add(source_id)
        project.names.add((normalised(name), family(unit)))
        project.dates.add(pd.Timestamp(str(row.status_date)).date())
    return list(projects.values())


def _matched(
    rows: list[Appearance], known: list[_Project], day: date
) -> list[tuple[Appearance, _Project, str]]:
    """Match one release: by id, by name within the family, by name alone; what is left is new."""
    matched: list[tuple[Appearance, _Project, str]] = []
    open_rows = list(rows)
    for method, keys_of_row, keys_of_project in STEPS:
        free = [project for project in known if day not in project.dates]
        pairs = _unambiguous(open_rows, free, keys_of_row, keys_of_project)
        for one, project in pairs:
            matched.append((one, project, method))
            _learn(project, one)
        done = {one.address for one, _ in pairs}
        open_rows = [one for one in open_rows if one.address not in done]
    taken = {project.project_id for project in known}
    for one in open_rows:
        project = _begun(one, taken)
        taken.add(project.project_id)
        known.append(project)
        matched.append((one, project, "published_id" if one.published_id else "first_seen"))
    return matched


def _row_id(one: Appearance) -> object:
    return one.published_id or None


STEPS = (
    ("published_id", _row_id, lambda p: p.ids),
    ("name_and_department", lambda a: (normalised(a.name), family(a.unit)), lambda p: p.names),
    ("name", lambda a: normalised(a.name), lambda p: {name for name, _ in p.names}),
)


def _unambiguous(rows, projects, key_of_row, keys_of_project):
    """Pair what shares a key, where neither side has a second candidate."""
    by_key = defaultdict(set)
    for at, project in enumerate(projects):
        for key in keys_of_project(project):
            by_key[key].add(at)
    row_count = defaultdict(int)
    for one in rows:
        row_count[key_of_row(one)] += 1
    pairs = []
    for one in rows:
        key = key_of_row(one)
        hits = by_key.get(key, set()) if key is not None else set()
        if len(hits) == 1 and row_count[key] == 1:
            pairs.append((one, projects[next(iter(hits))]))
    return pairs


def _learn(project: _Project, one: Appearance) -> None:
    if one.published_id:
        if not project.fixed and not project.ids:
            project.project_id = one.published_id
        project.ids.add(one.published_id)
    project.names.add((normalised(one.name), family(one.unit)))
    project.dates.add(one.status_date)


def _begun(one: Appearance, taken: set[str]) -> _Project:
    name = one.published_id or slug(one.name)
    number = 2
    base = name
    while name in taken:
        name = f"{base}-{number}"
        number += 1
    project = _Project(name, fixed=False)
    _learn(project, one)
    return project
