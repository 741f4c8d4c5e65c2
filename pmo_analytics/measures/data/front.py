"""The first screen on the data: can the figures be relied on, and which can not."""

import pandas as pd

from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.data import readings
from pmo_analytics.page import front, sketch
from pmo_analytics.page.figures import counted, few_of, listed, number, percent, verb
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREEN, GREY, NAVY, ORANGE

MOST = 8  # projects or rules that are named
WHOLE = 1.0


def overview(at: Scope) -> Front:
    """The first screen: how much was given, what was refused or is in doubt, and whose it is."""
    reports = at.once(quality.completeness)
    kept = at.once(_kept)
    rules = at.once(_rules)
    gaps = reports[(reports["missing"] > 0) | (reports["warnings"] > 0)]
    return Front(
        headline=headline(at),
        lead=_lead(reports, kept, rules, at.once(quality.silent)),
        state="watch" if len(kept) or len(gaps) or len(at.once(quality.silent)) else "quiet",
        tiles=[tile for tile in _tiles(at, reports, rules) if tile],
        shown=[_by_unit(reports)],
        beside=[_worst(gaps), _rules_named(rules)],
    )


def headline(at: Scope) -> str:
    """Say how many of the figures expected arrived, and what happened to the others."""
    reports, kept = at.once(quality.completeness), at.once(_kept)
    expected, given = int(reports["expected"].sum()), int(reports["reported"].sum())
    if not expected:
        return "No project reports at this date."
    withheld, missing = int(reports["withheld"].sum()), int(reports["missing"].sum())
    out = (
        f"; {counted(len(kept), 'project')} {verb(len(kept), 'was', 'were')} kept out"
        if len(kept)
        else ""
    )
    gaps = len(at.once(quality.silent))
    if gaps:
        out += f"; {counted(gaps, 'project')} left out earlier reports"
    if given == expected:
        whole = f"All {number(expected)} figures expected of {counted(len(reports), 'project')}"
        return f"{whole} arrived{out}."
    lost = [
        f"{number(withheld)} {verb(withheld, 'is', 'are')} withheld" if withheld else "",
        f"{number(missing)} {verb(missing, 'is', 'are')} missing" if missing else "",
    ]
    said = " and ".join(filter(None, lost))
    return f"{percent(given / expected)} of {number(expected)} figures arrived; {said}{out}."


def _kept(at: Scope) -> pd.DataFrame:
    return readings.kept_out_projects(at.but(unit=""))


def _rules(at: Scope) -> pd.DataFrame:
    found = readings.findings_by_rule(at.con, portfolio_id=str(at.portfolio_id))
    whole = found.groupby(["severity", "rule"], sort=False)["times"].sum().reset_index()
    ordered: pd.DataFrame = whole.sort_values(["times", "rule"], ascending=[False, True])
    return ordered


def _lead(
    reports: pd.DataFrame, kept: pd.DataFrame, rules: pd.DataFrame, silent: pd.DataFrame
) -> str:
    said = [quality.read_silent(silent)] if len(silent) else []
    if len(kept):
        said.append(f"No total has {listed(list(kept['name']))}, whose report was kept out.")
    least = reports[reports["score"] < WHOLE].sort_values(["score", "name"]).head(2)
    if len(least):
        named = [
            f"{row['name']} ({number(row['reported'])} of {number(row['expected'])})"
            for row in least.to_dict("records")
        ]
        said.append(f"Least is known of {listed(named)}.")
    warned = rules[rules["severity"] == "warning"].head(1)
    said += [
        f"Most often doubted, in all reports: {_called(row['rule'])}, {counted(row['times'], 'time')}."
        for row in warned.to_dict("records")
    ]
    return " ".join(said)


def _called(rule: object) -> str:
    return str(rule).replace("_", " ")


# Figures ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, reports: pd.DataFrame, rules: pd.DataFrame) -> list[Tile | None]:
    expected = int(reports["expected"].sum())
    if not expected:
        return []
    given, withheld = int(reports["reported"].sum()), int(reports["withheld"].sum())
    missing = int(reports["missing"].sum())
    gaps = int(((reports["missing"] > 0) | (reports["warnings"] > 0)).sum())
    warnings = rules[rules["severity"] == "warning"]
    warned = int(warnings["times"].sum())
    return [
        Tile(
            "Figures given",
            percent(given / expected, 0 if given == expected else 1),
            note=f"{number(given)} of {number(expected)}"
            + (f"; {number(withheld)} withheld with a reason" if withheld else ""),
            picture=sketch.shares([(given, NAVY), (withheld, GREY), (missing, ORANGE)]),
        ),
        Tile(
            "Missing without a reason",
            number(missing),
            note=f"of {counted(len(reports), 'project')} that report",
            picture=sketch.shares([(missing, ORANGE), (expected - missing, GREY)]),
            tone="alarm" if missing else "plain",
        ),
        Tile(
            "Projects with a gap or a warning",
            number(gaps),
            note=f"of {counted(len(reports), 'project')}",
            picture=sketch.shares([(gaps, ORANGE), (len(reports) - gaps, GREEN)]),
            tone="alarm" if gaps else "plain",
        ),
        Tile(
            "Warnings, all reports",
            number(warned),
            note=f"{counted(warnings['rule'].nunique(), 'rule')} fired"
            if len(warnings)
            else "no rule fired",
            picture=sketch.bars([float(each) for each in warnings["times"].head(12)]),
        ),
        _rows(at),
    ]


def _rows(at: Scope) -> Tile | None:
    files = quality.sources(at.con, portfolio_id=str(at.portfolio_id))
    if files.empty:
        return None
    read, out = int(files["rows_read"].sum()), int(files["rows_quarantined"].sum())
    return Tile(
        "Rows kept out",
        number(out),
        note=f"of {number(read)} rows in {counted(len(files), 'sheet')}",
        picture=sketch.shares([(out, ORANGE), (max(read - out, 0), GREY)]),
        tone="alarm" if out else "plain",
    )


# Pictures --------------------------------------------------------------------------------------------


def _by_unit(reports: pd.DataFrame) -> Block:
    """One square a project in the row of its unit: complete, with a gap, or with something withheld."""
    if reports.empty:
        return Block("", "")
    shown = reports.sort_values("score", kind="stable")
    colours = [
        ORANGE if row["missing"] or row["warnings"] else GREY if row["withheld"] else GREEN
        for row in shown.to_dict("records")
    ]
    gaps, kept = colours.count(ORANGE), colours.count(GREY)
    return front.picture(
        "Who reports in full: one square a project",
        sketch.dots_by_group(list(shown["business_unit"].fillna("no unit")), colours),
        alternative=(
            f"{few_of(len(shown) - gaps - kept, len(shown), 'project')} in full, {number(kept)} with "
            f"something withheld, {number(gaps)} with a gap or a warning"
        ),
        legend=[
            (colour, word)
            for colour, word in (
                (GREEN, "all given"),
                (GREY, "something withheld, with a reason"),
                (ORANGE, "a gap or a warning"),
            )
            if colour in colours
        ],
    )


def _worst(gaps: pd.DataFrame) -> Block:
    """Name the projects whose reports have gaps or warnings, the least complete first."""
    lines = []
    for row in gaps.sort_values(["score", "name"]).head(MOST).to_dict("records"):
        parts = [
            f"{number(row['missing'])} of {number(row['expected'])} missing"
            if row["missing"]
            else "",
            counted(row["warnings"], "warning") if row["warnings"] else "",
        ]
        lines.append(f"{row['name']}: {', '.join(filter(None, parts))}")
    if len(gaps) > MOST:
        lines.append(f"{number(len(gaps) - MOST)} more")
    return front.notes("Do not lean on", lines)


def _rules_named(rules: pd.DataFrame) -> Block:
    return front.notes(
        "What was doubted, in all reports",
        [
            f"{_called(row['rule'])}: {counted(row['times'], 'time')}"
            for row in rules[rules["severity"] == "warning"].head(MOST).to_dict("records")
        ],
    )
