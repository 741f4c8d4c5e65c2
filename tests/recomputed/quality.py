"""The quality of a schedule by the DCMA assessment and by DECM, each check as its text reads."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, over, recomputes

AT = ["project_id", "status_date"]
HARD = ["must_start_on", "must_finish_on", "start_no_later_than", "finish_no_later_than"]
LONG = 44
RIDE = 31
LINES = {
    "1": ("at_most", 0.05),
    "2": ("at_most", 0.0),
    "3": ("at_most", 0.05),
    "4": ("at_least", 0.90),
    "5": ("at_most", 0.05),
    "6": ("at_most", 0.05),
    "7": ("at_most", 0.0),
    "8": ("at_most", 0.05),
    "9": ("at_most", 0.0),
    "11": ("at_most", 0.05),
    "13": ("at_least", 0.95),
    "14": ("at_least", 0.95),
    "14_hit_task": ("at_least", 0.95),
    "14_inclusive": ("at_least", 0.95),
    "06A204b": ("at_most", 0.0),
    "06A205a": ("at_most", 0.10),
    "06A208a": ("at_most", 0.0),
    "06A209a": ("at_most", 0.0),
    "06A212a": ("at_most", 0.0),
    "06A501a": ("at_most", 0.05),
    "06A504a": ("at_most", 0.10),
    "06A504b": ("at_most", 0.10),
    "06A505a": ("at_most", 0.05),
    "06A505b": ("at_most", 0.05),
    "06A506a": ("at_most", 0.05),
    "06A506b": ("at_most", 0.0),
    "06A506c": ("at_most", 0.01),
}


def working_days(first: pd.Series, last: pd.Series) -> pd.Series:
    """Mondays to Fridays from one day to another, both counted."""
    known = first.notna() & last.notna()
    begins = first.where(known, pd.Timestamp("2000-01-03")).to_numpy("datetime64[D]")
    ends = last.where(known, pd.Timestamp("2000-01-03")).to_numpy("datetime64[D]")
    count = np.busday_count(begins, ends + np.timedelta64(1, "D"))
    return pd.Series(count, index=first.index).where(known)


def _activities(facts: Facts) -> pd.DataFrame:
    """Every activity with what the checks ask about it."""
    own = facts.table("activity")
    flags = ["is_summary", "is_level_of_effort", "is_milestone"]
    own[flags] = own[flags].eq(True)
    status = own["status_date"]
    links = facts.table("activity_link")
    key = [*AT, "activity_id"]

    def named(rows: pd.DataFrame, end: str) -> pd.Series:
        ends = pd.MultiIndex.from_frame(rows[[*AT, end]])
        return pd.Series(pd.MultiIndex.from_frame(own[key]).isin(ends), index=own.index)

    lagged = links[links["lag_days"] > 0]
    resources = facts.table("activity_resource")
    own["counts"] = ~own[flags].any(axis=1)
    own["is_done"] = own["actual_finish"].notna()
    own["left"] = own["counts"] & ~own["is_done"]
    has_before, has_after = named(links, "successor_id"), named(links, "predecessor_id")
    starts = named(links[links["kind"].isin(["FS", "SS"])], "successor_id")
    ends = named(links[links["kind"].isin(["FS", "FF"])], "predecessor_id")
    own["no_logic"] = ~(has_before & has_after)
    own["is_open_ended"] = ~(starts & ends)
    own["has_lag"] = named(lagged, "successor_id")
    own["has_links"] = has_before | has_after
    own["is_hard"] = own["constraint_kind"].isin(HARD)
    own["high_float"] = own["total_float_days"] > LONG
    own["negative_float"] = own["total_float_days"] < 0
    own["is_long"] = working_days(own["baseline_start"], own["baseline_finish"]) > LONG
    own["past"] = (own["actual_start"].isna() & (own["start"] < status)) | (
        own["actual_finish"].isna() & (own["finish"] < status)
    )
    own["future"] = (own["actual_start"] > status) | (own["actual_finish"] > status)
    own["unloaded"] = (
        (own["duration_days"] >= 1)
        & (own["cost"].fillna(0) == 0)
        & ~named(resources, "activity_id")
    )
    own["due"] = own["baseline_finish"] <= status
    own["late"] = own["due"] & (own["actual_finish"].fillna(own["finish"]) > own["baseline_finish"])
    own["no_baseline"] = own["baseline_start"].isna() | own["baseline_finish"].isna()
    own["started"] = (own["percent_complete"] > 0) & (own["percent_complete"] < 100)
    own["complete"] = own["percent_complete"] >= 100
    return _against_the_report_before(own)


def _against_the_report_before(own: pd.DataFrame) -> pd.DataFrame:
    dates = own[AT].drop_duplicates().sort_values(AT)
    dates["before"] = dates.groupby("project_id")["status_date"].shift()
    columns = ["start", "finish", "actual_start", "actual_finish"]
    past = own[[*AT, "activity_id", *columns]].rename(
        columns={"status_date": "before", **{name: f"{name}_before" for name in columns}}
    )
    own = own.merge(dates, on=AT).merge(
        past, how="left", on=["project_id", "before", "activity_id"]
    )
    for end in ("start", "finish"):
        was = own[f"actual_{end}_before"]
        own[f"{end}_was_reported"] = was.notna()
        own[f"{end}_changed"] = was.notna() & (own[f"actual_{end}"] != was)
    gone = (own["status_date"] - own["before"]).dt.days
    rides = pd.Series(False, index=own.index)
    for end in ("start", "finish"):
        waiting = own[f"actual_{end}"].isna() & own[f"actual_{end}_before"].isna()
        near = (own[end] - own["status_date"]).dt.days <= RIDE
        near &= (own[f"{end}_before"] - own["before"]).dt.days <= RIDE
        rides |= waiting & near & ((own[end] - own[f"{end}_before"]).dt.days >= 0.8 * gone)
    was_there = own["start_before"].notna() | own["finish_before"].notna()
    return own.assign(rides=rides, was_there=was_there)


def _links(facts: Facts, own: pd.DataFrame) -> pd.DataFrame:
    """Every link, with how far its two ends are."""
    links = facts.table("activity_link")
    ends = own[[*AT, "activity_id", "is_done", "actual_start", "actual_finish", "is_summary"]]
    for name in ("predecessor", "successor"):
        side = ends.rename(columns={column: f"{name}_{column}" for column in ends.columns.drop(AT)})
        links = links.merge(
            side.rename(columns={f"{name}_activity_id": f"{name}_id"}),
            how="left",
            on=[*AT, f"{name}_id"],
        )
    lag = links["lag_days"].fillna(0)
    started, finished = links["successor_actual_start"], links["successor_actual_finish"]
    broken = {
        "FS": started.notna() & ~(links["predecessor_actual_finish"] <= started),
        "SS": started.notna() & ~(links["predecessor_actual_start"] <= started),
        "FF": finished.notna() & ~(links["predecessor_actual_finish"] <= finished),
        "SF": finished.notna() & ~(links["predecessor_actual_start"] <= finished),
    }
    out = pd.Series(False, index=links.index)
    for kind, rows in broken.items():
        out |= links["kind"].eq(kind) & rows
    return links.assign(
        lead=lag < 0, lag=lag > 0, fs=links["kind"].eq("FS"), out=out,
        left=~links["successor_is_done"].eq(True),
    )  # fmt: skip


def _paths(own: pd.DataFrame) -> pd.DataFrame:
    """Working days to the last forecast finish, with the least float of the work left."""
    left = own[own["left"]]
    of = left.groupby(AT)
    ends = of["finish"].max().rename("end").reset_index()
    length = working_days(ends["status_date"] + pd.Timedelta(days=1), ends["end"])
    least = of["total_float_days"].min().to_numpy()
    return ends[AT].assign(numerator=length + least, denominator=length)


@recomputes("schedule_quality", *AT, "rule_set", "check_id")
def schedule_quality(facts: Facts) -> pd.DataFrame:
    own = _activities(facts)
    links = _links(facts, own)
    keys = own[AT].drop_duplicates()
    tasks, left = own[own["counts"]], own[own["left"]]
    sets = {"2009": (tasks, links), "later": (left, links[links["left"]])}
    rows = []

    def check(rule_set: str, check_id: str, part: pd.Series, among: pd.DataFrame) -> None:
        of = part.astype(float).groupby([among[name] for name in AT])
        counts = of.agg(numerator="sum", denominator="size").reset_index()
        found = keys.merge(counts, how="left").fillna({"numerator": 0, "denominator": 0})
        rows.append(found.assign(rule_set=rule_set, check_id=check_id))

    for name, (among, between) in sets.items():
        for number, flag in {
            "1": "no_logic",
            "5": "is_hard",
            "6": "high_float",
            "7": "negative_float",
            "8": "is_long",
            "10": "unloaded",
        }.items():
            check(name, number, among[flag], among)
        for number, flag in {"2": "lead", "3": "lag", "4": "fs"}.items():
            check(name, number, between[flag], between)
        check(name, "9", tasks["past"] | tasks["future"], tasks)
        due = tasks[tasks["due"]]
        check(name, "11", due["late"], due)
        rows.append(keys.assign(rule_set=name, check_id="12", numerator=np.nan, denominator=np.nan))
        rows.append(keys.merge(_paths(own), how="left").assign(rule_set=name, check_id="13"))
        sums = (
            tasks.assign(
                whole=tasks["due"] | tasks["no_baseline"],
                new=tasks["no_baseline"] & tasks["is_done"],
                hit=tasks["due"] & tasks["is_done"],
            )
            .groupby(AT)[["is_done", "whole", "new", "hit", "due"]]
            .sum()
            .reset_index()
        )
        readings = {
            "14": (sums["is_done"], sums["whole"]),
            "14_hit_task": (sums["hit"], sums["due"]),
            "14_inclusive": (sums["is_done"], sums["due"] + sums["new"]),
        }
        rows += [
            sums[AT].assign(rule_set=name, check_id=number, numerator=part, denominator=among)
            for number, (part, among) in readings.items()
        ]
    summaries = own[own["is_summary"]]
    decm = {
        "06A204b": ("is_open_ended", left),
        "06A205a": ("has_lag", left),
        "06A208a": ("has_links", summaries),
        "06A209a": ("is_hard", left),
        "06A212a": ("out", links),
        "06A501a": ("no_baseline", left),
        "06A504a": ("start_changed", tasks[tasks["start_was_reported"]]),
        "06A504b": ("finish_changed", tasks[tasks["finish_was_reported"]]),
        "06A506a": ("future", tasks),
        "06A506b": ("past", left),
        "06A506c": ("rides", left[left["was_there"]]),
    }
    for number, (flag, among) in decm.items():
        check("decm_v5", number, among[flag], among)
    begun, complete = tasks[tasks["started"]], tasks[tasks["complete"]]
    check("decm_v5", "06A505a", begun["actual_start"].isna(), begun)
    check("decm_v5", "06A505b", complete["actual_finish"].isna(), complete)
    own = pd.concat(rows)
    lines = own["check_id"].map(LINES)
    own["direction"] = lines.str[0]
    own["threshold"] = lines.str[1]
    own["ratio"] = over(own["numerator"], own["denominator"])
    low = own["ratio"] <= own["threshold"] + 1e-9
    high = own["ratio"] >= own["threshold"] - 1e-9
    judged = own["ratio"].notna() & own["threshold"].notna()
    own["passed"] = (
        low.where(own["direction"].eq("at_most"), high).astype(object).where(judged, None)
    )
    return own
