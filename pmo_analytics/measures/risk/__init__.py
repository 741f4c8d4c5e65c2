"""Risk, section by section: what it is worth, where it stands, whether anybody acts, what warns."""

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import charts, readings, register, tables, unpriced
from pmo_analytics.measures.risk.first_screen import REGISTER, overview
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies, present
from pmo_analytics.page.drawing import shown

__all__ = ["acting", "issues", "matrix", "overview", "warnings", "worth"]


def worth(at: Scope) -> Section:
    """What the open risks may cost: now, over time, and by unit."""
    rollup = at.once("risk_exposure_rollup")
    currency = currencies.main(rollup.dropna(subset=["exposure"]))
    every = at.but(unit="", level="business_unit").risk_exposure_rollup()
    without = at.once(unpriced.risks)
    lacking = unpriced.read_lacking(without)
    return section(
        at,
        present.reading(readings.tail_warning(rollup)),
        shown(
            charts.exposure_over_time,
            currencies.only(at.once(readings.exposure_history), currency),
            what="What the risks may cost is known at no report up to this date.",
        ),
        shown(
            charts.exposure_by_unit,
            currencies.only(readings.by_exposure(every, at.unit), currency),
            what="What the risks may cost is known of no unit.",
        ),
        present.reading(lacking) if lacking else present.Block("", ""),
        unpriced.table(without),
        needs=REGISTER,
        frame=rollup,
        reading=readings.exposure_headline(rollup),
    )


def matrix(at: Scope) -> Section:
    """Where the risks stand by probability and impact, and the largest of them."""
    heatmap, threats = at.risk_heatmap(), at.once(register.open_threats)
    return section(
        at,
        shown(charts.risk_matrix, heatmap, what="No open risk can be placed in the matrix."),
        tables.largest_risks(threats),
        needs=REGISTER,
        frame=heatmap,
        reading=readings.read_zones(threats),
    )


def acting(at: Scope) -> Section:
    """Whether anybody acts: threats with a response, and entries nobody looks at."""
    ageing, untold = at.once("risk_ageing"), unpriced.untold(at)
    stale = tables.stale_risks(readings.stale(ageing))
    said = readings.read_acting(at.once("risk_exposure_rollup"), at.once(register.open_threats))
    return section(
        at,
        present.reading(said) if said else present.Block("", ""),
        present.reading(readings.stale_headline(ageing, untold)),
        present.Block("", "")
        if untold and readings.stale(ageing).empty
        else present.folded("Risks whose entry stands unchanged", stale),
        needs=REGISTER,
        frame=ageing,
        reading=readings.coverage_headline(at.once("response_coverage")),
    )


def warnings(at: Scope) -> Section:
    """What warns before it shows in cost or time, beside what nobody has reviewed."""
    found = at.once("risk_early_warning")
    found = found[found["warning"] != readings.UNREVIEWED].reset_index(drop=True)
    return section(
        at,
        tables.early_warnings(found),
        needs=REGISTER,
        frame=found,
        reading=readings.warning_headline(found, unpriced.untold(at)),
    )


def issues(at: Scope) -> Section:
    """Open issues, the longest overdue first."""
    found = at.once("issue_ageing")
    return section(at, tables.open_issues(found), needs=("issue",), frame=found)
