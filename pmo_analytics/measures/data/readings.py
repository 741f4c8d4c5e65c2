"""What was received of a portfolio, and what of it was refused, withheld or recognised by name."""

import duckdb
import pandas as pd

from pmo_analytics.measures import Scope, quality
from pmo_analytics.page.figures import counted, number, percent, verb

BY_NAME = r"(?:^|[\W_])name(?:$|[\W_])"  # in methods of recognition that rest on a name


def findings_by_rule(con: duckdb.DuckDBPyConnection, *, portfolio_id: str) -> pd.DataFrame:
    """How often each rule fired over the files of a portfolio, worst first, with an example.

    Grain:
        One row per severity, rule, table and column.

    Columns:
        times: number of rows; files: number of files; example: the sentence about the first row.
    """
    return con.execute(
        "select severity, rule, table_name, column_name, count(*) as times, "
        "count(distinct file) as files, arg_min(message, row_number) as example from open_finding "
        "where file in (select unnest($files)) "
        "group by severity, rule, table_name, column_name order by case severity "
        "when 'error' then 1 when 'warning' then 2 else 3 end, times desc, rule",
        {"files": list(quality.sources(con, portfolio_id=portfolio_id)["file"])},
    ).df()


def kept_out_projects(at: Scope) -> pd.DataFrame:
    """Which projects a total of a date lacks because their report was kept out.

    Grain:
        One row per project.

    Columns:
        project_id, why: those of view `kept_out`; name: null where no register has the project.
    """
    return at.frame(
        "select k.project_id, p.name, k.why from kept_out as k left join project as p "
        "on k.project_id = p.project_id where k.portfolio_id = $portfolio_id "
        "and k.status_date = $status_date order by k.project_id",
    )


def withheld(at: Scope) -> pd.DataFrame:
    """Figures their owners decline to publish, by reason.

    Grain:
        One row per column and reason, most frequent first.

    Columns:
        column_name, reason; projects: how many withhold it.
    """
    return at.frame(
        "select w.column_name, w.reason, count(*) as projects from withheld as w join project as p "
        "on w.project_id = p.project_id where p.portfolio_id = $portfolio_id "
        "and w.status_date = $status_date and ($unit = '' or p.business_unit = $unit) "
        "group by w.column_name, w.reason order by projects desc, w.column_name, w.reason",
    )


def links(at: Scope) -> pd.DataFrame:
    """How rows of different reports were recognised as one project.

    Grain:
        One row per method, most frequent first.

    Columns:
        method; rows: how many; projects: how many; lowest_confidence: 0 to 1.
    """
    return at.frame(
        "select l.method, count(*) as rows, count(distinct l.project_id) as projects, "
        "min(l.confidence) as lowest_confidence from project_link as l join project as p "
        "on l.project_id = p.project_id where p.portfolio_id = $portfolio_id "
        "and ($unit = '' or p.business_unit = $unit) "
        "group by l.method order by rows desc, l.method",
    )


def of_whole_files(unit: str) -> str:
    """Say on the page of a unit that a file, and what was found in it, is not the unit's alone."""
    if not unit:
        return ""
    return f"Files, and what was found in them, are counted whole: they may hold more than {unit}. "


def read_sources(sources: pd.DataFrame) -> str:
    """Say how many rows were received and what became of them."""
    return (
        f"{counted(sources['rows_read'].sum(), 'row')} {verb(sources['rows_read'].sum(), 'was', 'were')} "
        f"read from {counted(len(sources), 'sheet')}: "
        f"{number(sources['rows_loaded'].sum())} loaded, "
        f"{number(sources['rows_quarantined'].sum())} quarantined."
    )


def read_kept_out(kept: pd.DataFrame) -> str:
    """Say whether a report that was received is lacking in the totals."""
    if kept.empty:
        return "Every report received for this date is in the totals."
    count = len(kept)
    return (
        f"{counted(count, 'project')} {verb(count, 'is', 'are')} in no total of this date: "
        f"{verb(count, 'its report was', 'their reports were')} received and kept out."
    )


def withheld_before(at: Scope) -> int:
    """How many figures were withheld in reports before this one."""
    found = at.frame(
        "select count(*) as figures from withheld as w join project as p on w.project_id = p.project_id "
        "where p.portfolio_id = $portfolio_id and w.status_date < $status_date "
        "and ($unit = '' or p.business_unit = $unit)"
    )
    return int(found["figures"].iloc[0])


def read_withheld(withheld: pd.DataFrame, before: int) -> str:
    """Say how many figures are withheld and why most often; `before`: how many in earlier reports."""
    if withheld.empty:
        earlier = (
            f"; {number(before)} {verb(before, 'was', 'were')} in earlier ones" if before else ""
        )
        return f"No figure is withheld in this report{earlier}."
    by_figure = withheld.groupby("column_name")["projects"].sum().sort_values(ascending=False)
    total = withheld["projects"].sum()
    often = [f"{name} {counted(count, 'time')}" for name, count in by_figure.head(3).items()]
    return (
        f"{counted(total, 'figure')} {verb(total, 'is', 'are')} withheld by "
        f"{verb(total, 'its owner', 'their owners')}: neither missing nor zero; most often "
        f"{', '.join(often)}."
    )


def read_findings(rules: pd.DataFrame) -> str:
    """Count what is open: rules that rows broke, warnings, notes, and conversions apart."""
    kinds = rules["severity"].where(rules["rule"] != quality.CONVERTED, quality.CONVERTED)
    times = rules.groupby(kinds)["times"].sum()
    errors, warnings, notes, forms = (
        times.get(each, 0) for each in ("error", "warning", "note", quality.CONVERTED)
    )
    return (
        f"{counted(errors, 'rule')} {verb(errors, 'was', 'were')} broken by rows that were kept out. "
        f"{counted(warnings, 'warning')} and {counted(notes, 'note')} concern what was loaded or left "
        f"unread, and {counted(forms, 'cell')} {verb(forms, 'was', 'were')} converted in form alone."
    )


def read_links(links: pd.DataFrame) -> str:
    """Say how far the history of projects rests on recognising names."""
    if links.empty:
        return "The sender identifies every project itself; nothing had to be recognised."
    total = links["rows"].sum()
    named = links[links["method"].str.contains(BY_NAME, case=False, na=False)]["rows"].sum()
    return (
        f"{counted(total, 'report row')} {verb(total, 'carries', 'carry')} a note of how the project was "
        f"recognised; {number(named)} ({percent(named / total)}) "
        f"{verb(named, 'rests', 'rest')} on its name, as no identifier told which project it is."
    )


# Published data standards --------------------------------------------------------------------------


def standards(at: Scope) -> pd.DataFrame:
    """How many projects give each field of the published data standards, from `data_standard`.

    Grain:
        One row per standard and field, in the order of the standard.

    Columns:
        standard, field, is_required, rests_on: those of the view; projects: of whom it is due;
        given, withheld, missing (not given): how many of them; share: given over due, null without a place.
    """
    return at.frame(
        "select standard, field, is_required, rests_on, count(*) filter (state <> 'not due') as "
        "projects, count(*) filter (state = 'given') as given, "
        "count(*) filter (state = 'withheld') as withheld, "
        "count(*) filter (state = 'not given') as missing, "
        "case when rests_on is not null then given / nullif(projects, 0) end as share "
        "from data_standard join project as p using (project_id) "
        "where data_standard.portfolio_id = $portfolio_id and status_date = $status_date "
        "and ($unit = '' or p.business_unit = $unit) "
        "group by standard, field_no, field, is_required, rests_on order by standard, field_no",
    )


def read_standards(fields: pd.DataFrame) -> str:
    """Say of each standard how many fields all, some and no projects give, and what is asked of all."""
    said = []
    for standard, rows in fields.groupby("standard", sort=True):
        due = rows[rows["projects"] > 0]
        full, none = due["given"] == due["projects"], due["given"] == 0
        homeless = int(due["rests_on"].isna().sum())
        lead = (
            f"{standard}: of {counted(len(due), 'field')} every project gives {int(full.sum())}, "
            f"some give {int((~full & ~none).sum())}"
        )
        parts = (
            f"nobody gives {int(none.sum())}, of which {homeless} "
            f"{verb(homeless, 'has', 'have')} no place in the model"
        )
        short = due[due["is_required"] & ~full]
        if short.empty:
            said.append(f"{lead}, {parts}; what is asked of all is there.")
            continue
        worst = short.sort_values("given", kind="stable").head(3)
        names = ", ".join(
            f"{row.field} ({row.given} of {row.projects})" for row in worst.itertuples()
        )
        said.append(f"{lead}, {parts}. Furthest from what is asked of all: {names}.")
    return " ".join(said)
