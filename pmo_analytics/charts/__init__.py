"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

from pmo_analytics.charts.portfolio import (
    completeness,
)
from pmo_analytics.drawing import shown

__all__ = [
    "completeness",
    "shown",
]
