"""Decisions: what each kind of them asks, in the words of the kind of PMO, and how one is shown.

The kind of PMO changes who decides and how it is said, never a number: a supportive PMO
recommends, a controlling one states the breach and the approval it needs, a directive one orders.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.page import present
from pmo_analytics.page.figures import day, is_missing

HEADINGS = {"supportive": "Recommendation", "controlling": "Approval needed", "directive": "Order"}
BOARD = "Portfolio Board"
WHO_BRINGS = {  # what naming a sponsor as the one asked means
    "supportive": "",
    "controlling": "Sponsors bring the paper, the board decides",
    "directive": "",
}
NOT_SET = "not set"
MEETING = "at this meeting"  # when to decide what has no date
DUE_SOON = 31  # days to the next meeting of a board


@dataclass(frozen=True)
class Kind:
    """What one kind of decision asks: its title, a sentence for each kind of PMO, the options there are.

    The title, too, heads the kind in a list. `options` are those that no case differs in.
    """

    title: str
    supportive: str
    controlling: str
    directive: str
    options: tuple[tuple[str, str], ...] = ()


KINDS = {  # the kinds of `decisions_called_for`, in its order, then those of studies
    "owed": Kind(
        "Decide what is already owed",
        "We recommend that each is decided now, or delegated",
        "Each is past its date: decide, or delegate",
        "Decide each, or delegate it",
        (
            ("Decide", "now"),
            ("Delegate", "name who decides, and by when"),
            ("Wait", "accept the delay and plan again"),
        ),
    ),
    "deadline": Kind(
        "Recover the date or tell the regulator",
        "We recommend that the sponsor shows how the date is kept, or who is told",
        "The board must approve how the date is kept, or that the regulator is told",
        "Show how the date is kept, or tell the regulator",
        (
            ("Recover", "less scope or more people keep the date"),
            ("Tell", "the regulator hears the new date, and why"),
        ),
    ),
    "gate": Kind(
        "Pass the gate or stop spending",
        "We recommend that the review is held now, or again if it failed",
        "Nothing more may be spent until the gate is passed, or the board waives it",
        "Hold the review now, again if it failed, and spend nothing until it is passed",
        (
            ("Review now", "what is missing is shown, and the gate held, or held again"),
            ("Wait", "a date is agreed, and nothing is spent until the gate is passed"),
            ("Waive", "the board goes without the gate, on the record"),
        ),
    ),
    "red": Kind(
        "Recover, re-scope or stop",
        "We recommend that the sponsor reviews with us whether it can still be achieved",
        "The board must approve a plan to recover, re-scope or close it",
        "Present a plan to recover, re-scope or close it",
        (
            ("Recover", "keep cost and date; the sponsor shows how"),
            ("Re-scope", "less scope or a later date, as a new baseline"),
            ("Stop", "what is not yet spent is freed; the benefits are lost"),
        ),
    ),
    "tolerance": Kind(
        "Accept the new forecast or cut scope",
        "We recommend a new baseline with the new forecast, or less scope",
        "The board must approve the new forecast, or less scope",
        "Return within tolerance, or present the new forecast as a baseline",
        (
            ("Accept", "the new forecast becomes the baseline"),
            ("Cut scope", "cost and date stand for less work"),
            ("Stop", "what is not yet spent is freed; the benefits are lost"),
        ),
    ),
    "benefits": Kind(
        "Accept lower benefits or restore them",
        "We recommend a revised business case",
        "The board must approve the lower benefits, or what restores them",
        "Restore the benefits, or revise the business case",
        (
            ("Accept", "the business case is revised to the lower benefits"),
            ("Restore", "scope changes to bring them back"),
            ("Stop", "what is not yet spent is freed"),
        ),
    ),
    "condition": Kind(
        "Close the conditions of what was approved",
        "We recommend that each owner closes theirs",
        "An approval stands only once its conditions are met",
        "Meet them and report it done",
        (("Close", "show that they are met"), ("Withdraw", "the approval lapses")),
    ),
    "baseline": Kind(
        "Accept a new baseline or hold the old",
        "We recommend that baseline and rating are reviewed against this move",
        "It moved too far in one report: a new baseline or rating needs the board's approval",
        "Re-baseline or re-rate the project, with reasons",
        (
            ("Accept", "the new forecast becomes the baseline"),
            ("Hold", "the earlier date and cost stand, and the rating says what that takes"),
        ),
    ),
    "dates": Kind(
        "Give new dates",
        "We recommend a new forecast with its reasons for each, and offer a review",
        "Their dates count as missed until a new forecast with reasons is approved",
        "Forecast each anew, with reasons",
    ),
    "fund": Kind(
        "Fund the plan",
        "We recommend funding {}",
        "Funding needs the board's approval, for {}",
        "Start {}",
    ),
    "clash": Kind(
        "Settle which rule gives way",
        "We recommend settling which of these rules gives way",
        "The board must approve which of these rules gives way before anything else is funded",
        "Settle which of these rules gives way before anything else is funded",
    ),
    "carry": Kind(
        "Carry money over",
        "We recommend asking finance to carry money over between budget years",
        "Carrying money over needs the approval of the board and of finance",
        "Agree with finance to carry money over",
    ),
    "plan": Kind(
        "Choose a plan",
        "We recommend choosing one of these",
        "The board must choose one of these",
        "Work to one of these",
    ),
    "goal": Kind(
        "Settle the goals of the charter",
        "We recommend a new date with its reason for each, or dropping it",
        "Each new date, or dropping a goal, needs the board's approval",
        "Reach each, or report why not",
        (
            ("Set a new date", "and say why"),
            ("Give it people", "so that it is reached"),
            ("Drop it", "from the charter"),
        ),
    ),
    "people": Kind(
        "Close the shortage",
        "We recommend closing the gap",
        "The gap must be closed, or projects moved with the board's approval",
        "Close the gap, or move projects",
    ),
}


def known(pmo_type: str) -> str:
    """Return a kind of PMO.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if pmo_type not in HEADINGS:
        raise UnknownNameError(
            f"there is no PMO type '{pmo_type}'; there are {', '.join(HEADINGS)}"
        )
    return pmo_type


def asked(kind: str, pmo_type: str) -> str:
    """What a kind of decision asks, with the authority the PMO has."""
    return str(getattr(KINDS[kind], known(pmo_type)))


def who_decides(pmo_type: str, answers: str = "") -> str:
    """Who decides: the board on a paper by who `answers`, or who answers where the PMO has other rights.

    Of a plan for the whole portfolio nobody answers alone.
    """
    if not answers:
        return {"directive": "PMO director", "controlling": BOARD}.get(pmo_type, "sponsors")
    return f"{BOARD}, on a paper by {answers}" if pmo_type == "controlling" else answers


def called_sponsor(sponsor: object) -> str:
    """How the sponsor of a project is called, who may not be named."""
    return "the sponsor" if is_missing(sponsor) else f"{sponsor} (sponsor)"


@dataclass(frozen=True)
class Decision:
    """One decision: what it asks of whom, why, by when, and what each option would change.

    `by` is a date the data hold, and missing where they hold none: no date is made up. `money`, in
    `currency`, and `days` are what is at stake.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """

    kind: str
    pmo_type: str
    why: str
    who: str
    subject: str = ""
    project_id: str = ""
    options: tuple[tuple[str, str], ...] | None = None
    by: date | None = None
    by_what: str = ""  # what falls on that date
    about: str = ""  # what is asked for, where the sentence of the kind leaves it open
    money: float | None = None
    currency: str = ""
    days: float | None = None

    def __post_init__(self) -> None:
        """Refuse a kind of PMO that there is not."""
        known(self.pmo_type)

    @property
    def heading(self) -> str:
        """The authority with which it is asked, and what it is about."""
        return ": ".join(filter(None, (HEADINGS[self.pmo_type], self.subject)))

    @property
    def action(self) -> str:
        """What is asked for, with the authority the PMO has."""
        return asked(self.kind, self.pmo_type).format(self.about)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What each option would change: those of the case, or of the kind."""
        return KINDS[self.kind].options if self.options is None else self.options

    @property
    def written_by(self) -> str:
        """By when to decide and what falls on that date, or that it is not set."""
        if is_missing(self.by):
            return self.by_what or NOT_SET
        return f"{day(self.by)}{f', {self.by_what}' if self.by_what else ''}"

    def block(self) -> present.Block:
        """Show it in full."""
        return present.decision(
            f"{self.why.rstrip('.')}. {self.action}.",
            heading=self.heading,
            who=self.who,
            by=self.written_by,
            options=self.choices,
        )


def in_full(found: Iterable[Decision]) -> present.Block:
    """Show decisions in full, one below the other."""
    return present.joined(*(each.block() for each in found))
