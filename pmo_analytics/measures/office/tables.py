"""Tables of the PMO itself: charter, certificates, lessons, standards."""

import pandas as pd

from pmo_analytics.page.present import Block, rows


def charter(goals: pd.DataFrame) -> Block:
    """Goals of the charter, from the frame of `charter_progress`."""
    return rows(
        goals,
        {
            "objective": "Goal",
            "measure": "Measure",
            "baseline": "From",
            "target": "To",
            "due_on": "Due",
            "done_on": "Done",
            "state": "State",
            "overdue_days": "Days overdue",
        },
        "Goals of the charter, longest overdue first",
        nothing="No goal of the charter is known at this date.",
        formats={"overdue_days": "integer", "done_on": "date", "due_on": "date"},
    )


def certificates(coverage: pd.DataFrame) -> Block:
    """Certificates held, by unit and role, from `certification_coverage`."""
    return rows(
        coverage[(coverage["holders"] > 0) | (coverage["expired"] > 0)],
        {
            "business_unit": "Unit",
            "role": "Role",
            "certification": "Certificate",
            "people": "People",
            "holders": "Hold it",
            "coverage": "Coverage",
            "expiring": "End within 90 days",
            "expired": "Ended",
        },
        "Certificates held and ended",
        nothing="No certificate is held.",
        formats={"coverage": "percent"},
    )


def lessons(lessons: pd.DataFrame, unit: str) -> Block:
    """Lessons recorded and adopted, from the frame of `lessons_adopted`.

    On the page of a unit it is said that they are the whole portfolio's.
    """
    return rows(
        lessons,
        {
            "category": "Category",
            "lessons": "Recorded",
            "adopted": "Adopted",
            "adoption_ratio": "Share",
            "median_days_to_adopt": "Median days to adopt",
            "oldest_waiting_days": "Oldest waits, days",
        },
        "Lessons by category"
        + (f", of the whole portfolio and not of {unit} alone" if unit else ""),
        nothing="No lesson is recorded.",
        formats={
            "adoption_ratio": "percent",
            "median_days_to_adopt": "integer",
            "oldest_waiting_days": "integer",
        },
    )


def adoption(standards: pd.DataFrame) -> Block:
    """Standards adopted by each unit, from the frame of `standards_adoption`."""
    return rows(
        standards,
        {
            "standard": "Standard",
            "business_unit": "Unit",
            "adopted_on": "Adopted",
            "planned_on": "Planned",
            "days_since_adoption": "Days since",
        },
        "Adoption of standards by unit",
        nothing="No standard is listed.",
        formats={"adopted_on": "date", "planned_on": "date", "days_since_adoption": "integer"},
    )
