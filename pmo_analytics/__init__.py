"""Analytics for a Project Management Office over a DuckDB warehouse of project data.

    import pmo_analytics as pmo

    con = pmo.open()                                  # DuckDB's own connection, read-only
    at = pmo.Scope(con, "meridian", "2026-03-31")
    at.milestone_slip()                               # a frame; at.mil<Tab> completes, ? explains
    pmo.study(at, edits=[{"op": "delay", "project": "MER-015", "months": 3}]).summary
    pmo.explain(at.but(project_id="MER-015"), "earned_value.cpi")

Every error a user can meet is a `PmoAnalyticsError` of `pmo_analytics.errors`. What a name needs is
imported when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pmo_analytics.measures import Scope
    from pmo_analytics.planning.compare import Studied
    from pmo_analytics.warehouse import open  # noqa: A004
    from pmo_analytics.warehouse.trace import Explanation

__version__ = "0.1.0"
__all__ = ["Scope", "explain", "open", "study"]


def study(at: "Scope", **asked: Any) -> "Studied":  # noqa: ANN401
    """Study what-if scenarios of a portfolio: `edits`, or `scenarios` files, and options.

    What may be asked, and what is given back, is said by `pmo_analytics.planning.capacity.study`.
    """
    from pmo_analytics.planning import capacity

    return capacity.study(
        at.con, portfolio_id=str(at.portfolio_id), status_date=at.status_date, **asked
    )


def explain(at: "Scope", metric: str) -> "Explanation":
    """Lead a figure of the project of a scope, `view.column`, to its formula and the cells behind it.

    Raises:
        UnknownNameError: no view has that column, or the project reports no such figure.
    """
    from pmo_analytics.warehouse import trace

    return trace.explain(at.con, metric, project_id=str(at.project_id), status_date=at.status_date)


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name == "Scope":
        from pmo_analytics.measures import Scope

        return Scope
    if name == "open":
        from pmo_analytics import warehouse

        return warehouse.open
    raise AttributeError(f"module 'pmo_analytics' has no attribute '{name}'")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
