"""Charts of the portfolio: ratings, money, movements, slip and growth."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import (
    LETTERS,
    RATING_COLOURS,
    RATINGS,
    ranked,
    require,
    scaled,
    single,
    tips,
)
from pmo_analytics.page.figures import money
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

MOST_LABELS = 15  # reports up to which each point of a line is labelled


def delivery_confidence(ratings: pd.DataFrame) -> alt.TopLevelMixin:
    """Share of projects by rating at each report; letters in the bars say what colours mean.

    Draws the frame of `readings.ratings`.
    """
    require(ratings, "status_date", "rag", "share", "projects")
    data = ratings.assign(
        report=pd.to_datetime(ratings["status_date"]).dt.strftime("%b %Y"),
        letter=ratings["rag"].map(LETTERS).fillna(""),
        order=ratings["rag"].map(RATINGS.index),
    )
    present = [rag for rag in RATINGS if rag in set(data["rag"])]
    colours = [RATING_COLOURS[RATINGS.index(rag)] for rag in present]
    dates = list(dict.fromkeys(data.sort_values("status_date")["report"]))
    base = alt.Chart(data).encode(
        alt.X("report:N")
        .sort(dates)
        .title("Report")
        .axis(labelAngle=0, labelOverlap="greedy", labelSeparation=12),
        alt.Y("share:Q").stack("normalize").title("Share of projects").axis(format="%"),
        order=alt.Order("order:Q", sort="descending"),
        tooltip=tips("report; rag; projects; share/tenths of percent"),
    )
    bars = base.mark_bar(stroke="white").encode(
        alt.Color("rag:N")
        .title("Rating")
        .scale(domain=present, range=colours)
        .legend(orient="top", labelExpr="replace(datum.label, '_', '/')")
    )
    letters = base.mark_text(color="white", fontWeight="bold", fontSize=11).encode(
        alt.Y("share:Q").stack("normalize").bandPosition(0.5),
        text=alt.condition("datum.share > 0.045", "letter:N", alt.value("")),
    )
    return alt.layer(bars, letters).properties(
        title="How all projects are rated, report by report"
        + (", those not rated too" if "unrated" in present else ""),
        height=300,
        description="Stacked bars: share of projects by delivery rating at each report.",
    )


def money_over_time(position: pd.DataFrame) -> alt.TopLevelMixin:
    """Disclosed whole-life cost at each report, with the number of projects it stands for.

    Draws the frame of `readings.position`.
    """
    require(position, "status_date", "forecast_cost", "projects_with_cost", "projects", "currency")
    amounts, word = scaled(position["forecast_cost"])
    data = position.assign(
        amount=amounts,
        label=position["projects_with_cost"].astype(str)
        + " of "
        + position["projects"].astype(str),
    )
    few = position["status_date"].nunique() <= MOST_LABELS
    dates = [f"{found:%Y-%m-%d}" for found in pd.to_datetime(position["status_date"].unique())]
    axis = alt.Axis(values=dates, format="%b %Y", labelOverlap="greedy") if few else alt.Axis()
    base = alt.Chart(data).encode(
        alt.X("status_date:T").title("Report").axis(axis),
        alt.Y("amount:Q")
        .title(f"Whole-life cost, {single(position['currency'])}{word}")
        .scale(zero=True),
        tooltip=tips(
            f"status_date; amount/,.1f: Whole-life cost, {word}; label: Projects that disclose it"
        ),
    )
    line = base.mark_line(point={"filled": True, "size": 60}, color=NAVY)
    is_legible = alt.ExprRef(f"width < {65 * len(dates)} ? 0 : 1")  # the tooltip says it on a phone
    words = base.encode(text="label:N")
    rim = words.mark_text(dy=-16, fontSize=11, opacity=is_legible, stroke="white", strokeWidth=5)
    labels = [rim, words.mark_text(dy=-16, fontSize=11, opacity=is_legible)]  # no line crosses them
    return alt.layer(
        *([line, *labels] if few else [line]),
    ).properties(
        title="Whole-life cost stated at each report"
        + (", and by how many projects" if few else ""),
        height=260,
        description="Line: sum of disclosed whole-life cost at each report; labels count projects.",
    )


def movement_matrix(changes: pd.DataFrame) -> alt.TopLevelMixin:
    """Where each project's rating was and is: off the diagonal it moved.

    Draws the rows of measure `report_change` that were rated both times.
    """
    require(changes, "previous_rag", "rag", "project_id", "movement")
    both = changes.dropna(subset=["previous_rag", "rag"])
    words = {rag: rag.replace("_", "/") for rag in RATINGS}
    data = both.assign(was=both["previous_rag"].map(words), now=both["rag"].map(words))
    order = [words[rag] for rag in RATINGS]
    base = alt.Chart(data[["was", "now", "movement", "project_id"]]).encode(
        alt.X("now:N")
        .sort(order)
        .title("Rated now")
        .axis(labelAngle=0, orient="top")
        .scale(paddingInner=0),
        alt.Y("was:N").sort(order).title("Rated in the previous report").scale(paddingInner=0),
    )
    colours = {"worsened": ORANGE, "improved": NAVY, "unchanged": GREY, "scale changed": "#e6e9ed"}
    seen = [name for name in colours if name in set(data["movement"])]
    meaning = alt.Scale(domain=seen, range=[colours[name] for name in seen])
    cells = base.mark_rect(stroke="white", strokeWidth=2, opacity=0.9).encode(
        alt.Color("movement:N").title("Meaning").scale(meaning).legend(orient="bottom"),
        tooltip=tips("was; now; movement; count()/integer: Projects"),
    )
    counts = base.mark_text(fontSize=15, fontWeight="bold").encode(
        text="count():Q",
        color=alt.condition(
            "datum.movement == 'worsened' || datum.movement == 'improved'",
            alt.value("white"),
            alt.value("#1b2733"),
        ),
        detail="movement:N",
    )
    return alt.layer(cells, counts).properties(
        title="Who moved: rating before and now",
        height=60 + 46 * data["was"].nunique(),
        description="Matrix: number of projects by previous and present rating.",
    )


def ranked_drift(changes: pd.DataFrame) -> alt.TopLevelMixin:
    """Finish dates that moved furthest later since the previous report.

    Draws `readings.slipped(changes)`.
    """
    require(changes, "name", "drift_days", "forecast_finish", "previous_forecast_finish")
    return ranked(
        changes,
        "drift_days",
        title="Which finish dates slipped furthest",
        axis="Days later than in the previous report",
        tooltip=(
            "drift_days/days: Days moved; previous_forecast_finish/date: Finish before;"
            "forecast_finish/date: Finish now"
        ),
        label="+,d",
    )


def ranked_growth(changes: pd.DataFrame) -> alt.TopLevelMixin:
    """Whole-life costs that moved most since the previous report; to the right is dearer.

    Draws `readings.grown(changes)`.
    """
    require(changes, "name", "cost_growth", "cost_growth_ratio", "forecast_cost", "currency")
    grown, word = scaled(changes["cost_growth"])
    data = changes.assign(grown=grown, cost=changes["forecast_cost"], said=_said(changes))
    return ranked(
        data,
        "grown",
        title="Which whole-life costs moved most",
        axis=f"Change since the previous report, {single(changes['currency'])}{word}",
        tooltip="cost_growth/+,.0f: Change; cost_growth_ratio/+.1%: Change, %; cost: Cost now",
        label="said",
    )


def _said(changes: pd.DataFrame) -> list[str]:
    """Write each change of cost as the tables do, with its sign."""
    return [
        f"{'+' if row['cost_growth'] > 0 else ''}{money(row['cost_growth'], row['currency'] or '')}"
        for row in changes.to_dict("records")
    ]


def unit_growth(units: pd.DataFrame) -> alt.TopLevelMixin:
    """Change of whole-life cost by business unit; to the right is dearer.

    Draws the frame of `readings.units`.
    """
    require(
        units, "business_unit", "cost_growth", "cost_growth_ratio", "costs_compared", "currency"
    )
    known = units[units["costs_compared"] > 0]
    grown, word = scaled(known["cost_growth"])
    data = known.assign(name=known["business_unit"], grown=grown, said=_said(known))
    return ranked(
        data[data["grown"] != 0].sort_values("grown", ascending=False),
        "grown",
        title="Which units' costs moved most",
        axis=f"Change since the previous report, {single(units['currency'])}{word}",
        tooltip=(
            "cost_growth/+,.0f: Change; cost_growth_ratio/+.1%: Change, %;"
            "costs_compared: Projects compared"
        ),
        label="said",
    )
