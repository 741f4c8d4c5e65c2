"""Work items: what each took, what came and went each week, and what a backlog comes to."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, days, either, recomputes
from tests.recomputed.reports import counted

BACKLOG = ["project_id", "status_date"]
ENDED = ["done", "dropped"]
WEEK = pd.Timedelta(days=7)


def _sunday(day: pd.Series) -> pd.Series:
    return day + pd.to_timedelta(6 - day.dt.day_of_week, unit="D")


@recomputes("work_item_time", "project_id", "item_id", "status_date")
def work_item_time(facts: Facts) -> pd.DataFrame:
    own = counted(facts, "work_item")
    own = own[own["level"].isna() | (own["level"] == "item")].copy()
    by_dates = np.where(
        own["done_on"].notna(), "done", np.where(own["started_on"].notna(), "in_progress", "to_do")
    )
    own["state"] = either(own["state"], pd.Series(by_dates, own.index))
    own["done_on"] = own["done_on"].where(own["state"].isin(ENDED))
    took, age = (days(own[to], own["started_on"]) + 1 for to in ("done_on", "status_date"))
    own["cycle_days"] = took.where((own["state"] == "done") & (took >= 1))
    own["age_days"] = age.where((own["state"] == "in_progress") & (age >= 1))
    return own.rename(columns={"name": "item_name"})


@recomputes("weekly_throughput", "project_id", "status_date", "week_end")
def weekly_throughput(facts: Facts) -> pd.DataFrame:
    found = []
    for (project, date), items in facts.view("work_item_time").groupby(BACKLOG):
        own = items[~items["state"].isin(ENDED) | items["done_on"].notna()]
        came = own[["created_on", "started_on", "done_on"]].min(axis=1)
        first = min(
            week
            for week in [_sunday(came).min(), _sunday(own["done_on"]).min()]
            if week is not pd.NaT
        )
        last = date - pd.Timedelta(days=(date.day_of_week + 1) % 7)
        for end in pd.date_range(max(first, last - 259 * WEEK), last, freq="7D"):
            of_week = (own["done_on"] <= end) & (own["done_on"] > end - WEEK)
            found.append(
                {
                    "project_id": project,
                    "status_date": date,
                    "week_end": end,
                    "items_arrived": ((came <= end) & (came > end - WEEK)).sum(),
                    "items_done": (of_week & (own["state"] == "done")).sum(),
                    "items_dropped": (of_week & (own["state"] == "dropped")).sum(),
                    "items_left": ((came.isna() | (came <= end)) & ~(own["done_on"] <= end)).sum(),
                }
            )
    columns = ["items_arrived", "items_done", "items_dropped", "items_left"]
    return pd.DataFrame(found, columns=[*BACKLOG, "week_end", *columns])


@recomputes("work_item_flow", "project_id", "status_date")
def work_item_flow(facts: Facts) -> pd.DataFrame:
    weeks = facts.view("weekly_throughput")
    found = []
    for (project, date), own in facts.view("work_item_time").groupby(BACKLOG):
        states = own["state"]
        left = own[~states.isin(ENDED)]
        usual = own["cycle_days"].quantile(0.85)
        recent = weeks[(weeks["project_id"] == project) & (weeks["status_date"] == date)].tail(12)
        found.append(
            {
                "project_id": project,
                "status_date": date,
                "items": len(own),
                "items_done": (states == "done").sum(),
                "items_dropped": (states == "dropped").sum(),
                "items_left": len(left),
                "items_in_progress": (states == "in_progress").sum(),
                "items_undated": (states.isin(ENDED) & own["done_on"].isna()).sum(),
                "points_left": left["points"].sum(min_count=1),
                "cycle_days_p50": own["cycle_days"].quantile(0.5),
                "cycle_days_p85": usual,
                "oldest_age_days": own["age_days"].max(),
                "items_older_than_p85": (own["age_days"] > usual).sum() if usual > 0 else None,
                "done_a_week": recent["items_done"].mean(),
                "arrived_a_week": recent["items_arrived"].mean(),
            }
        )
    columns = [
        *BACKLOG,
        *("items", "items_done", "items_dropped", "items_left", "items_in_progress"),
        *("items_undated", "points_left", "cycle_days_p50", "cycle_days_p85", "oldest_age_days"),
        *("items_older_than_p85", "done_a_week", "arrived_a_week"),
    ]
    return pd.DataFrame(found, columns=columns)
