"""Every error a user can meet, each with the exit code of the command line.

A message is one sentence: what was asked, what exists, what to try.
"""

from datetime import date


class PmoAnalyticsError(Exception):
    """Anything that went wrong and that the user can mend."""

    exit_code = 1


class UsageError(PmoAnalyticsError, ValueError):
    """The command, an option or a map file says something that cannot be done."""

    exit_code = 2


class UnreadableFileError(PmoAnalyticsError, OSError):
    """A file is missing, damaged or of no kind that can be read; nothing of it was loaded."""

    exit_code = 2


class NotebookFailedError(PmoAnalyticsError, RuntimeError):
    """A notebook of a pack failed; the others were still published."""

    exit_code = 4


class UnknownNameError(PmoAnalyticsError, LookupError):
    """A portfolio, status date, parameter, metric or scenario that does not exist."""

    exit_code = 5


class QueryError(PmoAnalyticsError, ValueError):
    """An SQL statement that DuckDB refused."""

    exit_code = 5


class WarehouseError(PmoAnalyticsError, RuntimeError):
    """The warehouse is missing, locked by another load, or damaged."""

    exit_code = 6


def require_date(status_date: object) -> None:
    """Refuse a date that is written as text, as it easily is in a notebook."""
    if not isinstance(status_date, date):
        raise UsageError(
            f"status_date must be a date, not {status_date!r}; write it as date(2026, 3, 31)"
        )
