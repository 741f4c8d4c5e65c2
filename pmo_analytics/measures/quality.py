"""How far the data can be trusted: what is open, what is complete, and where it was received."""

import shlex
from collections import Counter

import duckdb
import pandas as pd

from pmo_analytics import model
from pmo_analytics.measures import Scope, held, received
from pmo_analytics.page.figures import NAMED, capital, counted, in_words, number, percent, verb
from pmo_analytics.page.sketch import LAST

ABBREVIATIONS = {
    name.lower(): name
    for names in ("AC BAC BEI CPI CV EAC ES EV ETC FTE", "ID NPV PMO PV RAG SPI SV TCPI VAC")
    for name in names.split()
}
PAGE = ("portfolio", "project", "project_status")  # what every page is headed by
MOST_NAMED = 3  # portfolios of a load whose next command is named
MOST_LINES = 30  # findings said of a load before it refers to `pmo check`
CONVERTED = "converted"  # the rule of cells whose form alone was changed


def open_findings(
    con: duckdb.DuckDBPyConnection, *, with_notes: bool = False, portfolio_id: str = ""
) -> pd.DataFrame:
    """What is open about the data, worst first; `with_notes` gives the conversions of form too.

    Worst are errors, then warnings: of these first what a rule says of most rows of a file, where a
    finding about a sheet concerns all that it brought.

    Grain:
        One row per rule and received row, of the last time each sheet was received; of a
        `portfolio_id` those of its files.

    Columns:
        Those of view `open_finding`.
    """
    files = list(sources(con, portfolio_id=portfolio_id)["file"]) if portfolio_id else []
    return con.execute(
        "with touched as (select f.*, sum(case when f.row_number > 0 then 1 else "
        "greatest(coalesce(l.rows_loaded, 1), 1) end) over (partition by f.severity, f.rule, f.file) "
        "as rows_touched from open_finding as f left join load as l "
        "on f.load_id = l.load_id and f.file = l.file and f.sheet = l.sheet "
        "where (f.rule <> $converted or $with_notes) "
        "and ($portfolio_id = '' or f.file in (select unnest($files)))) "
        "select * exclude (rows_touched) from touched order by case severity when 'error' then 1 "
        "when 'warning' then 2 else 3 end, rows_touched desc, rule, file, sheet, row_number, column_name",
        {
            "with_notes": with_notes,
            "converted": CONVERTED,
            "portfolio_id": portfolio_id,
            "files": files,
        },
    ).df()


def said_of_findings(findings: pd.DataFrame) -> list[str]:
    """Say what is open in a line for each rule and file, with the first row and how many there are."""
    lines = []
    for (severity, rule, file), rows in findings.groupby(["severity", "rule", "file"], sort=False):
        first = rows.iloc[0]
        sheet = f" [{first['sheet']}]" if first["sheet"] else ""
        row = f", row {first['row_number']}" if first["row_number"] else ""
        often = f", {number(len(rows))} times" if len(rows) > 1 else ""
        said = " ".join(str(first["message"]).split())
        lines.append(f"{severity}: {file}{sheet}{row}: {said} ({rule}{often})")
    return lines


def said_of_load(con: duckdb.DuckDBPyConnection, load_id: int) -> list[str]:
    """Say what a load found, conversions of form left out, grouped and worst first.

    A sheet that was not read is named once: not by the further readings of a file as received, and
    not where another of them reads it.
    """
    found = con.execute(
        "with found as (select 'error' as severity, * exclude (row_json) from quarantine "
        "union all by name select * exclude (row_json) from finding), "
        "same_file as (select distinct b.load_id, b.file from load as l inner join load as b "
        "using (file, sha256) where l.load_id = $load_id and b.load_id < $load_id) "
        "select severity, rule, arg_min((file, sheet, row_number, message), row_number) as first, "
        "count(*) as times, count(distinct file) as files, "
        "count(distinct (file, sheet)) as sheets from found as f "
        "where load_id = $load_id and rule <> $converted and (rule <> 'sheet_not_read' or ("
        "(file, sheet) not in (select (n.file, n.sheet) from found as n inner join same_file "
        "using (load_id, file) where n.rule = 'sheet_not_read') "
        "and (file, sheet) not in (select (l.file, l.sheet) from load as l inner join same_file "
        "using (load_id, file)))) group by severity, rule, table_name, column_name, "
        "case when row_number = 0 then message end "
        "order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, times desc, "
        "rule, first",
        {"load_id": load_id, "converted": CONVERTED},
    ).fetchall()
    lines = []
    for severity, rule, first, times, files, sheets in found[:MOST_LINES]:
        file, sheet, row_number, message = first.values() if isinstance(first, dict) else first
        sheet = f" [{sheet}]" if sheet else ""
        row = f", row {row_number}" if row_number else ""
        often = f", {times} times" if times > 1 else ""
        among = f" in {files} files" if files > 1 else f" in {sheets} sheets" if sheets > 1 else ""
        said = " ".join(message.split())
        lines.append(f"{severity}: {file}{sheet}{row}: {said} ({rule}{often}{among})")
    if left := sum(row[3] for row in found[MOST_LINES:]):
        lines.append(f"and {counted(left, 'more finding')} of other kinds")
    return [*lines, "each one with its row: pmo check --rows"] if found else []


def next_reports(con: duckdb.DuckDBPyConnection, load_id: int) -> list[str]:
    """Name the command that makes the pages of what a load brought, where it is of few portfolios."""
    found = con.execute(
        "select p.portfolio_id, max(s.status_date) from project_status as s inner join project as p "
        "using (project_id) semi join (from load where load_id = $load_id "
        "and list_contains(table_names, 'project_status')) as l "
        "on s.file = l.file and s.sheet = l.sheet and s.status_date between l.first_date and l.last_date "
        "group by p.portfolio_id order by all",
        {"load_id": load_id},
    ).fetchall()
    return [
        f"next: pmo report --status-date {day} --portfolio {shlex.quote(portfolio)}"
        for portfolio, day in found
        if len(found) <= MOST_NAMED
    ]


@held.told_once
def sources(con: duckdb.DuckDBPyConnection, *measures: str, portfolio_id: str) -> pd.DataFrame:
    """The files that a page rests on, as last received.

    `measures` are the views and tables the page asks, beside those of `PAGE`; without any, every table
    counts. Of a table whose rows name neither project nor portfolio, such as `role`, a page rests on those
    that view `belongs_to` says are the portfolio's; where every table counts, not on everybody's.

    Grain:
        One row per file and sheet of every load that brought a row.

    Columns:
        file, sheet, load_id, rows_read, rows_loaded, rows_quarantined; rows_read = the sum of both.

    Raises:
        UnknownNameError: a measure does not exist.
    """
    named = (model.tables_behind(each) for each in (*PAGE, *measures))
    asked = frozenset().union(*named) if measures else frozenset(model.tables())
    rows = " union ".join(
        f"select load_id, file, sheet from {name} where {received.whose(name, only_own=not measures)}"
        for name in sorted(asked)
    )
    kept = con.execute(  # a warehouse of an earlier version lacks some
        "select distinct table_name from duckdb_columns() where table_name in (select unnest($1))",
        [[f"{name}_history" for name in model.tables()]],
    ).fetchall()
    brought = " union ".join(
        f"select load_from as load_id, file, sheet from {name}" for (name,) in sorted(kept)
    )
    return con.execute(
        f"with r as ({rows}), brought as ({brought}) "
        "select l.file, l.sheet, l.load_id, l.rows_read, l.rows_loaded, l.rows_quarantined "
        "from load as l where (l.load_id, l.file, l.sheet) in (from r) or ("
        "(l.load_id, l.file) in (select (load_id, file) from r) and l.rows_loaded > 0 "
        "and list_has_any(l.table_names, $asked) "
        "and (l.load_id, l.file, l.sheet) not in (from brought) "
        "and (l.file, l.sheet) not in (select (file, sheet) from r) "
        "and l.load_id = (select max(load_id) from load as m where m.file = l.file "
        "and m.sheet = l.sheet)) order by l.load_id, l.file, l.sheet",
        {"portfolio_id": portfolio_id, "asked": sorted(asked)},
    ).df()


def completeness(at: Scope) -> pd.DataFrame:
    """How complete each project's report is, least complete first.

    Grain:
        One row per project that reports at the date.

    Columns:
        Those of view `data_quality`, with name and business_unit; unread: warnings about whole
        sheets of the portfolio's files, the same in every row.
    """
    return at.frame(
        "select q.*, p.name, p.business_unit, (select count(*) from open_finding where "
        "severity = 'warning' and row_number = 0 and list_contains($files, file)) as unread "
        "from data_quality as q join project as p "
        "on q.project_id = p.project_id where q.portfolio_id = $portfolio_id "
        "and q.status_date = $status_date and ($unit = '' or p.business_unit = $unit) "
        "order by q.score, q.missing desc, p.name",
        files=list(sources(at.con, portfolio_id=str(at.portfolio_id))["file"]),
    )


@held.told_once
def kept_out(con: duckdb.DuckDBPyConnection, *, portfolio_id: str) -> dict[str, str]:
    """Say of each status date how many projects a total has and how many were kept out.

    Dates of which everything received came in are left out. A key is the date in ISO form.
    """
    rows = con.execute(
        "select cast(k.status_date as varchar), k.why, (select count(distinct project_id) from "
        "project_then as r where r.is_reporting and r.portfolio_id = k.portfolio_id "
        "and r.status_date = k.status_date) "
        "from kept_out as k where k.portfolio_id = $portfolio_id order by k.status_date, k.project_id",
        {"portfolio_id": portfolio_id},
    ).fetchall()
    return {
        day: _kept_out([why for each, why, _ in rows if each == day], reporting)
        for day, _, reporting in rows
    }


def _kept_out(reasons: list[str], reporting: int) -> str:
    often = Counter(reasons).most_common(3)
    why = ", ".join(f"{in_sentence(names)} {count}" for names, count in often)
    return (
        f"Shows {number(reporting)} of {counted(reporting + len(reasons), 'project')}; "
        f"{number(len(reasons))} kept out ({why}), see Data."
    )


def in_sentence(names: str) -> str:
    """Write the names of columns within a sentence: `rag, forecast_cost`."""
    said = [as_words(name) for name in names.split(", ")]
    return " and ".join(w if w[:2].isupper() else w[:1].lower() + w[1:] for w in said)


@held.told_once
def caveat(con: duckdb.DuckDBPyConnection, *, portfolio_id: str) -> str:
    """Say what a reader must know of a sender's data, as the sender or its reader stated it."""
    rows = con.execute(
        "select json_extract_string(extra, '$.caveat') from portfolio where portfolio_id = $id",
        {"id": portfolio_id},
    ).fetchall()
    return str(rows[0][0]) if rows and rows[0][0] else "The sender names no caveat."


@held.told_once
def definitions(con: duckdb.DuckDBPyConnection, *views: str) -> pd.DataFrame:
    """What each figure of some views means, from the data dictionary.

    Grain:
        One row per view and column, in their order.

    Columns:
        measure: the view in words; figure: the column in words; meaning: with its unit and
        direction; column_name: `view.column`, as `pmo query` and `pmo explain` take it.
    """
    found = con.execute(
        "select table_name || '.' || column_name as column_name, comment as meaning "
        "from duckdb_columns() where table_name in (select unnest($views)) and comment is not null "
        "qualify row_number() over (partition by table_name, duckdb_columns.column_name "
        "order by database_name) = 1 order by list_position($views, table_name), column_index",
        {"views": list(views)},
    ).df()
    if found.empty:  # views newer than the warehouse, which the next load describes
        return found.assign(measure="", figure="")
    parts = found["column_name"].str.partition(".")
    return found.assign(measure=parts[0].map(as_words), figure=parts[2].map(as_words))


def as_words(name: str) -> str:
    """Write the name of a column or view as people read it: `spend_without_gate`, `cpi`, `spi_t`."""
    words = [ABBREVIATIONS.get(word, word) for word in name.split("_")]
    said = " ".join(words).replace("SPI t", "SPI(t)")
    return capital(said)


def read_completeness(completeness: pd.DataFrame) -> str:
    """Say how complete the reports are, counting what is withheld apart from what is missing."""
    expected = completeness["expected"].sum()
    if not expected:
        return "No project reports at this date, so completeness cannot be judged."
    given = completeness["reported"].sum() / expected
    withheld = completeness["withheld"].sum() / expected
    missing = completeness["missing"].sum() / expected
    flawed = int((completeness["score"] < 1).sum())
    parts = [f"{percent(given, 1)} are given"]
    parts += [f"{percent(withheld, 1)} withheld by their owner with a reason"] if withheld else []
    parts += [f"{percent(missing, 1)} missing"] if missing else []
    said = []
    if flawed:
        said.append(
            f"{counted(flawed, 'project')} {verb(flawed, 'has', 'have')} a gap or a warning"
            f"{'; what is withheld is no gap' if withheld else ''}."
        )
    if unread := int(completeness["unread"].max()):
        said.append(
            f"{counted(unread, 'warning')} {verb(unread, 'concerns', 'concern')} whole sheets of the "
            "files, which may hold more."
        )
    projects = counted(len(completeness), "reporting project")
    figures = f"{number(expected)} figures expected of {projects}"
    given_all = f"All {figures} arrived."
    first = f"Of the {figures}, {' and '.join(parts)}." if withheld or missing else given_all
    return f"{first} {' '.join(said) or 'The reports of this date have no gap and no warning.'}"


def silent(at: Scope, *, most: int = LAST) -> pd.DataFrame:
    """Which projects that report sent no report at some of the last dates, most silent first.

    Grain:
        One row per project that reports at the date and missed one of the last `most` dates of its
        portfolio since its first report.

    Columns:
        project_id; name; missed: how many dates; of: among how many.
    """
    return at.frame(
        "with reports as (select distinct portfolio_id, project_id, status_date from project_then where "
        "is_reporting and status_date <= $status_date and portfolio_id = $portfolio_id), "
        "dates as (select distinct status_date from reports order by status_date desc limit $most), "
        "now as (select p.project_id, coalesce(p.name, p.project_id) as name, f.first_on from "
        "project_then as p join (select project_id, min(status_date) as first_on from reports group by "
        "project_id) as f on p.project_id = f.project_id where p.is_reporting and p.status_date = "
        "$status_date and p.portfolio_id = $portfolio_id and ($unit = '' or p.business_unit = $unit)) "
        "select n.project_id, n.name, count(*) as missed, (select count(*) from dates) as of "
        "from now as n join dates as d on d.status_date > n.first_on anti join reports as r "
        "on r.project_id = n.project_id and r.status_date = d.status_date "
        "group by n.project_id, n.name order by missed desc, n.name",
        most=most,
    )


def read_silent(silent: pd.DataFrame) -> str:
    """Say which projects left dates out, so that their lines have gaps."""
    if silent.empty:
        return ""
    rows = silent.head(NAMED).to_dict("records")
    named = [
        f"{row['name']} {'' if place else 'left out '}{number(row['missed'])}"
        for place, row in enumerate(rows)
    ]
    rest = len(silent) - len(rows)
    more = [f"{counted(rest, 'more project')} some"] if rest else []
    return (
        f"Of the last {counted(silent['of'].iloc[0], 'report')} {in_words([*named, *more])}: "
        f"their lines have gaps at those dates."
    )


def summary(findings: pd.DataFrame, *, with_notes: bool) -> str:
    """Count what is open in one line, for the command line; `findings` hold the conversions too."""
    kinds = findings["severity"].where(findings["rule"] != CONVERTED, CONVERTED)
    counts = kinds.value_counts()
    errors, warnings, notes, forms = (
        int(counts.get(kind, 0)) for kind in ("error", "warning", "note", CONVERTED)
    )
    return (
        f"{counted(errors, 'error')} (rows kept out), {counted(warnings, 'warning')}, "
        f"{counted(notes, 'note')}, {counted(forms, 'conversion')} of form"
        + ("" if with_notes or not forms else " (--notes shows them)")
    )
