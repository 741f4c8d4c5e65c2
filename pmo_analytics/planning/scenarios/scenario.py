"""A scenario asks "what if": small typed edits over a baseline, read from YAML, checked, applied.

The form of a file is in `scenario_schema.json`. The baseline is never changed: applying a
scenario gives another baseline, and says of which edits nothing came.
"""

import difflib
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from pmo_analytics.engines.selection_model import Instance, Project, last_start
from pmo_analytics.errors import UnknownNameError, UnreadableFileError, UsageError
from pmo_analytics.figures import counted, money
from pmo_analytics.planning.baseline import LONGEST_DELAY, Baseline
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.scenarios.operations import OPERATIONS, not_held
from pmo_analytics.planning.scenarios.staffing import people, too_few
from pmo_analytics.planning.scenarios.words import WORDS, Edit
from pmo_analytics.yaml_keys import KeysOnce

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
        edits = [{"op": edit.op, **dict(edit.fields)} for edit in self.edits]
        stated = {"baseline": self.baseline, "edits": edits}
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


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario."""
    text = files("pmo_analytics").joinpath("scenario_schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


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
    _refuse_form(stated, name, schema(), "")
    for at, edit in enumerate(stated["edits"], start=1):
        where = f"edit {at}"
        if not isinstance(edit, Mapping) or "op" not in edit:
            raise UsageError(f"scenario {name}, {where} names no op; there are {_listed(_ops())}")
        if edit["op"] not in _ops():
            raise UsageError(f"scenario {name}, {where}: {_unknown('op', edit['op'], _ops())}")
        _refuse_form(edit, name, schema()["$defs"][edit["op"]], f"{where} ({edit['op']})")
        begin, end = edit.get("from", ""), edit.get("to", "9999")
        if end < begin:
            raise UsageError(
                f"scenario {name}, {where} ({edit['op']}) goes from {begin} to {end}, which is before; "
                "change one of the two"
            )
    edits = tuple(
        Edit(edit["op"], tuple(sorted((k, _whole(edit, k)) for k in edit if k != "op")))
        for edit in stated["edits"]
    )
    return Scenario(name, stated["title"], edits, stated.get("baseline", ""))


def _whole(edit: Mapping[str, Any], field: str) -> Any:  # noqa: ANN401 - fields have many types
    """Return the value of a field; a whole number as such, also where it is written as 3.0."""
    is_whole = schema()["$defs"][edit["op"]]["properties"][field].get("type") == "integer"
    return int(edit[field]) if is_whole else edit[field]


def _ops() -> list[str]:
    return list(schema()["$defs"])


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
        flat = {key: rule[key] for key in rule if key != "items"}
        wrong = next(jsonschema.Draft202012Validator(flat).iter_errors(value), None)
        is_endless = isinstance(value, float) and not math.isfinite(value)
        if wrong is not None or is_endless:
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
    ends = [
        f"{words} {rule[key]:,}"
        for key, words in (
            ("exclusiveMinimum", "above"),
            ("minimum", "at least"),
            ("maximum", "at most"),
        )
        if key in rule
    ]
    kinds = {"integer": "a whole number", "number": "a number", "string": "text", "array": "a list"}
    return ", ".join([f"it must be {kinds[rule['type']]}", *filter(None, [" and ".join(ends)])])


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
            after = OPERATIONS[edit.op](now, edit)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from error
        if _state(after, is_longer=is_longer) == _state(now, is_longer=is_longer):
            warnings.append(f"{where} ({edit.words}) changes nothing.")
        elif said := too_few(now, edit) or not_held(now, edit):
            warnings.append(f"{where} ({edit.words}): {said}.")
        now = after
    return Applied(net(now), tuple(warnings))


def told(at: Baseline, edit: Edit) -> str:
    """Say an edit in words, roles by their names, and what a stated budget takes the place of."""
    named = {
        name: at.roles.get(str(value), value) if name.endswith("role") else value
        for name, value in edit.fields
    }
    words = WORDS[edit.op](named)
    if edit.op != "set_budget" or str(edit["year"]) not in at.budget_years:
        return words
    before = at.instance.budgets[at.budget_years.index(str(edit["year"]))]
    was = "no limit" if math.isinf(before) else money(before, at.currency)
    return (
        f"{money(edit['amount'], at.currency)} is left to spend in {edit['year']} instead of {was}"
    )


def all_told(baseline: Baseline, what_if: Scenario) -> list[str]:
    """Say every edit in words, against what the edits before it have made of the baseline."""
    now, words = baseline, []
    for edit in what_if.edits:
        words.append(told(now, edit))
        now = OPERATIONS[edit.op](now, edit)
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
                can = f"name a month up to {baseline.month(before.latest):%Y-%m}"
            raise UsageError(
                f"scenario {what_if.name}: {name} may start up to {counted(most, 'month')} later than "
                f"planned, and {asked} are asked for; {can}"
            )
    return applied


def _refuse_clashes(what_if: Scenario) -> None:
    """Refuse edits of which one takes all meaning from the other."""
    out, must = set[str](), set[str]()
    for at, edit in enumerate(what_if.edits, start=1):
        name = str(edit["project"])
        said = f"scenario {what_if.name}, edit {at}: an earlier edit says that {name}"
        if edit.op == "force_out" and name in must:
            raise UsageError(f"{said} must be done; leave one of the two out")
        if edit.op != "force_out" and name in out:
            raise UsageError(f"{said} is not done; leave one of the two out")
        out |= {name} if edit.op == "force_out" else set()
        must |= {name} if edit.op == "force_in" else set()


def _state(at: Baseline, *, is_longer: bool) -> tuple[object, ...]:
    """Everything a plan depends on; the price of overtime only where there is some."""
    i = at.instance
    may, there = [_may(i, project) for project in i.projects], [people(at, r) for r in i.capacity]
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
    roles = [*at.roles, *at.roles.values()]
    shown = {"role": at.roles.values(), "project": at.instance.index}
    known: dict[str, Iterable[str]] = {
        "project": at.instance.index, "criterion": at.weights, "year": at.budget_years,
        "role": roles, "from_role": roles, "to_role": roles,
    }  # fmt: skip
    for field, names in known.items():
        stated = edit[field]
        if stated is not None and str(stated) not in names:
            kind = "role" if field.endswith("role") else field
            options = dict.fromkeys(shown.get(kind, names))
            left = " with work left" if kind == "project" else ""
            raise UnknownNameError(f"{where}: {_unknown(kind, stated, options, left)}")
    if edit["team"] is not None:
        role = next((r for r, name in at.roles.items() if edit["role"] in (r, name)), "")
        if edit["team"] not in at.teams.get(role, ()):
            raise UnknownNameError(
                f"{where}: {_unknown('team', edit['team'], at.teams.get(role, ()))}"
            )
