"""The first screen on the data: can the figures be relied on, and which can not."""

import pandas as pd

from pmo_analytics.measures import Scope, asking, quality
from pmo_analytics.measures.data import readings
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import MEETING
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    number,
    percent,
    unbroken,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREEN, GREY, NAVY, ORANGE

MOST, FEW, UNITS = 3, 3, 12  # projects or rules named, projects of one ask, units drawn
SUMS = {"forecast_cost": "sum of costs", "forecast_finish": "range of finishes"}


def overview(at: Scope) -> Front:
    """The first screen: how much was given, what was refused or is in doubt, and whose it is."""
    reports = at.once(quality.completeness)
    kept = at.once(_kept)
    rules = at.once(_rules)
    gaps = reports[(reports["missing"] > 0) | (reports["warnings"] > 0)]
    return Front(
        headline=headline(at),
        answers=_answers(at, reports, kept, rules),
        state="watch" if len(kept) or len(gaps) or len(at.once(quality.silent)) else "quiet",
        tiles=[tile for tile in _tiles(at, reports, rules) if tile],
        shown=[_by_unit(reports), _asks(at, reports)],
        beside=[_changes(at, reports), _worst(gaps, at.once(quality.silent)), _rules_named(rules)],
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
    found = readings.kept_out_projects(at.but(unit=""))
    return found.assign(name=found["name"].fillna(found["project_id"]))


def _rules(at: Scope) -> pd.DataFrame:
    found = readings.findings_by_rule(at.con, portfolio_id=str(at.portfolio_id))
    whole = found.groupby(["severity", "rule"], sort=False)["times"].sum().reset_index()
    ordered: pd.DataFrame = whole.sort_values(["times", "rule"], ascending=[False, True])
    return ordered


def _answers(
    at: Scope, reports: pd.DataFrame, kept: pd.DataFrame, rules: pd.DataFrame
) -> list[tuple[str, str]]:
    """Answer of projects kept out, else of the report that lacks most, else of the silent."""
    least = reports[reports["missing"] > 0].sort_values(["score", "name"])
    silent = at.once(quality.silent)
    warned = rules[rules["severity"] == "warning"]
    why = "not known: the sender gives no reason"
    if len(kept):
        worst = f"no total has {listed(list(kept['name']))}: kept out"
        since = f"in the report of {day(at.status_date)}"
        why = "; ".join(
            dict.fromkeys(f"at fault: {quality.in_sentence(each)}" for each in kept["why"])
        )
    elif len(least):
        row = least.to_dict("records")[0]
        alike = least[least["reported"] == row["reported"]].iloc[1:]
        do, units = verb(len(alike), "does", "do"), alike["business_unit"].dropna().value_counts()
        most = f", {number(units.iloc[0])} of {units.index[0]}" if len(units) else ""
        more = f", as {do} {counted(len(alike), 'more project')}{most}" if len(alike) else ""
        worst = f"{row['name']}: gives {number(row['reported'])} of {number(row['expected'])} figures{more}"
        own = at.data_quality(history=True)
        own = own[own["project_id"] == row["project_id"]].sort_values("status_date")
        since = f"with gaps {unbroken(list(own['status_date']), list(own['missing'] > 0))}"
    elif len(silent):
        row = silent.to_dict("records")[0]
        alike = list(silent.loc[silent["missed"] == row["missed"], "name"])
        worst = (
            f"{listed(alike)}: no report at {number(row['missed'])} of the last "
            f"{number(row['of'])} dates"
        )
        since = verb(len(alike), "it reports now", "they report now")
    elif len(warned):
        row = warned.to_dict("records")[0]
        worst = f"most often doubted: {_called(row['rule'])}, {counted(row['times'], 'time')}"
        since = "over all reports; since when is not kept"
    else:
        return []
    return front.answered(
        worst=worst,
        since=since,
        why=why,
        undone=_undone(at, reports, silent),
        sure=f"what arrived is checked by rules alone, and {counted(warned['times'].sum(), 'time')} in "
        "all reports something was doubted; whether the rest is right is not known",
    )


def _undone(at: Scope, reports: pd.DataFrame, silent: pd.DataFrame) -> str:
    """Say which sums and lines lack what is missing."""
    told = at.once("status_report")
    said = [
        f"{few_of(count, len(told), 'project')} {verb(count, 'is', 'are')} in no {what}"
        for column, what in SUMS.items()
        if 0 < (count := int(told[column].isna().sum())) < len(told)
    ]
    if len(silent):
        said.append(f"the lines of {counted(len(silent), 'project')} have gaps")
    is_whole = not reports["missing"].sum() and not said
    return "; ".join(said) or ("no total of this report lacks anything" if is_whole else "")


def _asks(at: Scope, reports: pd.DataFrame) -> Block:
    """What is asked of senders: what is missing, what is doubted, and the reports that were left out."""
    due = asking.by_next_report(at)
    gone = reports[reports["missing"] > 0].sort_values(["score", "name"])
    doubted = reports[reports["warnings"] > 0].sort_values(
        ["warnings", "name"], ascending=[False, True]
    )
    kept, silent = at.once(_kept), at.once(quality.silent)
    kinds = [
        (
            "Correct and send again",
            kept.assign(said=[quality.in_sentence(each) for each in kept["why"]])
            if len(kept)
            else kept,
            MEETING,
        ),
        (
            "Send what is missing",
            gone.assign(
                said=[
                    f"{number(a)} of {number(b)}"
                    for a, b in zip(gone["missing"], gone["expected"], strict=True)
                ]
            ),
            due,
        ),
        (
            "Confirm or correct what is doubted",
            doubted.assign(said=[counted(each, "warning") for each in doubted["warnings"]]),
            due,
        ),
        (
            "Send the reports that were left out",
            silent.assign(
                said=[
                    f"{number(each)} of {number(of)}"
                    for each, of in zip(silent["missed"], silent["of"], strict=True)
                ]
            ),
            due,
        ),
    ]
    return front.asks(
        "Asked of those who send the data",
        [
            Ask(
                what,
                counted(len(rows), "project"),
                list(zip(rows["name"], rows["said"], strict=True))[:FEW],
                capital(asking.sponsors(at, rows["project_id"])),
                when,
                max(len(rows) - FEW, 0),
            )
            for what, rows, when in kinds
            if len(rows)
        ],
        is_new=False,
    )


def _changes(at: Scope, reports: pd.DataFrame) -> Block:
    """How much arrived now and at the report before, and who sent less or more."""
    before = at.once("report_change")["previous_status_date"].max()
    if is_missing(before):
        return front.notes("What changed", ["Not known: this is the first report"])
    then = at.but(status_date=before.date()).once(quality.completeness)
    lines = [
        f"{percent(each['reported'].sum() / each['expected'].sum())} given at {day(date)}"
        for each, date in ((then, before), (reports, at.status_date))
        if each["expected"].sum()
    ]
    both = reports.merge(then[["project_id", "missing"]], on="project_id", suffixes=("", "_then"))
    more, less = (
        int((both["missing"] > both["missing_then"]).sum()),
        int((both["missing"] < both["missing_then"]).sum()),
    )
    if more or less:
        lines.append(f"▼ {number(more)} with more gaps, ▲ {number(less)} with fewer")
    return front.notes("What changed", lines)


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
    units = shown["business_unit"].fillna("no unit")
    first = units.value_counts().index[: UNITS - 1]
    if units.nunique() > UNITS:
        units = units.where(units.isin(first), f"{units.nunique() - len(first)} other units")
    colours = [
        ORANGE if row["missing"] or row["warnings"] else GREY if row["withheld"] else GREEN
        for row in shown.to_dict("records")
    ]
    gaps, kept = colours.count(ORANGE), colours.count(GREY)
    return front.picture(
        "Who reports in full: one square a project",
        sketch.dots_by_group(list(units), colours),
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


def _worst(gaps: pd.DataFrame, silent: pd.DataFrame) -> Block:
    """Name the projects whose reports have gaps or warnings, the least complete first; else the silent."""
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
    if len(silent):
        lines.append(f"Lines over time of {listed(list(silent['name']))}: they have gaps")
    return front.notes(front.DOUBTS, lines)


def _rules_named(rules: pd.DataFrame) -> Block:
    return front.notes(
        "Doubted, in all reports",
        [
            f"{_called(row['rule'])}: {counted(row['times'], 'time')}"
            for row in rules[rules["severity"] == "warning"].head(MOST).to_dict("records")
        ],
    )
