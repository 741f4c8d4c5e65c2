"""One project as its sponsor reads it: what it is, how it stood and stands, and where figures come from."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NoReturn

import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance.asked import shown_by
from pmo_analytics.page.figures import (
    RATING_WORDS,
    capital,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    signed_days,
    verb,
)

MONTHS_AHEAD = 12
WITHOUT_PERIOD = "2099-12-31"  # the period under which a sender's whole-life benefit is kept
TOLERATED = {"cost": "cost", "days": "finish", "benefits": "benefits"}
TRACED = {
    "Forecast cost": ("report_change", "forecast_cost"),
    "Forecast finish": ("report_change", "forecast_finish"),
    "Movement of the finish": ("report_change", "drift_days"),
    "CPI": ("earned_value", "cpi"),
    "SPI": ("earned_value", "spi"),
    "Estimate at completion": ("estimate_at_completion", "eac_cpi"),
    "Pace, SPI(t)": ("earned_schedule", "spi_t"),
    "Computed rating": ("rag_status", "computed"),
    "Risk exposure": ("risk_exposure", "exposure"),
}


# Frames -------------------------------------------------------------------------------------------


def facts(at: Scope) -> pd.DataFrame:
    """Header facts of a project, with what it reports at a status date.

    Grain:
        One row.

    Columns:
        Those of table `project` and, of `project_status`, rag, percent_complete, bac,
        forecast_cost, forecast_finish, baseline_finish, start, commentary; programme: its name.

    Raises:
        UnknownNameError: there is no such project, it is in another portfolio, or it did not
            report on the date.
    """
    found = at.own(
        "select p.*, g.name as programme, s.rag, s.percent_complete, s.bac, "
        "s.forecast_cost, s.forecast_finish, s.baseline_finish, s.start, s.commentary "
        "from project_then as p "
        "inner join status_report as s on p.project_id = s.project_id and p.status_date = s.status_date "
        "left join programme as g on p.programme_id = g.programme_id "
        "where ($project_id is null or p.project_id = $project_id) and s.status_date = $status_date",
    )
    if found.empty:
        _refuse(at)
    return found


def _refuse(at: Scope) -> NoReturn:
    dates = at.frame(
        "select status_date from status_report where project_id = $project_id order by status_date"
    )["status_date"]
    raise UnknownNameError(
        f"project {at.project_id} did not report on {at.status_date}; its reports are "
        f"{', '.join(f'{each:%Y-%m-%d}' for each in dates[-4:]) or 'none'}"
    )


def currency(facts: pd.DataFrame) -> str:
    """Currency of the project, empty where it states none."""
    found = facts["currency"].iloc[0]
    return "" if is_missing(found) else str(found)


def history(at: Scope) -> pd.DataFrame:
    """What a project reported, report by report, up to a status date.

    Grain:
        One row per report, oldest first.

    Columns:
        status_date, currency, forecast_cost, bac, forecast_finish, baseline_finish, rag: as
        reported. computed, rule: what its figures give. commentary.
    """
    return at.own(
        "select s.project_id, s.status_date, p.currency, s.forecast_cost, s.bac, s.forecast_finish, "
        "s.baseline_finish, s.rag, r.computed, r.rule, s.commentary "
        "from status_report as s "
        "inner join project_then as p on s.project_id = p.project_id and s.status_date = p.status_date "
        "left join rag_status as r on s.project_id = r.project_id and s.status_date = r.status_date "
        "where ($project_id is null or s.project_id = $project_id) and s.status_date <= $status_date "
        "order by s.status_date",
    )


def missed(at: Scope) -> list[pd.Timestamp]:
    """Dates on which its portfolio was reported on and the project was not, since its first report."""
    found = at.own(
        "select project_id, status_date from silent_reporter "
        "where ($project_id is null or project_id = $project_id) and status_date <= $status_date "
        "order by status_date"
    )
    return [pd.Timestamp(each) for each in found["status_date"]]


DIMENSIONS = {
    "rag_schedule": "Schedule",
    "rag_cost": "Cost",
    "rag_scope": "Scope",
    "rag_benefits": "Benefits",
    "rag_resource": "People",
    "rag_risk": "Risk",
}


def dimensions(reports: pd.DataFrame) -> pd.DataFrame:
    """Ratings that a project declares of itself by dimension, from the history of `status_report`.

    Grain:
        One row per dimension rated in the last report or the one before.

    Columns:
        dimension; now_rating, before_rating: None where none was declared.
    """
    last = reports.sort_values("status_date").tail(2).astype(object)
    last = last.where(last.notna(), None)
    now, before = last.iloc[-1], last.iloc[0] if len(last) > 1 else None
    rows = [
        {
            "dimension": called,
            "now_rating": now[name],
            "before_rating": None if before is None else before[name],
        }
        for name, called in DIMENSIONS.items()
        if last[name].notna().any()
    ]
    return pd.DataFrame(rows, columns=["dimension", "now_rating", "before_rating"], dtype=object)


def ratings(history: pd.DataFrame) -> pd.DataFrame:
    """Ratings of `history` in rows: declared, and computed where any could be.

    Columns:
        status_date. source: declared or computed. rag: unrated where there is none.
    """
    sources = {"rag": "declared", "computed": "computed"}
    known = [name for name in sources if history[name].notna().any()]
    if not known:
        return pd.DataFrame(columns=["status_date", "source", "rag"])
    long = history.melt(["status_date"], known, var_name="source")
    return long.assign(source=long["source"].map(sources), rag=long["value"].fillna("unrated"))


def with_cost(history: pd.DataFrame) -> pd.DataFrame:
    """Reports of `history` with a cost; none where there is one, which moved nowhere."""
    return _moving(history.dropna(subset=["forecast_cost", "bac"], how="all"))


def with_finish(history: pd.DataFrame) -> pd.DataFrame:
    """Reports of `history` with a finish; none where there is one, which moved nowhere."""
    return _moving(history.dropna(subset=["forecast_finish", "baseline_finish"], how="all"))


def _moving(reports: pd.DataFrame) -> pd.DataFrame:
    return reports if len(reports) > 1 else reports.head(0)


def ends(compared: pd.DataFrame, schedules: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Where each estimate says the project ends: at which cost, and when.

    From `selections.estimates_compared`, `earned_schedule` and `facts`. The manager's cost
    stands at the manager's date, the others at the date the pace so far gives.
    """
    pace = pd.to_datetime(schedules["forecast_finish"]).max()
    manager = pd.to_datetime(facts["forecast_finish"]).max()
    is_manager = compared["estimate"].str.startswith("manager")
    finish = pd.Series(pace, index=compared.index).where(~is_manager, manager)
    whose = pd.Series("at the pace so far", index=compared.index).where(~is_manager, "manager")
    return compared.assign(finish=finish, whose=whose).dropna(subset=["finish"])


def costs(at: Scope) -> pd.DataFrame:
    """Money by category: to the status date, and over the whole life.

    Grain:
        One row per category, dearest first.

    Columns:
        budget_to_date, actual_to_date, variance (budget less actual), budget, forecast: project
        currency.
    """
    return at.own(
        "select project_id, category, sum(budget) filter (period_end <= $status_date) as budget_to_date, "
        "sum(actual) filter (period_end <= $status_date) as actual_to_date, "
        "budget_to_date - actual_to_date as variance, sum(budget) as budget, "
        "sum(forecast) as forecast from cost_line "
        "where ($project_id is null or project_id = $project_id) group by project_id, category "
        "order by budget desc nulls last, category",
    )


def people(at: Scope) -> pd.DataFrame:
    """People asked for in the twelve months that are not over at the status date.

    Grain:
        One row per role and month.

    Columns:
        role: its name. month. fte: full-time equivalents. confidence: forecast or confirmed.
    """
    return at.own(
        "select d.project_id, coalesce(r.name, d.role_id) as role, d.month, sum(d.fte) as fte, "
        "min(d.confidence) as confidence from demand as d left join role as r using (role_id) "
        "where ($project_id is null or d.project_id = $project_id) "
        "and d.month >= date_trunc('month', $status_date::date + 1) "
        f"and d.month < date_trunc('month', $status_date::date + 1) + interval {MONTHS_AHEAD} month "
        "group by all order by role, d.month",
    )


def risks(at: Scope) -> pd.DataFrame:
    """Open risks of a project, those with the highest score first, with their response."""
    return at.own(
        "select v.*, r.response, r.proximity_date from risk_rating as v inner join risk_report as r "
        "on v.project_id = r.project_id and v.risk_id = r.risk_id and v.status_date = r.status_date "
        "where ($project_id is null or v.project_id = $project_id) and v.status_date = $status_date "
        "order by v.score desc nulls last, v.exposure desc nulls last, v.risk_id",
    )


def after_end(at: Scope) -> pd.DataFrame:
    """Open risks that may strike only after the finish that the manager forecasts, of `risks`."""
    found, finish = at.once(risks), at.once(facts)["forecast_finish"].iloc[0]
    return found[pd.to_datetime(found["proximity_date"]) > pd.Timestamp(finish)]


def promised(at: Scope) -> pd.DataFrame:
    """Benefits of a project, due or not: to the last period reported, and over the whole life.

    Grain:
        One row per benefit.

    Columns:
        name, kind, owner. first_due: end of its first period, missing for a sum over the whole
        life. planned_to_date, realised_to_date,
        rate: as in `benefit_position`, missing while nothing is due. planned_whole_life,
        forecast_whole_life: project currency or own unit.
    """
    return at.own(
        "select r.project_id, r.benefit_id, any_value(r.name) as name, any_value(r.kind) as kind, "
        "any_value(r.owner) as owner, "
        f"nullif(min(r.period_end), date '{WITHOUT_PERIOD}') as first_due, "
        "any_value(p.planned_to_date) as planned_to_date, "
        "any_value(p.realised_to_date) as realised_to_date, any_value(p.rate) as rate, "
        "any_value(r.planned_whole_life) as planned_whole_life, "
        "any_value(r.forecast_whole_life) as forecast_whole_life "
        "from benefit_realisation as r left join benefit_position as p "
        "on r.project_id = p.project_id and r.benefit_id = p.benefit_id "
        "and p.status_date = $status_date where ($project_id is null or r.project_id = $project_id) "
        "group by r.project_id, r.benefit_id order by first_due, r.benefit_id",
    )


def at_even_odds(
    tolerances: pd.DataFrame, facts: pd.DataFrame, odds: pd.DataFrame | None
) -> pd.DataFrame:
    """Add to `tolerance_status` what is expected at even odds of the project: cost_likely, days_likely.

    Columns:
        cost_likely: over budget, a fraction. days_likely: past the baseline finish. Missing where
        nobody forecast them.
    """
    fact = facts.iloc[0]
    own = at_project(odds, str(fact["project_id"])) if odds is not None else pd.DataFrame()
    cost, finish = (own[name].iloc[0] if len(own) else None for name in ("cost_p50", "finish_p50"))
    budget, baseline = fact["bac"], fact["baseline_finish"]
    is_costed = not is_missing(cost) and not is_missing(budget) and budget > 0
    is_dated = not is_missing(finish) and not is_missing(baseline)
    return tolerances.assign(
        cost_likely=float(str(cost)) / float(budget) - 1 if is_costed else None,
        days_likely=(pd.Timestamp(str(finish)) - pd.Timestamp(baseline)).days if is_dated else None,
    )


def gate_states(gates: pd.DataFrame) -> dict[str, str]:
    """What became of each gate that was held or is overdue, by its name."""
    due = gates[gates["state"].ne("not due")]
    return dict(zip(due["gate"].astype(str), due["state"].astype(str), strict=True))


def open_rows(log: pd.DataFrame) -> pd.DataFrame:
    """Rows of a log of decisions or actions that are not settled, longest overdue first."""
    return log[log["state"].isin(["open", "overdue"])].reset_index(drop=True)


def at_project(frame: pd.DataFrame, project_id: str) -> pd.DataFrame:
    """Rows of a frame that concern one project."""
    return frame[frame["project_id"] == project_id].reset_index(drop=True)


def traces(at: Scope) -> pd.DataFrame:
    """Commands that explain the figures of the page which have a value.

    Columns:
        figure: in words. command: prints value, formula, inputs and the cells they came from.
    """
    known = at.own(
        " union all ".join(
            f"select project_id, {place} as place from {view} "
            "where ($project_id is null or project_id = $project_id) "
            f"and status_date = $status_date and {column} is not null"
            for place, (view, column) in enumerate(TRACED.values())
        )
    )
    found = [
        (
            figure,
            f"pmo explain {view}.{column} --project {at.project_id} --status-date {at.status_date}",
        )
        for place, (figure, (view, column)) in enumerate(TRACED.items())
        if place in set(known["place"])
    ]
    return pd.DataFrame(found, columns=["figure", "command"])


# Key figures and sentences ------------------------------------------------------------------------


def name(facts: pd.DataFrame) -> str:
    """Return the name of the project, or its id where it has none."""
    row = facts.iloc[0]
    return str(row["project_id"] if is_missing(row["name"]) else row["name"])


def read_rating(status: pd.DataFrame) -> str:
    """Say whether the figures bear out the declared rating, and which rule fired."""
    if status.empty:
        return "No rating can be computed: nothing is reported that a rule looks at."
    row = status.iloc[0]
    declared = RATING_WORDS.get(str(row["declared"]), "nothing")
    if is_missing(row["computed"]):
        why = str(row["reason"])
        return f"Declared is {declared}. {capital(why)}."
    found = RATING_WORDS[str(row["computed"])]
    if found == declared:
        return f"It says it is {declared}, and its figures agree: {row['rule']}."
    return f"It says it is {declared}; by its figures it is {found}: {row['rule']}."


def read_history(history: pd.DataFrame, missed: Sequence[pd.Timestamp] = ()) -> str:
    """Say how often the project reported, and how cost and finish moved since its first report."""
    none = f", none for {listed([f'{each:%B %Y}' for each in missed])}" if missed else ""
    said = [f"{counted(len(history), 'report')} since {day(history['status_date'].iloc[0])}{none}."]
    cost = history["forecast_cost"].dropna().astype(float)
    if len(cost) > 1 and cost.iloc[0]:
        growth = percent(cost.iloc[-1] / cost.iloc[0] - 1)
        said.append(f"Its manager's cost forecast changed by {growth} since it was first given.")
    finish = pd.to_datetime(history["forecast_finish"]).dropna()
    if len(finish) > 1:
        moved = signed_days((finish.iloc[-1] - finish.iloc[0]).days)
        said.append(f"Its manager's finish forecast moved by {moved} since it was first given.")
    return " ".join(said)


def read_first_slip(milestones: pd.DataFrame) -> str:
    """Say where lateness begins among milestones ahead, and that nothing in the report explains it."""
    ahead = milestones[milestones["actual_date"].isna()].dropna(subset=["slip_days"])
    ahead = ahead.sort_values(["baseline_date", "milestone_id"])
    late = ahead["slip_days"].gt(0)
    if not late.any() or late.iloc[0]:
        return ""
    place = int(late.to_numpy().argmax())
    before, first = (ahead.iloc[each] for each in (place - 1, place))
    return (
        f" Up to {before['name']} none is late; {first['name']} is then "
        f"{counted(first['slip_days'], 'day')} late, for which the report gives no reason."
    )


def read_registers(registers: Mapping[str, pd.DataFrame], *, lacking: Sequence[str] = ()) -> str:
    """Say how much is open in each register by name, and how much of it is overdue.

    A register that is `lacking`, as nothing was received of it, is not counted as empty.
    """
    counts = [
        counted(len(rows), "logged decision" if name == "decision" else name)
        + (
            f" ({number(rows['is_overdue'].sum())} overdue)"
            if len(rows) and "is_overdue" in rows
            else ""
        )
        for name, rows in registers.items()
        if name not in lacking
    ]
    if not counts:
        return "No register was received, so what is open is not known."
    unknown = f" Not known, as nothing was received: {in_words(lacking)}." if lacking else ""
    return f"Open: {in_words(counts)}.{unknown}"


def read_tolerances(tolerances: pd.DataFrame, sponsor: object = None) -> str:
    """Say which tolerances of its stage the project forecasts to exceed, from `tolerance_status`."""
    flags = [f"is_{name}_exception" for name in TOLERATED]
    known = tolerances[flags].dropna(axis="columns", how="all")
    if known.empty or not len(known.columns):
        return "No forecast can be compared with a tolerance of the present stage."
    row = tolerances.iloc[0]
    found = {word: row[f"is_{name}_exception"] for name, word in TOLERATED.items()}
    beyond = [word for word, is_beyond in found.items() if not is_missing(is_beyond) and is_beyond]
    likely = "; ".join(_likely_beyond(row))
    if not beyond:
        said = "What its manager forecasts is within every tolerance that can be compared."
        none = f"As the manager forecasts no breach, no rule asks about it: {shown_by(sponsor)}."
        return f"{said} Not so at even odds: {likely}. {none}" if likely else said
    since = row["exception_since"]
    dated = "" if is_missing(since) else f" Cost or time in exception since {day(since)}."
    also = f" At even odds {likely}." if likely else ""
    return f"By its manager's forecast beyond tolerance: {listed(beyond)}.{dated}{also}"


def _likely_beyond(row: "pd.Series[Any]") -> list[str]:
    """Say what is beyond its tolerance at even odds."""
    said = []
    if _is_more(row.get("cost_likely"), row.get("cost_tolerance")):
        said.append(
            f"the cost is {percent(row['cost_likely'], 1)} over budget, and "
            f"{percent(row['cost_tolerance'], 1)} is allowed"
        )
    if _is_more(row.get("days_likely"), row.get("days_tolerance")):
        said.append(
            f"the finish is {counted(row['days_likely'], 'day')} past its baseline, and "
            f"{number(row['days_tolerance'])} are allowed"
        )
    return said


def _is_more(value: object, limit: object) -> bool:
    return not is_missing(value) and not is_missing(limit) and bool(value > limit)  # type: ignore[operator]


def read_gates(gates: pd.DataFrame, currency: str, milestones: pd.DataFrame) -> str:
    """Say which gates failed or are overdue, what was spent past them, and which is next.

    `milestones` is the frame of `milestone_slip`, which says when a gate is forecast.
    """
    waits = gates[gates["state"].isin(["failed", "overdue"])]
    said = [_read_gate(row, currency) for row in waits.to_dict("records")]
    ahead = gates[gates["state"].eq("not due")].dropna(subset=["planned_on"])
    if len(ahead):
        first = ahead.sort_values("planned_on").iloc[0]
        told = milestones.set_index(milestones["milestone_id"].astype(str))["forecast_date"]
        ahead_on = told.get(str(first["gate"]))
        late = 0
        if ahead_on is not None and not is_missing(ahead_on):
            late = (pd.Timestamp(ahead_on) - pd.Timestamp(first["planned_on"])).days
        now = f" and forecast for {day(ahead_on)}, {signed_days(late)}" if late else ""
        said.append(f"Next is {first['gate']}, planned for {day(first['planned_on'])}{now}.")
    return " ".join(said)


def _read_gate(row: dict[Hashable, Any], currency: str) -> str:
    """One gate that failed or is overdue; which conditions are open is stated nowhere."""
    some = row["conditions_open"]
    what = (
        f"{row['gate']} was held on {day(row['held_on'])} and failed"
        if row["state"] == "failed"
        else f"{row['gate']} was due on {day(row['planned_on'])} and is not held"
    )
    spent = row["spend_without_gate"]
    more = (
        "" if is_missing(spent) or not spent else f"; {money(spent, currency)} were spent past it"
    )
    listed_ = (
        ""
        if is_missing(some) or not some
        else f". {capital(counted(some, 'condition'))} {verb(some, 'is', 'are')} open; "
        f"the report counts {verb(some, 'it', 'them')} and does not list {verb(some, 'it', 'them')}"
    )
    return f"{what}{more}{listed_}."


def read_costs(costs: pd.DataFrame, currency: str) -> str:
    """Say what was spent to date against the budget to date, and which category explains it."""
    if costs.empty or costs["actual_to_date"].isna().all():
        return "No money is reported by category."
    spent, planned = costs["actual_to_date"].astype(float), costs["budget_to_date"].astype(float)
    over = costs.sort_values("variance", kind="stable").iloc[0]
    said = f"{money(spent.sum(), currency)} are spent of {money(planned.sum(), currency)} budgeted to date"
    if over["variance"] < 0:
        return (
            f"{said}; furthest over is {over['category']}, by {money(-over['variance'], currency)}."
        )
    return f"{said}; no category is over."


def read_after_end(after: pd.DataFrame, finish: pd.Timestamp, currency: str) -> str:
    """Say what of the expected cost is of risks dated after the manager's finish, from `after_end`."""
    if after.empty:
        return ""
    sums = [
        f"{money(part['exposure'].sum(), currency)} of {kinds}"
        for kind, kinds in (("threat", "threats"), ("opportunity", "gains"))
        if (part := after[after["kind"].eq(kind)])["exposure"].gt(0).any()
    ]
    carry = f": {in_words(sums)}" if sums else ""
    it, is_ = verb(len(after), "it counts", "they count"), verb(len(after), "is", "are")
    return (
        f" {capital(counted(len(after), 'risk'))} {is_} dated after the manager's finish, {day(finish)}, "
        f"and may never strike; {it} in the expected cost all the same{carry}."
    )


def read_people(people: pd.DataFrame) -> str:
    """Say which role is needed most, when all needs peak, and how much is confirmed, from `people`."""
    if people.empty:
        return ""
    by_role = people.groupby("role")["fte"].sum().astype(float).sort_values(ascending=False)
    by_month = people.groupby("month")["fte"].sum().astype(float)
    peak = int(by_month.to_numpy().argmax())
    sure = people.loc[people["confidence"].eq("confirmed"), "fte"].astype(float).sum()
    is_told = people["confidence"].notna().all()
    firm = f"; {percent(sure / by_role.sum())} is confirmed" if is_told else ""
    return (
        f"{number(by_role.sum(), 1)} person-months are asked for from here on, most of {by_role.index[0]} "
        f"({number(by_role.iloc[0], 1)}) and most in {pd.Timestamp(by_month.index[peak]):%b %Y} "
        f"({number(by_month.max(), 1)} full-time){firm}."
    )


def read_ends(ends: pd.DataFrame, currency: str) -> str:
    """Say between which costs and dates the project will end, from `ends`."""
    if ends.empty:
        return "Too little is reported to estimate where the project ends."
    ordered = ends.sort_values("cost", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    said = (
        f"Taken one by one, the estimates of the cost run from {money(low['cost'], currency, fine=True)} "
        f"({low['estimate']}) to {money(high['cost'], currency, fine=True)} ({high['estimate']}), against "
        f"a budget of {money(low['bac'], currency, fine=True)}."
    )
    dates = [f"{day(row['finish'])} {_from_whom(row['whose'])}" for row in _by_whom(ends)]
    return (
        f"{said} The finish is {in_words(dates)}. None of them knows how closed projects ended; "
        "what to expect with that is said below, under even odds."
    )


def _from_whom(whose: object) -> str:
    return "by its manager" if whose == "manager" else str(whose)


def _by_whom(ends: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return ends.drop_duplicates("whose").sort_values("finish").to_dict("records")


def read_promised(promised: pd.DataFrame) -> str:
    """Say how much of the promised benefits is due, realised, and still expected."""
    if promised.empty:
        return "No benefit of this project is stated."
    due = promised.dropna(subset=["planned_to_date"])
    money_kinds = promised[promised["kind"].isin(["cashable", "non_cashable"])]
    planned = float(money_kinds["planned_whole_life"].astype(float).sum())
    expected = float(money_kinds["forecast_whole_life"].astype(float).sum())
    first = promised["first_due"].min()
    said = f"{counted(len(promised), 'benefit')} promised, {number(len(due))} due so far"
    is_dated = due.empty and not is_missing(first)
    said += f" (first due {day(first)})." if is_dated else "."
    if planned:
        said += f" In money, {percent(expected / planned)} of the plan is still expected."
    return said


def read_data(complete: pd.DataFrame) -> str:
    """Say how complete this one report is, from `quality.completeness`."""
    if complete.empty:
        return "Nothing is known of the data of this report."
    row = complete.iloc[0]
    return (
        f"This report gives {few_of(row['reported'], row['expected'], 'figure')} expected; "
        f"{number(row['withheld'])} {verb(row['withheld'], 'is', 'are')} withheld by the owner, "
        f"{number(row['missing'])} missing; "
        f"{counted(int(row['warnings']), 'warning')} about it."
    )
