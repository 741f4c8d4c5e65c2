"""Money of several currencies: never added, never drawn on one axis, never ranked by bare amounts."""

import pandas as pd

UNSTATED = "not stated"


def single(frame: pd.DataFrame) -> str:
    """Currency of a frame where all its money is in one, else empty."""
    found = list(frame["currency"].dropna().unique())
    return str(found[0]) if len(found) == 1 else ""


def main(frame: pd.DataFrame) -> str:
    """Currency of most projects, by the column `projects` or by rows; the first by name of equals."""
    counts = frame["projects"] if "projects" in frame else pd.Series(1, index=frame.index)
    by_currency = counts.groupby(frame["currency"]).sum()
    return str(by_currency.idxmax()) if len(by_currency) else ""


def only(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Rows in one currency."""
    return frame[frame["currency"] == currency].reset_index(drop=True)


def in_main(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the currency of most; all where none states one."""
    currency = main(frame)
    return only(frame, currency) if currency else frame


def ranked(
    frame: pd.DataFrame,
    amount: str,
    *then: str,
    count: int | None = None,
    ascending: bool = False,
) -> pd.DataFrame:
    """Rows by amount within their currency, the currency of most rows first, unknown amounts last.

    Of `count` rows each currency has its first in turn: no amount is set against one of another.
    """
    own = frame["currency"].fillna("")
    rows = own.map(own.value_counts())
    ordered = (
        frame.assign(_rows=-rows, _own=own)
        .sort_values(
            ["_rows", "_own", amount, *then],
            ascending=[True, True, ascending, *[True] * len(then)],
            kind="stable",
        )
        .drop(columns=["_rows"])
    )
    if count is not None:
        place = ordered.groupby("_own").cumcount()
        ordered = ordered.loc[ordered.index.isin(place.sort_values(kind="stable").index[:count])]
    return ordered.drop(columns="_own").reset_index(drop=True)
