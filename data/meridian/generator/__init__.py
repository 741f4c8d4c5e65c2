"""The seeded generator of the synthetic portfolio `meridian`, one module per theme."""
