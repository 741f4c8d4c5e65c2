"""The PMO itself: controls, lessons, goals, maturity, certificates and standards."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import LEVELS, Facts, days, over, recomputes

KEY = ["project_id", "status_date"]
POINTS = {"met": 1.0, "partly": 0.5, "not_met": 0.0, "missing": 0.0}


@recomputes("compliance", *KEY, "control_id")
def compliance(facts: Facts) -> pd.DataFrame:
    from tests.recomputed.reports import counted

    own = facts.registered(facts.view("status_report")[KEY], "stage")
    own = own.merge(facts.table("control"), how="cross")
    places = facts.table("stage_order").set_index("stage")["position"]
    has = own["stage"].str.lower().map(places)
    needs = own["required_from_stage"].str.lower().map(places)
    same = own["stage"].str.lower() == own["required_from_stage"].str.lower()
    required = (
        (has > needs).astype(object).where(has.notna() & needs.notna() & (has != needs), None)
    )
    required = required.mask(same | own["required_from_stage"].isna(), True)
    own["is_required"] = required
    own["is_mandatory"] = own["is_mandatory"].fillna(True)
    found = counted(facts, "control_result").rename(columns={"reported_on": "found_on"})
    found = found[["project_id", "control_id", "found_on", "result", "evidence"]]
    found = found.astype({"project_id": "str", "control_id": "str"})  # none may be received
    own = own.astype({"control_id": "str"})
    own = pd.merge_asof(
        own.sort_values("status_date"),
        found.sort_values("found_on"),
        left_on="status_date",
        right_on="found_on",
        by=["project_id", "control_id"],
    )
    finding = own["result"].replace("not_applicable", "not applicable")
    own["result"] = np.select(
        [
            finding.eq("not applicable"),
            own["is_required"].isna(),
            own["is_required"].eq(False),
            finding.isna(),
        ],
        ["not applicable", "not known if required", "not required yet", "missing"],
        finding,
    )
    own["points"] = own["result"].map(POINTS)
    own["finding_age_days"] = days(own["status_date"], own["found_on"])
    return own


@recomputes("compliance_score", *LEVELS, "status_date", "standard")
def compliance_score(facts: Facts) -> pd.DataFrame:
    own = facts.view("compliance")
    own = pd.concat([own, own.assign(standard="all")])
    for result in POINTS:
        own[result] = own["result"].eq(result)
    own["required"] = own["points"].notna()
    own["gap"] = own["is_mandatory"].eq(True) & (own["points"] < 1)
    of = facts.rolled(own).groupby([*LEVELS, "status_date", "standard"])
    sums = of[["required", *POINTS, "gap", "points"]].sum()
    sums["projects"] = of["project_id"].nunique()
    sums["mandatory_gaps"] = sums["gap"]
    sums["score"] = over(sums["points"], sums["required"])
    return sums.reset_index()


@recomputes("lessons_adopted", "portfolio_id", "status_date", "category")
def lessons_adopted(facts: Facts) -> pd.DataFrame:
    from tests.recomputed.logs import _with_portfolio

    own = _with_portfolio(facts, facts.table("lesson"))
    own = own[own["raised_on"].isna() | (own["raised_on"] <= own["status_date"])]
    own = pd.concat([own, own.assign(category="all")])
    adopted = own["adopted_on"] <= own["status_date"]
    own["adopted"] = adopted
    own["took"] = days(own["adopted_on"], own["raised_on"]).where(adopted)
    own["waits"] = days(own["status_date"], own["raised_on"]).where(~adopted)
    of = own.groupby(["portfolio_id", "status_date", "category"])
    sums = of.agg(
        lessons=("lesson_id", "size"),
        adopted=("adopted", "sum"),
        median_days_to_adopt=("took", "median"),
        oldest_waiting_days=("waits", "max"),
    ).reset_index()
    return sums.assign(adoption_ratio=sums["adopted"] / sums["lessons"])


def _dates(facts: Facts) -> pd.DataFrame:
    return facts.view("status_calendar")[["portfolio_id", "status_date"]]


WHOSE = {  # where each thing that is not of one project is described and named
    "role_id": ["role", "supply", "demand", "timesheet", "activity_resource"],
    "criterion_id": ["criterion", "criterion_score"],
    "objective_id": ["objective", "project_objective", "benefit"],
    "control_id": ["control", "control_result"],
    "goal_id": ["charter_goal"],
    "model": ["maturity"],
    "standard": ["standard_adopted"],
    "person_id": ["certification", "timesheet"],
    "decision_id": ["decision"],
    "action_id": ["action"],
    "lesson_id": ["lesson"],
    "programme_id": ["programme", "project"],
    "project_id": ["project"],
}


@recomputes("belongs_to", "kind", "id", "portfolio_id")
def belongs_to(facts: Facts) -> pd.DataFrame:
    """All of a load of one portfolio is its own."""
    (only,) = facts.table("portfolio")["portfolio_id"]
    named = [
        pd.DataFrame({"kind": kind, "id": facts.table(table)[kind].dropna().unique()})
        for kind, tables in WHOSE.items()
        for table in tables
    ]
    found = pd.concat(named, ignore_index=True).drop_duplicates()
    return found.assign(portfolio_id=only, said=found["id"], is_own=True)


@recomputes("charter_progress", "goal_id", "status_date")
def charter_progress(facts: Facts) -> pd.DataFrame:
    own = facts.table("charter_goal").merge(_dates(facts), how="cross")
    own["done_on"] = own["done_on"].where(own["done_on"] <= own["status_date"])
    done, due = own["done_on"].notna(), own["due_on"]
    own["state"] = np.select(
        [done & (own["done_on"] > due), done, due < own["status_date"]],
        ["done late", "done", "overdue"],
        "open",
    )
    own["is_due"] = due <= own["status_date"]
    own["is_quick_win"] = own["is_quick_win"].fillna(False)
    until = own["done_on"].fillna(own["status_date"])
    return own.assign(overdue_days=days(until, due).clip(lower=0))


@recomputes("maturity_profile", "model", "assessed_on", "perspective")
def maturity_profile(facts: Facts) -> pd.DataFrame:
    own = facts.table("maturity").sort_values(["model", "perspective", "assessed_on"])
    own = own.merge(facts.table("portfolio")[["portfolio_id"]], how="cross")
    rounds = own[["model", "assessed_on"]].drop_duplicates().sort_values(["model", "assessed_on"])
    of = rounds.groupby("model")["assessed_on"]
    rounds = rounds.assign(previous_assessed_on=of.shift(), next_assessed_on=of.shift(-1))
    own = own.merge(rounds, on=["model", "assessed_on"])
    before = own[["model", "perspective", "assessed_on", "level"]]
    before = before.set_axis(
        ["model", "perspective", "previous_assessed_on", "previous_level"], axis="columns"
    )
    own = own.merge(before, how="left", on=["model", "perspective", "previous_assessed_on"])
    lowest = own.groupby(["model", "assessed_on"])["level"].transform("min")
    return own.assign(
        gap=own["level"] - own["target_level"],
        change=own["level"] - own["previous_level"],
        model_score=lowest,
        is_lowest=(own["level"] == lowest).astype(object).where(own["level"].notna(), None),
    )


WATCHED = ["PMP", "CAPM", "PMO-CP", "PRINCE2", "P3O", "AgilePM"]
SOON = pd.Timedelta(days=90)


@recomputes("certification_coverage", "status_date", "business_unit", "role", "certification")
def certification_coverage(facts: Facts) -> pd.DataFrame:
    """Certificates as one whatever their level; people are those of the register by the date."""
    own = facts.table("certification").merge(_dates(facts), how="cross")
    own = own.fillna({"business_unit": "not stated", "role": "not stated"})
    own["certification"] = own["certification"].str.replace(
        r"\s+(Foundation|Practitioner)$", "", regex=True
    )
    own = own[own["awarded_on"].isna() | (own["awarded_on"] <= own["status_date"])].copy()
    ended = own["expires_on"] < own["status_date"]
    own["holds"] = own["person_id"].where(~ended)
    soon = ~ended & (own["expires_on"] <= own["status_date"] + SOON)
    own["soon"] = own["person_id"].where(soon)
    own["ended"] = own["person_id"].where(ended)
    unit = ["portfolio_id", "status_date", "business_unit", "role"]
    people = own.groupby(unit)["person_id"].nunique().rename("people").reset_index()
    names = sorted(set(own["certification"]) | set(WATCHED))
    grid = people.merge(pd.DataFrame({"certification": names}), how="cross")
    counts = own.groupby([*unit, "certification"]).agg(
        holders=("holds", "nunique"), expiring=("soon", "nunique"), expired=("ended", "nunique")
    )
    grid = grid.merge(counts.reset_index(), how="left").fillna(
        {"holders": 0, "expiring": 0, "expired": 0}
    )
    return grid.assign(coverage=over(grid["holders"], grid["people"]))


@recomputes("standards_adoption", "status_date", "standard", "business_unit")
def standards_adoption(facts: Facts) -> pd.DataFrame:
    adopted = facts.table("standard_adopted")
    units = facts.table("project")[["business_unit"]].dropna().drop_duplicates()
    own = adopted[["standard"]].drop_duplicates().merge(units, how="cross")
    own = own.merge(adopted[["standard", "business_unit", "adopted_on"]], how="left")
    own = own.merge(_dates(facts), how="cross")
    done = own["adopted_on"] <= own["status_date"]
    own["planned_on"] = own["adopted_on"].where(~done)
    own["adopted_on"] = own["adopted_on"].where(done)
    of = done.groupby([own["status_date"], own["standard"]])
    own = own.assign(
        is_adopted=done,
        days_since_adoption=days(own["status_date"], own["adopted_on"]),
        units_adopted=of.transform("sum"),
        units=of.transform("size"),
    )
    return own.assign(adoption_ratio=own["units_adopted"] / own["units"])
