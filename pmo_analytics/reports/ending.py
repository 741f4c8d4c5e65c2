"""How a page ends: how far to trust it, what its figures mean, and what it rests on."""

import pandas as pd

from pmo_analytics import warehouse
from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import front, present
from pmo_analytics.page.figures import counted, day
from pmo_analytics.page.front import Front


def trust(at: Scope, headed: Front | None = None) -> Section:
    """Say what not to lean on, as the page's front does, then how complete the reports behind it are."""
    complete = at.once(quality.completeness)
    doubts = headed.doubts if headed else []
    received = " ".join(
        filter(
            None,
            (quality.read_completeness(complete), quality.read_silent(at.once(quality.silent))),
        )
    )
    said = f"{front.doubted(doubts)} As to what was received: " if doubts else ""
    alone = " Whether what arrived is right, this does not say." if doubts else ""
    return section(
        at,
        present.reading(quality.caveat(at.con, portfolio_id=str(at.portfolio_id))),
        frame=complete,
        reading=f"{said}{received}{alone}",
    )


def definitions(at: Scope, *views: str) -> present.Block:
    """Define the figures of some views."""
    return define(quality.definitions(at.con, *views))


def define(meanings: pd.DataFrame) -> present.Block:
    """Show the frame of `quality.definitions`, folded."""
    listed = present.table(
        meanings,
        "figure; measure; meaning; column_name/code",
        "Definitions, from the data dictionary; the formulas stand in sql/views",
    )
    named = present.Block(f'<div id="terms">{listed._repr_html_()}</div>', repr(listed))
    return present.folded(f"{counted(len(meanings), 'figure')} defined", named, is_printed=False)


def record(
    at: Scope,
    headed: str | Front,
    *,
    said: str | None = None,
    files: pd.DataFrame | None = None,
    find: str = "",
    title: str = "",
    traces: pd.DataFrame | None = None,
    compares: bool = True,
) -> None:
    """Hand the page what heads it, and what it rests on: the files behind all that was asked of `at`.

    `said` stands for the completeness of the reports where a page says something else of its data, or
    nothing; `files`, from `quality.sources`, for those files where it rests on others; `find` is the
    list of projects for the front page of the pack; `title` stands for that of the notebook; `traces`
    are commands that lead a figure to its cells. A page that `compares` nothing with the report
    before does not name it.
    """
    trusted = quality.read_completeness(at.once(quality.completeness)) if said is None else said
    if files is None:
        files = quality.sources(at.con, *sorted(at.asked), portfolio_id=str(at.portfolio_id))
    before, last = _reports(at)
    card = {"card": headed.card()} if isinstance(headed, Front) else {}
    present.record(
        headline=headed.headline if isinstance(headed, Front) else headed,
        against=before if compares else "",
        last_report=last,
        **card,
        **({"find": find} if find else {}),
        **({"title": title} if title else {}),
        **({"quality": trusted} if trusted else {}),
        **({"traces": traces} if traces is not None else {}),
        sources=files,
        **warehouse.provenance(at.con, str(at.portfolio_id)),
    )


def _reports(at: Scope) -> tuple[str, str]:
    """Say of which dates the report of the portfolio before this one is, and the last received."""
    dates = at.frame(
        "select max(status_date) filter (status_date < $status_date) as before, "
        "max(status_date) as last from project_then where is_reporting "
        "and ($portfolio_id is null or portfolio_id = $portfolio_id)"
    ).iloc[0]
    before, last = ("" if pd.isna(each) else day(each) for each in (dates["before"], dates["last"]))
    return before, last
