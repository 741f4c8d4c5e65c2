"""What an operation of a scenario is: its fields and their limits, its words, and what it does.

Each is declared once, in `people`, `projects` or `money`. The schema of a file, the sentences that
refuse one, the form and the table of `data/scenarios/README.md` are made from the declarations.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pmo_analytics.planning.baseline import Baseline

if TYPE_CHECKING:
    from pmo_analytics.planning.tasks.cases import Case

Stated = Mapping[str, Any]
Choices = tuple[tuple[str, Any], ...]  # what a form shows, and what it then states


def _none(*_: object) -> str:
    return ""


@dataclass(frozen=True)
class Field:
    """A field of an edit.

    Columns:
        rule: JSON Schema of its value.
        noun: what it names of the baseline, and so must exist there; empty if it names nothing.
        offers: what a form lets choose from, given what the other fields state; None if it is typed.
        spellings: names that are understood beside those on offer.
        no_task: why it means nothing where tasks are levelled.
    """

    name: str
    rule: Mapping[str, Any]
    noun: str = ""
    offers: Callable[[Baseline, Stated], Choices] | None = None
    spellings: Callable[[Baseline], Iterable[str]] = lambda _: ()
    is_required: bool = True
    no_task: str = ""

    @property
    def optional(self) -> "Field":
        """The field where it may be left out."""
        return replace(self, is_required=False)

    @property
    def label(self) -> str:
        """The field in words."""
        return self.name.replace("_", " ").capitalize().replace("fte", "FTE").replace("Fte", "FTE")

    @property
    def hint(self) -> str:
        """What may be typed."""
        kind = {"integer": "whole number", "number": "number"}.get(self.rule.get("type", ""), "")
        least, most = self.rule.get("minimum"), self.rule.get("maximum")
        if least is not None and most is not None:
            return f"{kind} {least:,} to {most:,}"
        return " ".join([kind, *limits(self.rule)])

    def choices(self, at: Baseline, stated: Stated) -> Choices:
        """Return what a form lets choose from."""
        return self.offers(at, stated) if self.offers else ()


@dataclass(frozen=True, eq=False, repr=False)
class Operation:
    """What one edit may do to a portfolio.

    Columns:
        op: its name. example: its fields as a file may state them.
        means: what it does, for the form and the table. words: the sentence of one edit.
        on_projects: what it makes of a baseline, whose names have been checked.
        on_tasks: what it does to networks that are levelled, or why it does nothing to them.
        is_of_running: whether it means something for a project that has begun, where others compete
            for what such projects leave.
        told: the sentence against the baseline, where that says more than `words`.
        warns: what is to be said although it changes something; without the full stop.
        settles: whether it says that its project must be done (True) or is not done (False).
    """

    op: str
    example: str
    means: str
    fields: tuple[Field, ...]
    words: Callable[[Stated], str]
    on_projects: Callable[[Baseline, "Edit"], Baseline]
    on_tasks: "Callable[[Case, Edit], None] | str"
    is_of_running: bool = False
    told: Callable[[Baseline, "Edit"], str] = _none
    warns: Callable[[Baseline, "Edit"], str] = _none
    settles: bool | None = None

    def __repr__(self) -> str:
        """Return the name."""
        return self.op

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of an edit."""
        required = [field.name for field in self.fields if field.is_required]
        rules = {field.name: dict(field.rule) for field in self.fields}
        return {
            "description": self.means,
            "type": "object",
            "additionalProperties": False,
            "required": ["op", *required],
            "properties": {"op": {"const": self.op}, **rules},
        }


@dataclass(frozen=True)
class Edit:
    """One change: an operation and its fields, as the file states them."""

    operation: Operation
    fields: tuple[tuple[str, Any], ...]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - fields have the types of the schema
        """Return a field, or None where it was left out."""
        return dict(self.fields).get(name)

    @property
    def stated(self) -> dict[str, Any]:
        """The edit as plain data, its fields in the order of the declaration."""
        fields = dict(self.fields)
        order = [field.name for field in self.operation.fields if field.name in fields]
        return {"op": self.operation.op, **{name: fields[name] for name in order}}

    @property
    def words(self) -> str:
        """The edit as an analyst would say it, with ids for projects and roles as stated."""
        return self.operation.words(dict(self.fields))


# Fields -------------------------------------------------------------------------------------------

_MONTH = {"type": "string", "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", "maxLength": 7}
_NAME = {"type": "string", "minLength": 1}
_ENDS = {"exclusiveMinimum": "above", "minimum": "at least", "maximum": "at most"}


def limits(rule: Mapping[str, Any]) -> list[str]:
    """Say between what a number must be."""
    return [f"{words} {rule[key]:,}" for key, words in _ENDS.items() if key in rule]


def a_number(
    name: str,
    most: float,
    *,
    least: float | None = None,
    above: float | None = None,
    no_task: str = "",
) -> Field:
    """Return a field for a number."""
    ends = {"exclusiveMinimum": above, "minimum": least, "maximum": most}
    stated = {key: end for key, end in ends.items() if end is not None}
    return Field(name, {"type": "number", **stated}, no_task=no_task)


def a_whole_number(name: str, least: int, most: int) -> Field:
    """Return a field for a whole number."""
    return Field(name, {"type": "integer", "minimum": least, "maximum": most})


def one_of(name: str, *options: str, no_task: str = "") -> Field:
    """Return a field for one of a few words."""
    choices = tuple((option, option) for option in options)
    return Field(name, {"enum": list(options)}, offers=lambda *_: choices, no_task=no_task)


def a_month(name: str) -> Field:
    """Return a field for a month, written as 2026-06."""
    return Field(name, _MONTH, offers=_months)


def a_role(name: str) -> Field:
    """Return a field for a role, by id or by name."""
    return Field(name, _NAME, "role", _roles, lambda at: at.roles)


def _months(at: Baseline, _: Stated) -> Choices:
    """Every month in which people are stated or a project may still run."""
    ends = [p.latest + p.duration for p in at.instance.projects]
    months = [at.horizon.month(number) for number in range(max(at.instance.horizon, *ends))]
    return tuple((f"{month:%b %Y}", f"{month:%Y-%m}") for month in months)


def _roles(at: Baseline, _: Stated) -> Choices:
    return tuple((name, name) for name in sorted(at.roles.values()))


def _teams(at: Baseline, stated: Stated) -> Choices:
    """Teams of the role that is stated."""
    of = next((r for r, name in at.roles.items() if stated.get("role") in (r, name)), "")
    return tuple((team, team) for team in at.teams.get(of, ()))


def _projects(at: Baseline, _: Stated) -> Choices:
    return tuple(
        (name if at.names[name] == name else f"{name} {at.names[name]}", name)
        for name in sorted(at.instance.index)
    )


def _criteria(at: Baseline, _: Stated) -> Choices:
    return tuple((name, name) for name in sorted(at.weights))


def _years(at: Baseline, _: Stated) -> Choices:
    return tuple((name, int(name)) for name in at.budget_years if name.isdigit())


PROJECT = Field("project", _NAME, "project", _projects)
ROLE = a_role("role")
TEAM = Field("team", _NAME, "team", _teams)
CRITERION = Field("criterion", _NAME, "criterion", _criteria)
YEAR = replace(a_whole_number("year", 1900, 2199), noun="year", offers=_years)
FACTOR = a_number("factor", 1000, least=0)


# Words --------------------------------------------------------------------------------------------


def in_month(text: str) -> str:
    """Write a month: Jun 2026."""
    return f"{date.fromisoformat(text + '-01'):%b %Y}"


# Effects ------------------------------------------------------------------------------------------


def with_instance(at: Baseline, **changes: Any) -> Baseline:  # noqa: ANN401 - fields of Instance
    """Change fields of the instance."""
    return replace(at, instance=replace(at.instance, **changes))


def named_role(at: Baseline, name: str) -> str:
    """Return the name of a role that goes by its id or its name."""
    return at.roles.get(name, name)
