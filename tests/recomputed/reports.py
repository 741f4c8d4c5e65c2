"""Which report counts at which date, and where its project stood: what the measures stand on."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, recomputes

DATED = [
    "project_status",
    "milestone",
    "risk",
    "issue",
    "work_package_status",
    "control_result",
    "activity",
    "work_item",
]
REGISTER = [
    "name",
    "programme_id",
    "portfolio_id",
    "business_unit",
    "category",
    "methodology",
    "sponsor",
    "manager",
    "lifecycle",
    "stage",
    "is_mandatory",
    "deadline",
    "currency",
    "value",
    "risk_score",
]
LATE = pd.Timedelta(days=10)


def _stated(facts: Facts) -> pd.DataFrame:
    """Every date that a project states in a table, with the period it lies in."""
    tables = [
        facts.table(name)[["project_id", "status_date", "load_id"]]
        .groupby(["project_id", "status_date"], as_index=False)
        .agg(first_load=("load_id", "min"))
        .assign(table_name=name)
        for name in DATED
    ]
    stated = pd.concat([table for table in tables if len(table)], ignore_index=True)
    stated = stated.rename(columns={"status_date": "reported_on"})
    of = facts.table("project")[["project_id", "portfolio_id"]].merge(
        facts.table("portfolio")[["portfolio_id", "reporting_period"]]
    )
    assert of["reporting_period"].isin(["month", None]).all()  # both samples report by the month
    stated = stated.merge(of.drop(columns="reporting_period"), on="project_id")
    return stated.assign(period=stated["reported_on"].dt.to_period("M"))


def _portfolio_dates(stated: pd.DataFrame) -> pd.Series:
    """The date that most projects of the portfolio state for each period."""
    votes = stated.groupby(["portfolio_id", "period", "reported_on"])["project_id"].nunique()
    votes = votes.rename("votes").reset_index().sort_values(["votes", "reported_on"])
    return votes.groupby(["portfolio_id", "period"])["reported_on"].last()


@recomputes("report_received", "table_name", "project_id", "reported_on")
def report_received(facts: Facts) -> pd.DataFrame:
    stated = _stated(facts)
    dates = _portfolio_dates(stated).rename("status_date")
    own = stated.merge(dates.reset_index(), on=["portfolio_id", "period"])
    before = dates.reset_index().rename(columns={"status_date": "date_before"})
    before["period"] += 1
    own = own.merge(before, on=["portfolio_id", "period"], how="left")
    said = set(zip(own["table_name"], own["project_id"], own["period"], strict=True))
    silent = np.array(
        [
            (table, project, period - 1) not in said
            for table, project, period in zip(
                own["table_name"], own["project_id"], own["period"], strict=True
            )
        ]
    )
    late = silent & (own["reported_on"] <= own["date_before"] + LATE)
    own["status_date"] = own["status_date"].where(~late, own["date_before"])
    own["days_late"] = (own["reported_on"] - own["status_date"]).dt.days.clip(lower=0)
    same = own.groupby(["table_name", "project_id", "status_date"])["reported_on"]
    own["is_counted"] = own["reported_on"] == same.transform("max")
    own["others"] = same.transform("size") - 1
    return own.drop(columns=["period", "date_before"])


def _counted(facts: Facts, table: str) -> pd.DataFrame:
    """Rows of a dated table at the date of the portfolio at which they count."""
    received = facts.view("report_received").query("table_name == @table and is_counted")
    received = received.rename(columns={"others": "reports_replaced"})
    rows = facts.table(table).rename(columns={"status_date": "reported_on"})
    columns = ["project_id", "reported_on", "status_date", "days_late", "reports_replaced"]
    return rows.merge(received[columns], on=["project_id", "reported_on"])


def counted(facts: Facts, table: str) -> pd.DataFrame:
    """Rows of a dated table that count, with the provenance left off."""
    return _counted(facts, table).drop(columns=["load_id", "file", "sheet", "row_number"])


@recomputes("status_report", "project_id", "status_date")
def status_report(facts: Facts) -> pd.DataFrame:
    return counted(facts, "project_status")


@recomputes("risk_report", "project_id", "risk_id", "status_date")
def risk_report(facts: Facts) -> pd.DataFrame:
    return counted(facts, "risk")


@recomputes("status_calendar", "portfolio_id", "status_date")
def status_calendar(facts: Facts) -> pd.DataFrame:
    received = facts.view("report_received")
    received["late"] = received["project_id"].where(received["days_late"] > 0)
    received["twice"] = received["project_id"].where(received["others"] > 0)
    dates = (
        received.groupby(["portfolio_id", "status_date"])
        .agg(
            projects_late=("late", "nunique"),
            projects_twice=("twice", "nunique"),
            first_load=("first_load", "min"),
        )
        .reset_index()
        .sort_values(["portfolio_id", "status_date"])
    )
    of = dates.groupby("portfolio_id")["status_date"]
    return dates.assign(previous_status_date=of.shift(), report_no=of.cumcount() + 1)


@recomputes("project_version", "project_id", "known_from")
def project_version(facts: Facts) -> pd.DataFrame:
    """One load brought the register, so that each project has one version, open-ended."""
    register = facts.table("project")[["project_id", *REGISTER]]
    return register.assign(known_from=0, known_to=2**31 - 1)


@recomputes("project_then", "project_id", "status_date")
def project_then(facts: Facts) -> pd.DataFrame:
    """The register of the one load, at every date; what ended since was active while it reported."""
    dates = facts.view("status_calendar")[["portfolio_id", "status_date"]]
    then = facts.table("project")[["project_id", *REGISTER]].merge(dates, on="portfolio_id")
    reports = facts.view("report_received")[["project_id", "status_date"]].drop_duplicates()
    then = then.merge(reports.assign(is_reporting=True), how="left")
    then["is_reporting"] = then["is_reporting"].notna()
    last = then["project_id"].map(reports.groupby("project_id")["status_date"].max())
    still = (
        then["lifecycle"].isin(["closed", "cancelled"])
        & then["is_reporting"]
        & (then["status_date"] < last)
    )
    return then.assign(lifecycle=then["lifecycle"].mask(still, "active"), holder_no=1)


@recomputes("reporting_unit", "project_id", "status_date", "level")
def reporting_unit(facts: Facts) -> pd.DataFrame:
    then = facts.view("project_then")
    programmes = facts.table("programme").set_index("programme_id")["name"]
    portfolios = facts.table("portfolio").set_index("portfolio_id")["name"]
    named = {
        "project": ("project_id", then["name"]),
        "programme": ("programme_id", then["programme_id"].map(programmes)),
        "business_unit": ("business_unit", then["business_unit"]),
        "portfolio": ("portfolio_id", then["portfolio_id"].map(portfolios)),
    }
    keys = then[["project_id", "status_date", "portfolio_id", "currency"]]
    units = [
        keys.assign(level=level, level_id=then[column], level_name=name.fillna(then[column]))
        for level, (column, name) in named.items()
    ]
    units = pd.concat(units, ignore_index=True).dropna(subset="level_id")
    return units.fillna({"currency": "not stated"})


@recomputes("portfolio_position", "portfolio_id", "business_unit", "status_date", "currency")
def portfolio_position(facts: Facts) -> pd.DataFrame:
    reports = facts.registered(
        facts.view("status_report"), "portfolio_id", "business_unit", "currency"
    )
    withheld = facts.table("withheld")
    for column in ("forecast_cost", "forecast_finish", "rag"):
        rows = withheld.query("column_name == @column")[["project_id", "status_date"]]
        rows = rows.rename(columns={"status_date": "reported_on"}).assign(**{f"no {column}": 1})
        reports = reports.merge(rows, on=["project_id", "reported_on"], how="left")
    reports["red_cost"] = reports["forecast_cost"].where(reports["rag"].eq("red"))
    for rag in ("red", "amber_red", "amber", "amber_green", "green"):
        reports[rag] = reports["rag"].eq(rag)
    return pd.concat(
        reports.assign(business_unit=unit)
        .groupby(["portfolio_id", "business_unit", "status_date", "currency"], dropna=False)
        .agg(
            projects=("project_id", "size"),
            projects_late=("days_late", lambda late: (late > 0).sum()),
            projects_twice=("reports_replaced", lambda others: (others > 0).sum()),
            forecast_cost=("forecast_cost", lambda cost: cost.sum(min_count=1)),
            projects_with_cost=("forecast_cost", "count"),
            projects_cost_withheld=("no forecast_cost", "count"),
            projects_with_finish=("forecast_finish", "count"),
            projects_finish_withheld=("no forecast_finish", "count"),
            red=("red", "sum"),
            amber_red=("amber_red", "sum"),
            amber=("amber", "sum"),
            amber_green=("amber_green", "sum"),
            green=("green", "sum"),
            unrated=("rag", lambda rag: rag.isna().sum()),
            rating_withheld=("no rag", "count"),
            red_forecast_cost=("red_cost", lambda cost: cost.sum(min_count=1)),
        )
        .reset_index()
        for unit in (reports["business_unit"], None)
    )


@recomputes("rating_count", "portfolio_id", "business_unit", "status_date", "rag")
def rating_count(facts: Facts) -> pd.DataFrame:
    reports = facts.registered(facts.view("status_report"), "portfolio_id", "business_unit")
    reports["rag"] = reports["rag"].fillna("unrated")
    unit = ["portfolio_id", "business_unit", "status_date"]
    counts = pd.concat(
        reports.assign(business_unit=name)
        .groupby([*unit, "rag"], dropna=False)
        .size()
        .rename("projects")
        .reset_index()
        for name in (reports["business_unit"], None)
    )
    counts["share"] = counts["projects"] / counts.groupby(unit, dropna=False)["projects"].transform(
        "sum"
    )
    five = counts["rag"].isin(["amber_red", "amber_green"])
    counts["is_five_point"] = five.groupby(
        [counts["portfolio_id"], counts["status_date"]]
    ).transform("any")
    return counts
