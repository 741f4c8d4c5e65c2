"""Tables of the data: files received, what was kept out, found, withheld and recognised."""

from functools import partial

import pandas as pd

from pmo_analytics.measures import quality
from pmo_analytics.page.figures import counted
from pmo_analytics.page.present import Block, joined, reading, table

FIGURES = {
    "rag": "rating",
    "forecast_cost": "whole-life cost",
    "forecast_finish": "finish date",
    "start": "start date",
    "budget": "budget of the year",
    "forecast": "forecast of the year",
    "planned": "benefits",
}

# From the frame of `sources`.
sources = partial(
    table,
    columns="file; sheet; load_id; rows_read; rows_loaded: Loaded; rows_quarantined: Quarantined",
    caption="Files received: rows read = loaded + quarantined",
)


def incomplete(completeness: pd.DataFrame) -> Block:
    """Reports with gaps or warnings, from the frame of `completeness`."""
    return table(
        completeness[completeness["score"] < 1],
        "name; business_unit; score/percent; reported; withheld; missing; warnings",
        "The least complete reports",
        nothing=reading("No report that was read lacks a figure."),
        most=15,
    )


def withheld(withheld: pd.DataFrame) -> Block:
    """Withheld figures by reason, from the frame of `withheld`."""
    return table(
        withheld.assign(figure=withheld["column_name"].map(lambda name: FIGURES.get(name, name))),
        "figure; reason: Reason given; projects",
        "Figures withheld by their owners",
        nothing=Block("", ""),  # the sentence above says so
        fold=f"{counted(len(withheld), 'figure')} and reasons",
    )


def kept_out(kept: pd.DataFrame) -> Block:
    """Projects whose report was kept out, from the frame of `kept_out_projects`."""
    return table(
        kept.assign(why=kept["why"].map(quality.in_sentence)),
        "project_id; name: Name; why: At fault",
        "Projects whose report was received and kept out",
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
    cells = counted(int(rules.loc[is_form, "times"].sum()), "cell")
    return joined(
        _rules(
            shown[~is_form], caption="Errors (rows kept out), warnings and notes, as last received"
        ),
        _rules(shown[is_form], caption="Conversions", fold=f"{cells} converted in form alone"),
    )


_rules = partial(
    table, columns="rule; severity; times; place/code: Where; example: For example", nothing=""
)

# Methods of recognition, from the frame of `links`.
links = partial(
    table,
    columns="method: Recognised by; rows: Report rows; projects; lowest_confidence",
    caption="How projects were recognised across reports",
)


def standards(fields: pd.DataFrame) -> Block:
    """Fields of each published data standard, from the frame of `standards`."""
    held = fields.assign(
        asked=fields["is_required"].map({True: "of all", False: "where it applies"}),
        rests_on=fields["rests_on"].fillna("no place in the model"),
    )
    return joined(
        *(
            table(
                rows,
                "field; asked; share/percent: Given; given: Projects; withheld; missing; "
                "rests_on/code: Stands in",
                f"{standard}, field by field",
                fold=f"{standard}: {counted(len(rows), 'field')}",
            )
            for standard, rows in held.groupby("standard", sort=True)
        )
    )
