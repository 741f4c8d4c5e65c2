"""From received rows to the warehouse: typed, checked, merged, and what was wrong said."""
