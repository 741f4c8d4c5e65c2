"""What followed each rating."""

import pandas as pd

from tests.recomputed.facts import Facts, compared, days, over, recomputes

KEY = ["project_id", "status_date"]
GROWN, HAIR = 0.10, 1e-9  # beyond the low band of the US IT Dashboard
FROM, TO = pd.Timedelta(days=335), pd.Timedelta(days=550)  # 11 to 18 months
TEN_YEARS = 3653
LATER = ["declared", "computed", "is_five_point", "forecast_cost", "forecast_finish", "bases"]


@recomputes("rating_outcome", *KEY, "horizon")
def rating_outcome(facts: Facts) -> pd.DataFrame:
    """Each report beside the later one that a horizon asks for, looked up date by date."""
    own = _reports(facts)
    found = []
    for _, of_portfolio in own.groupby("portfolio_id"):
        dates = sorted(of_portfolio["status_date"].unique())
        for _, reports in of_portfolio.groupby(["project_id", "holder_no"]):
            by_date = reports.set_index("status_date")
            for _, row in reports.iterrows():
                found += [
                    row.to_dict() | _later(row, by_date, horizon, dates)
                    for horizon in ("next", "year", "end")
                ]
    rows = pd.DataFrame(found)
    open_ = ~rows["is_finished"].astype(bool)
    ratio = over(rows["later_forecast_cost"], rows["forecast_cost"])
    alike = rows["later_bases"].eq(rows["bases"]) & ratio.between(0.1, 10) & open_
    growth = (ratio - 1).where(alike & (rows["forecast_cost"].astype(float) > 0))
    slip = days(rows["later_forecast_finish"], rows["forecast_finish"])
    slip = slip.where(open_ & (slip.abs() <= TEN_YEARS))
    limit = pd.to_datetime(rows["forecast_finish"]) + pd.DateOffset(months=6)
    over_limit = pd.to_datetime(rows["later_forecast_finish"]) > limit
    asked = open_ & rows["horizon"].ne("end") & rows["compared_with"].notna()
    return rows.assign(
        cost_growth_ratio=growth,
        is_dearer=compared(growth > GROWN + HAIR, growth),
        slip_days=slip,
        is_later=compared(over_limit, slip),
        has_left=(~rows["is_there"].astype(bool)).astype(object).where(asked, None),
    )


def _reports(facts: Facts) -> pd.DataFrame:
    reports = facts.view("status_report")[[*KEY, "forecast_cost", "forecast_finish", "price_base"]]
    own = facts.registered(reports, "portfolio_id", "currency")
    own = own.merge(facts.con.execute("select project_id, status_date, holder_no from project_then").df(), on=KEY)  # fmt: skip
    own = own.merge(facts.view("rag_status")[[*KEY, "declared", "computed", "is_finished"]], on=KEY)
    five = own["declared"].isin(["amber_green", "amber_red"])
    own["is_five_point"] = five.groupby([own["portfolio_id"], own["status_date"]]).transform("max")
    own["bases"] = own["currency"].fillna("") + "|" + own["price_base"].astype(object).fillna("")
    return own


def _later(
    row: pd.Series, by_date: pd.DataFrame, horizon: str, dates: list[pd.Timestamp]
) -> dict[str, object]:
    """The date a horizon asks for, when it was known, and what the project reported then."""
    now, last = row["status_date"], by_date.index.max()
    after = [each for each in dates if each > now]
    gone = [each for each in dates if each > last]
    known: pd.Timestamp | None
    if horizon == "next":
        target = known = after[0] if after else None
    elif horizon == "year":
        target = known = next((each for each in after if FROM <= each - now <= TO), None)
    else:
        known = gone[0] if gone else last if by_date.loc[last, "is_finished"] else None
        known = known if last > now else None
        target = last if known is not None else None
    there = target is not None and target in by_date.index
    later = {f"later_{name}": by_date.loc[target, name] if there else None for name in LATER}
    return {
        "horizon": horizon,
        "compared_with": target,
        "known_on": known,
        "is_there": there,
    } | later
