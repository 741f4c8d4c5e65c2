"""A scenario asks "what if": small typed edits over a baseline, read from YAML, checked, applied.

What an edit may say is declared in `people`, `projects` and `money`. The baseline is never changed:
applying a scenario gives another baseline, and says of which edits nothing came.
"""

import difflib
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from pmo_analytics.engines.selection_model import Instance, Project, last_start
from pmo_analytics.errors import UnknownNameError, UnreadableFileError, UsageError
from pmo_analytics.page.figures import counted
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.horizon import LONGEST_DELAY
from pmo_analytics.planning.scenarios import money, people, projects
from pmo_analytics.planning.scenarios.operation import Edit, limits, named_role
from pmo_analytics.yaml_keys import KeysOnce

OPERATIONS = {
    operation.op: operation
    for operation in (*people.OPERATIONS, *projects.OPERATIONS, *money.OPERATIONS)
}

MAY_SHOW = 40  # letters of a value in a message before the rest is cut
MAY_NAME = 12  # ids listed in a message before the rest are counted


@dataclass(frozen=True)
class Scenario:
    """A titled list of edits."""

    name: str
    title: str
    edits: tuple[Edit, ...]
    baseline: str = ""

    @property
    def canonical(self) -> str:
        """The edits as JSON with one spelling, whatever the file looked like."""
        stated = {"baseline": self.baseline, "edits": [edit.stated for edit in self.edits]}
        return json.dumps(stated, sort_keys=True, separators=(",", ":"))

    @property
    def scenario_id(self) -> str:
        """The first letters of the hash of the edits: same edits, same id."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class Applied:
    """A baseline as a scenario would have it, and the edits without effect, in sentences."""

    baseline: Baseline
    warnings: tuple[str, ...]


_FILE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Scenario",
    "description": "Small edits over a named baseline.",
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "edits"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "description": "The question in a few words."},
        "baseline": {"type": "string", "description": "Portfolio the edits are meant for."},
        "author": {"type": "string"},
        "edits": {"type": "array", "minItems": 1},
    },
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario, for an editor or another program that writes one."""
    of_edits = {"items": {"oneOf": [operation.schema for operation in OPERATIONS.values()]}}
    properties = {**_FILE["properties"], "edits": {**_FILE["properties"]["edits"], **of_edits}}
    return {**_FILE, "properties": properties}


class _Loader(KeysOnce, yaml.SafeLoader):
    """Reads YAML as safely, and refuses a key that is stated twice."""


def read(path: Path) -> Scenario:
    """Read a scenario from a YAML file, named after the file.

    Raises:
        UnreadableFileError: there is no such file, or it is no YAML.
        UsageError: an operation or a field is unknown, is missing or has an impossible value.
    """
    try:
        stated = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    except FileNotFoundError as error:
        others = ", ".join(sorted(p.name for p in path.parent.glob("*.yaml"))) or "none"
        raise UnreadableFileError(f"there is no scenario {path}; there is {others}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:  # a date or a number that cannot be
        said = " ".join(str(error).split())
        raise UnreadableFileError(
            f"{path.name} is not a YAML file that can be read: {said}"
        ) from error
    return scenario(stated, name=path.stem)


def scenario(stated: object, *, name: str) -> Scenario:
    """Check a scenario given as plain data, as a notebook may state it.

    Raises:
        UsageError: an operation or a field is unknown, is missing or has an impossible value.
    """
    if not isinstance(stated, Mapping):
        raise UsageError(f"scenario {name} is not a list of fields; it needs title and edits")
    _refuse_form(stated, name, _FILE, "")
    edits = tuple(_edit(edit, f"edit {at}", name) for at, edit in enumerate(stated["edits"], 1))
    return Scenario(name, stated["title"], edits, stated.get("baseline", ""))


def _edit(stated: object, where: str, name: str) -> Edit:
    """Check one edit of a scenario."""
    if not isinstance(stated, Mapping) or "op" not in stated:
        raise UsageError(f"scenario {name}, {where} names no op; there are {_listed(OPERATIONS)}")
    op = stated["op"]
    if op not in list(OPERATIONS):  # what cannot be hashed is no name either
        raise UsageError(f"scenario {name}, {where}: {_unknown('op', op, OPERATIONS)}")
    operation, where = OPERATIONS[op], f"{where} ({op})"
    _refuse_form(stated, name, operation.schema, where)
    begin, end = stated.get("from", ""), stated.get("to", "9999")
    if end < begin:
        raise UsageError(
            f"scenario {name}, {where} goes from {begin} to {end}, which is before; change one of the two"
        )
    whole = {f.name for f in operation.fields if f.rule.get("type") == "integer"}  # also if 3.0
    fields = {k: int(v) if k in whole else v for k, v in stated.items() if k != "op"}
    return Edit(operation, tuple(sorted(fields.items())))


def _refuse_form(stated: Mapping[str, Any], name: str, form: Mapping[str, Any], where: str) -> None:
    """Say the first thing that is wrong with the fields of a file or an edit."""
    said = f"scenario {name}{f', {where}' if where else ''}"
    known = list(form["properties"])
    for field in stated:
        if field not in known:
            raise UsageError(f"{said}: {_unknown('field', field, known)}")
    for field in form["required"]:
        if field not in stated:
            raise UsageError(f"{said} lacks {field}; it needs {_listed(form['required'])}")
    for field, value in stated.items():
        rule = form["properties"][field]
        is_endless = isinstance(value, float) and not math.isfinite(value)
        if is_endless or not jsonschema.Draft202012Validator(rule).is_valid(value):
            raise UsageError(f"{said}: {field} cannot be {_shown(value)}; {_expected(rule, value)}")


def _shown(value: object) -> str:
    """Write a value that cannot be, cut where it is long."""
    if isinstance(value, int) and abs(value) >= 10**MAY_SHOW:
        return f"a number of {int(math.log10(abs(value))) + 1} digits"
    shown = str(value) if isinstance(value, date) else repr(value)
    return shown if len(shown) <= MAY_SHOW else f"{shown[: MAY_SHOW - 1]}…"


def _expected(rule: Mapping[str, Any], value: object) -> str:
    if "pattern" in rule:
        return "write a month as '2026-06', in a year from 1900 to 2199"
    if rule.get("type") == "string" and isinstance(value, bool):
        return (
            "it must be text; YAML takes yes, no, on and off for true or false, so put it in quotes"
        )
    if rule.get("type") == "string" and isinstance(value, int | float | date):
        return "it must be text, so put it in quotes"
    if "enum" in rule:
        return f"there are {_listed(rule['enum'])}"
    if "minItems" in rule:
        return "it needs at least one"
    kinds = {"integer": "a whole number", "number": "a number", "string": "text", "array": "a list"}
    return ", ".join(
        [f"it must be {kinds[rule['type']]}", *filter(None, [" and ".join(limits(rule))])]
    )


def _unknown(kind: str, name: object, known: Iterable[str], left: str = "") -> str:
    """Say that a name does not exist, with the closest one first; codes must be closer than words."""
    options = sorted(known)
    if not options:
        return f"there is no {kind} '{name}'{left}; the baseline states none"
    is_code = any(letter.isdigit() for letter in str(name))
    close = difflib.get_close_matches(str(name), options, n=1, cutoff=0.8 if is_code else 0.5)
    order = [*close, *(option for option in options if option not in close)]
    hint = f"did you mean {close[0]}? " if close else ""
    return f"there is no {kind} '{name}'{left}; {hint}there are {_listed(order)}"


def _listed(names: Iterable[object]) -> str:
    every = [str(name) for name in names]
    more = f" and {len(every) - MAY_NAME} more" if len(every) > MAY_NAME + 3 else ""
    return ", ".join(every[:MAY_NAME] if more else every) + more


# Applying -----------------------------------------------------------------------------------------


def apply(baseline: Baseline, what_if: Scenario) -> Applied:
    """Return the baseline as the scenario would have it, less what running projects then take.

    Raises:
        UnknownNameError: an edit names a project, role, team, criterion or year that does not exist,
            or the scenario is meant for another baseline.
    """
    if what_if.baseline and what_if.baseline != baseline.portfolio_id:
        raise UnknownNameError(
            f"scenario {what_if.name} is meant for {what_if.baseline}, but the baseline is "
            f"{baseline.portfolio_id}; choose that portfolio"
        )
    now, warnings = baseline, []
    is_longer = any(edit["overtime_share"] for edit in what_if.edits) or baseline.overtime_share > 0
    for at, edit in enumerate(what_if.edits, start=1):
        where = f"scenario {what_if.name}, edit {at}"
        _refuse_names(now, edit, where)
        try:
            after = edit.operation.on_projects(now, edit)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from error
        if _state(after, is_longer=is_longer) == _state(now, is_longer=is_longer):
            warnings.append(f"{where} ({edit.words}) changes nothing.")
        elif said := edit.operation.warns(now, edit):
            warnings.append(f"{where} ({edit.words}): {said}.")
        now = after
    return Applied(net(now), tuple(warnings))


def told(at: Baseline, edit: Edit) -> str:
    """Say an edit in words, with names, and what it takes the place of where that is known."""
    noun = {field.name: field.noun for field in edit.operation.fields}
    named = {name: _named(at, noun[name], value) for name, value in edit.fields}
    return edit.operation.told(at, edit) or edit.operation.words(named)


def _named(at: Baseline, noun: str, value: Any) -> Any:  # noqa: ANN401 - fields have many types
    """Return a role by its name, and a project by its name, with its id where another is called so too."""
    if noun == "role":
        return named_role(at, value)
    name = at.names.get(value, value) if noun == "project" else value
    return name if list(at.names.values()).count(name) <= 1 else f"{value} {name}"


def all_told(baseline: Baseline, what_if: Scenario) -> list[str]:
    """Say every edit in words, against what the edits before it have made of the baseline."""
    now, words = baseline, []
    for edit in what_if.edits:
        words.append(told(now, edit))
        now = edit.operation.on_projects(now, edit)
    return words


def planned(baseline: Baseline, what_if: Scenario) -> Applied:
    """Apply a scenario to whole projects, if it asks for nothing that a plan cannot answer.

    Raises:
        UnknownNameError: as `apply`.
        UsageError: a project is said not to be done and is changed or demanded as well, or is told to start
            later than any project of the baseline may, which would open months that the baseline had not.
    """
    _refuse_clashes(what_if)
    applied = apply(baseline, what_if)
    index = applied.baseline.instance.index
    for before in baseline.instance.projects:
        name = before.project_id
        if name in baseline.running or name not in index:
            continue
        after = applied.baseline.instance.projects[index[name]]
        if after.latest > before.latest:
            most, asked = (
                month - baseline.submitted[name] for month in (before.latest, after.latest)
            )
            can = f"allow them to all with -p most_delay_months={asked}"
            if asked > LONGEST_DELAY:
                can = f"name a month up to {baseline.horizon.month(before.latest):%Y-%m}"
            raise UsageError(
                f"scenario {what_if.name}: {name} may start up to {counted(most, 'month')} later than "
                f"planned, and {asked} are asked for; {can}"
            )
    return applied


def _refuse_clashes(what_if: Scenario) -> None:
    """Refuse edits of which one takes all meaning from the other."""
    settled: dict[str, bool] = {}
    for at, edit in enumerate(what_if.edits, start=1):
        name, settles = str(edit["project"]), edit.operation.settles
        before = settled.get(name)
        if before is not None and before != settles and False in (before, settles):
            said = "must be done" if before else "is not done"
            raise UsageError(
                f"scenario {what_if.name}, edit {at}: an earlier edit says that {name} {said}; leave one "
                "of the two out"
            )
        settled |= {} if settles is None else {name: settles}


def _state(at: Baseline, *, is_longer: bool) -> tuple[object, ...]:
    """Everything a plan depends on; the price of overtime only where there is some."""
    i = at.instance
    may, there = (
        [_may(i, project) for project in i.projects],
        [people.people(at, r) for r in i.capacity],
    )
    return (may, dict(i.capacity), there, i.budgets, i.bucket_months, at.overtime_share,
            at.overtime_price if is_longer else 0.0, dict(at.weights))  # fmt: skip


def _may(instance: Instance, project: Project) -> Project:
    """Return what a project may do, whichever rule limits its starts; without any, nothing else counts."""
    last = last_start(instance, project)
    if last < project.earliest:
        return Project(project.project_id, 0.0, latest=-1, mandatory=project.mandatory)
    return replace(project, latest=last, deadline=None)


def _refuse_names(at: Baseline, edit: Edit, where: str) -> None:
    """Refuse a name that the baseline does not know; roles go by id or by name."""
    why = at.absent.get(str(edit["project"]))
    if why is not None and edit["project"] not in at.instance.index:
        raise UnknownNameError(
            f"{where}: {edit['project']} {why}, so a scenario cannot change it; leave the edit out"
        )
    for field in edit.operation.fields:
        value = edit[field.name]
        if not field.noun or value is None:
            continue
        shown = [str(name) for _, name in field.choices(at, dict(edit.fields))]
        if str(value) not in {*shown, *field.spellings(at)}:
            left = " with work left" if field.noun == "project" else ""
            raise UnknownNameError(f"{where}: {_unknown(field.noun, value, shown, left)}")
