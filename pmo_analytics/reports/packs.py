"""Which packs there are to run: sample folders, portfolios that report, notebooks and parameters."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pmo_analytics import warehouse as house
from pmo_analytics.errors import NotebookFailedError, UnknownNameError, UsageError
from pmo_analytics.funding import financials
from pmo_analytics.measures import received
from pmo_analytics.measures.scope import counted_elsewhere
from pmo_analytics.page import decision
from pmo_analytics.page.figures import counted
from pmo_analytics.planning.horizon import DELAY_COST, MOST_DELAY, Delay
from pmo_analytics.reports import names, parameters
from pmo_analytics.reports import run as reports
from pmo_analytics.workspace import workspace

MOST_SAID = 10  # failures named one by one
SAMPLES = ("gmpp", "nyc", "meridian")
# Pages that would be empty without any of these, written as `received.lacking` reads them; a pack leaves
# them out, --only does not.
NEEDED = {
    "benefits": ("benefit",),
    "capacity": ("demand", "timesheet"),
    "forecast": ("project_status (forecast_finish)", "project_status (forecast_cost)")
    + ("project_status (ev)", "work_item"),
    "look_ahead": ("milestone", "gate_review", "decision", "benefit"),
    "governance": ("action", "control_result", "decision", "gate_review", "tolerance"),
    "pmo_office": ("demand", "lesson"),
    "prioritisation": ("criterion_score", "demand"),
    "risk": ("risk", "issue"),
    "schedule": ("project_status (forecast_finish)", "project_status (ev)", "baseline")
    + ("planned_value", "milestone", "activity"),
}


@dataclass(frozen=True)
class Plan:
    """One pack to run: a portfolio at a status date, as known then, for a kind of PMO."""

    portfolio_id: str
    status_date: date
    unit: str = ""
    known_at: str = ""
    pmo_type: str = "controlling"
    load_id: int | None = None  # the last load that every page of the pack sees

    @property
    def seen(self) -> str | int:
        """Return what the warehouse is opened at: the load, or what was asked where none is set."""
        return self.load_id or self.known_at

    def as_parameters(self) -> dict[str, parameters.Value]:
        """Give the plan as the parameters every report notebook declares."""
        return {
            "portfolio_id": self.portfolio_id,
            "status_date": self.status_date.isoformat(),
            "unit": self.unit,
            "known_at": self.known_at,
            "pmo_type": self.pmo_type,
        }


def notebooks(only: Sequence[str] = ()) -> list[Path]:
    """List the report notebooks, or those named.

    Raises:
        UnknownNameError: no notebook of that name exists.
    """
    found = sorted((workspace() / "notebooks" / "reports").glob("*.ipynb"))
    found.sort(key=lambda path: names.place(path.stem))
    stems = [path.stem for path in found]
    if unknown := [name for name in only if Path(name).stem not in stems]:
        raise UnknownNameError(
            f"there is no report notebook '{unknown[0]}'; there are {', '.join(stems)}"
        )
    asked = {Path(name).stem for name in only}
    return [path for path in found if not asked or path.stem in asked]


def sample_folders() -> list[Path]:
    """List the folders of sample data that the workspace ships."""
    folders = [workspace() / "data" / name for name in SAMPLES]
    return [folder for folder in folders if folder.is_dir() and any(folder.glob("*.csv"))]


def known_load(warehouse: str, known_at: str = "") -> int:
    """Return the last load known at a time or now, so that a load that ends meanwhile changes nothing.

    Raises:
        UnknownNameError: nothing was known at `known_at`.
    """
    with house.open(warehouse) as con:
        if known_at:
            return house.load_number(con, known_at)
        return int(con.execute("select max(load_id) from load").fetchall()[0][0])


def latest_reports(warehouse: str, load_id: int | None = None) -> list[Plan]:
    """Plan a pack for each portfolio at its last report, now or as known after a load.

    Backlogs of teams make a report where no project has sent one.
    """
    seen = load_id or known_load(warehouse)
    with house.open(warehouse, known_at=seen) as con:
        found = con.execute(
            "select portfolio_id, max_by(status_date, (table_name = 'project_status', status_date)) "
            "from report_received where table_name in ('project_status', 'work_item') "
            "group by portfolio_id order by portfolio_id"
        ).fetchall()
    return [Plan(name, status_date, load_id=seen) for name, status_date in found]


def plans(
    warehouse: str,
    status_date: date,
    portfolio_id: str | None,
    *,
    unit: str,
    known_at: str,
    pmo_type: str,
) -> list[Plan]:
    """Plan a pack for the portfolio named, or for each that reports on the date.

    Raises:
        UnknownNameError: nothing reports on the date, or the portfolio, unit or kind of PMO does not
            exist.
    """
    decision.known(pmo_type)
    load_id = known_load(warehouse, known_at)
    with house.open(warehouse, known_at=load_id) as con:
        found = con.execute(
            "select portfolio_id, status_date, list(distinct business_unit) as units from "
            "project_then where is_reporting and (portfolio_id, status_date) in "
            "(select (portfolio_id, status_date) from report_received where "
            "table_name in ('project_status', 'work_item')) "
            "group by portfolio_id, status_date order by portfolio_id, status_date"
        ).fetchall()
        elsewhere = counted_elsewhere(con, status_date, portfolio_id)
        registered = con.execute("select count(*) from project").fetchall()[0][0]
    if not found:
        raise UnknownNameError(
            f"no report was loaded yet, only a register of {counted(registered, 'project')}; load a table "
            "project_status next, with project_id, status_date and what each project reports, such as "
            "rag, forecast_cost and forecast_finish"
        )
    known = sorted({name for name, _, _ in found})
    if portfolio_id is not None and portfolio_id not in known:
        raise UnknownNameError(
            f"there is no portfolio '{portfolio_id}' with reports; there are {', '.join(known)}"
        )
    mine = [row for row in found if portfolio_id in (None, row[0])]
    reporting = [row for row in mine if row[1] == status_date]
    if not reporting:
        dates = sorted({row[1].isoformat() for row in mine})
        raise UnknownNameError(
            f"no project{f' of {portfolio_id}' if portfolio_id else ''} reported on {status_date}; "
            f"the reports loaded last are {', '.join(dates[-5:])}{elsewhere}"
        )
    with_unit = [row for row in reporting if not unit or unit in row[2]]
    if not with_unit:
        units = sorted({name for row in reporting for name in row[2] if name})
        raise UnknownNameError(f"there is no unit '{unit}'; there are {', '.join(units)}")
    return [Plan(name, status_date, unit, known_at, pmo_type, load_id) for name, _, _ in with_unit]


def run(
    plan: Plan,
    *,
    warehouse: str,
    out: Path,
    jobs: int,
    only: Sequence[str],
    given: dict[str, str],
    executor: Executor | None = None,
    projects: bool = False,
) -> reports.Pack | None:
    """Run the notebooks of a plan, here or by the workers of `executor`, and publish their pages.

    Every page shows what was known after one load, though another may be published meanwhile. A
    page about one project is run for each project given that the portfolio has; a plan that has
    none and runs nothing else publishes nothing. With `projects`, a whole pack has a page for every
    project that reports in it too; one asked for by name has these in any case where no project is given.

    Raises:
        UnknownNameError: a parameter given exists in none of the notebooks, or has another type.
        UsageError: a parameter has an impossible value, or an option of its own.
    """
    plan = plan if plan.load_id else replace(plan, load_id=known_load(warehouse, plan.known_at))
    empty = [] if only else without_data(plan, warehouse)
    chosen = [
        found
        for found in notebooks(only)
        if only or (_is_asked(found, given, projects=projects) and found.stem not in empty)
    ]
    _refuse_unknown(given, chosen)
    about = {} if "project_id" in given else _reporting(plan, warehouse)
    named = projects_of(warehouse, given, plan.seen).get(plan.portfolio_id, [])
    values = plan.as_parameters() | {"warehouse_path": str(house.locate(warehouse))}
    runs, series = [], []
    for notebook in chosen:
        declared = parameters.parameters_of(notebook)
        common = {name: value for name, value in values.items() if name in declared}
        own = {name: value for name, value in given.items() if len(only) == 1 or name in declared}
        fixed = common | parameters.typed(declared, own)
        pinned = {"known_at": str(plan.load_id)} if "known_at" in declared else {}
        if "project_id" not in declared:
            runs.append(reports.Run(notebook, fixed, pinned=pinned))
        elif "project_id" in own:
            runs += [
                reports.Run(notebook, fixed | {"project_id": each}, label, pinned=pinned)
                for each in named
                for label in [each if len(named) > 1 else ""]
            ]
        else:
            series += [
                reports.Run(
                    notebook, fixed | {"project_id": each}, each, pinned=pinned, project=name
                )
                for each, name in about.items()
            ]
    for each in (*runs, *series):
        refuse_impossible(each.parameters)
    if not runs and not series:
        return None
    return reports.run_pack(
        runs, out, jobs=jobs, executor=executor, projects=series, unit=plan.unit
    )


def _reporting(plan: Plan, warehouse: str) -> dict[str, str]:
    """List the projects a plan is about that report at its date, with what each is called then."""
    with house.open(warehouse, known_at=plan.seen) as con:
        found = con.execute(
            "select p.project_id, coalesce(p.name, p.project_id) from project_then as p "
            "semi join status_report as s on p.project_id = s.project_id and p.status_date = s.status_date "
            "where p.portfolio_id = $id and p.status_date = $at "
            "and ($unit = '' or p.business_unit = $unit) order by p.project_id",
            {"id": plan.portfolio_id, "at": plan.status_date, "unit": plan.unit},
        ).fetchall()
    return dict(found)


def projects_of(
    warehouse: str, given: dict[str, str], known_at: str | int = ""
) -> dict[str, list[str]]:
    """List the projects that the parameter `project_id` names, by the portfolio they belong to.

    Several are parted by commas.

    Raises:
        UnknownNameError: there is no such project.
    """
    if "project_id" not in given:
        return {}
    named = [name.strip() for name in given["project_id"].split(",")]
    with house.open(warehouse, known_at=known_at) as con:
        homes = dict(con.execute("select project_id, portfolio_id from project").fetchall())
    if unknown := [name for name in named if name not in homes]:
        raise UnknownNameError(
            f"there is no project '{unknown[0]}'; 'pmo query \"select * from project\"' lists them"
        )
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(named):
        found.setdefault(homes[name], []).append(name)
    return found


def _is_asked(notebook: Path, given: dict[str, str], *, projects: bool) -> bool:
    """Whether a pack has a notebook: one about a single project where it is given, or all are asked."""
    is_about_one = "project_id" in parameters.parameters_of(notebook)
    return projects or "project_id" in given or not is_about_one


def _refuse_unknown(given: dict[str, str], chosen: list[Path]) -> None:
    if "warehouse_path" in given:
        raise UsageError("warehouse_path has an option of its own; give it with --warehouse")
    declared = {name for notebook in chosen for name in parameters.parameters_of(notebook)}
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise UnknownNameError(
            f"no notebook of the pack has a parameter '{unknown[0]}'; there are "
            f"{', '.join(sorted(declared))}"
        )


def refuse_impossible(values: Mapping[str, parameters.Value]) -> None:
    """Refuse what no notebook can reckon with, before a kernel starts.

    Raises:
        UsageError: the cost or the months of delay, a rate or an inflation cannot be.
    """
    numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
    Delay(numbers.get("delay_cost", DELAY_COST), int(numbers.get("most_delay_months", MOST_DELAY)))
    financials.usable_rate(numbers.get("rate", 0.0))
    financials.usable_inflation(numbers.get("inflation", 0.0))


def without_data(plan: Plan, warehouse: str) -> list[str]:
    """List the pages for which nothing they could show was received of the portfolio."""
    with house.open(warehouse, known_at=plan.seen) as con:
        empty = [
            page
            for page, needs in NEEDED.items()
            if len(received.lacking(con, plan.portfolio_id, *needs)) == len(needs)
        ]
        if "governance" in empty and _has_challenged_rating(con, plan):
            empty.remove("governance")
    return empty


def _has_challenged_rating(con: duckdb.DuckDBPyConnection, plan: Plan) -> bool:
    """Whether a project declares a better rating than its figures bear out, which governance shows."""
    return bool(
        con.execute(
            "select 1 from rag_status inner join project using (project_id) where is_watermelon "
            "and portfolio_id = $id and status_date = $at limit 1",
            {"id": plan.portfolio_id, "at": plan.status_date},
        ).fetchall()
    )


def failure(packs: list[reports.Pack]) -> NotebookFailedError | None:
    """Say which notebooks of some packs failed and where, if any did."""
    said = [
        f"{result.name} ({pack.folder.name}) failed at cell '{(result.failure or {}).get('cell', '')}': "
        f"{(result.failure or {}).get('error', '')}"
        for pack in packs
        for result in pack.failed
    ]
    more = [f"{len(said) - MOST_SAID} more failed"] if len(said) > MOST_SAID else []
    return NotebookFailedError("; ".join(said[:MOST_SAID] + more)) if said else None
