"""Why the board is asked: what was found of each kind of decision, in a few words."""

from collections.abc import Callable, Hashable
from typing import Any

from pmo_analytics.page.figures import counted, day, is_missing, money, number, percent

Row = dict[Hashable, Any]


def currency_of(row: Row) -> str:
    """Currency of the project a row is about, empty where none is stated."""
    return "" if is_missing(row["currency"]) else str(row["currency"])


def _amount(row: Row) -> str:
    return "" if is_missing(row["money"]) else money(row["money"], currency_of(row))


def said_together(*parts: str) -> str:
    """Write parts one after the other, leaving out what is empty."""
    return ", ".join(filter(None, parts))


def _red(row: Row) -> str:
    reports = row["reports_red"]
    newly = (
        "red" if row.get("is_first_report") else "newly red"
    )  # before its first it was not rated
    said = f"red for {counted(reports, 'report')}" if reports > 1 else newly
    is_whole = row["money_is"] == "whole-life cost"
    amount = f"{_amount(row)}{'' if is_whole else ' unspent'}" if _amount(row) else ""
    if not amount and not is_missing(row["last_cost"]):
        amount = f"{money(row['last_cost'], currency_of(row))} when last stated"
    return said_together(said, amount)


def _tolerance(row: Row) -> str:
    over = f"{percent(row['cost_ratio'])} over budget" if not is_missing(row["cost_ratio"]) else ""
    late = f"{counted(row['days'], 'day')} past its baseline" if not is_missing(row["days"]) else ""
    return said_together(f"{over} ({_amount(row)})" if over and _amount(row) else over, late)


def has_failed(row: Row) -> bool:
    """Tell whether a gate of the project failed, beside one that is overdue or alone."""
    return not _is_late(row) or bool(row["subject"] != row["by_name"])


def _is_late(row: Row) -> bool:
    return bool(row["by_kind"] == "gate" and row["overdue_days"] > 0)


def _gate(row: Row) -> str:
    late = f"gate {row['by_name']} not held" if _is_late(row) else ""
    failed = f"gate {row['subject']} failed" if has_failed(row) else ""
    spent = not is_missing(row["money"]) and row["money"] > 0
    return said_together(failed, late, f"{_amount(row)} spent since" if spent else "")


def _owed(row: Row) -> str:
    more = f" and {number(row['items'] - 1)} more" if row["items"] > 1 else ""
    lapsed = "; the project is done: decide or withdraw" if row["is_done"] else ""
    return f"{row['subject']}{more}{lapsed}"


def _deadline(row: Row) -> str:
    late = counted(row["days"], "day")
    is_past = row["overdue_days"] >= row["days"]
    said = f"passed {late} ago with work left" if is_past else f"forecast {late} later"
    planned = (
        f" (its baseline: {counted(row['days_planned'], 'day')})" if row["is_planned_late"] else ""
    )
    return f"{said}{planned}"


def _condition(row: Row) -> str:
    since = "" if is_missing(row["open_since"]) else f", since {day(row['open_since'])}"
    return f"{counted(row['items'], 'condition')} open{since}"


def _benefits(row: Row) -> str:
    return f"{percent(row['cost_ratio'])} under plan ({_amount(row)})"


def _baseline(row: Row) -> str:
    later = "" if is_missing(row["days"]) else _moved(row["days"])
    if is_missing(row["subject"]):
        grown = row["cost_ratio"]
        return said_together("" if is_missing(grown) else f"cost +{percent(grown)}", later)
    amount = row["money"]
    way = "" if is_missing(amount) else "dearer" if amount > 0 else "cheaper"
    dearer = f"{money(abs(amount), currency_of(row))} {way}" if way else ""
    if later and "date" in row["subject"]:
        later = f"{later}, which is not slip"
    return f"{row['subject']}: {said_together(dearer, later)}"


def _moved(days: float) -> str:
    return f"finish {counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


WHY: dict[str, Callable[[Row], str]] = {
    "red": _red,
    "tolerance": _tolerance,
    "gate": _gate,
    "owed": _owed,
    "deadline": _deadline,
    "condition": _condition,
    "benefits": _benefits,
    "baseline": _baseline,
}
