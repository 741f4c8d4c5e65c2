"""Scenarios: typed edits over the baseline, read from a file or filled in as a form."""
