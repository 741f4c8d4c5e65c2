"""Analytics for a Project Management Office over a DuckDB warehouse of project data."""

__version__ = "0.1.0"
