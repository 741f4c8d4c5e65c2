"""What governance comes to in counts, and what it leaves for a board to decide."""

import pandas as pd

from tests.recomputed.benefits import MONEY
from tests.recomputed.facts import LEVELS, Facts, days, either, over, recomputes
from tests.recomputed.governance import RULES

KEY = ["project_id", "status_date"]
UNIT = [*LEVELS, "status_date"]


@recomputes("governance_rollup", *UNIT)
def governance_rollup(facts: Facts) -> pd.DataFrame:
    own = facts.view("status_report")[KEY].assign(projects=1)
    rating = facts.view("rag_status")
    rating["projects_compared"] = rating["is_watermelon"].notna()
    rating["watermelons"] = rating["is_watermelon"].eq(True)
    tolerance = facts.view("tolerance_status")
    tolerance = tolerance.merge(facts.view("rag_status")[[*KEY, "is_finished"]], on=KEY)
    runs = ~tolerance["is_finished"].astype(bool)
    tolerance["projects_with_tolerance"] = tolerance["is_exception"].notna() & runs
    tolerance["exceptions"] = tolerance["is_exception"].eq(True) & runs
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
    beyond = ratings[ratings["rule_name"].isin(RULES[:2])][KEY].merge(tolerance)
    decisions, actions = facts.view("decision_ageing"), facts.view("action_ageing")
    own = pd.concat([
        _matter(beyond, "exception", "project_id", "exception_since"),
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


KINDS = ["owed", "deadline", "gate", "red", "tolerance", "benefits", "condition", "baseline"]
BEYOND = [
    *("stage", "cost_over", "days_over", "benefits_shortfall", "is_exception", "exception_since"),
    *("is_cost_exception", "is_days_exception", "is_benefits_exception"),
]
ASKED = [*KEY, "portfolio_id"]


@recomputes("decisions_called_for", "portfolio_id", "project_id", "status_date", "kind")
def decisions_called_for(facts: Facts) -> pd.DataFrame:
    then = facts.view("project_then")
    alive = then[~then["lifecycle"].isin(["closed", "cancelled"])][[*KEY, "deadline"]]
    reports = ["rag", "forecast_cost", "forecast_finish", "ac", "percent_complete"]
    alive = alive.merge(facts.view("status_report")[[*KEY, *reports]], how="left", on=KEY)
    alive = alive.sort_values(KEY, ignore_index=True)
    beyond = facts.view("tolerance_status")[[*KEY, *BEYOND]]
    red = _red(alive, beyond)
    found = {
        "red": red,
        "tolerance": _beyond(facts, alive[alive["rag"].ne("red")], beyond),
        "gate": _gates_waiting(facts, alive),
        "owed": _owed(facts),
        "deadline": _missed(alive),
        "condition": _conditions(facts, alive),
        "benefits": _short(facts, alive, beyond),
        "baseline": _moved(facts, alive, beyond),
    }
    own = pd.concat([rows.assign(kind=kind) for kind, rows in found.items()], ignore_index=True)
    own = own.merge(_ahead(facts), how="left", on=KEY)
    waits = own["kind"].isin(["red", "tolerance", "benefits", "baseline"])
    waits |= own["kind"].eq("gate") & own["decide_by"].isna() & ~own["money"].gt(0)
    is_far = own["kind"].ne("gate") & days(own["next_decide_by"], own["status_date"]).gt(45)
    for name in ("decide_by", "by_kind", "by_name"):
        own[name] = own[name].where(~waits, own[f"next_{name}"].mask(is_far))
    registered = ["portfolio_id", "sponsor", "manager", "currency", "lifecycle", "deadline"]
    registered += ["business_unit"]
    people = then[[*KEY, *registered]]
    own = own.merge(people, how="left", on=KEY, suffixes=("_of_log", ""))
    own["portfolio_id"] = either(own["portfolio_id"], own["portfolio_id_of_log"])
    said = facts.view("status_report")[[*KEY, "percent_complete", "baseline_finish"]]
    own = own.merge(said, how="left", on=KEY)
    gone = own["lifecycle"].isin(["closed", "cancelled"])
    late = days(own["status_date"], own["decide_by"]).clip(lower=0)
    costs = facts.view("status_report").sort_values("status_date")
    costs["last_cost"] = costs.groupby("project_id")["forecast_cost"].ffill()
    own = own.merge(costs[[*KEY, "last_cost"]], how="left", on=KEY)
    return own.assign(
        kind_no=own["kind"].map({kind: place for place, kind in enumerate(KINDS, start=1)}),
        items=own["items"].fillna(1),
        owner=either(own["owner"], own["sponsor"], own["manager"]),
        business_unit=own["business_unit"],
        is_board_own=own["is_board_own"].eq(True),
        is_done=gone | own["percent_complete"].ge(100),
        is_planned_late=(own["baseline_finish"] > own["deadline"]).where(
            own["kind"].eq("deadline"), None
        ),
        money_is=own["money_is"].where(own["money"].notna() | own["kind"].eq("benefits"), None),
        overdue_days=late,
    )


def _since(rows: pd.DataFrame, flag: pd.Series, breaks: pd.Series) -> pd.Series:
    """First date of the present run of a flag, which only a report without it breaks."""
    run = breaks.groupby(rows["project_id"]).cumsum()
    return rows["status_date"].where(flag).groupby([rows["project_id"], run]).transform("min")


def _red(alive: pd.DataFrame, beyond: pd.DataFrame) -> pd.DataFrame:
    reported = alive.merge(beyond[[*KEY, "cost_over", "days_over"]], on=KEY)
    is_red = reported["rag"].eq("red")
    run = (~is_red).groupby(reported["project_id"]).cumsum()
    left = (reported["forecast_cost"] - reported["ac"]).clip(lower=0)
    return reported.assign(
        reports_red=is_red.astype(int).groupby([reported["project_id"], run]).cumsum(),
        open_since=_since(reported, is_red, ~is_red),
        money=left.fillna(reported["forecast_cost"]),
        money_is=left.notna().map({True: "not yet spent", False: "whole-life cost"}),
        cost_ratio=reported["cost_over"],
        days=reported["days_over"],
    )[is_red][[*KEY, "reports_red", "open_since", "money", "money_is", "cost_ratio", "days"]]


def _beyond(facts: Facts, calm: pd.DataFrame, beyond: pd.DataFrame) -> pd.DataFrame:
    own = beyond[beyond["is_exception"].eq(True)].merge(calm[[*KEY, "forecast_cost"]], on=KEY)
    own = own.merge(facts.view("status_report")[[*KEY, "bac"]], on=KEY)
    dearer, later = own["is_cost_exception"].eq(True), own["is_days_exception"].eq(True)
    return pd.DataFrame({
        **own[KEY],
        "subject": own["stage"],
        "open_since": own["exception_since"],
        "money": (own["forecast_cost"] - own["bac"]).where(dearer),
        "money_is": "over budget",
        "cost_ratio": own["cost_over"].where(dearer),
        "days": own["days_over"].where(later),
    })  # fmt: skip


def _gates_waiting(facts: Facts, alive: pd.DataFrame) -> pd.DataFrame:
    gates = facts.view("gate_status").merge(alive[KEY])
    gates = gates[gates["is_overdue"] | gates["state"].eq("failed")]
    due = gates["planned_on"].where(gates["is_overdue"])
    gates = gates.assign(due=due, since=due.fillna(gates["held_on"])).sort_values("since")
    by = gates.groupby(KEY)
    first = gates[gates["is_overdue"]].groupby(KEY)["gate"].first().rename("by_name")
    own = by.agg(
        items=("gate", "size"),
        subject=("gate", "first"),
        open_since=("since", "min"),
        decide_by=("due", "min"),
        money=("spend_without_gate", "max"),
    )
    own = own.join(first).reset_index()
    by_kind = pd.Series("gate", own.index).where(own["decide_by"].notna(), None)
    return own.assign(by_kind=by_kind, money_is="spent past the gate")


def _owed(facts: Facts) -> pd.DataFrame:
    log = facts.view("decision_ageing")
    log = log[log["is_overdue"]].sort_values(["needed_by", "decision_id"])
    said = log["authority"].fillna("").str.lower()
    sits = said.str.contains("board") | said.str.contains("committee") | said.str.contains("panel")
    log = log.assign(
        subject=log["title"].fillna(log["decision_id"]),
        own=said.isin(["board", "the board"]) | (sits & said.str.contains("portfolio")),
    )
    own = log.groupby(ASKED, dropna=False).agg(
        items=("decision_id", "size"),
        subject=("subject", "first"),
        open_since=("asked_on", "min"),
        decide_by=("needed_by", "min"),
        owner=("authority", lambda names: ", ".join(sorted(set(names.dropna()))) or None),
        is_board_own=("own", "any"),
    )
    return own.reset_index().assign(by_kind="decision", by_name=lambda frame: frame["subject"])


def _missed(alive: pd.DataFrame) -> pd.DataFrame:
    passed = alive["deadline"] < alive["status_date"]
    misses = (alive["forecast_finish"] > alive["deadline"]) | passed
    misses &= ~(alive["percent_complete"] >= 100) & alive["deadline"].notna()
    reported = alive.assign(is_reported=alive["rag"].notna() | alive["forecast_finish"].notna())
    ends = pd.concat([alive["forecast_finish"], alive["status_date"].where(passed)], axis=1)
    return alive.assign(
        open_since=_since(alive, misses, reported["is_reported"] & ~misses),
        decide_by=alive["deadline"],
        by_kind="deadline",
        days=days(ends.max(axis=1), alive["deadline"]),
    )[misses][[*KEY, "open_since", "decide_by", "by_kind", "days"]]


def _conditions(facts: Facts, alive: pd.DataFrame) -> pd.DataFrame:
    gates = facts.view("gate_status")
    gates = gates[gates["state"].eq("passed, conditions open")]
    gates = gates.assign(
        subject=gates["gate"], open_since=gates["held_on"], items=gates["conditions_open"]
    )
    taken = facts.view("decision_ageing")
    taken = taken[taken["outcome"].fillna("").str.lower().str.contains("condition")]
    actions = facts.view("action_ageing")
    actions = actions[actions["done_on"].isna()][["decision_id", "status_date", "due_on"]]
    logged = taken.merge(actions, on=["decision_id", "status_date"])
    logged = logged.assign(
        subject=logged["title"].fillna(logged["decision_id"]),
        open_since=logged["decided_on"],
        decide_by=logged["due_on"],
        items=1,
    )
    logged["portfolio_id"] = logged["portfolio_id"].where(logged["project_id"].isna(), None)
    own = pd.concat([gates.assign(portfolio_id=None), logged])
    own = own[[*KEY, "portfolio_id", "subject", "open_since", "decide_by", "items"]]
    own = own.merge(alive[KEY].assign(runs=True), how="left", on=KEY)
    own = own[own["runs"].eq(True) | own["project_id"].isna()]
    own["order"] = own["decide_by"].fillna(own["open_since"])
    keys = [*KEY, "portfolio_id"]
    own = own.sort_values("order").groupby(keys, dropna=False).agg(
        items=("items", "sum"),
        subject=("subject", "first"),
        open_since=("open_since", "min"),
        decide_by=("decide_by", "min"),
    ).reset_index()  # fmt: skip
    return own.assign(by_kind=own["decide_by"].notna().map({True: "action", False: None}))


def _short(facts: Facts, alive: pd.DataFrame, beyond: pd.DataFrame) -> pd.DataFrame:
    benefits = facts.table("benefit").dropna(subset="planned")
    benefits = benefits[benefits["kind"].isin(MONEY)]
    lost = benefits["planned"] - benefits["forecast"].fillna(benefits["planned"])
    own = beyond[beyond["is_benefits_exception"].eq(True)].merge(alive[KEY])
    return pd.DataFrame({
        **own[KEY],
        "subject": own["stage"],
        "open_since": own["status_date"],
        "money": own["project_id"].map(lost.groupby(benefits["project_id"]).sum()),
        "money_is": "benefits under plan",
        "cost_ratio": own["benefits_shortfall"],
    })  # fmt: skip


def _moved(facts: Facts, alive: pd.DataFrame, beyond: pd.DataFrame) -> pd.DataFrame:
    own = facts.view("report_change").merge(alive[KEY])
    own = own.merge(beyond[[*KEY, "is_exception"]], on=KEY)
    scope, other = (own[name].astype(bool) for name in ("is_scope_change", "is_date_redefined"))
    later, dearer = own["drift_days"].gt(180) | other, own["cost_growth_ratio"].gt(0.15)
    calm = ~own["rag"].isin(["red", "amber_red"]) & ~own["is_exception"].eq(True)
    called = {
        (True, True): "another scope and date",
        (True, False): "another scope",
        (False, True): "another date",
    }
    return pd.DataFrame({
        **own[KEY],
        "subject": [called.get(pair) for pair in zip(scope, other, strict=True)],
        "open_since": own["status_date"],
        "money": own["cost_growth"].where(dearer | scope),
        "money_is": scope.map({True: "by another scope", False: "grown in this report"}),
        "cost_ratio": own["cost_growth_ratio"].where(dearer & ~scope),
        "days": own["drift_days"].where(later),
    })[(later | dearer | scope) & calm & own["movement"].ne("left")]  # fmt: skip


def _ahead(facts: Facts) -> pd.DataFrame:
    named = [*KEY, "due", "name"]
    gates, log = facts.view("gate_status"), facts.view("decision_ageing")
    gates = gates[gates["held_on"].isna()][[*KEY, "planned_on", "gate"]].set_axis(named, axis=1)
    log["title"] = log["title"].fillna(log["decision_id"])
    log = log[log["decided_on"].isna()][[*KEY, "needed_by", "title"]].set_axis(named, axis=1)
    dated = pd.concat([gates.assign(kind="gate"), log.assign(kind="decision")])
    dated = dated[dated["due"] >= dated["status_date"]].sort_values(["due", "kind", "name"])
    first = dated.drop_duplicates(KEY)
    return first.set_axis([*KEY, "next_decide_by", "next_by_name", "next_by_kind"], axis=1)
