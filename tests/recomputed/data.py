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


STANDARDS = {  # field: (asked of all, where it stands in the model); OC4IDS asks only id
    "NISTA": (
        "Project identifier*=project.project_id; Project name*=project.name; "
        "Department*=project.business_unit; Category*=project.category; Description and aims*=; "
        "Senior responsible owner*=project.sponsor; Delivery confidence*=project_status.rag; "
        "Start date*=project_status.start; End date, approved=project_status.baseline_finish; "
        "End date, forecast*=project_status.forecast_finish; "
        "Baseline of the financial year*=cost_line.budget; "
        "Forecast of the financial year*=cost_line.forecast; "
        "Whole-life cost, baseline=project_status.bac; "
        "Whole-life cost, forecast*=project_status.forecast_cost; "
        "Price base=project_status.price_base; Benefits, baseline*=benefit.planned; "
        "Benefits, forecast=benefit.forecast; "
        "Narrative on rating, dates and costs*=project_status.commentary; "
        "Milestones=milestone.name; Risks=risk.title; Issues=issue.title"
    ),
    "OC4IDS": (
        "id*=project.project_id; updated=project.project_id; language=; "
        "identifiers=project.project_id; publicAuthority=project.business_unit; "
        "title=project.name; description=; budget=project_status.bac; "
        "period=project_status.start; locations=; status=project.lifecycle; type=; sector=; "
        "purpose=; additionalClassifications=project.category; parties=project.business_unit; "
        "assetLifetime=; identificationPeriod=; preparationPeriod=; implementationPeriod=; "
        "completionPeriod=; maintenancePeriod=; decommissioningPeriod=; "
        "forecasts=project_status.forecast_cost; metrics=project_status.ac; "
        "milestones=milestone.name; completion=completion; costMeasurements=; transactions=; "
        "documents=; contractingProcesses=; relatedProjects=; policyAlignment=; "
        "benefits=benefit.name; social=; environment=; lobbyingMeetings="
    ),
}


def _given(facts: Facts, reports: pd.DataFrame, rests_on: str) -> pd.Series:
    """Whether each report's project gives what a field rests on."""
    table, _, column = rests_on.partition(".")
    if table in ("project", "project_status", "completion"):
        return reports[column or "forecast_finish"].notna()
    rows = facts.table(table)
    return reports["project_id"].isin(rows.loc[rows[column].notna(), "project_id"])


@recomputes("data_standard", *KEY, "standard", "field_no")
def data_standard(facts: Facts) -> pd.DataFrame:
    register = ("portfolio_id", "name", "business_unit", "category", "sponsor", "lifecycle")
    reports = facts.registered(facts.view("status_report"), *register)
    declined = facts.table("withheld")
    made = []
    for standard, listed in STANDARDS.items():
        for no, said in enumerate(listed.split("; "), 1):
            field, rests_on = said.split("=")
            rows = reports.assign(
                standard=standard, field_no=no, field=field.rstrip("*"),
                is_required=field.endswith("*"), rests_on=rests_on or None, state="no place",
            )  # fmt: skip
            if rests_on:
                column = rests_on.rpartition(".")[2]
                theirs = declined.loc[declined["column_name"] == column]
                theirs = set(zip(theirs["project_id"], theirs["status_date"], strict=True))
                own = zip(rows["project_id"], rows["reported_on"], strict=True)
                is_withheld = pd.Series([pair in theirs for pair in own], index=rows.index)
                is_withheld &= not rests_on.startswith(
                    ("project.", "completion", "benefit.forecast")
                )
                rows["state"] = "not given"
                rows.loc[is_withheld, "state"] = "withheld"
                rows.loc[_given(facts, rows, rests_on), "state"] = "given"
                if rests_on == "completion":
                    rows.loc[rows["lifecycle"] != "closed", "state"] = "not due"
            made.append(rows)
    return pd.concat(made)
