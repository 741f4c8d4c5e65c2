"""The rows below a header, as the sender counts them, and what is usual among them."""

import re
import statistics
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from pmo_analytics.intake.files.sheet import Place, Remark, Sheet
from pmo_analytics.intake.sheets.headers import Header
from pmo_analytics.intake.sheets.names import exact, plain
from pmo_analytics.model import Table

Row = list[str | None]
TYPICAL_ROWS = 500  # rows that tell what is usual in a table
NOT_A_TOTAL, PART_OF_A_NAME, A_TOTAL = 0, 1, 2
TOTAL_WORDS = frozenset(
    """
    total totals subtotal subtotals grandtotal sum sums cumulative cumul average averages avg mean
    ∑ итог gesamtbudget gesamtkosten gesamtbetrag cummulative cumulated accumulated cumule kumuliert
    acumulado
    \N{GREEK SMALL LETTER SIGMA} summe gesamt gesamtsumme zwischensumme insgesamt durchschnitt
    mittelwert totaux somme moyenne totale totali subtotale somma suma promedio totales subtotales
    totaal subtotaal gemiddelde razem ogołem łacznie srednia summa totalt delsumma snitt gennemsnit
    yhteensa toplam celkem osszesen итого всего сумма подытог среднее усього разом σύνολο
    المجموع الإجمالي सकल कुल 合計 総計 小計 累計 平均 总计 合计 小计 累计 總計 합계 총계 소계
""".split()  # noqa: SIM905
)
BESIDE_A_TOTAL = frozenset(
    """
    grand sub overall running general generale ytd year to date all of for the and by in project
    projects portfolio programme programmes program programs cost costs budget gbp eur usd k m £ € $
    fte hours days value per month row rows sous
""".split()  # noqa: SIM905
)
NOTE = re.compile(
    r"\s*(?:[*†‡]|(?:notes?|n\.?b\.?|sources?|prepared (?:by|on)|compiled by|figures?|"
    r"all (?:figures|amounts|values|costs|budgets)|(?:amounts|values|costs) (?:in|are)|data (?:as|from)|"
    r"as (?:at|of)|report(?:ed)? (?:date|on)|report generated|generated|printed|last updated|"
    r"legend|disclaimer|confidential|page \d|end of|see also|hinweise?|anmerkung(?:en)?|"
    r"quellen?|remarques?|nota|notas|fuente|fonte|примечани[ея]|источник)\b|(?:key|stand):|"
    r"注|備考|出典)",
    re.IGNORECASE,
)
PLACEHOLDERS = frozenset("tbc tbd na n_a none - ? nil unknown \N{EN DASH} \N{EM DASH}".split())  # noqa: SIM905


@dataclass
class Body:
    """The rows below a header: their numbers, as a spreadsheet shows them, and their cells."""

    sheet: str
    table: Table
    header: Header
    numbers: list[int]
    rows: list[Row]
    merged: tuple[tuple[Place, Place], ...] = ()
    remarks: list[Remark] = field(default_factory=list)
    out: set[int] = field(default_factory=set)
    called_totals: dict[int, int] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)  # rows the map leaves to others, and why
    joined: set[int] = field(default_factory=set)  # numbers of rows added up into others

    @classmethod
    def below(
        cls, name: str, table: Table, header: Header, sheet: Sheet, *, stop: int | None = None
    ) -> "Body":
        """Take the rows of a sheet that stand below its header, up to one, and hold something.

        Where the header ends by a `stop` another part of the sheet may need the cells as they are.
        """
        cells, start = sheet.cells, header.body
        numbers = [
            number
            for number, row in enumerate(cells[start:stop], start=start + 1)
            if any(cell and not cell.isspace() for cell in row)
        ]
        width = max(len(header.names), *(len(cells[number - 1]) for number in numbers), 0)
        rows = [
            row if len(row := cells[n - 1]) == width else [*row, *[None] * (width - len(row))]
            for n in numbers
        ]
        if stop is not None:
            rows = [list(row) for row in rows]
        return cls(name, table, header, numbers, rows, sheet.merged)

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """Places of the key columns that the sheet has, or of those its keys are made of."""
        known = tuple(p for p, name in self.header.known.items() if name in self.table.keys)
        return known or self.header.standing_for_keys

    def count(self, at: int) -> int:
        """How many cells of a row hold something."""
        return sum(1 for cell in self.rows[at] if cell and not cell.isspace())

    @cached_property
    def usual(self) -> float:
        """How many cells a row with a key like the others usually fills."""
        first = range(min(len(self.rows), TYPICAL_ROWS))
        alike = [at for at in first if self.is_like_the_keys(self.rows[at])] or first
        return statistics.median(map(self.count, alike)) if self.rows else 0

    @cached_property
    def _usual_keys(self) -> list[str]:
        """Keys of rows that nothing calls totals, and that hold more than a heading."""
        first = range(min(len(self.rows), TYPICAL_ROWS))
        fuller = [at for at in first if self.count(at) > 1] or first
        keys = [self.key(self.rows[at]) for at in fuller]
        return [key for key in keys if key and strength_of(key) == NOT_A_TOTAL]

    @cached_property
    def shapes(self) -> frozenset[str]:
        """How keys are usually built: `P12` and `P7` are alike."""
        seen = Counter(map(_shape, self._usual_keys))
        return frozenset(shape for shape, times in seen.items() if times > 1)

    def key(self, row: Row) -> str:
        """The first key of a row that the sheet has; empty where there is none."""
        return exact(row[self.keys[0]]) if self.keys else ""

    def is_like_the_keys(self, row: Row) -> bool:
        """Tell whether the key of a row is built as those of the other rows are."""
        return _shape(self.key(row)) in self.shapes

    @cached_property
    def has_codes(self) -> bool:
        """Tell whether most rows have a key such as `P12` or `1007`, and few have words."""
        keys = self._usual_keys
        codes = [key for key in keys if re.search(r"\d", key) and " " not in key]
        return 2 * len(codes) > len(keys) and len(codes) > 1

    def is_no_code(self, row: Row) -> bool:
        """Tell whether a row has words where most rows have a code: `IT programme` below `P12`."""
        key = self.key(row)
        return self.has_codes and bool(key) and (" " in key or not re.search(r"\d", key))

    @cached_property
    def gaps(self) -> list[int]:
        """The rows above which a blank row stands."""
        if not self.rows or self.numbers[-1] - self.numbers[0] < len(self.rows):
            return []
        return [at for at in range(1, len(self.rows)) if self.follows_a_gap(at)]

    @cached_property
    def has_columns(self) -> bool:
        """Tell whether the header names more than one column, and rows usually fill several."""
        return sum(1 for names in self.header.names if names) > 1 and self.usual > 1

    def lacks_a_key(self, at: int) -> bool:
        """Tell whether a key that the sheet has is empty in a row."""
        return any(not exact(self.rows[at][place]) for place in self.keys)

    def follows_a_gap(self, at: int) -> bool:
        """Tell whether a blank row stands above a row."""
        return at > 0 and self.numbers[at] - self.numbers[at - 1] > 1

    def keep_out(
        self, at: int, rule: str, message: str, *, place: int | None = None, severity: str = "note"
    ) -> None:
        """Take a row for no data, and say so."""
        self.out.add(at)
        self.say(at, rule, f"{message}; it was kept out", place=place, severity=severity)

    def say(
        self, at: int, rule: str, message: str, *, place: int | None = None,
        severity: str = "warning",
    ) -> None:  # fmt: skip
        """Remark on a row."""
        first = next((p for p, cell in enumerate(self.rows[at]) if exact(cell)), 0)
        place, number = first if place is None else place, self.numbers[at]
        self.remark(
            rule, f"row {number} {message}", value=exact(self.rows[at][place]), severity=severity,
            row=number, column=self.header.known.get(place, ""),
        )  # fmt: skip

    def remark(
        self, rule: str, message: str, *, value: str = "", severity: str = "note", row: int = 0,
        column: str = "",
    ) -> None:  # fmt: skip
        """Remark on the sheet, or on a row or a column of it."""
        self.remarks.append(
            Remark(self.sheet, row, self.table.name, column, value, severity, rule, message)
        )


def _shape(key: str) -> str:
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", key))


def strength_of(text: str) -> int:
    """Tell how far a text calls its row a total: it is one, or it may be part of a name."""
    words = plain(text).split("_")
    if not TOTAL_WORDS & set(words):
        return NOT_A_TOTAL
    if all(w in TOTAL_WORDS or w in BESIDE_A_TOTAL or w.isdecimal() for w in words):
        return A_TOTAL
    named = [word for word in words if word not in BESIDE_A_TOTAL]
    return PART_OF_A_NAME if TOTAL_WORDS & {named[0], named[-1]} else NOT_A_TOTAL


def is_sum(cell: str | None) -> bool:
    """Tell whether a cell holds a sum that was never calculated."""
    return bool(re.match(r"=\s*-?(SUM|SUBTOTAL|AVERAGE|AGGREGATE)\w*\(", cell or "", re.IGNORECASE))
