"""The S-curve: the plan in force and what was reported, of projects and of groups of them."""

import pandas as pd

from tests.recomputed.facts import Facts, either, half_up, recomputes

SEEN = ["project_id", "status_date"]
GROUPS = {"business_unit": "business_unit", "portfolio": "portfolio_id"}


@recomputes("s_curve", "portfolio_id", "level", "level_id", "currency", "status_date", "period_end")
def s_curve(facts: Facts) -> pd.DataFrame:
    points = _points(facts)
    projects = facts.registered(points, "portfolio_id", "currency")
    projects = projects.assign(level="project", level_id=projects["project_id"], projects=1)
    projects["currency"] = projects["currency"].fillna("not stated")
    return pd.concat([projects, _grouped(facts, points)], ignore_index=True)


def _points(facts: Facts) -> pd.DataFrame:
    """Points of each project at each of its reports: ends of its plan and its reports so far."""
    plan = facts.view("plan_in_force")[[*SEEN, "baseline_no", "period_end", "pv"]]
    numbers = plan[[*SEEN, "baseline_no"]].drop_duplicates()
    measured = facts.view("earned_value")[[*SEEN, "pv", "ev", "ac"]]
    past = measured.merge(numbers, how="left")
    past = past.rename(columns={"status_date": "period_end", "pv": "stated", "baseline_no": "then"})
    seen = measured[SEEN].merge(past, on="project_id").merge(numbers, how="left")
    seen = seen[seen["period_end"] <= seen["status_date"]]
    points = plan.drop(columns="baseline_no").merge(seen, on=[*SEEN, "period_end"], how="outer")
    same = points["baseline_no"].isna() | (points["baseline_no"] == points["then"])
    points["pv"] = either(points["pv"], points["stated"].where(same))
    return points.dropna(subset=["pv", "ev", "ac"], how="all").reset_index(drop=True)


def _grouped(facts: Facts, points: pd.DataFrame) -> pd.DataFrame:
    """Sums over the projects of a group, each as seen from its last report."""
    then = facts.view("project_then")[[*SEEN, "portfolio_id", "business_unit", "currency"]]
    then["currency"] = then["currency"].fillna("not stated")
    reports = points[SEEN].drop_duplicates().rename(columns={"status_date": "last"})
    of = pd.merge_asof(
        then.sort_values("status_date"),
        reports.sort_values("last"),
        left_on="status_date",
        right_on="last",
        by="project_id",
    ).dropna(subset="last")
    seen = points.rename(columns={"status_date": "last"})
    grid = of.merge(seen[["project_id", "last", "period_end"]], on=["project_id", "last"])
    grid = grid[["portfolio_id", "status_date", "period_end"]].drop_duplicates()
    rows = of.merge(grid, on=["portfolio_id", "status_date"])
    rows["pv"] = _planned(facts, seen, rows)
    known = rows["period_end"] <= rows["status_date"]
    for figure in ("ev", "ac"):
        reported = facts.view("earned_value")[[*SEEN, figure]].dropna()
        rows[figure] = _last(rows, reported.rename(columns={"status_date": "period_end"}), figure)
        rows[figure] = rows[figure].where(known)
    groups = [
        rows.assign(level=level, level_id=rows[column], projects=1)
        for level, column in GROUPS.items()
    ]
    keys = ["portfolio_id", "level", "level_id", "currency", "status_date", "period_end"]
    figures = ["pv", "ev", "ac", "projects"]
    return pd.concat(groups).groupby(keys)[figures].sum(min_count=1).reset_index()


def _last(rows: pd.DataFrame, known: pd.DataFrame, figure: str) -> pd.Series:
    """The last known figure of each row's project at its point."""
    left = rows[["project_id", "period_end"]].reset_index().sort_values("period_end")
    right = known.sort_values("period_end")
    found = pd.merge_asof(left, right, on="period_end", by="project_id")
    return found.set_index("index")[figure].reindex(rows.index)


def _planned(facts: Facts, seen: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Planned value by the day of the point; without a curve, as last reported."""
    known = seen.dropna(subset="pv")[["project_id", "last", "period_end", "pv"]]
    known = known.assign(day=known["period_end"])
    plan = facts.view("plan_in_force").query("period_no == 1")
    begins = plan[["project_id", "status_date", "opens"]].dropna()
    begins = begins.set_axis(["project_id", "last", "period_end"], axis="columns")
    origin = begins.assign(pv=0.0, day=begins["period_end"])
    curve = pd.concat(
        [
            origin,
            known.merge(
                plan[["project_id", "status_date"]].set_axis(["project_id", "last"], axis="columns")
            ),
        ]
    )
    before, after = (_beside(rows, curve, side) for side in ("backward", "forward"))
    length = (after["day"] - before["day"]).dt.days
    part = (rows["period_end"] - before["day"]).dt.days / length.where(length > 0, 1)
    planned = before["pv"] + (after["pv"].fillna(before["pv"]) - before["pv"]) * part.fillna(0)
    return either(half_up(planned, 2), _beside(rows, known, "backward")["pv"])


def _beside(rows: pd.DataFrame, known: pd.DataFrame, side: str) -> pd.DataFrame:
    """The known point at or next to each row's, of the same project as last reported."""
    left = rows[["project_id", "last", "period_end"]].reset_index().sort_values("period_end")
    found = pd.merge_asof(
        left,
        known.sort_values("period_end"),
        on="period_end",
        by=["project_id", "last"],
        direction=side,
    )
    return found.set_index("index").reindex(rows.index)
