"""What is measured: a scope, and every measure of it by name."""

from pmo_analytics.measures.scope import LEVELS, Measure, Scope

__all__ = ["LEVELS", "Measure", "Scope"]
