"""Charts of what to fund: scores, their firmness, plan against lists, frontiers, people, starts."""

from typing import Any

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, short, single, tips
from pmo_analytics.page.figures import money
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE, TEAL

CRITERIA = [NAVY, "#4d7699", "#8aa4bb", "#c6d3df", TEAL, "#9fd1ca"]
MILLION = 1e6
MOST = 20
STEPS, TICKS, DAYS_PER_MONTH = (1, 2, 3, 6, 12, 24), 4, 30.4  # of an axis of months
INWARDS = 0.4  # of an axis of risk: names of points further left begin at them, others end there
FROM_LEFT: dict[str, Any] = {"align": "left", "dx": -6}
FROM_RIGHT: dict[str, Any] = {"align": "right", "dx": 6}
ROLES, BAND = 6, 1.2  # roles whose price is drawn along the frontier; from floor to floor
TRIED = "tried: what it adds to the plan"
PRICED = "its price within the budgets"
PRICED_FREE = "its price, were money no limit"


def _bars(names: list[Any]) -> alt.Y:
    """Axis of names in the order given, each on one line."""
    axis: alt.Y = (
        alt.Y("short:N")
        .sort(list(dict.fromkeys(short(name) for name in names)))
        .title(None)
        .axis(labelLimit=230)
    )
    return axis


def _height(names: "pd.Series[Any]") -> int:
    return ROW * max(int(names.nunique()), 2)


def _in_millions(frame: pd.DataFrame) -> str:
    return f"{single(frame['currency'])}million"


def score_parts(parts: pd.DataFrame, ranked: pd.DataFrame) -> alt.TopLevelMixin:
    """Score of the first candidates taken apart; a bar cut short says which score is missing.

    Draws the frames of `scores.contributions` and `ranking`.
    """
    require(parts, "project_id", "name", "criterion", "criterion_id", "contribution", "is_missing")
    require(ranked, "project_id", "name", "total")
    first = ranked.head(MOST)
    drawn = parts[parts["project_id"].isin(first["project_id"])]
    drawn = drawn.assign(short=[short(name) for name in drawn["name"]])
    missing = drawn[drawn["is_missing"].astype(bool)].groupby("project_id")["criterion"].agg(list)
    gone = first[first["project_id"].isin(missing.index)]
    gone = gone.assign(
        short=[short(name) for name in gone["name"]],
        note=[f"{len(missing[each])} not scored" for each in gone["project_id"]],
    )
    y = _bars(list(first["name"]))
    order = list(dict.fromkeys(parts.sort_values("criterion_id")["criterion"]))
    given = drawn.dropna(subset=["contribution"])
    given = given.assign(place=given["criterion"].map(order.index))
    bars = (
        alt.Chart(given)
        .mark_bar(height=ROW * 0.6, stroke="white")
        .encode(
            y,
            alt.X("contribution:Q").title("Score, of 1").scale(domain=[0, 1]),
            alt.Color("criterion:N")
            .title(None)
            .scale(domain=order, range=CRITERIA[: len(order)])
            .legend(orient="top", columns=1),
            order=alt.Order("place:Q"),
            tooltip=tips("name; criterion; score: Score given; contribution/.3f: Adds"),
        )
    )
    notes = (
        alt.Chart(gone)
        .mark_text(align="left", dx=6, color=ORANGE)
        .encode(y, x="total:Q", text="note:N")
    )
    return alt.layer(bars, notes).properties(
        title="What each candidate scores, criterion by criterion",
        height=_height(first["name"]),
        description="Stacked bars: score of each candidate by criterion; the highest first.",
    )


def selection_frequency(stability: pd.DataFrame) -> alt.TopLevelMixin:
    """How often the list by score funds each candidate when the weights vary.

    Draws the frame of `scores.stability`.
    """
    require(stability, "name", "rank", "funded_frequency", "standing", "rank_p5", "rank_p95")
    drawn = stability.head(2 * MOST)
    colours = {"firm in": NAVY, "borderline": ORANGE, "firm out": GREY}
    colours |= {"on a tie": "#f0b48c"} if (drawn["standing"] == "on a tie").any() else {}
    drawn = drawn.assign(short=[short(name) for name in drawn["name"]])
    y = _bars(list(drawn["name"]))
    base = alt.Chart(drawn).encode(
        y,
        alt.X("funded_frequency:Q")
        .title("Share of draws in which the list funds it")
        .axis(format="%"),
        tooltip=tips(
            "name; rank: Rank by score; rank_p5: Rank, 5% of draws better;"
            "rank_p95: Rank, 5% of draws worse; funded_frequency: Funded"
        ),
    )
    bars = base.mark_bar(height=ROW * 0.6).encode(
        alt.Color("standing:N")
        .title(None)
        .scale(domain=list(colours), range=list(colours.values()))
    )
    labels = base.mark_text(align="left", dx=5).encode(
        text=alt.Text("funded_frequency:Q", format=".0%")
    )
    return alt.layer(bars, labels).properties(
        title={
            "text": "How firmly the list by score funds each candidate",
            "subtitle": "Weights drawn around those stated; the list made anew each time",
        },
        height=_height(drawn["name"]),
        description="Bars: share of drawn weights under which the list by score funds a candidate.",
    )


def value_by_rule(rules: pd.DataFrame) -> alt.TopLevelMixin:
    """Value that the best plan and each ranked list bring under the same limits.

    Draws the frame of `choice.rules`.
    """
    require(rules, "rule", "value", "spend", "projects", "left", "share_left")
    drawn = rules.assign(
        short=rules["rule"],
        millions=rules["value"] / MILLION,
        is_best=rules["left"] <= 0,
        label=[
            f"{row['value'] / MILLION:,.1f}"
            + (f" ({row['share_left']:.0%} less)" if row["share_left"] > 0 else "")
            for row in rules.to_dict("records")
        ],
    )
    low, room = (float(each) * 1.5 for each in (drawn["millions"].min(), drawn["millions"].max()))
    axis = [min(low, 0.0), max(room, 0.0) or (0.0 if low < 0 else 1.0)]
    base = alt.Chart(drawn).encode(
        _bars(list(drawn["rule"])),
        alt.X("millions:Q").title(f"Stated value, {_in_millions(rules)}").scale(domain=axis),
        tooltip=tips("rule; millions/,.2f: Value, million; projects"),
    )
    bars = base.mark_bar(height=ROW * 0.6).encode(
        color=alt.condition("datum.is_best", alt.value(NAVY), alt.value(GREY))
    )
    return alt.layer(bars, base.mark_text(align="left", dx=5).encode(text="label:N")).properties(
        title="What each way of choosing brings",
        height=_height(drawn["rule"]),
        description="Bars: value of the best plan and of each ranked list under the same limits.",
    )


def money_frontier(frontier: pd.DataFrame, marks: pd.DataFrame) -> alt.TopLevelMixin:
    """Value against all that is spent, with the plans marked; see `_band`.

    Draws the frames of `worth.money_frontier` and `marks`.
    """
    require(frontier, "currency")
    return _band(
        frontier,
        marks,
        title="What a larger or smaller budget would bring",
        axis=f"Spend on new projects, {_in_millions(frontier)}",
        scale=MILLION,
    )


def risk_frontier(frontier: pd.DataFrame, marks: pd.DataFrame) -> alt.TopLevelMixin:
    """Value against the sum of risk scores, with the plans marked; see `_band`.

    Draws the frames of `worth.risk_frontier` and `marks`.
    """
    return _band(
        frontier,
        marks,
        title="What taking more or less risk would bring",
        axis="Sum of the risk scores of the plan",
        scale=1.0,
    )


def _band(
    frontier: pd.DataFrame, marks: pd.DataFrame, *, title: str, axis: str, scale: float
) -> alt.TopLevelMixin:
    """Draw value against a limit: between the line and the edge of the band lies the best there is.

    The line steps where a plan really uses that much, so that a plan marked lies on it or below.
    """
    require(frontier, "limit", "value", "bound", "n_selected", "used", "marginal_value")
    require(marks, "rule", "used", "value")
    drawn = frontier.assign(
        limit=frontier["limit"] / scale,
        x=frontier["used"] / scale,
        achieved=frontier["value"] / MILLION,
        ceiling=frontier["bound"] / MILLION,
    )
    # lists that choose the same projects share a mark
    at = marks.assign(x=marks["used"] / scale, achieved=marks["value"] / MILLION)
    at = at.groupby(["x", "achieved"], sort=False)["rule"].agg(" = ".join).reset_index()
    base = alt.Chart(_line_of(drawn)).encode(
        alt.X("x:Q").title(axis).scale(zero=False),
        tooltip=tips(
            f"x/,.1f: {axis}; achieved/,.2f: Achieved, million;"
            "ceiling/,.2f: No plan can exceed, million; n_selected: Projects"
        ),
    )
    y = alt.Y("achieved:Q").title(f"Stated value, {_in_millions(frontier)}").scale(zero=False)
    band = (
        alt.Chart(_between(drawn))
        .mark_rect(opacity=0.18, color=NAVY)
        .encode(alt.X("x:Q"), alt.X2("until:Q"), alt.Y("achieved:Q"), alt.Y2("most:Q"))
    )
    line = base.mark_line(interpolate="step-after").encode(y)
    points = alt.Chart(at).encode(alt.X("x:Q"), alt.Y("achieved:Q"))
    return alt.layer(
        band,
        line,
        points.mark_point(size=90, filled=True, opacity=1).encode(
            alt.Color("rule:N")
            .title(None)
            .scale(range=[NAVY, INK, "#8aa4bb", GREY])
            .legend(columns=1, labelLimit=0),
            tooltip=tips("rule: Plan; achieved/,.2f: Value, million"),
        ),
    ).properties(
        title=alt.Title(
            title,
            subtitle="line: the most found; shaded: from there to what no plan can exceed",
        ),
        height=320,
        description=f"Band: value achieved and value no plan can exceed, against {axis.lower()}.",
    )


def _line_of(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return each plan once, at what it uses, and the last one on to the last limit."""
    last = drawn.iloc[[-1]]
    line = drawn.drop_duplicates(["x", "achieved"], keep="last")
    return pd.concat([line, last.assign(x=last[["x", "limit"]].max(axis=1))], ignore_index=True)


def _between(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return what lies between the line and the bound, as rectangles.

    Up to the next limit no plan is worth more than the bound there; the line rises on the way, where the
    next plan begins.
    """
    now, then = drawn.iloc[:-1].reset_index(drop=True), drawn.iloc[1:].reset_index(drop=True)
    turn = then["x"].clip(lower=now["limit"], upper=then["limit"])
    most = then["ceiling"]
    before = pd.DataFrame(
        {"x": now["limit"], "until": turn, "achieved": now["achieved"], "most": most}
    )
    after = pd.DataFrame(
        {"x": turn, "until": then["limit"], "achieved": then["achieved"], "most": most}
    )
    found = pd.concat([before, after], ignore_index=True)
    return found[found["until"] > found["x"]]


def marginal_value(frontier: pd.DataFrame) -> alt.TopLevelMixin:
    """What the last unit of money brings as the budget grows; under 1 it costs more than it brings.

    Draws the frame of `worth.money_frontier`.
    """
    require(frontier, "limit", "marginal_value")
    drawn = frontier.assign(x=frontier["limit"] / MILLION)
    line = (
        alt.Chart(drawn)
        .mark_line(interpolate="step-after")
        .encode(
            alt.X("x:Q")
            .title(f"Spend on new projects, {_in_millions(frontier)}")
            .scale(zero=False),
            alt.Y("marginal_value:Q").title("Value of one more unit of money"),
            tooltip=tips("x/,.1f: Spend, million; marginal_value/index: Value"),
        )
    )
    rule = alt.Chart(alt.InlineData([{}])).mark_rule(strokeDash=[5, 3]).encode(y=alt.datum(1))
    return alt.layer(line, rule).properties(
        title="Where more money stops paying for itself",
        height=180,
        description="Line: value of one more unit of money against all that is spent; a rule marks 1.",
    )


def role_margins(margins: pd.DataFrame) -> alt.TopLevelMixin:
    """What one more month of a person brings at most as the budget grows, a band for each role.

    Draws the frame of `worth.role_margins`: the dearest roles, on one scale; how many
    more have a price is said.
    """
    require(margins, "limit", "role", "price", "currency")
    roles = list(dict.fromkeys(margins["role"]))
    drawn = margins[margins["role"].isin(roles[:ROLES])]
    # the last limit takes no room: what is priced there alone cannot be seen
    seen = drawn[drawn["limit"] < drawn["limit"].max()]
    most = (seen if len(seen) else drawn).groupby("role", sort=False)["price"].max()
    top = float(most.max()) or 1.0
    # each role stands on a floor of its own, so that one picture holds them all and fits any page
    floor = -drawn["role"].map(roles.index) * BAND
    drawn = drawn.assign(
        x=drawn["limit"] / MILLION,
        thousands=drawn["price"] / 1e3,
        floor=floor,
        height=floor + (drawn["price"] / top).clip(upper=1),
    )
    if len(roles) == 1:
        return _one_margin(margins, roles[0])
    named = drawn.drop_duplicates("role")
    named = named.assign(label=[f"{role}: up to {most[role] / 1e3:,.0f}" for role in named["role"]])
    base = alt.Chart(drawn).encode(
        alt.X("x:Q").title(f"Spend on new projects, {_in_millions(margins)}").scale(zero=False)
    )
    bands = base.mark_area(interpolate="step-after", color=NAVY, opacity=0.75).encode(
        alt.Y("height:Q").title(None).axis(None),
        alt.Y2("floor:Q"),
        alt.Detail("role:N"),
        tooltip=tips("role; x/,.1f: Spend, million; thousands/,.1f: Price, thousand"),
    )
    floors = alt.Chart(named).mark_rule(color=GREY).encode(alt.Y("floor:Q"))
    labels = (
        alt.Chart(named)
        .mark_text(align="left", baseline="bottom", dx=4, dy=-3)
        .encode(alt.X("x:Q"), alt.Y("floor:Q"), text="label:N")
    )
    left = len(roles) - ROLES
    note = (
        [f"{left} cheaper {'role is' if left == 1 else 'roles are'} left out"] if left > 0 else []
    )
    unit = f"{single(margins['currency'])}thousand"
    said = f"Price of one more FTE-month in the quarter where it is worth most, {unit}"
    return alt.layer(bands, floors, labels).properties(
        title={
            "text": "What one more month of each role would bring",
            "subtitle": [said, *note],
        },
        height=60 * max(min(len(roles), ROLES), 2),
        description="Areas: highest price of one more person-month by role, against all that is spent.",
    )


def _one_margin(margins: pd.DataFrame, role: str) -> alt.TopLevelMixin:
    """Draw the price of the only role that has one, as a line on a scale of its own."""
    drawn = margins.assign(x=margins["limit"] / MILLION, thousands=margins["price"] / 1e3)
    unit = f"{single(margins['currency'])}thousand"
    line: alt.TopLevelMixin = (
        alt.Chart(drawn)
        .mark_line(interpolate="step-after")
        .encode(
            alt.X("x:Q").title(f"Spend on new projects, {_in_millions(margins)}").scale(zero=False),
            alt.Y("thousands:Q").title(f"Price, {unit}"),
            tooltip=tips("x/,.1f: Spend, million; thousands/,.1f: Price, thousand"),
        )
        .properties(
            title={
                "text": f"What one more month of a {role[:1].lower()}{role[1:]} would bring",
                "subtitle": "Its price in the quarter where it is worth most; no other role has one",
            },
            height=180,
            description=f"Line: highest price of one more month of {role} against all that is spent.",
        )
    )
    return line


def role_prices(prices: pd.DataFrame) -> alt.TopLevelMixin:
    """What one more month of a person brings, by role and quarter: bars as tried, ticks by price.

    Draws the frame of `worth.role_prices`.
    """
    require(prices, "label", "gain", "price", "price_money_free", "currency")
    drawn = prices.head(MOST)
    drawn = drawn.assign(short=[short(name) for name in drawn["label"]])
    words = {"gain": TRIED, "price": PRICED, "price_money_free": PRICED_FREE}
    said = drawn.melt(
        id_vars="short", value_vars=list(words), var_name="kind", value_name="amount"
    ).dropna(subset=["amount"])
    said = said.assign(thousands=said["amount"] / 1e3, kind=said["kind"].map(words))
    gains = {
        row["short"]: "adds nothing" if row["gain"] <= 0 else money(row["gain"], row["currency"])
        for row in drawn.dropna(subset=["gain"]).to_dict("records")
    }
    named = drawn.drop_duplicates("short")[["short"]]
    named = named.assign(
        label=[
            f"{name}: {gains[name]}" if name in gains else f"{name}: not tried"
            for name in named["short"]
        ]
    )
    colour = (
        alt.Color("kind:N")
        .title(None)
        .scale(domain=list(words.values()), range=[NAVY, ORANGE, "#8aa4bb"])
        .legend(columns=1, labelLimit=0, symbolOpacity=1)
    )
    # names stand above the bars: beside them a narrow page would cut the quarter off
    base = alt.Chart(said).encode(
        alt.Y("short:N").sort(list(dict.fromkeys(drawn["short"]))).title(None).axis(None),
        alt.X("thousands:Q")
        .title(f"One more month, {single(prices['currency'])}thousand")
        .scale(domain=[0, float(said["thousands"].max()) * 1.05 or 1.0]),
        tooltip=tips("short: Role and quarter; kind: How; thousands/,.1f: Thousand"),
    )
    bars = base.transform_filter(alt.datum.kind == TRIED).mark_bar(height=ROW * 0.4, yOffset=8)
    ticks = base.transform_filter((alt.datum.kind != TRIED) & (alt.datum.thousands > 0))
    labels = (
        alt.Chart(named)
        .mark_text(align="left", baseline="bottom", dy=-1)
        .encode(
            alt.Y("short:N").sort(list(dict.fromkeys(drawn["short"]))).axis(None),
            x=alt.value(2),
            text="label:N",
        )
    )
    return alt.layer(
        bars.encode(colour),
        ticks.mark_tick(height=ROW * 0.55, thickness=4, opacity=1, yOffset=8).encode(colour),
        labels,
    ).properties(
        title="Which people are worth most to add",
        height=1.7 * _height(drawn["label"]),
        description="Bars: value that one more person-month adds to the plan; ticks: its price.",
    )


def value_against_risk(projects: pd.DataFrame) -> alt.TopLevelMixin:
    """Value, risk and cost of each candidate; the best lie high and to the left.

    Draws the frame of `choice.projects`, and names the candidates that none beats in both.
    """
    require(projects, "name", "value", "risk_score", "cost", "is_in")
    drawn = projects.dropna(subset=["value", "risk_score"])
    drawn = drawn.assign(
        millions=drawn["value"] / MILLION,
        cost_millions=drawn["cost"] / MILLION,
        fate=[
            "in the plan by stated value" if chosen else "not in it" for chosen in drawn["is_in"]
        ],
        short=[short(name) for name in drawn["name"]],
    )
    base = alt.Chart(drawn).encode(
        alt.X("risk_score:Q").title("Risk score, higher is riskier").scale(padding=24, nice=False),
        alt.Y("millions:Q")
        .title(f"Stated value, {_in_millions(drawn)}")
        .scale(padding=30, zero=False, nice=False),
    )
    circles: alt.Chart = base.mark_circle(opacity=0.75, stroke="white").encode(
        alt.Size("cost_millions:Q").scale(range=[40, 900]).legend(None),
        alt.Color("fate:N")
        .title(None)
        .scale(domain=["in the plan by stated value", "not in it"], range=[NAVY, GREY]),
        tooltip=tips(
            "name; millions/,.2f: Value, million; cost_millions/,.2f: Cost, million; risk_score;"
            "fate: Is"
        ),
    )
    # names run inwards from either side, so that none is cut off at an edge
    named, low, high = _unbeaten(drawn), drawn["risk_score"].min(), drawn["risk_score"].max()
    is_left = named["risk_score"] <= low + INWARDS * (high - low)
    texts = [
        alt.Chart(rows)
        .mark_text(baseline="bottom", dy=-7, limit=150, **mark)
        .encode(alt.X("risk_score:Q"), alt.Y("millions:Q"), text="short:N")
        for rows, mark in ((named[is_left], FROM_LEFT), (named[~is_left], FROM_RIGHT))
        if len(rows)
    ]
    return alt.layer(circles, *texts).properties(
        title={
            "text": "Which candidates bring value at little risk",
            "subtitle": [
                "The larger a bubble, the dearer the project;",
                "named: no other brings more at as little risk",
            ],
        },
        height=320,
        description="Bubbles: value against risk score of each candidate, sized by cost.",
    )


def _unbeaten(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates than which none of as little risk brings more."""
    ordered = drawn.sort_values(["risk_score", "millions"], ascending=[True, False])
    before = ordered["millions"].cummax().shift(fill_value=-float("inf"))
    return ordered[ordered["millions"] > before]


def value_per_cost(projects: pd.DataFrame) -> alt.TopLevelMixin:
    """Candidates that promise most for their cost, where no budget cuts the list.

    Draws the rows of `choice.projects` with a value and a cost.
    """
    require(projects, "name", "value_per_cost", "value", "cost")
    drawn = projects.sort_values("value_per_cost", ascending=False).head(MOST)
    room = float(drawn["value_per_cost"].max()) * 1.15 or 1.0
    drawn = drawn.assign(short=[short(name) for name in drawn["name"]])
    base = alt.Chart(drawn).encode(
        _bars(list(drawn["name"])),
        alt.X("value_per_cost:Q").title("Value for one unit of cost").scale(domain=[0, room]),
        tooltip=tips("name; value_per_cost/,.1f"),
    )
    labels = base.mark_text(align="left", dx=5).encode(
        text=alt.Text("value_per_cost:Q", format=",.1f")
    )
    return alt.layer(base.mark_bar(height=ROW * 0.6), labels).properties(
        title="Which projects promise most for their cost",
        height=_height(drawn["name"]),
        description="Bars: value per unit of cost, the highest first.",
    )


def chosen_starts(projects: pd.DataFrame, by: str = "") -> alt.TopLevelMixin:
    """When the chosen projects run; a tick is the planned start, a diamond the deadline.

    Draws the frame of `choice.projects`; `by` says by what they were chosen.
    """
    require(
        projects, "name", "start", "finish", "planned_start", "deadline", "is_in", "is_mandatory"
    )
    drawn = projects[projects["is_in"]].head(2 * MOST)
    drawn = drawn.assign(
        short=[short(name) for name in drawn["name"]],
        kind=["mandatory" if must else "chosen" for must in drawn["is_mandatory"]],
    )
    y = _bars(list(drawn["name"]))
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=ROW * 0.5)
        .encode(
            y,
            alt.X("start:T").title(None).axis(format="%b %Y", tickCount=_every(drawn)),
            alt.X2("finish:T"),
            alt.Color("kind:N")
            .title(None)
            .scale(domain=["chosen", "mandatory"], range=[NAVY, "#8aa4bb"]),
            tooltip=tips("name; start/%b %Y: Starts; finish/%b %Y: Finishes; planned_start/%b %Y"),
        )
    )
    planned = alt.Chart(drawn).mark_tick(height=ROW * 0.8, color=INK).encode(y, x="planned_start:T")
    due = drawn.dropna(subset=["deadline"])
    deadlines = (
        alt.Chart(due)
        .mark_point(shape="diamond", filled=True, size=110, color=ORANGE, opacity=1)
        .encode(
            y,
            x="deadline:T",
            tooltip=tips("deadline/date"),
        )
    )
    return alt.layer(*([bars, planned, deadlines] if len(due) else [bars, planned])).properties(
        title={
            "text": f"When the projects chosen{by} run" if by else "When the chosen projects run",
            "subtitle": "A tick is the planned start, a diamond the deadline",
        },
        height=_height(drawn["name"]),
        description="Bars: start to finish of each chosen project, with planned start and deadline.",
    )


def _every(drawn: pd.DataFrame) -> dict[str, Any]:
    """Say how many months lie from tick to tick, so that a telephone has room for their labels."""
    dates = pd.concat([pd.to_datetime(drawn[c]) for c in ("start", "finish", "planned_start")])
    months = (dates.max() - dates.min()).days / DAYS_PER_MONTH if len(drawn) else 0.0
    step = next((each for each in STEPS if months <= TICKS * each), STEPS[-1])
    return {"interval": "month", "step": step}
