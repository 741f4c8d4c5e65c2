"""The `pmo` command: load files, check data, run packs, ask and explain figures."""

import csv
import io
import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pmo_analytics import __version__
from pmo_analytics.errors import PmoAnalyticsError, UnknownNameError, UsageError

app = typer.Typer(
    help="Analytics for a Project Management Office: load, check, report, ask.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
screen = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
if not screen.is_terminal:
    screen.width = 1 << 20  # a pipe has no edge at which to break a line
errors = Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)

QUARANTINED = 3
MOST_LINES = 30  # findings said by a load before it refers to `pmo check`
MOST_FILES = 3  # files named for a load by `pmo info`
CONTROLS = re.compile(r"[\x7f-\x9f\u2028\u2029]")
SHORT = 16  # up to here a column of a table is never broken into lines
INTERRUPTED = 130
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LOADS = f"""
    with taken_back as (
        select withdrawn_load_id as load_id, arg_max(counts_again, load_id) as counts,
            max(load_id) as by_load
        from withdrawal group by withdrawn_load_id
    )
    select
        l.load_id as load,
        strftime(min(l.loaded_at) at time zone 'UTC', '%Y-%m-%d %H:%M UTC') as loaded,
        case when count(distinct nullif(l.file, '')) > {MOST_FILES}
            then array_to_string(list_slice(list_sort(list(distinct l.file)), 1, {MOST_FILES}), ', ')
                || ' and ' || (count(distinct l.file) - {MOST_FILES}) || ' more'
            else coalesce(nullif(array_to_string(list_sort(list(distinct l.file)), ', '), ''),
                'load ' || json_extract_string(any_value(l.settings), '$.takes_back'))
        end as files,
        coalesce(min(case when l.file = '' then l.source end), min(l.source)) as source,
        sum(l.rows_read) as rows_read,
        sum(l.rows_loaded) as rows_loaded,
        sum(l.rows_quarantined) as quarantined,
        sum(l.added) as added,
        sum(l.changed) as changed,
        sum(l.withdrawn) as withdrawn,
        min(l.first_date) as first_date,
        max(l.last_date) as last_date,
        case when not any_value(t.counts) then 'by load ' || any_value(t.by_load) else '' end as taken_back
    from load as l
    left join taken_back as t on l.load_id = t.load_id
    group by l.load_id
    order by l.load_id
"""


class PmoType(StrEnum):
    """How much a PMO decides: it changes decision rights and wording, never numbers."""

    supportive = "supportive"
    controlling = "controlling"
    directive = "directive"


class Format(StrEnum):
    """How a list is printed."""

    table = "table"
    json = "json"


Warehouse = Annotated[
    str,
    typer.Option("--warehouse", envvar="PMO_WAREHOUSE", help="Pointer file of the warehouse."),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", help="Load number or ISO instant: show what was known then."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
DEFAULT_WAREHOUSE = "data/warehouse.duckdb"


# Commands -----------------------------------------------------------------------------------------


@app.command()
def demo(
    reports: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("reports"),
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    jobs: Annotated[int, typer.Option(help="Notebooks run at the same time.")] = 2,
    debug: Debug = False,
) -> None:
    """Load the sample portfolios, run the pack for each, print the index pages."""
    from pmo_analytics import packs

    with _reported(debug=debug):
        for folder in packs.sample_folders():
            _load([folder], warehouse=warehouse, settings=None)
        _run_packs(packs.latest_reports(warehouse), warehouse=warehouse, out=reports, jobs=jobs)


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)] = [],  # noqa: B006
    kind: Annotated[
        str | None, typer.Option("--as", help="A table of the model, or a sender: gmpp, nyc.")
    ] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="YAML: the sender's column names to the model's.")
    ] = None,
    portfolio: Annotated[str | None, typer.Option(help="Portfolio of rows that name none.")] = None,
    status_date: Annotated[
        str | None, typer.Option(help="Status date of rows that state none, as YYYY-MM-DD.")
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another load.")] = 60,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Withdraw the rows a file had and no longer has, of its dates."
        ),
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the warehouse anew from all files received.")
    ] = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Read files into the warehouse; say of each what became of its rows and what they changed.

    A row whose column `delete` says yes withdraws the row of its key; a whole load is taken back
    with `pmo unload`. A file sent again under its name is its whole word on the dates it has rows
    of: what it no longer has is named, and withdrawn with --replace.
    """
    from pmo_analytics import intake
    from pmo_analytics import warehouse as house

    with _reported(debug=debug):
        if rebuild:
            with _working("rebuilding") as tell:
                count = house.rebuild(warehouse, wait=wait, tell=tell)
            _say(f"rebuilt {warehouse} from {_counted(count, 'load')}")
            return
        if not paths:
            raise UsageError("nothing to load was named; give files or folders, such as data/gmpp")
        settings = intake.Settings(
            kind=kind,
            mapping=intake.read_map(map_file) if map_file else None,
            portfolio_id=portfolio,
            status_date=_day(status_date, error=UsageError) if status_date else None,
            replace=replace,
        )
        code = _load(paths, warehouse=warehouse, settings=settings, wait=wait)
    raise typer.Exit(code)


@app.command()
def unload(
    load_id: Annotated[int, typer.Argument(metavar="LOAD", help="Number of a load, see pmo info.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for another load.")] = 60,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Take back what a load said: all is as if it had never been; what was known then stays known.

    It is a load of its own, so it can be taken back too, which puts the first one back.
    """
    from pmo_analytics import warehouse as house

    with _reported(debug=debug):
        with _working(f"taking back load {load_id}"):
            done = house.unload(warehouse, load_id, wait=wait)
        if not done.is_new:
            _say(
                f"load {load_id} was taken back by load {done.load_id} already; "
                f"'pmo unload {done.load_id}' puts it back"
            )
            return
        _say(
            f"load {done.load_id} takes back load {load_id}: {_counted(done.withdrawn, 'row')} withdrawn, "
            f"{_counted(done.restored, 'row')} restored, {_counted(done.changed, 'row')} changed back; "
            f"'pmo unload {done.load_id}' puts it back"
        )


@app.command()
def check(
    format_: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    notes: Annotated[bool, typer.Option("--notes", help="Conversions too.")] = False,
    known_at: KnownAt = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Print what is open about the data, worst first."""
    from pmo_analytics import quality

    with _reported(debug=debug), _opened(warehouse, known_at) as con:
        findings = quality.open_findings(con, with_notes=notes or format_ is Format.json)
        rows = [tuple(row) for row in findings.itertuples(index=False)]
        if format_ is Format.json:
            _print_json(list(findings.columns), rows)
        else:
            _print_table(list(findings.columns), rows)
            _say(quality.summary(con))


@app.command()
def report(
    status_date: Annotated[str, typer.Option(help="Date the pack is about, as YYYY-MM-DD.")],
    portfolio: Annotated[str | None, typer.Option(help="One portfolio; otherwise all.")] = None,
    unit: Annotated[str, typer.Option(help="One business unit.")] = "",
    only: Annotated[
        list[str], typer.Option(help="One notebook of the pack; may be given again.")
    ] = [],  # noqa: B006
    known_at: KnownAt = None,
    pmo_type: Annotated[PmoType, typer.Option(help="Decision rights.")] = PmoType.controlling,
    parameter: Annotated[
        list[str], typer.Option("--parameter", "-p", help="NAME=VALUE for the notebooks.")
    ] = [],  # noqa: B006
    out: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("reports"),
    jobs: Annotated[int, typer.Option(help="Notebooks run at the same time.")] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler whose workers run the notebooks."),
    ] = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Run the pack of a status date and print its index pages."""
    from pmo_analytics import packs

    with _reported(debug=debug):
        given = dict(_pair(text) for text in parameter)
        plans = packs.plans(
            warehouse,
            _day(given.pop("status_date", status_date)),
            given.pop("portfolio_id", portfolio),
            unit=given.pop("unit", unit),
            known_at=given.pop("known_at", known_at or ""),
            pmo_type=given.pop("pmo_type", pmo_type.value),
        )
        _run_packs(
            plans,
            warehouse=warehouse,
            out=out,
            jobs=jobs,
            only=only,
            given=given,
            scheduler=scheduler,
        )


@app.command()
def study(
    notebook: Annotated[str, typer.Argument(help="A notebook of notebooks/studies.")],
    more: Annotated[
        list[Path], typer.Argument(help="More scenario files.", show_default=False)
    ] = [],  # noqa: B006
    scenario: Annotated[
        list[Path], typer.Option("--scenario", help="Scenario file; may be given again.")
    ] = [],  # noqa: B006
    portfolio: Annotated[
        str | None, typer.Option(help="Baseline; otherwise the scenarios'.")
    ] = None,
    status_date: Annotated[
        str | None, typer.Option(help="Date of the baseline; otherwise the last report's.")
    ] = None,
    known_at: KnownAt = None,
    pmo_type: Annotated[PmoType, typer.Option(help="Decision rights.")] = PmoType.controlling,
    parameter: Annotated[
        list[str], typer.Option("--parameter", "-p", help="NAME=VALUE for the notebook.")
    ] = [],  # noqa: B006
    out: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("reports"),
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Run a what-if study of one or more scenarios and compare them with the baseline."""
    from pmo_analytics import packs, studies

    with _reported(debug=debug):
        plan = studies.plan(
            notebook,
            [*more, *scenario],
            warehouse=warehouse,
            portfolio_id=portfolio,
            status_date=_day(status_date) if status_date else None,
            known_at=known_at or "",
            pmo_type=pmo_type.value,
            given=dict(_pair(text) for text in parameter),
        )
        for warning in plan.warnings:
            _complain(f"warning: {warning}")
        done = studies.run(plan, out=out)
        _say(str(done.index))
        if failure := packs.failure([done]):
            raise failure


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One read-only SQL statement.")],
    known_at: KnownAt = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a header, then rows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Run read-only SQL against the warehouse."""
    from pmo_analytics import warehouse as house

    with _reported(debug=debug):
        names, rows = house.query(sql, path=warehouse, known_at=known_at)
        printer = _print_csv if as_csv else _print_json if as_json else _print_table
        printer(names, rows)


@app.command()
def info(warehouse: Warehouse = DEFAULT_WAREHOUSE, debug: Debug = False) -> None:
    """Say where the warehouse is, what was loaded and when, and the versions in use."""
    import duckdb

    from pmo_analytics import warehouse as house

    with _reported(debug=debug):
        pointer = house.locate(warehouse)
        loads = house.query(LOADS, path=warehouse)
        reports = house.query(
            "select portfolio_id, count(distinct project_id) as projects, "
            "count(distinct status_date) as reports, min(status_date) as first, "
            "max(status_date) as last from project_status inner join project using (project_id) "
            "group by portfolio_id order by portfolio_id",
            path=warehouse,
        )
        size = house.size(warehouse)
        _say(f"warehouse  {pointer} ({size / 1e6:.1f} MB)")
        _say(f"versions   pmo-analytics {__version__}, DuckDB {duckdb.__version__}, "
             f"Python {sys.version.split()[0]}")  # fmt: skip
        _print_table(*loads)
        _print_table(*reports)
        for warning in house.warnings(warehouse):
            _complain(f"warning: {warning}")


@app.command()
def explain(
    metric: Annotated[str, typer.Argument(help="A column, or VIEW.COLUMN.")],
    project: Annotated[str, typer.Option(help="Project id.")],
    status_date: Annotated[str, typer.Option(help="Status date, as YYYY-MM-DD.")],
    known_at: KnownAt = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Print a figure's value, formula and inputs, and the file, sheet and row they came from."""
    from pmo_analytics import trace

    with _reported(debug=debug), _opened(warehouse, known_at) as con:
        found = trace.explain(con, metric, project_id=project, status_date=_day(status_date))
        for keys, value in zip(found.keys, found.values, strict=True):
            named = "".join(f" {name} {_text(key)}" for name, key in keys.items())
            _say(f"{found.metric}{named} = {_text(value) or 'missing'}")
        _say(f"meaning: {found.meaning}")
        _say(f"formula: {found.formula}")
        for row in found.inputs:
            values = ", ".join(f"{name} {_text(value)}" for name, value in row.values.items())
            sheet = f", sheet {row.sheet}" if row.sheet else ""
            _say(
                f"input {row.table}: {values}\n"
                f"      from load {row.load_id}, file {row.file}{sheet}, row {row.row_number}",
            )


@app.command()
def diff(
    status_date: Annotated[str, typer.Option(help="Status date, as YYYY-MM-DD.")],
    known_at: Annotated[
        list[str], typer.Option("--known-at", help="Given twice: then, and later.")
    ],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a header, then rows.")] = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Print what was said then against what was known later, by cause."""
    from pmo_analytics import restatement
    from pmo_analytics import warehouse as house

    with _reported(debug=debug), _opened(warehouse, None) as con:
        if len(known_at) != 2:  # noqa: PLR2004
            raise UsageError("--known-at is needed twice: what was known then, and later")
        was, now = (house.load_number(con, instant) for instant in known_at)
        changes = restatement.restatement(
            con, status_date=_day(status_date), was_known_at=was, known_at=now
        )
        rows = [tuple(row) for row in changes.itertuples(index=False)]
        (_print_csv if as_csv else _print_table)(list(changes.columns), rows)
        if not as_csv:
            counts = changes["cause"].value_counts()
            said = ", ".join(f"{count} {cause}" for cause, count in counts.items())
            _say(f"{len(changes)} figures differ{f': {said}' if said else ''}")
            for file, count in restatement.still_counting(con, known_at=now).items():
                verb = "counts" if count == 1 else "count"
                _say(
                    f"{_counted(count, 'row')} that {file} no longer has still {verb}; see pmo check"
                )


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Port of the server.")] = 8888,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    debug: Debug = False,
) -> None:
    """Start JupyterLab in the workspace."""
    from importlib.util import find_spec

    with _reported(debug=debug):
        if find_spec("jupyterlab") is None:
            raise UsageError("JupyterLab is not installed; run pip install 'pmo-analytics[lab]'")
        os.environ["PMO_WAREHOUSE"] = str(Path(warehouse).resolve())
        os.execv(  # noqa: S606 - JupyterLab takes this process over
            sys.executable,
            [sys.executable, "-m", "jupyterlab", f"--port={port}", "--LabApp.news_url="],
        )


# Work ---------------------------------------------------------------------------------------------


def _load(paths: Sequence[Path], *, warehouse: str, settings: Any, wait: float = 60) -> int:  # noqa: ANN401
    from pmo_analytics import intake
    from pmo_analytics import warehouse as house

    files = intake.find_files(paths, beside=house.locate(warehouse).parent)
    with _working("loading") as tell:
        loaded = house.load(warehouse, files, settings or intake.Settings(), wait=wait, tell=tell)
    for row in loaded.rows:
        sheet = f" [{row.sheet}]" if row.sheet else ""
        _say(
            f"{row.file}{sheet}: {row.rows_read} rows read = {row.rows_loaded} loaded + "
            f"{row.rows_quarantined} quarantined ({row.source}); {_changes(row)}",
        )
    for name, (before, overruled) in loaded.counts_again.items():
        back = " and ".join(
            f"changes {_counted(count, 'row')} that load {load_id} had said"
            for load_id, count in overruled.items()
        )
        _say(
            f"{name}: this file was received in load {before} already; "
            f"it counts again{f' and {back}' if back else ''}"
        )
    for name, load_id in loaded.unchanged.items():
        _say(f"{name}: unchanged since load {load_id}")
    if loaded.rows:
        _print_findings(loaded.rows[0].load_id, warehouse)
    for message in loaded.failed.values():
        _complain(f"error: {message}")
    if loaded.failed:
        return UsageError.exit_code
    return QUARANTINED if any(row.rows_quarantined for row in loaded.rows) else 0


def _changes(row: Any) -> str:  # noqa: ANN401
    """Say what a sheet changed in the tables."""
    did = [(row.added, "added"), (row.changed, "changed"), (row.withdrawn, "withdrawn")]
    return ", ".join(f"{count} {what}" for count, what in did if count) or "nothing changed"


def _print_findings(load_id: int, warehouse: str) -> None:
    """Print what a load found, conversions of form left out, grouped and worst first."""
    from pmo_analytics import warehouse as house

    _, found = house.query(
        "select severity, rule, arg_min((file, sheet, row_number, message), row_number) as first, "
        "count(*) as times, count(distinct file) as files from ("
        "select 'error' as severity, * exclude (row_json) from quarantine union all by name "
        "select * exclude (row_json) from finding) "
        f"where load_id = {load_id} and rule <> 'converted' group by severity, rule, table_name, "
        "column_name, case when row_number = 0 then (file, sheet, message) end "
        "order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, times desc, "
        "rule, first",
        path=warehouse,
    )
    for severity, rule, first, times, files in found[:MOST_LINES]:
        file, sheet, row_number, message = first.values() if isinstance(first, dict) else first
        sheet = f" [{sheet}]" if sheet else ""
        row = f", row {row_number}" if row_number else ""
        often = f", {times} times" if times > 1 else ""
        among = f" in {files} files" if files > 1 else ""
        _say(f"{severity}: {file}{sheet}{row}: {message} ({rule}{often}{among})")
    if left := found[MOST_LINES:]:
        _say(f"and {_counted(sum(row[3] for row in left), 'more finding')} of other kinds")
    if found:
        _say("each one with its row: pmo check")


def _run_packs(
    plans: Sequence[Any],
    *,
    warehouse: str,
    out: Path,
    jobs: int,
    only: Sequence[str] = (),
    given: dict[str, str] | None = None,
    scheduler: str | None = None,
) -> None:
    from pmo_analytics import packs, reports

    done, homes = [], packs.projects_of(warehouse, given or {})
    with reports.cluster(scheduler) if scheduler else nullcontext() as executor:
        for plan in plans:
            pack = packs.run(
                plan,
                warehouse=warehouse,
                out=out,
                jobs=jobs,
                only=only,
                given=given or {},
                executor=executor,
            )
            if homes and plan.portfolio_id not in homes:
                belong = "; ".join(f"{home} has {', '.join(own)}" for home, own in homes.items())
                _complain(f"no project page for {plan.portfolio_id}: {belong}")
            if pack:
                done.append(pack)
                _tell_replaced(pack)
                _say(str(pack.index))
    if not done:
        raise UnknownNameError("nothing was run: no portfolio asked for has the project given")
    if failure := packs.failure(done):
        raise failure


def _tell_replaced(pack: Any) -> None:  # noqa: ANN401
    """Say that pages known at another time were replaced, and that the index leads to copies."""
    from pmo_analytics.figures import counted, verb

    if pack.replaced:
        said = counted(
            len(pack.replaced), "page known at another time", "pages known at another time"
        )
        _complain(
            f"{said} {verb(len(pack.replaced), 'was', 'were')} replaced in {pack.folder}; the index still "
            f"leads to {verb(len(pack.replaced), 'its copy', 'their copies')}: {', '.join(pack.replaced)}"
        )


@contextmanager
def _opened(warehouse: str, known_at: str | None) -> Iterator[Any]:
    from pmo_analytics import warehouse as house

    with house.open(warehouse, known_at=known_at) as con, house.telling_damage(warehouse):
        yield con


@contextmanager
def _working(what: str) -> Iterator[Callable[[str], None]]:
    """Show what goes on, where somebody is looking."""
    with errors.status(what) as status:
        yield lambda step: status.update(Text(f"{what}: {step}"))


@contextmanager
def _reported(*, debug: bool) -> Iterator[None]:
    """Turn an error the user can mend into one sentence and its exit code."""
    try:
        yield
    except PmoAnalyticsError as error:
        if debug:
            raise
        _complain(f"error: {error}")
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        if debug or isinstance(error, BrokenPipeError):
            raise
        _complain(f"error: {error.filename or 'a file'} cannot be used: {error.strerror or error}")
        raise typer.Exit(UsageError.exit_code) from None


def _day(text: str, *, error: type[PmoAnalyticsError] = UnknownNameError) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise error(f"'{text}' is no date; write it as YYYY-MM-DD, such as 2024-03-31") from None


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"--parameter {text} is not of the form NAME=VALUE")
    return name, value


# Printing -----------------------------------------------------------------------------------------


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - pandas' missing values
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _visible(text: str) -> str:
    """Show control characters from data as such: they must not steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _say(text: str) -> None:
    """Print a line, with control characters from data, names and paths made visible."""
    screen.print(_visible(text))


def _complain(text: str) -> None:
    """Print a line about what is wrong, where errors go."""
    errors.print(_visible(text).replace("\n", " "))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _print_table(names: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(names):
        is_number = all(isinstance(row[place], int | float | Decimal | None) for row in rows)
        widest = max([len(name), *(len(_text(row[place])) for row in rows)])
        table.add_column(
            name,
            justify="right" if is_number and rows else "left",
            overflow="fold",
            no_wrap=widest <= SHORT,
        )
    for row in rows:
        table.add_row(*(Text(_visible(_text(value))) for value in row))
    screen.print(table, soft_wrap=False)


def _print_csv(names: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_inert(value) for value in row] for row in rows])
    text = lines.getvalue()
    sys.stdout.write(_visible(text) if sys.stdout.isatty() else text)


def _inert(value: object) -> str:
    """Write a value so that a spreadsheet takes text from data as text, never as a formula."""
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text


def _print_json(names: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    keys = [
        name if name not in names[:place] else f"{name}_{names[:place].count(name)}"
        for place, name in enumerate(names)
    ]
    found = [dict(zip(keys, map(_plain, row), strict=True)) for row in rows]
    text = json.dumps(found, ensure_ascii=False, indent=1)
    sys.stdout.write(CONTROLS.sub(lambda c: f"\\u{ord(c[0]):04x}", text) + "\n")


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if isinstance(value, bool | int | float | str) else _text(value)


def main() -> None:
    """Run the command, with usage errors as one sentence, and silently if nobody reads on."""
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except SystemExit as stop:
        code = 0 if screen.quiet else stop.code  # rich falls quiet when nobody reads on
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's own usage errors have it
            raise
        _complain(f"error: {error.format_message()}")
        code = UsageError.exit_code
    sys.exit(code or 0)
