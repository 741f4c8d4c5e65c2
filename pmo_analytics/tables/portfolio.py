"""Tables of the portfolio and of its data: movements, slip, growth, units, sources, findings."""

import pandas as pd

from pmo_analytics import portfolio, quality
from pmo_analytics.figures import counted
from pmo_analytics.present import Block, folded, joined, reading, table

CHANGE_COLUMNS = {
    "name": "Project",
    "business_unit": "Unit",
    "previous_rating": "Was",
    "rating": "Is",
    "known_cost": "Whole-life cost",
    "drift_days": "Finish moved",
}
CHANGE_FORMATS = {
    "previous_rating": "rag",
    "rating": "rag",
    "known_cost": "money",
    "drift_days": "days",
}
FIGURES = {
    "rag": "rating",
    "forecast_cost": "whole-life cost",
    "forecast_finish": "finish date",
    "start": "start date",
    "budget": "budget of the year",
    "forecast": "forecast of the year",
    "planned": "benefits",
}
TITLES = {
    "worsened": "Projects rated worse than before",
    "improved": "Projects rated better than before",
    "entered": "Projects that entered the report",
    "left": "Projects that left the report",
}


def movements(changes: pd.DataFrame, *kinds: str) -> Block:
    """Projects whose movement is one of `kinds`, from the frame of `portfolio.changes`."""
    chosen = portfolio.moved(changes, *kinds)
    title = TITLES[kinds[0]]
    if chosen.empty:
        return Block(f'<p class="pmo-needs">{title}: none.</p>', f"{title}: none.")
    return folded(
        f"{title} ({len(chosen)})",
        table(
            _with_words(chosen),
            columns=CHANGE_COLUMNS,
            formats=CHANGE_FORMATS,
            caption=title,
        ),
    )


def drift(changes: pd.DataFrame, *, count: int) -> Block:
    """Finish dates that moved furthest later, from the frame of `portfolio.changes`."""
    chosen = portfolio.slipped(changes, count=count)
    if chosen.empty:
        return Block("", "")  # `portfolio.read_drift` says why
    return table(
        _with_words(chosen),
        columns={
            "name": "Project",
            "business_unit": "Unit",
            "previous_forecast_finish": "Finish before",
            "forecast_finish": "Finish now",
            "drift_days": "Moved",
            "slip_first_days": "Since first report",
            "rating": "Rating",
        },
        formats={"drift_days": "days", "slip_first_days": "days", "rating": "rag"},
        caption="Finish dates that moved furthest later since the previous report",
    )


def growth(changes: pd.DataFrame, *, count: int) -> Block:
    """Whole-life costs that moved most, from the frame of `portfolio.changes`."""
    chosen = portfolio.grown(changes, count=count)
    if chosen.empty:
        return Block("", "")  # `portfolio.read_growth` says why
    return table(
        _with_words(chosen),
        columns={
            "name": "Project",
            "business_unit": "Unit",
            "previous_forecast_cost": "Cost before",
            "forecast_cost": "Cost now",
            "cost_growth": "Change",
            "cost_growth_ratio": "Change, %",
            "cost_growth_first_ratio": "Since first report",
            "rating": "Rating",
        },
        formats={
            "previous_forecast_cost": "money",
            "forecast_cost": "money",
            "cost_growth": "money",
            "cost_growth_ratio": "percent",
            "cost_growth_first_ratio": "percent",
            "rating": "rag",
        },
        caption="Whole-life costs that moved most since the previous report",
    )


def units(units: pd.DataFrame) -> Block:
    """Business units compared, from the frame of `portfolio.units`."""
    if units.empty:
        return Block("", "")  # `portfolio.read_units` says why
    units = portfolio.by_growth(units)
    return table(
        units.assign(
            later=_of(units["finishes_later"], units["finishes_compared"]),
            entered_left=_of(units["entered"], units["left_report"], word="/"),
            better_worse=_of(units["improved"], units["worsened"], word="/"),
        ),
        columns={
            "business_unit": "Unit",
            "projects": "Projects",
            "entered_left": "In / out",
            "better_worse": "Better / worse",
            "later": "Finishes later",
            "median_drift_days": "Median move",
            "cost_growth": "Cost change",
            "cost_growth_ratio": "Change, %",
        },
        formats={
            "median_drift_days": "days",
            "cost_growth": "money",
            "cost_growth_ratio": "percent",
        },
        caption="Business units since the previous report",
    )


def sources(sources: pd.DataFrame) -> Block:
    """Files received, from the frame of `quality.sources`."""
    return table(
        sources,
        columns={
            "file": "File",
            "sheet": "Sheet",
            "load_id": "Load",
            "rows_read": "Rows read",
            "rows_loaded": "Loaded",
            "rows_quarantined": "Quarantined",
        },
        caption="Files received: rows read = loaded + quarantined",
    )


def incomplete(completeness: pd.DataFrame, *, count: int = 15) -> Block:
    """Reports with gaps or warnings, from the frame of `quality.completeness`."""
    flawed = completeness[completeness["score"] < 1].head(count)
    if flawed.empty:
        return reading("No report that was read lacks a figure.")
    return table(
        flawed,
        columns={
            "name": "Project",
            "business_unit": "Unit",
            "score": "Score",
            "reported": "Reported",
            "withheld": "Withheld",
            "missing": "Missing",
            "warnings": "Warnings",
        },
        formats={"score": "percent"}
        | dict.fromkeys(("reported", "withheld", "missing"), "integer"),
        caption="The least complete reports",
    )


def withheld(withheld: pd.DataFrame) -> Block:
    """Withheld figures by reason, from the frame of `quality.withheld`."""
    if withheld.empty:
        return Block("<p>Nothing is withheld.</p>", "Nothing is withheld.")
    return folded(
        f"{counted(len(withheld), 'figure')} and reasons",
        table(
            withheld.assign(
                figure=withheld["column_name"].map(lambda name: FIGURES.get(name, name))
            ),
            columns={"figure": "Figure", "reason": "Reason given", "projects": "Projects"},
            caption="Figures withheld by their owners",
        ),
    )


def kept_out(kept: pd.DataFrame) -> Block:
    """Projects whose report was kept out, from the frame of `quality.kept_out_projects`."""
    if kept.empty:
        return Block("", "")
    return table(
        kept.assign(why=kept["why"].map(quality.in_sentence)),
        columns={"project_id": "Project", "name": "Name", "why": "At fault"},
        caption="Projects whose report was received and kept out",
    )


def findings(rules: pd.DataFrame) -> Block:
    """Rules that fired, from the frame of `quality.findings_by_rule`; conversions are folded."""
    if rules.empty:
        return reading("No rule fired.")
    shown = rules.assign(
        rule=rules["rule"].map(quality.as_words),
        severity=rules["severity"].str.capitalize(),
        place=(rules["table_name"] + "." + rules["column_name"].fillna("")).str.strip("."),
    )
    is_form = rules["rule"] == quality.CONVERTED
    blocks = []
    if not is_form.all():
        caption = "Errors (rows kept out), warnings and notes, as last received"
        blocks.append(_rules(shown[~is_form], caption))
    if is_form.any():
        forms = shown[is_form]
        cells = counted(int(forms["times"].sum()), "cell")
        blocks.append(folded(f"{cells} converted in form alone", _rules(forms, "Conversions")))
    return joined(*blocks)


def _rules(rules: pd.DataFrame, caption: str) -> Block:
    return table(
        rules,
        columns={
            "rule": "Rule",
            "severity": "Severity",
            "times": "Times",
            "place": "Where",
            "example": "For example",
        },
        formats={"place": "code"},
        caption=caption,
    )


def links(links: pd.DataFrame) -> Block:
    """Methods of recognition, from the frame of `quality.links`."""
    if links.empty:
        return Block("", "")
    return table(
        links,
        columns={
            "method": "Recognised by",
            "rows": "Report rows",
            "projects": "Projects",
            "lowest_confidence": "Lowest confidence",
        },
        formats={"lowest_confidence": "percent"},
        caption="How projects were recognised across reports",
    )


def definitions(definitions: pd.DataFrame) -> Block:
    """Meaning of figures, from the frame of `quality.definitions`."""
    return folded(
        f"{counted(len(definitions), 'figure')} defined",
        table(
            definitions,
            columns={
                "figure": "Figure",
                "measure": "Measure",
                "meaning": "Meaning",
                "column_name": "Column",
            },
            formats={"column_name": "code"},
            caption="Definitions, from the data dictionary; the formulas stand in sql/views",
        ),
    )


def _of(part: "pd.Series[int]", whole: "pd.Series[int]", *, word: str = "of") -> "pd.Series[str]":
    """Write two counts in one cell, such as `5 of 12`."""
    return part.astype(int).astype(str) + f" {word} " + whole.astype(int).astype(str)


def _with_words(changes: pd.DataFrame) -> pd.DataFrame:
    """Add the ratings as people write them."""
    return changes.assign(
        rating=changes["rag"].map(portfolio.RATING_WORDS),
        previous_rating=changes["previous_rag"].map(portfolio.RATING_WORDS),
    )
