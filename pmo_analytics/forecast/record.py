"""What the warehouse's reports tell forecasts: tracking frames for `methods`, `house` and `trust`.

Only projects whose work was all earned by the status date are learned from, and in the back-test only
those closed by each past date. A project is its own family: projects of one programme share people,
not plans, and a forecaster of the day had its closed neighbours to learn from.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.measures import Scope


def tracking(at: Scope) -> pd.DataFrame:
    """Every report with earned value of a portfolio up to a status date, with the ends known by then.

    Grain:
        One row per project and status date, in that order.

    Columns:
        Those of view `tracking`; at, es, pd: calendar days from `baseline_start`.
        closed_on: status date of the first report of all work earned, with none open after it.
        closing: the finish reported then; final_days: to it from `baseline_start`; final_cost:
            actual cost last reported; of closed projects only.
        family: what is learned from as one; the project.

    Missing:
        The ends of projects not closed by the status date; no rows without earned value.
    """
    rows = at.tracking(history=True, order="project_id, status_date")
    rows = rows[rows["ev"].notna() & rows["ac"].notna() & (rows["bac"] > 0)].reset_index(drop=True)
    rows = rows.rename(columns={"at_days": "at", "es_days": "es", "pd_days": "pd"})
    numbers = ["pv", "ev", "ac", "bac", "at", "es", "pd", "forecast_cost"]
    rows = rows.astype(dict.fromkeys(numbers, float)).assign(family=rows["project_id"])
    return rows.merge(_ends(rows), on="project_id", how="left").assign(
        final_days=lambda known: (known["closing"] - known["baseline_start"]).dt.days.astype(float)
    )


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """When each closed project closed, and at what cost and date."""
    last_open = rows[~rows["is_complete"]].groupby("project_id")["status_date"].max()
    since = rows.join(last_open.rename("last_open"), on="project_id")["last_open"]
    run = rows[rows["is_complete"] & (since.isna() | (rows["status_date"] > since))]
    ends = run.groupby("project_id").agg(
        closed_on=("status_date", "first"),
        final_cost=("ac", "last"),
        closing=("forecast_finish", "first"),
    )
    # A finish outside the closing period is no finish; the report that showed it done is.
    before = last_open.reindex(ends.index)
    is_odd = (ends["closing"] > ends["closed_on"]) | (ends["closing"] <= before)
    ends["closing"] = ends["closing"].mask(is_odd | ends["closing"].isna(), ends["closed_on"])
    return ends.reset_index()


def as_of(rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Give the frame of `tracking` as it was at a past status date, later ends unknown."""
    past = rows[rows["status_date"] <= day]
    ends = ["closed_on", "closing", "final_cost", "final_days"]
    return past.assign(**{name: past[name].where(past["closed_on"] <= day) for name in ends})


def history(rows: pd.DataFrame, target: str) -> pd.DataFrame:
    """Reports of the closed projects before they closed, to learn and test on.

    Adds `final` and `growth`, the final duration over the first plan.
    """
    final = rows["final_cost"] if target == "cost" else rows["final_days"]
    first = rows.groupby("project_id")["pd"].transform("first")
    lived = rows.assign(final=final, growth=rows["final_days"] / first)
    lived = lived.dropna(subset=["final", "closed_on"])
    lived = lived[(lived["status_date"] < lived["closed_on"]) & (lived["final"] > 0)]
    if target == "finish":
        lived = lived.dropna(subset=["at", "es", "pd"])
        lived = lived[lived["at"] > 0]
    return lived.reset_index(drop=True)


def room(rows: pd.DataFrame, day: pd.Timestamp) -> npt.NDArray[np.float64]:
    """Time from the start of each project begun to a day over its first plan; see `house.learn`."""
    begun = rows[rows["status_date"] <= day].groupby("project_id")[["baseline_start", "pd"]].first()
    passed = (day - begun["baseline_start"]).dt.days / begun["pd"]
    return np.asarray(passed.dropna(), dtype=float)
