"""The `pmo` command: load files, check data, run packs, ask and explain figures."""

import inspect
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from pmo_analytics import __version__, terminal
from pmo_analytics.errors import PmoAnalyticsError, UnknownNameError, UsageError

app = typer.Typer(
    help="Analytics for a Project Management Office: load, check, report, ask.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

QUARANTINED = 3
INTERRUPTED = 130


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
    str, typer.Option("--warehouse", envvar="PMO_WAREHOUSE", help="Pointer file of the warehouse.")
]
Projects = Annotated[
    bool, typer.Option("--projects/--no-projects", help="A page about each project too.")
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", help="Load number or ISO instant: show what was known then."),
]
Kind = Annotated[
    str | None, typer.Option("--as", help="A table of the model, or a sender, such as gmpp.")
]
MapFile = Annotated[
    Path | None, typer.Option("--map", help="YAML: the sender's column names to the model's.")
]
PortfolioOfRows = Annotated[str | None, typer.Option(help="Portfolio of rows that name none.")]
StatusDateOfRows = Annotated[
    str | None, typer.Option(help="Status date of rows that state none, as YYYY-MM-DD.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
DEFAULT_WAREHOUSE = "data/warehouse.duckdb"


def _command(work: Callable[..., None]) -> Callable[..., None]:
    """Declare a command: an error the user can mend is one sentence, or with --debug a traceback."""

    @wraps(work)
    def run(*, debug: bool, **asked: Any) -> None:  # noqa: ANN401
        with _reported(debug=debug):
            work(**asked)

    known = inspect.signature(work)
    option = inspect.Parameter(
        "debug", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Debug
    )
    run.__signature__ = known.replace(parameters=[*known.parameters.values(), option])  # type: ignore[attr-defined]
    run.__annotations__ = {**work.__annotations__, "debug": Debug}
    return app.command()(run)


# Commands -----------------------------------------------------------------------------------------


@_command
def demo(
    reports: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("reports"),
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    jobs: Annotated[int, typer.Option(help="Notebooks run at the same time.")] = 2,
    projects: Projects = False,
) -> None:
    """Load the sample portfolios, run the pack for each, print the index pages."""
    from pmo_analytics.reports import packs

    for folder in packs.sample_folders():
        _load([folder], warehouse=warehouse, settings=None)
    _run_packs(
        packs.latest_reports(warehouse),
        warehouse=warehouse,
        out=reports,
        jobs=jobs,
        projects=projects,
    )


@_command
def template(
    out: Annotated[Path, typer.Option(help="Workbook to write.")] = Path("intake.xlsx"),
    blank: Annotated[bool, typer.Option("--blank", help="Without the example.")] = False,
    portfolio: Annotated[
        str | None,
        typer.Option("--for", help="Portfolio whose register and last report to fill in."),
    ] = None,
    status_date: Annotated[
        str | None,
        typer.Option(help="Date of the next report; otherwise a period after the last one."),
    ] = None,
    tables: Annotated[
        str, typer.Option(help="Tables to ask for, with commas; otherwise what is due monthly.")
    ] = "",
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write the Excel workbook that project managers fill in; it loads without a map.

    It holds an example, or with --for what the portfolio last reported, so that managers write
    over what has changed.
    """
    from pmo_analytics.workbooks import filled
    from pmo_analytics.workbooks import template as workbook

    if portfolio and blank:
        raise UsageError("--blank leaves out all rows and --for fills them in; give one")
    if status_date and not portfolio:
        raise UsageError("--status-date dates the report of a portfolio; name it with --for")
    asked = [name.strip() for name in tables.split(",") if name.strip()] or workbook.MONTHLY
    names = workbook.chosen(asked)
    content = None if blank else filled.example()
    if portfolio:
        day = _day(status_date, error=UsageError) if status_date else None
        with _opened(warehouse, None) as con:
            content = filled.last_reported(con, portfolio, names, status_date=day)
    rows = workbook.write(out, content=content, tables=names)
    count = terminal.counted(sum(rows.values()), "row")
    terminal.say(f"{out}: {terminal.counted(len(rows), 'sheet')} with {count}")


@_command
def load(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)] = [],  # noqa: B006
    kind: Kind = None,
    map_file: MapFile = None,
    propose: Annotated[
        bool,
        typer.Option(
            "--propose", help="Load nothing: print a first map of a file, with how sure it is."
        ),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="With --propose: the map file to write.")] = None,
    portfolio: PortfolioOfRows = None,
    status_date: StatusDateOfRows = None,
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
) -> None:
    """Read files into the warehouse; say of each what became of its rows and what they changed.

    A row whose column `delete` says yes withdraws the row of its key; a whole load is taken back
    with `pmo unload`. A file sent again under its name is its whole word on the dates it has rows
    of: what it no longer has is named, and withdrawn with --replace.
    """
    from pmo_analytics import warehouse as house

    if rebuild:
        with terminal.working("rebuilding") as tell:
            count = house.rebuild(warehouse, wait=wait, tell=tell)
        terminal.say(f"rebuilt {warehouse} from {terminal.counted(count, 'load')}")
        return
    if not paths:
        raise UsageError("nothing to load was named; give files or folders, such as data/gmpp")
    if propose or out:
        day = _day(status_date, error=UsageError) if status_date else None
        _propose(paths, out, is_asked=propose, portfolio=portfolio or "", status_date=day)
        return
    settings = _settings(kind, map_file, portfolio, status_date, replace=replace)
    code = _load(paths, warehouse=warehouse, settings=settings, wait=wait, says_next=True)
    raise typer.Exit(code)


@_command
def unload(
    load_id: Annotated[int, typer.Argument(metavar="LOAD", help="Number of a load, see pmo info.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for another load.")] = 60,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Take back what a load said: all is as if it had never been; what was known then stays known.

    It is a load of its own, so it can be taken back too, which puts the first one back.
    """
    from pmo_analytics import warehouse as house

    with terminal.working(f"taking back load {load_id}"):
        done = house.unload(warehouse, load_id, wait=wait)
    terminal.say(done.said())


@_command
def check(
    format_: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    notes: Annotated[bool, typer.Option("--notes", help="Conversions too.")] = False,
    each: Annotated[
        bool,
        typer.Option(
            "--rows", help="Each finding with its row; otherwise one line a rule and file."
        ),
    ] = False,
    known_at: KnownAt = None,
    mark: Annotated[
        Path | None, typer.Option(help="A received file: write a copy with its cells marked.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The marked copy; otherwise 'FILE marked.xlsx', here.")
    ] = None,
    kind: Kind = None,
    map_file: MapFile = None,
    portfolio: Annotated[
        str | None, typer.Option(help="Only its files; with --mark, that of rows that name none.")
    ] = None,
    status_date: StatusDateOfRows = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Print what is open about the data, worst first; with --mark write it into a copy of a file.

    The copy shows what the last load of the file found; of a file not loaded yet, what a trial finds
    that leaves the warehouse as it is. --as, --map and so on say how the trial reads it.
    """
    from pmo_analytics.measures import quality

    if mark:
        from pmo_analytics.workbooks import marks

        if known_at:
            raise UsageError("--mark tells what is known now; leave --known-at out")
        is_told = any((kind, map_file, portfolio, status_date))
        settings = _settings(kind, map_file, portfolio, status_date) if is_told else None
        with terminal.working("marking"):
            done = marks.mark(mark, out, warehouse=warehouse, settings=settings, with_notes=notes)
        for line in done.said():
            terminal.say(line)
        return
    with _opened(warehouse, known_at) as con:
        if any((out, kind, map_file, status_date)):
            raise UsageError("--out, --as, --map and --status-date go with --mark FILE")
        if portfolio:
            _check_portfolio(con, portfolio)
        found = quality.open_findings(con, with_notes=True, portfolio_id=portfolio or "")
        shown = (
            found if notes or format_ is Format.json else found[found["rule"] != quality.CONVERTED]
        )
        rows = [tuple(row) for row in shown.itertuples(index=False)]
        if format_ is Format.json:
            terminal.print_json(list(shown.columns), rows)
            return
        if each:
            terminal.print_table(list(shown.columns), rows)
        else:
            for line in quality.said_of_findings(shown):
                terminal.say(line)
        terminal.say(quality.summary(found, with_notes=notes))


@_command
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
    projects: Projects = True,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Run the pack of a status date and print its index pages."""
    from pmo_analytics.reports import packs

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
        projects=projects,
    )


@_command
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
) -> None:
    """Run a what-if study of one or more scenarios and compare them with the baseline."""
    from pmo_analytics.reports import packs, studies

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
        terminal.complain(f"warning: {warning}")
    done = studies.run(plan, out=out)
    terminal.say(str(done.index))
    if failure := packs.failure([done]):
        raise failure


@_command
def query(
    sql: Annotated[str, typer.Argument(help="One read-only SQL statement.")],
    known_at: KnownAt = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a header, then rows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Run read-only SQL against the warehouse."""
    from pmo_analytics import warehouse as house

    names, rows = house.query(sql, path=warehouse, known_at=known_at)
    printer = (
        terminal.print_csv if as_csv else terminal.print_json if as_json else terminal.print_table
    )
    printer(names, rows)


@_command
def info(warehouse: Warehouse = DEFAULT_WAREHOUSE) -> None:
    """Say where the warehouse is, what was loaded and when, and the versions in use."""
    import duckdb

    from pmo_analytics import warehouse as house

    pointer = house.locate(warehouse)
    tables = [house.listed(what, path=warehouse) for what in ("loads", "reports")]
    size = house.size(warehouse)
    terminal.say(f"warehouse  {pointer} ({size / 1e6:.1f} MB)")
    terminal.say(f"versions   pmo-analytics {__version__}, DuckDB {duckdb.__version__}, "
         f"Python {sys.version.split()[0]}")  # fmt: skip
    for table in tables:
        terminal.print_table(*table)
    for warning in house.warnings(warehouse):
        terminal.complain(f"warning: {warning}")


@_command
def explain(
    metric: Annotated[str, typer.Argument(help="A column, or VIEW.COLUMN.")],
    project: Annotated[str, typer.Option(help="Project id.")],
    status_date: Annotated[str, typer.Option(help="Status date, as YYYY-MM-DD.")],
    known_at: KnownAt = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Print a figure's value, formula and inputs, and the file, sheet and row they came from."""
    from pmo_analytics.warehouse import trace

    with _opened(warehouse, known_at) as con:
        found = trace.explain(con, metric, project_id=project, status_date=_day(status_date))
        for line in found.said():
            terminal.say(line)


@_command
def diff(
    status_date: Annotated[str, typer.Option(help="Status date, as YYYY-MM-DD.")],
    known_at: Annotated[
        list[str], typer.Option("--known-at", help="Given twice: then, and later.")
    ],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a header, then rows.")] = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Print what was said then against what was known later, by cause."""
    from pmo_analytics import warehouse as house
    from pmo_analytics.warehouse import restatement

    with _opened(warehouse, None) as con:
        if len(known_at) != 2:  # noqa: PLR2004
            raise UsageError("--known-at is needed twice: what was known then, and later")
        was, now = (house.load_number(con, instant) for instant in known_at)
        changes = restatement.restatement(
            con, status_date=_day(status_date), was_known_at=was, known_at=now
        )
        rows = [tuple(row) for row in changes.itertuples(index=False)]
        (terminal.print_csv if as_csv else terminal.print_table)(list(changes.columns), rows)
        if not as_csv:
            counts = changes["cause"].value_counts()
            said = ", ".join(f"{count} {cause}" for cause, count in counts.items())
            differ = "1 figure differs" if len(changes) == 1 else f"{len(changes)} figures differ"
            terminal.say(f"{differ}{f': {said}' if said else ''}")
            for file, count in restatement.still_counting(con, known_at=now).items():
                still = f"still {'counts' if count == 1 else 'count'}; see pmo check"
                terminal.say(f"{terminal.counted(count, 'row')} that {file} no longer has {still}")


@_command
def export(
    out: Annotated[Path, typer.Argument(help="File to write, such as projects.json.")],
    status_date: Annotated[str, typer.Option(help="Status date, as YYYY-MM-DD.")],
    publisher: Annotated[str, typer.Option(help="Organisation that publishes the package.")],
    portfolio: Annotated[str | None, typer.Option(help="Portfolio to export.")] = None,
    prefix: Annotated[str, typer.Option(help="Registered project identifier prefix.")] = "",
    uri: Annotated[str, typer.Option(help="Where the package will stand.")] = "",
    known_at: KnownAt = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write a portfolio as OC4IDS JSON: Open Contracting for Infrastructure Data Standard 0.9."""
    import json

    from pmo_analytics.measures import Scope
    from pmo_analytics.reports import oc4ids

    with _opened(warehouse, known_at) as con:
        at = Scope(con, portfolio, _day(status_date))
        found = oc4ids.package(at, publisher=publisher, prefix=prefix, uri=uri)
        out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        terminal.say(f"{out}: {terminal.counted(len(found['projects']), 'project')}")
        if not prefix:
            terminal.complain(
                "identifiers are those of the register; OC4IDS asks for a registered prefix (--prefix)"
            )


@_command
def lab(
    port: Annotated[int, typer.Option(help="Port of the server.")] = 8888,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Start JupyterLab in the workspace."""
    from importlib.util import find_spec

    if find_spec("jupyterlab") is None:
        raise UsageError("JupyterLab is not installed; run pip install 'pmo-analytics[lab]'")
    os.environ["PMO_WAREHOUSE"] = str(Path(warehouse).resolve())
    os.execv(  # noqa: S606 - JupyterLab takes this process over
        sys.executable,
        [sys.executable, "-m", "jupyterlab", f"--port={port}", "--LabApp.news_url="],
    )


# Work ---------------------------------------------------------------------------------------------


def _settings(
    kind: str | None,
    map_file: Path | None,
    portfolio: str | None,
    status_date: str | None,
    *,
    replace: bool = False,
) -> Any:  # noqa: ANN401
    """Say how files are to be read, as the options of a command do."""
    from pmo_analytics import intake

    return intake.Settings(
        kind=kind,
        mapping=intake.read_map(map_file) if map_file else None,
        portfolio_id=portfolio,
        status_date=_day(status_date, error=UsageError) if status_date else None,
        replace=replace,
    )


def _load(
    paths: Sequence[Path],
    *,
    warehouse: str,
    settings: Any,  # noqa: ANN401
    wait: float = 60,
    says_next: bool = False,
) -> int:
    from pmo_analytics import intake
    from pmo_analytics import warehouse as house
    from pmo_analytics.measures import quality

    files = intake.find_files(paths, beside=house.locate(warehouse).parent)
    with terminal.working("loading") as tell:
        loaded = house.load(warehouse, files, settings or intake.Settings(), wait=wait, tell=tell)
    for line in loaded.said():
        terminal.say(line)
    if loaded.rows:
        with _opened(warehouse, None) as con:
            for line in quality.said_of_load(con, loaded.rows[0].load_id):
                terminal.say(line)
            for line in quality.next_reports(con, loaded.rows[0].load_id) if says_next else ():
                elsewhere = os.environ.get("PMO_WAREHOUSE", DEFAULT_WAREHOUSE) != warehouse
                terminal.say(line + (f" --warehouse {warehouse}" if elsewhere else ""))
    for message in loaded.failed.values():
        terminal.complain(f"error: {message}")
    if loaded.failed:
        return UsageError.exit_code
    return QUARANTINED if any(row.rows_quarantined for row in loaded.rows) else 0


def _check_portfolio(con: Any, portfolio: str) -> None:  # noqa: ANN401
    known = [
        name for (name,) in con.execute("select portfolio_id from portfolio order by 1").fetchall()
    ]
    if portfolio not in known:
        there = ", ".join(known) or "none"
        raise UnknownNameError(f"there is no portfolio '{portfolio}'; loaded are {there}")


def _propose(
    paths: Sequence[Path],
    out: Path | None,
    *,
    is_asked: bool,
    portfolio: str,
    status_date: date | None,
) -> None:
    from pmo_analytics.intake import sender_of
    from pmo_analytics.intake.proposal import propose

    if not is_asked:
        raise UsageError("--out names the map that --propose writes; add --propose")
    if len(paths) != 1:
        raise UsageError(f"--propose looks at one file, and {len(paths)} are named; name one")
    if out and out.exists():
        raise UsageError(f"{out} is there already and may have been edited; name another file")
    if sender := sender_of(paths[0]):
        terminal.say(
            f"{paths[0].name} is a file of the sender {sender} and needs no map: pmo load {paths[0]}"
        )
        return
    text = propose(paths[0], portfolio_id=portfolio, status_date=status_date)
    if out is None:
        terminal.say(text.rstrip("\n"))
        return
    out.write_text(text, encoding="utf-8")
    terminal.say(f"{out}: read it, edit it, then pmo load {paths[0]} --map {out}")


def _run_packs(
    plans: Sequence[Any],
    *,
    warehouse: str,
    out: Path,
    jobs: int,
    only: Sequence[str] = (),
    given: dict[str, str] | None = None,
    scheduler: str | None = None,
    projects: bool = False,
) -> None:
    from pmo_analytics.reports import packs
    from pmo_analytics.reports import run as reports

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
                projects=projects,
            )
            if homes and plan.portfolio_id not in homes:
                belong = "; ".join(f"{home} has {', '.join(own)}" for home, own in homes.items())
                terminal.complain(f"no project page for {plan.portfolio_id}: {belong}")
            if pack:
                done.append(pack)
                _tell_replaced(pack)
                terminal.say(str(pack.index))
    if not done:
        raise UnknownNameError("nothing was run: no portfolio asked for has the project given")
    if failure := packs.failure(done):
        raise failure


def _tell_replaced(pack: Any) -> None:  # noqa: ANN401
    """Say that pages known at another time were replaced, and that the index leads to copies."""
    from pmo_analytics.page.figures import counted, verb

    if pack.replaced:
        said = counted(
            len(pack.replaced), "page known at another time", "pages known at another time"
        )
        terminal.complain(
            f"{said} {verb(len(pack.replaced), 'was', 'were')} replaced in {pack.folder}; the index still "
            f"leads to {verb(len(pack.replaced), 'its copy', 'their copies')}: {', '.join(pack.replaced)}"
        )


@contextmanager
def _opened(warehouse: str, known_at: str | None) -> Iterator[Any]:
    from pmo_analytics import warehouse as house

    with house.open(warehouse, known_at=known_at) as con, house.telling_damage(warehouse):
        yield con


@contextmanager
def _reported(*, debug: bool) -> Iterator[None]:
    """Turn an error the user can mend into one sentence and its exit code."""
    try:
        yield
    except PmoAnalyticsError as error:
        if debug:
            raise
        terminal.complain(f"error: {error}")
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        if debug or isinstance(error, BrokenPipeError):
            raise
        terminal.complain(
            f"error: {error.filename or 'a file'} cannot be used: {error.strerror or error}"
        )
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


def main() -> None:
    """Run the command, with usage errors as one sentence, and silently if nobody reads on."""
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except SystemExit as stop:
        code = 0 if terminal.screen.quiet else stop.code  # rich falls quiet when nobody reads on
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's own usage errors have it
            raise
        terminal.complain(f"error: {error.format_message()}")
        code = UsageError.exit_code
    sys.exit(code or 0)
