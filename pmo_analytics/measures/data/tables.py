"""Tables of the data: files received, what was kept out, found, withheld and recognised."""

import pandas as pd

from pmo_analytics.measures import quality
from pmo_analytics.page.figures import counted
from pmo_analytics.page.present import Block, folded, joined, reading, table

FIGURES = {
    "rag": "rating",
    "forecast_cost": "whole-life cost",
    "forecast_finish": "finish date",
    "start": "start date",
    "budget": "budget of the year",
    "forecast": "forecast of the year",
    "planned": "benefits",
}


def sources(sources: pd.DataFrame) -> Block:
    """Files received, from the frame of `sources`."""
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
    """Reports with gaps or warnings, from the frame of `completeness`."""
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
    """Withheld figures by reason, from the frame of `withheld`."""
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
    """Projects whose report was kept out, from the frame of `kept_out_projects`."""
    if kept.empty:
        return Block("", "")
    return table(
        kept.assign(why=kept["why"].map(quality.in_sentence)),
        columns={"project_id": "Project", "name": "Name", "why": "At fault"},
        caption="Projects whose report was received and kept out",
    )


def findings(rules: pd.DataFrame) -> Block:
    """Rules that fired, from the frame of `findings_by_rule`; conversions are folded."""
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
    """Methods of recognition, from the frame of `links`."""
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
