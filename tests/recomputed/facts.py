"""The loaded tables as frames, what was recomputed from them so far, and the tools of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pandas as pd

LEVELS = ["portfolio_id", "level", "level_id", "level_name"]
RATED = {"green": 0, "amber": 1, "red": 2}


@dataclass(frozen=True)
class Recomputation:
    """How a view is made again, how it is read, and the columns that tell its rows apart."""

    keys: list[str]
    make: Callable[["Facts"], pd.DataFrame]
    shown: str


RECOMPUTED: dict[str, Recomputation] = {}


def recomputes(view: str, *keys: str, shown: str = "") -> Callable[[Callable], Callable]:
    """Register a function as the second computation of a view."""

    def registered(make: Callable) -> Callable:
        RECOMPUTED[view] = Recomputation(list(keys), make, shown or f"from {view}")
        return make

    return registered


@dataclass
class Facts:
    """Tables of one warehouse, and the views recomputed from them; each is made once."""

    con: duckdb.DuckDBPyConnection
    made: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """Give a loaded table."""
        if f"table {name}" not in self.made:
            frame = self.con.execute(f'from "{name}"').df()
            self.made[f"table {name}"] = frame.drop(columns="extra", errors="ignore")
        return self.made[f"table {name}"].copy()

    def view(self, name: str) -> pd.DataFrame:
        """Give a view as recomputed here."""
        if name not in self.made:
            self.made[name] = RECOMPUTED[name].make(self)
        return self.made[name].copy()

    def registered(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """Give rows of projects and dates the columns of the register at the date."""
        then = self.view("project_then")[["project_id", "status_date", *columns]]
        return frame.merge(then, on=["project_id", "status_date"], how="left")

    def rolled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Repeat rows of projects and dates at each level in which the project counts."""
        return self.view("reporting_unit").merge(frame, on=["project_id", "status_date"])

    def dated(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Repeat rows of a log of projects at each status date of the portfolio of the project."""
        then = self.view("project_then")[["project_id", "status_date", "portfolio_id"]]
        return frame.merge(then, on="project_id")


def days(later: pd.Series, earlier: pd.Series) -> pd.Series:
    """Calendar days from the second to the first; unknown where either is."""
    return (pd.to_datetime(later) - pd.to_datetime(earlier)).dt.days.astype(float)


def over(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A ratio; unknown where the whole is zero or unknown."""
    whole = whole.astype(float)
    return part.astype(float) / whole.where(whole != 0)


def either(*columns: pd.Series) -> pd.Series:
    """The first of the values that is known."""
    first, *others = columns
    for column in others:
        first = first.where(first.notna(), column)
    return first


def compared(verdict: pd.Series, *needed: pd.Series) -> pd.Series:
    """A verdict, unknown where anything it needs is."""
    known = np.logical_and.reduce([column.notna() for column in needed])
    return verdict.astype(object).where(known, None)


def half_up(values: pd.Series, places: int) -> pd.Series:
    """Round a half up; what binary fractions put a hair below a half is one."""
    scale = 10**places
    return np.sign(values) * np.floor(values.abs() * scale + 0.5 + 1e-6) / scale


def run_length(flag: pd.Series, by: list[pd.Series]) -> pd.Series:
    """Count the rows of the present unbroken run of true, 0 where there is none."""
    flag = flag.astype(bool)
    block = (~flag).groupby(by).cumsum()
    return flag.astype(int).groupby([*by, block]).cumsum()
