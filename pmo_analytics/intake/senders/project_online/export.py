"""An export of one date, the rows made of it, and how the feed writes a value."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from pathlib import Path

from pmo_analytics.intake.files.sheet import Remark
from pmo_analytics.intake.senders.project_online.files import Page, Row

HOURS = 8.0
TAG = re.compile(r"<[^<>]{1,300}>")
NUMBERED = re.compile(r"\(\d+\)\s*")
OWN = re.compile(
    r"(Project|Task|Assignment|Resource|Optimizer|Planner|EnterpriseProjectType|Parent)\w+"
)
TYPED = ("TypeName", "TypeDescription", "ProjectName", "ProjectId", "LCID")

Values = dict[str, object]
Tables = dict[tuple[str, Path, str], list[Values]]
Numbered = tuple[Page, int, Row]


@dataclass
class Export:
    """The pages of one date, and what is to be said of them."""

    status_date: date
    portfolio_id: str
    pages: list[Page] = field(default_factory=list)
    remarks: list[tuple[Path, Remark]] = field(default_factory=list)

    def say(
        self, page: Page, rule: str, said: str, *, severity: str = "warning", column: str = "",
        value: str = "", row: int = 0,
    ) -> None:  # fmt: skip
        """Say something of a page."""
        remark = Remark(page.sheet, row, "project", column, value, severity, rule, said)
        self.remarks.append((page.path, remark))

    def rows(self, entity: str, *keys: str) -> Iterator[Numbered]:
        """Give the rows of an entity, of all its pages; one that stands on two is given once."""
        seen: set[tuple[str | None, ...]] = set()
        for page in self.pages:
            if page.entity != entity:
                continue
            for number, row in page.rows:
                key = tuple(row.get(name) for name in keys)
                if key not in seen or not keys:
                    seen.add(key)
                    yield page, number, row


class Made:
    """Rows of tables as they are made, each with the file and sheet it comes from."""

    def __init__(self) -> None:
        """Begin without rows."""
        self.tables: Tables = defaultdict(list)

    def add(self, table: str, page: Page, number: int, **values: object) -> None:
        """Add a row."""
        self.tables[table, page.path, page.sheet].append({"row_number": number, **values})


# Values -------------------------------------------------------------------------------------------


def number_of(text: str | None) -> float | None:
    """Read a number; None where there is none, or no number."""
    try:
        found = float(text) if text else None
    except ValueError:
        return None
    return found if found is None or isfinite(found) else None


def money_of(text: str | None) -> str | None:
    """Take an amount; zero is what the feed gives where no rate is known."""
    return text if number_of(text) else None


def days_of(text: str | None) -> str | None:
    """Turn hours into days; what is no number stays, to be refused where it is read."""
    hours = number_of(text)
    return text if hours is None else f"{hours / HOURS:.2f}"


def is_true(row: Row, name: str) -> bool:
    """Say whether a property is true."""
    return row.get(name, "").casefold() in ("true", "1")


def id_of(row: Row, name: str) -> str | None:
    """Write an identifier (GUID) alike, however its file writes it."""
    return row[name].casefold().strip("{}") if row.get(name) else None


def words_of(text: str | None) -> str | None:
    """Take the tags out of rich text, and the number before a choice such as (1) Active."""
    plain = " ".join(TAG.sub(" ", NUMBERED.sub("", text or "", count=1)).split())
    return plain or None


def custom_of(row: Row) -> Values:
    """Give the fields an office has defined itself, which are kept beside the model's."""
    return {n: t for n, t in row.items() if not OWN.fullmatch(n) and n not in TYPED}
