"""What the selection found, in words: rules that clash, why a project is in or out, what is short."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from pmo_analytics.engines.selection_conflict import Conflict, NoPlanError
from pmo_analytics.engines.selection_explain import Fact, Kind
from pmo_analytics.engines.selection_model import Instance
from pmo_analytics.errors import UsageError
from pmo_analytics.page.figures import counted, money
from pmo_analytics.planning.baseline import Baseline


@dataclass(frozen=True, eq=False)
class Words:
    """Names, months and amounts for the codes and numbers of an instance.

    Columns:
        month_of: first day of a month by its number. names: of projects. roles: names, by what the
            instance calls them. with_ids: whether projects are named with their ids.
    """

    instance: Instance
    month_of: Callable[[int], date]
    names: Mapping[str, str]
    roles: Mapping[str, str]
    currency: str
    with_ids: bool = False

    def say(self, fact: Fact | None) -> str:
        """Return a finding in words, to stand in a sentence; empty if there is none."""
        return _SAID[fact.kind](self, fact) if fact else ""

    def conflict(self, found: Conflict) -> str:
        """Say which rules clash, and the least that would resolve it."""
        said = f"these rules cannot all hold: {'; '.join(map(self.say, found.rules))}"
        relief = ", ".join(map(self.say, found.relief))
        return f"{said}; it would take {relief}" if relief else said

    def refusal(self, error: UsageError) -> str:
        """Say why there is no plan."""
        found = error.conflict if isinstance(error, NoPlanError) else None
        return self.conflict(found) if found else str(error)

    def project(self, name: str) -> str:
        """Name a project."""
        words = self.names.get(name, name)
        return f"{name} {words}" if self.with_ids and words != name else words

    def month(self, at: int | None) -> str:
        """Write a month: Jun 2026."""
        return "" if at is None else f"{self.month_of(at):%b %Y}"

    def span(self, bucket: int) -> str:
        """Write the months over which people are counted together: Apr to Jun 2026."""
        months = self.instance.bucket_months
        first, last = self.month_of(bucket * months), self.month_of((bucket + 1) * months - 1)
        if months == 1:
            return f"{first:%b %Y}"
        return f"{first:%b}{'' if first.year == last.year else f' {first.year}'} to {last:%b %Y}"

    def people(self, row: int) -> tuple[str, str] | None:
        """Return the role and the months that a limit is of; None where it is of something else."""
        known, at = self.instance, row - len(self.instance.budgets)
        if not 0 <= at < len(known.capacity) * known.n_buckets:
            return None
        role = list(known.capacity)[at // known.n_buckets]
        return self.roles.get(role, role), self.span(at % known.n_buckets)

    def row(self, name: str) -> int:
        """Return the position of a limit by what the instance calls it."""
        return self.instance.row_names.index(name)

    def limit(self, row: int) -> str:
        """Name a limit."""
        if people := self.people(row):
            return " in ".join(people)
        name = self.instance.row_names[row]
        is_of_year = row < len(self.instance.budgets)
        return f"the {name.removeprefix('budget ')} budget" if is_of_year else name

    def more(self, row: int, amount: float) -> str:
        """Say how much more of a limit."""
        if people := self.people(row):
            return f"{amount:,.2f} more FTE-months of {' in '.join(people)}"
        is_risk = row == len(self.instance.row_names) - 1
        said = f"{amount:,.2f}" if is_risk else money(amount, self.currency)
        return f"{said} more in {self.limit(row)}"


def words_of(case: Baseline) -> Words:
    """Return the words for a baseline, as it is or as a scenario would have it."""
    return Words(
        case.instance, case.horizon.month, case.names, case.roles, case.currency, with_ids=True
    )


def _due(w: Words, f: Fact) -> str:
    return "" if f.month is None else f" and due by the end of {w.month(f.month - 1)}"


def _finished(w: Words, f: Fact) -> str:
    return "" if f.month is None else f", to be finished before {w.month(f.month)}"


def _other(w: Words, f: Fact) -> str:
    return w.project(f.others[0])


def _all(w: Words, f: Fact) -> str:
    return " and ".join(map(w.say, f.parts))


def _months(f: Fact) -> str:
    return counted(f.count, "month")


_EARLIEST = "it can start in {} at the earliest, and "

_SAID: dict[Kind, Callable[[Words, Fact], str]] = {
    "mandatory": lambda w, f: f"project {w.project(f.project)} is mandatory{_due(w, f)}",
    "needed by mandate": lambda w, f: (
        f"project {_other(w, f)} is mandatory and needs {w.project(f.project)}"
    ),
    "out": lambda w, f: f"project {w.project(f.project)} is out: {f.note}",
    "begins": lambda w, f: f"project {w.project(f.project)} cannot start before {w.month(f.month)}",
    "latest": lambda w, f: f"it may not start after {w.month(f.month)}",
    "last start": lambda w, f: f"it must start by {w.month(f.month)} to end in time",
    "limited": lambda w, f: f"the {w.limit(f.row).removeprefix('the ')} is limited",
    "capacity": lambda w, f: f"the capacity of {(w.people(f.row) or ('people',))[0]}",
    "exclude": lambda w, f: f"projects {' and '.join(map(w.project, f.others))} exclude each other",
    "needs": lambda w, f: f"project {w.project(f.project)} needs {_other(w, f)}",
    "needs in time": lambda w, f: (
        f"project {w.project(f.project)} needs {_other(w, f)}, whose end allows {w.month(f.month)} at "
        f"the earliest, and must start by {w.month(f.last)}"
    ),
    "must": lambda w, f: f"it is mandatory{_finished(w, f)}",
    "needed": lambda w, f: f"{_other(w, f)} needs it",
    "room": lambda *_: "there is room for it, though it is worth less than it costs",
    "pays": lambda *_: "its value pays for the money and people it uses",
    "barred": lambda _, f: f.note,
    "no start": lambda w, f: f"{_EARLIEST.format(w.month(f.month))}may not after {w.month(f.last)}",
    "no end": lambda w, f: (
        f"{_EARLIEST.format(w.month(f.month))}then finishes {_months(f)} too late"
    ),
    "instead": lambda w, f: f"{_other(w, f)} is chosen instead",
    "needs what is out": lambda w, f: f"it needs {_other(w, f)}, which is out",
    "needs what is late": lambda _, f: f"what it needs finishes {_months(f)} too late for it",
    "worth less": lambda w, f: (
        f"its value is {money(f.amount, w.currency)} less than its money and people earn elsewhere"
    ),
    "overlooked": lambda *_: "it fits beside the plan",
    "lacks": lambda w, f: f"it needs {_all(w, f)}",
    "not done": lambda w, f: f"{_other(w, f)} is not done before",
    "earlier": lambda w, f: f"a month earlier it would need {_all(w, f)}",
    "later start": lambda _, f: f"a start {_months(f)} later allowed",
    "later end": lambda _, f: f"an end at least {_months(f)} later",
    "without": lambda w, f: f"taking {_other(w, f)} out",
    "with": lambda w, f: f"choosing {_other(w, f)}",
    "sooner": lambda _, f: f"starting that {_months(f)} earlier",
    "worth more": lambda w, f: ", or ".join(
        filter(None, (f"{money(f.amount, w.currency)} more value", _all(w, f)))
    ),
    "search": lambda *_: "a longer search",
    "lacking": lambda w, f: f"{_all(w, f)}, starting in {w.month(f.month)}",
    "more": lambda w, f: w.more(f.row, f.amount),
    "smaller": lambda _, f: counted(f.count, "smaller shortage"),
}
