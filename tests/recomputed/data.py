"""How complete and sound what was received is."""

import pandas as pd

from tests.recomputed.facts import Facts, over, recomputes

KEY = ["project_id", "status_date"]
FIGURES = [
    "pv",
    "ev",
    "ac",
    "bac",
    "percent_complete",
    "forecast_cost",
    "forecast_finish",
    "baseline_finish",
    "start",
    "rag",
]


def _figures(facts: Facts) -> pd.DataFrame:
    """Each expected figure of each report: reported, withheld or missing."""
    reports = facts.registered(facts.view("status_report"), "portfolio_id", "business_unit")
    keys = ["portfolio_id", "business_unit", "project_id", "status_date", "reported_on"]
    given = (
        reports.set_index(keys)[FIGURES].notna().stack().rename("given").reset_index(name="given")
    )
    given = given.rename(columns={f"level_{len(keys)}": "column_name"})
    withheld = facts.table("withheld")[["project_id", "status_date", "column_name"]]
    withheld = withheld.rename(columns={"status_date": "reported_on"}).assign(withheld=True)
    own = given.merge(withheld, how="left", on=["project_id", "reported_on", "column_name"])
    own["withheld"] = own["withheld"].eq(True) & ~own["given"]
    told = own["given"] | own["withheld"]
    expected = told.groupby([own["portfolio_id"], own["status_date"], own["column_name"]])
    own = own[expected.transform("any")]
    return own.assign(missing=~own["given"] & ~own["withheld"])


@recomputes("open_finding", "file", "sheet", "row_number", "rule", "column_name")
def open_finding(facts: Facts) -> pd.DataFrame:
    """Each sheet was received once, so that all that was found is open."""
    errors = facts.table("quarantine").assign(severity="error")
    return pd.concat([facts.table("finding"), errors]).drop(columns="row_json")


@recomputes("kept_out", "portfolio_id", "status_date", "project_id")
def kept_out(facts: Facts) -> pd.DataFrame:
    """Both samples load without a row at fault, so that no project may be said to be missing."""
    return facts.table("quarantine").reindex(
        columns=["portfolio_id", "status_date", "project_id", "why"]
    )


@recomputes("data_quality", *KEY)
def data_quality(facts: Facts) -> pd.DataFrame:
    of = _figures(facts).groupby(["portfolio_id", *KEY])
    own = of[["given", "withheld", "missing"]].sum().reset_index()
    found = facts.view("open_finding").query("severity == 'warning'")
    rows = facts.table("project_status")[
        ["project_id", "status_date", "file", "sheet", "row_number"]
    ]
    rows = rows.rename(columns={"status_date": "reported_on"})
    warned = found.query("table_name == 'project_status'").merge(
        rows, on=["file", "sheet", "row_number"]
    )
    counts = warned.groupby(["project_id", "reported_on"]).size().rename("warnings").reset_index()
    reports = facts.view("status_report")[[*KEY, "reported_on"]]
    own = own.merge(reports.merge(counts, how="left"), on=KEY).fillna({"warnings": 0})
    own = own.assign(
        reported=own["given"], expected=own["given"] + own["withheld"] + own["missing"]
    )
    sound = (own["given"] + own["withheld"] - own["warnings"]).clip(lower=0)
    return own.assign(score=over(sound, own["expected"]))


@recomputes("reporting_gap", "portfolio_id", "business_unit", "status_date", "state")
def reporting_gap(facts: Facts) -> pd.DataFrame:
    unit = ["portfolio_id", "business_unit", "status_date"]
    of = _figures(facts).rename(columns={"given": "reported"}).groupby(unit)
    counts = of[["reported", "withheld", "missing"]].sum()
    own = (
        counts.stack()
        .rename("figures")
        .reset_index(name="figures")
        .rename(columns={"level_3": "state"})
    )
    return own.assign(share=over(own["figures"], own.groupby(unit)["figures"].transform("sum")))
