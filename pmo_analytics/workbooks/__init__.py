"""Workbooks that go back and forth: the one project managers fill in, and marked copies of any."""
