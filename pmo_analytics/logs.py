"""Logs of decisions, actions, issues and changes: what waits, for how long, and for whom."""

import pandas as pd

from pmo_analytics.figures import counted, few_of, verb


def decision_headline(decisions: pd.DataFrame) -> str:
    """State how many decisions are overdue and which waits longest, from `decision_ageing`."""
    if decisions.empty:
        return "No decision asked for by this date is known."
    waiting = decisions[decisions["state"] != "decided"]
    overdue = waiting[waiting["is_overdue"]]
    if overdue.empty:
        return (
            f"{counted(len(waiting), 'decision')} {verb(len(waiting), 'is', 'are')} open, none past the "
            "date it is needed."
        )
    longest = overdue.sort_values(["overdue_days", "decision_id"], ascending=[False, True]).iloc[0]
    authority = f", with {longest['authority']}" if pd.notna(longest["authority"]) else ""
    return (
        f"{few_of(len(overdue), len(waiting), 'open decision')} {verb(len(overdue), 'is', 'are')} "
        "past the date "
        f"needed; the longest, {longest['title']}, by {counted(longest['overdue_days'], 'day')}{authority}."
    )
