"""What governance comes to in counts, and what it leaves for a board to decide."""

import pandas as pd

from tests.recomputed.facts import LEVELS, Facts, days, either, over, recomputes

KEY = ["project_id", "status_date"]
UNIT = [*LEVELS, "status_date"]


@recomputes("governance_rollup", *UNIT)
def governance_rollup(facts: Facts) -> pd.DataFrame:
    own = facts.view("status_report")[KEY].assign(projects=1)
    rating = facts.view("rag_status")
    rating["projects_compared"] = rating["is_watermelon"].notna()
    rating["watermelons"] = rating["is_watermelon"].eq(True)
    tolerance = facts.view("tolerance_status")
    tolerance["projects_with_tolerance"] = tolerance["is_exception"].notna()
    tolerance["exceptions"] = tolerance["is_exception"].eq(True)
    compliance = facts.view("compliance").dropna(subset="points").assign(required=1)
    counts = [
        own,
        rating[[*KEY, "projects_compared", "watermelons"]],
        tolerance[[*KEY, "projects_with_tolerance", "exceptions"]],
        _gates(facts),
        _log(facts.view("decision_ageing"), "decisions", "decided"),
        _log(facts.view("action_ageing"), "actions", "done"),
        _log(facts.view("issue_ageing").assign(state="open"), "issues", "closed"),
        compliance[[*KEY, "points", "required"]],
    ]
    reporting = facts.rolled(own)[UNIT].drop_duplicates()
    totals = [
        facts.rolled(rows).groupby(UNIT)[list(rows.columns.drop(KEY))].sum() for rows in counts
    ]
    sums = reporting.merge(pd.concat(totals, axis=1).fillna(0), left_on=UNIT, right_index=True)
    ages = tolerance[tolerance["exceptions"]][[*KEY, "days_since_exception"]]
    oldest = facts.rolled(ages).groupby(UNIT)["days_since_exception"].max()
    sums = sums.merge(
        oldest.rename("oldest_exception_days"), how="left", left_on=UNIT, right_index=True
    )
    return sums.assign(compliance_score=over(sums["points"], sums["required"]))


def _gates(facts: Facts) -> pd.DataFrame:
    gates = facts.view("gate_status")
    gates["gates_due"] = gates["planned_on"] <= gates["status_date"]
    gates["gates_overdue"] = gates["is_overdue"]
    gates["gates_spent_before"] = gates["is_spend_before_gate"].eq(True)
    return gates[[*KEY, "gates_due", "gates_overdue", "gates_spent_before", "conditions_open"]]


def _log(rows: pd.DataFrame, name: str, done: str) -> pd.DataFrame:
    is_open = rows["state"].ne(done)
    counts = {f"{name}_open": is_open, f"{name}_overdue": rows["is_overdue"]}
    return rows[KEY].assign(**counts).dropna(subset="project_id")


@recomputes(
    "matter_to_decide",
    "portfolio_id",
    "project_id",
    "status_date",
    "kind",
    "subject_id",
    "is_about_benefits",
    shown="select *, finding like 'benefits%' as is_about_benefits from matter_to_decide",
)
def matter_to_decide(facts: Facts) -> pd.DataFrame:
    then = facts.view("project_then")
    alive = then[~then["lifecycle"].isin(["closed", "cancelled"])][KEY]
    tolerance = facts.view("tolerance_status").merge(alive)
    gates = facts.view("gate_status").merge(alive)
    ratings = facts.view("rag_status").merge(alive)
    decisions, actions = facts.view("decision_ageing"), facts.view("action_ageing")
    own = pd.concat([
        _matter(tolerance[tolerance["is_exception"].eq(True)], "exception", "project_id", "exception_since"),
        _matter(tolerance[tolerance["is_benefits_exception"].eq(True)], "exception", "project_id", "status_date", is_about_benefits=True),
        _matter(gates[gates["is_overdue"] | gates["state"].eq("failed")], "gate", "gate", "planned_on"),
        _matter(decisions[decisions["is_overdue"]], "decision", "decision_id", "needed_by", "authority"),
        _matter(actions[actions["is_overdue"]], "action", "action_id", "due_on", "owner"),
        _matter(ratings[ratings["is_watermelon"].eq(True)], "rating", "project_id", "status_date"),
    ])  # fmt: skip
    people = then[[*KEY, "sponsor", "manager", "portfolio_id"]]
    own = own.merge(people, how="left", on=KEY, suffixes=("_of_log", ""))
    own["portfolio_id"] = either(own["portfolio_id"], own["portfolio_id_of_log"])
    own["owner"] = either(own["named"], own["sponsor"], own["manager"])
    return own.assign(overdue_days=days(own["status_date"], own["due"]))


def _matter(
    rows: pd.DataFrame,
    kind: str,
    subject: str,
    due: str,
    named: str | None = None,
    *,
    is_about_benefits: bool = False,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "project_id": rows["project_id"],
            "status_date": rows["status_date"],
            "portfolio_id": rows.get("portfolio_id"),
            "kind": kind,
            "subject_id": rows[subject],
            "due": rows[due],
            "named": rows[named] if named else None,
            "is_about_benefits": is_about_benefits,
        }
    )
