"""An edit of a scenario, and how it is said in words, by operation, from the fields it states."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pmo_analytics.figures import counted

Fields = Mapping[str, Any]


def _month(text: str) -> str:
    return f"{date.fromisoformat(text + '-01'):%b %Y}"


def _by(f: Fields) -> str:
    return f" by the end of {_month(f['finish_by'])}" if "finish_by" in f else ""


def _when(f: Fields) -> str:
    """From when people come or go, until when, and how soon they are fully useful."""
    until = f" to {_month(f['to'])}" if "to" in f else ""
    ramp = f", in full after {counted(f['ramp_months'], 'month')}" if f.get("ramp_months") else ""
    return f"from {_month(f['from'])}{until}{ramp}"


def _paid(f: Fields) -> str:
    return f", at {f['cost_per_fte_month']:,.0f} a month" if "cost_per_fte_month" in f else ""


def _span(f: Fields) -> str:
    until = f" to {_month(f['to'])}" if f.get("to", f["from"]) != f["from"] else ""
    return f"in {_month(f['from'])}{until}"


def _whose(f: Fields) -> str:
    return f"{f['role']} ({f['team']})" if "team" in f else str(f["role"])


def _policy_words(f: Fields) -> str:
    said = []
    if "overtime_share" in f:
        share = f["overtime_share"]
        said.append(f"overtime up to {share:.0%}" if share else "no overtime")
    if "overtime_price" in f:
        said.append(f"overtime at {f['overtime_price']:,.0f} for an FTE and month")
    if "bucket" in f:
        said.append(f"people counted by {f['bucket']}")
    return ", ".join(said) or "people as they are"


WORDS: dict[str, Callable[[Fields], str]] = {
    "add_capacity": lambda f: f"{f['fte']:g} more {_whose(f)} {_when(f)}{_paid(f)}",
    "remove_capacity": lambda f: f"{f['fte']:g} fewer {_whose(f)} {_when(f)}",
    "calendar_change": lambda f: (
        f"{f['factor']:g} times the {f.get('role', 'people')} at work {_span(f)}"
    ),
    "retrain": lambda f: f"{f['fte']:g} {f['from_role']} become {f['to_role']} {_when(f)}",
    "delay": lambda f: f"{f['project']} waits {counted(f['months'], 'month')}",
    "advance": lambda f: f"{f['project']} may start up to {counted(f['months'], 'month')} sooner",
    "fix_start": lambda f: f"{f['project']} starts in {_month(f['month'])} or not at all",
    "force_in": lambda f: f"{f['project']} must be done{_by(f)}",
    "force_out": lambda f: f"{f['project']} is not done",
    "deadline": lambda f: f"{f['project']} is finished{_by(f)}",
    "scale_demand": lambda f: (
        f"{f['project']} needs {f['factor']:g} times the {f.get('role', 'people')}"
    ),
    "scale_budget": lambda f: f"{f['factor']:g} times the money of {f.get('year', 'every year')}",
    "set_budget": lambda f: f"{f['amount']:,.0f} of money is left for {f['year']}",
    "set_value": lambda f: f"{f['project']} is worth {f['value']:,.0f}",
    "set_weight": lambda f: f"{f['criterion']} weighs {f['weight']:.0%}",
    "capacity_policy": _policy_words,
    "freeze": lambda f: f"starts before {_month(f['before'])} stay as planned",
}


@dataclass(frozen=True)
class Edit:
    """One change: an operation and its fields, as the file states them."""

    op: str
    fields: tuple[tuple[str, Any], ...]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - fields have the types of the schema
        """Return a field, or None where it was left out."""
        return dict(self.fields).get(name)

    @property
    def words(self) -> str:
        """The edit as an analyst would say it, with ids for projects and roles as stated."""
        return WORDS[self.op](dict(self.fields))
