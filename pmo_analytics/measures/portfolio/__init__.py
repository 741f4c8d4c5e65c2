"""The portfolio, section by section: where it stands, what moved since the last report, and why."""

from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import readings as governance
from pmo_analytics.measures.governance.tables import watermelons
from pmo_analytics.measures.performance.readings import headline as performance_headline
from pmo_analytics.measures.performance.selections import rollup
from pmo_analytics.measures.portfolio import charts, readings, tables
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies, present
from pmo_analytics.page.drawing import shown


def confidence(at: Scope) -> Section:
    """How ratings are shared out, report by report."""
    ratings = readings.ratings(at)
    return section(
        at,
        shown(
            charts.delivery_confidence,
            ratings,
            what="No project of this portfolio declares a rating.",
            tables=at.lacking("project_status (rag)"),
        ),
        frame=ratings,
        reading=readings.read_ratings(ratings),
    )


def challenged(at: Scope) -> Section:
    """Whether the figures bear the ratings out: by the rules, by earned value, by tolerances."""
    checked = at.rag_status()
    return section(
        at,
        watermelons(checked),
        present.reading(performance_headline(at.once(rollup))),
        present.reading(governance.exception_headline(at.tolerance_status())),
        frame=checked,
        reading=governance.rating_headline(checked),
    )


def movements(at: Scope) -> Section:
    """Which projects came, went, improved and worsened since the last report."""
    changes = at.once("report_change")
    kinds = (("worsened",), ("improved",), ("entered", "returned"), ("left",))
    told = () if readings.is_first(changes) else kinds
    return section(
        at,
        shown(charts.movement_matrix, readings.rated_twice(changes), what=""),
        *(tables.movements(changes, *each) for each in told),
        frame=changes,
        reading=readings.read_movements(changes),
    )


def drift(at: Scope, *, most: int = 12) -> Section:
    """Which finish dates moved since the last report, `most` of them in a table."""
    changes = at.once("report_change")
    return section(
        at,
        shown(charts.ranked_drift, readings.slipped(changes), what=""),
        tables.drift(changes, count=most),
        needs=("project_status (forecast_finish)",),
        frame=changes,
        reading=readings.read_drift(changes),
    )


def growth(at: Scope) -> Section:
    """Which whole-life costs moved since the last report."""
    changes = at.once("report_change")
    return section(
        at,
        shown(charts.ranked_growth, readings.grown(currencies.in_main(changes)), what=""),
        tables.growth(changes, count=12),
        needs=("project_status (forecast_cost)",),
        frame=changes,
        reading=readings.read_growth(changes, at.once("unit_change")),
    )


def money_over_time(at: Scope) -> Section:
    """Disclosed whole-life cost, report by report."""
    found = at.once(readings.position)
    own = currencies.in_main(found)
    changes = at.once("report_change")
    moved = changes.head(0) if readings.is_first(changes) else changes
    causes = readings.bridge(currencies.in_main(moved))
    said = [
        readings.read_disclosed(found),
        readings.read_budgets(at.once("status_report")),
        readings.read_bridge(causes, own),
    ]
    return section(
        at,
        shown(
            charts.money_over_time,
            own,
            what="No report states a whole-life cost.",
            tables=at.lacking("project_status (forecast_cost)"),
        ),
        tables.bridge(causes),
        frame=found,
        reading=" ".join(filter(None, said)),
    )


def units(at: Scope) -> Section:
    """Which business units explain what moved."""
    found = at.but(level="business_unit").unit_change()
    return section(
        at,
        shown(charts.unit_growth, currencies.in_main(readings.comparable(found)), what=""),
        tables.units(found),
        frame=found,
        reading=readings.read_units(found, is_first=readings.is_first(at.once("report_change"))),
    )
