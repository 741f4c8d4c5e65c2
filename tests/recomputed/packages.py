"""Work packages in and out of the planned order: Lipke, Schedule Adherence (2008)."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, over, recomputes
from tests.recomputed.performance import in_force
from tests.recomputed.reports import counted

KEY = ["project_id", "status_date"]


@recomputes("work_package_sequence", *KEY, "work_package_id")
def work_package_sequence(facts: Facts) -> pd.DataFrame:
    """Each package's PV at the time at which today's EV of all of them was planned."""
    own = counted(facts, "work_package_status")
    own = own.merge(in_force(facts)[[*KEY, "baseline_no"]], on=KEY, how="left")
    columns = [*own.columns, "pv_at_es"]
    rows = []
    for _, reports in own.groupby(["project_id", "baseline_no"]):
        planned = reports.pivot_table(index="status_date", columns="work_package_id", values="pv")
        for day, report in reports.groupby("status_date"):
            now = report.set_index("work_package_id")
            at_es = _planned(planned.loc[:day, now.index], now["ev"], now["bac"])
            rows.append(report.assign(pv_at_es=at_es.reindex(report["work_package_id"]).to_numpy()))
    own = pd.concat(rows) if rows else pd.DataFrame(columns=columns)
    return own.assign(ahead=own["ev"] - own["pv_at_es"])


def _planned(planned: pd.DataFrame, ev: pd.Series, bac: pd.Series) -> pd.Series:
    """PV of each package where the total is today's EV; unknown where no report tells."""
    earned = ev.sum()
    if earned >= bac.sum():
        return bac
    totals = planned.sum(axis=1)
    order = totals.sort_values(kind="stable").index
    planned, totals = planned.loc[order], totals.loc[order].to_numpy()
    above = int(np.searchsorted(totals, earned))
    if above < len(totals) and totals[above] == earned:
        return planned.iloc[above]
    if 0 < above < len(totals):
        before, after = planned.iloc[above - 1], planned.iloc[above]
        part = (earned - totals[above - 1]) / (totals[above] - totals[above - 1])
        return before + (after - before) * part
    low = planned.iloc[0] * 0 if above == 0 else planned.iloc[-1]
    high = planned.iloc[0] if above == 0 else bac
    can_hold = high > low
    if can_hold.sum() == 1:
        return low + can_hold * (earned - low.sum())
    return low * np.nan


@recomputes("schedule_adherence", *KEY)
def schedule_adherence(facts: Facts) -> pd.DataFrame:
    own = facts.view("work_package_sequence")
    own["in_order"] = np.minimum(own["pv_at_es"], own["ev"])
    of = own.groupby(KEY)
    sums = of[["ev", "pv_at_es", "in_order"]].sum()
    known = of["pv_at_es"].count() == of.size()
    sums[["pv_at_es", "in_order"]] = sums[["pv_at_es", "in_order"]].where(known)
    sums["work_packages"] = of.size()
    return sums.assign(
        p_factor=over(sums["in_order"], sums["pv_at_es"]),
        out_of_sequence=sums["ev"] - sums["in_order"],
    ).reset_index()
