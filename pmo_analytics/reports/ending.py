"""How a page ends: how far to trust it, what its figures mean, and what it rests on."""

import pandas as pd

from pmo_analytics import warehouse
from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import present
from pmo_analytics.page.figures import counted, day
from pmo_analytics.page.front import Front


def trust(at: Scope) -> Section:
    """Say how complete the reports behind the page are, and what the sender says of its data."""
    complete = at.once(quality.completeness)
    return section(
        at,
        present.reading(quality.caveat(at.con, portfolio_id=str(at.portfolio_id))),
        frame=complete,
        reading=quality.read_completeness(complete),
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
    are commands that lead a figure to its cells. A page that
    `compares` nothing with the report before does not name it.
    """
    trusted = quality.read_completeness(at.once(quality.completeness)) if said is None else said
    if files is None:
        files = quality.sources(at.con, *sorted(at.asked), portfolio_id=str(at.portfolio_id))
    card = {"card": headed.card()} if isinstance(headed, Front) else {}
    present.record(
        headline=headed.headline if isinstance(headed, Front) else headed,
        against=_against(at) if compares else "",
        **card,
        **({"find": find} if find else {}),
        **({"title": title} if title else {}),
        **({"quality": trusted} if trusted else {}),
        **({"traces": traces} if traces is not None else {}),
        sources=files,
        **warehouse.provenance(at.con, str(at.portfolio_id)),
    )


def _against(at: Scope) -> str:
    """Say which report of the portfolio the page compares with: the one before."""
    before = at.frame(
        "select max(status_date) as before from project_then where status_date < $status_date "
        "and ($portfolio_id is null or portfolio_id = $portfolio_id) and is_reporting"
    )["before"].iloc[0]
    return "" if pd.isna(before) else day(before)
