"""Tables of the PMO itself: charter, certificates, lessons, standards."""

from functools import partial

import pandas as pd

from pmo_analytics.page.present import Block, table

# Goals of the charter, from the frame of `charter_progress`.
charter = partial(
    table,
    columns="objective: Goal; measure; baseline: From; target: To; due_on; done_on; state;"
    "overdue_days",
    caption="Goals of the charter, longest overdue first",
    nothing="No goal of the charter is known at this date.",
)


def certificates(coverage: pd.DataFrame) -> Block:
    """Certificates held, by unit and role, from `certification_coverage`."""
    return table(
        coverage[(coverage["holders"] > 0) | (coverage["expired"] > 0)],
        "business_unit; role; certification: Certificate; people; holders: Hold it; coverage;"
        "expiring: End within 90 days; expired: Ended",
        "Certificates held and ended",
        nothing="No certificate is held.",
    )


def lessons(lessons: pd.DataFrame, unit: str) -> Block:
    """Lessons recorded and adopted, from the frame of `lessons_adopted`.

    On the page of a unit it is said that they are the whole portfolio's.
    """
    whole = f", of the whole portfolio and not of {unit} alone" if unit else ""
    return table(
        lessons,
        "category; lessons: Recorded; adopted; adoption_ratio: Share; median_days_to_adopt;"
        "oldest_waiting_days: Oldest waits, days",
        f"Lessons by category{whole}",
        nothing="No lesson is recorded.",
    )


# Standards adopted by each unit, from the frame of `standards_adoption`.
adoption = partial(
    table,
    columns="standard; business_unit; adopted_on; planned_on; days_since_adoption: Days since",
    caption="Adoption of standards by unit",
    nothing="No standard is listed.",
)
