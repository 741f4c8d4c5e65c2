"""The data, section by section: what was received, refused, missing, withheld, and recognised."""

from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.data import charts, readings, tables, words
from pmo_analytics.measures.data.front import overview
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import shown

__all__ = [
    "complete",
    "findings",
    "kept_out",
    "links",
    "overview",
    "received",
    "standards",
    "withheld",
]


def received(at: Scope) -> Section:
    """Which files the pack rests on, and what became of their rows."""
    files = quality.sources(at.con, portfolio_id=str(at.portfolio_id))
    return section(
        at,
        tables.sources(files),
        frame=files,
        reading=readings.of_whole_files(at.unit) + readings.read_sources(files),
    )


def kept_out(at: Scope) -> Section:
    """Which projects the totals lack because their report was kept out, of all units."""
    kept = readings.kept_out_projects(at.but(unit=""))
    return section(at, tables.kept_out(kept), frame=kept, reading=readings.read_kept_out(kept))


def complete(at: Scope) -> Section:
    """How complete the reports are, by unit, and which are the least."""
    reports = at.once(quality.completeness)
    return section(
        at,
        shown(
            charts.completeness,
            at.but(level="business_unit").reporting_gap(),
            what="No project reports at this date.",
            tables=at.lacking("project_status"),
        ),
        tables.incomplete(reports),
        frame=reports,
        reading=quality.read_completeness(reports),
    )


def withheld(at: Scope) -> Section:
    """Which figures their owners decline to publish, and why."""
    found = readings.withheld(at)
    said = readings.read_withheld(found, readings.withheld_before(at))
    return section(at, tables.withheld(found), frame=found, reading=said)


def findings(at: Scope) -> Section:
    """Which rules fired over the files received, and how often."""
    rules = readings.findings_by_rule(at.con, portfolio_id=str(at.portfolio_id))
    return section(at, tables.findings(rules), frame=rules, reading=readings.read_findings(rules))


def links(at: Scope) -> Section:
    """How projects were recognised across reports."""
    found = readings.links(at)
    return section(at, tables.links(found), frame=found, reading=readings.read_links(found))


def standards(at: Scope) -> Section:
    """How far the data meet the published standards of project data, field by field."""
    fields = readings.standards(at)
    return section(
        at, tables.standards(fields), frame=fields, reading=readings.read_standards(fields)
    )


def words_against_figures(at: Scope) -> Section:
    """Where what senders say of finish and cost is not what their figures show, both side by side."""
    found = words.disagreements(at)
    return section(
        at,
        words.beside(found),
        needs=("project_status (commentary)",),
        frame=found,
        reading=words.read_disagreements(found),
    )
