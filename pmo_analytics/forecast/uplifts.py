"""By how much do estimates of this kind usually fall short, while no own project has closed?

Published uplifts for optimism bias, each with the stage of the estimate it is for. The mean of an
overrun is not its P80, and the tail of IT projects is so heavy that a mean says little at all.
"""

import pandas as pd

# Per cent of the estimate, by source, kind of project and what is estimated.
_DFT = {
    "roads": (15, 24, 27, 32, 45),
    "rail": (40, 45, 51, 57, 68),
    "fixed links": (23, 26, 34, 55, 83),
}
_STAG = {
    "roads": (44, 15, 3),
    "fixed links": (66, 23, 6),
    "stations and terminals": (51, None, 4),
    "IT": (200, None, 10),
}
_MOTT_MACDONALD = {
    ("standard building", "duration"): (4, 1),
    ("non-standard building", "duration"): (39, 2),
    ("standard civil engineering", "duration"): (20, 1),
    ("non-standard civil engineering", "duration"): (25, 3),
    ("equipment and development", "duration"): (54, 10),
    ("standard building", "capex"): (24, 2),
    ("non-standard building", "capex"): (51, 4),
    ("standard civil engineering", "capex"): (44, 3),
    ("non-standard civil engineering", "capex"): (66, 6),
    ("equipment and development", "capex"): (200, 10),
    ("outsourcing", "opex"): (41, 0),
}
_APPROVAL = "approval to build"
_CASES = ("strategic case", "outline case", "full case")
_COLUMNS = ["source", "kind", "measure", "level", "stage", "uplift", "projects"]


def published_uplifts() -> pd.DataFrame:
    """List the published uplifts, the fallback until enough own projects have closed.

    Grain:
        One row per source, kind of project, measure and level.

    Columns:
        source, kind; measure: `capex`, `duration` or `opex`.
        level: `p50` to `p90`, the share of projects that keep within the uplifted figure; of
            STAG `stage 1` to `stage 3`; of Mott MacDonald `upper`, `lower`.
        stage: how far the estimate is developed.
        uplift: fraction to add to the estimate.
        projects: number of projects the class rests on.

    Missing:
        `projects` where the source as read does not state it.

    Source:
        Flyvbjerg and COWI for the UK Department for Transport (2004); Transport Scotland,
        STAG 13.4; Mott MacDonald (2002), in the Green Book's supplement.
    """
    rows: list[tuple[object, ...]] = []
    for kind, levels in _DFT.items():
        for percent, at_level in zip((50, 60, 70, 80, 90), levels, strict=True):
            rows.append(("DfT 2004", kind, "capex", f"p{percent}", _APPROVAL, at_level, None))
    for kind, stages in _STAG.items():
        for number, (at_stage, case) in enumerate(zip(stages, _CASES, strict=True), start=1):
            rows.append(("STAG", kind, "capex", f"stage {number}", case, at_stage, None))
    for (kind, measure), bounds in _MOTT_MACDONALD.items():
        for level, bound, case in zip(("upper", "lower"), bounds, _CASES[::2], strict=True):
            rows.append(("Mott MacDonald", kind, measure, level, case, bound, None))
    table = pd.DataFrame(rows, columns=_COLUMNS).dropna(subset="uplift")
    return table.assign(uplift=table["uplift"] / 100).reset_index(drop=True)


def wide(target: str) -> dict[str, float]:
    """Uplift on the work left at P10 to P90, for whoever has no own experience; wide on purpose.

    For costs, of the kinds of project in DfT 2004 the middle P50 and the highest P80 and P90; for
    finishes, of Mott MacDonald's upper bounds of duration the middle at P50 and the highest above.
    P10 is no uplift, since no source publishes one.
    """
    table = published_uplifts()
    if target == "cost":
        dft = table[table["source"] == "DfT 2004"].groupby("level")["uplift"]
        middle, high, higher = dft.median()["p50"], dft.max()["p80"], dft.max()["p90"]
    else:
        upper = table[(table["measure"] == "duration") & (table["level"] == "upper")]["uplift"]
        middle, high, higher = upper.median(), upper.max(), upper.max()
    return {"p10": 0.0, "p50": float(middle), "p80": float(high), "p90": float(higher)}
