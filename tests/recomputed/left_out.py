"""What is not recomputed, and why."""

VIEWS: dict[str, str] = {}
COLUMNS: dict[tuple[str, str], str] = {}
