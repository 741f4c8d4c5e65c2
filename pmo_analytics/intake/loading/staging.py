"""Received text beside its values: a table's rows staged, plain cells typed by DuckDB, the rest settled.

Most cells are written in the model's own form and are typed in one pass. A column of a sheet with
any other cell is settled as a whole by `values`, each different text of it once, and joined back.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import duckdb
import numpy as np

from pmo_analytics.intake.files.sheet import Landed
from pmo_analytics.intake.texts import codes, outcome, values
from pmo_analytics.intake.texts.outcome import Cells
from pmo_analytics.model import Column, Table, literal, quoted

ADDRESS = "file, sheet, row_number, line"
BLANKS = " \t\n\r"
PROJECT_COLUMNS = ("project_id", "depends_on_project_id")


@dataclass
class Staged:
    """A table whose rows are staged in `landed_<table>` (text) and `typed_<table>` (values).

    `parts` are its sheets by number; `slow` holds the columns that are settled, by name and part.
    """

    table: Table
    parts: dict[int, tuple[str, Landed]]
    supplied: tuple[str, ...] = ()
    count: int = 0
    slow: dict[tuple[str, int], Cells] = field(default_factory=dict)

    def is_supplied(self, column: str) -> str:
        """Write the condition that a typed row `n` has something to say of a column.

        A sheet that has the column says so with an empty cell as well; a value that was found for
        the row otherwise says so too.
        """
        parts = [number for number, (_, part) in self.parts.items() if column in part.rows.columns]
        if len(parts) == len(self.parts):
            return "true"
        has_value = f"n.{quoted(column)} is not null"
        stated = ", ".join(map(str, parts))
        return f"(n.part in ({stated}) or {has_value})" if parts else has_value

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.table.name


def stage(
    con: duckdb.DuckDBPyConnection, table: Table, parts: list[tuple[str, Landed]]
) -> Staged | None:
    """Gather a table's received rows as text, and as values where a cell is plain; they leave `parts`."""
    staged = Staged(table, dict(enumerate(each for each in parts if len(each[1].rows))))
    parts.clear()
    if not staged.parts:
        return None
    given = {name for _, part in staged.parts.values() for name in part.rows.columns}
    staged.supplied = tuple(name for name in table.column_names if name in given)
    text = ", ".join(f"{quoted(name)} varchar" for name in table.column_names)
    con.execute(
        f"create or replace temp table landed_{table.name} (line integer, part integer, file varchar, "
        f'sheet varchar, row_number integer, extra varchar, "delete" varchar, {text})'
    )
    for number in staged.parts:
        _stage_part(con, staged, number)
    _type_plain(con, staged)
    return staged


def _stage_part(con: duckdb.DuckDBPyConnection, staged: Staged, number: int) -> None:
    file, part = staged.parts[number]
    received = [name for name in part.rows.columns if name != "row_number"]
    names = [name for name in received if name in (*staged.table.column_names, "delete")]
    extras = [name for name in received if name not in names]
    size = len(part.rows)
    cells = {
        f"c{place}": np.array(_cleaned(part.rows[name].tolist()), dtype=object)
        for place, name in enumerate(names)
    }
    cells["row_number"] = part.rows["row_number"].to_numpy(dtype="int64")
    cells["line"] = np.arange(staged.count + 1, staged.count + size + 1)
    if extras:
        cells["extra"] = np.array(_extras(part, extras), dtype=object)
    staged.count += size
    con.register("received_rows", cells)
    columns = "".join(f", nullif(c{place}, '') as {quoted(n)}" for place, n in enumerate(names))
    con.execute(
        f"insert into landed_{staged.name} by name select line, $part as part, $file as file, "
        f"$sheet as sheet, row_number{', extra' if extras else ''}{columns} "
        "from received_rows",
        {"part": number, "file": file, "sheet": part.sheet},
    )
    con.unregister("received_rows")
    staged.parts[number] = file, part.without_rows()


def _cleaned(cells: list[object]) -> list[str]:
    """Take blanks off both ends of cells; one without anything else is empty."""
    return [
        cell.strip(BLANKS)
        if isinstance(cell, str) and "\N{NO-BREAK SPACE}" not in cell
        else _unusual(cell)
        for cell in cells
    ]


def _unusual(cell: object) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124 - pandas writes an empty cell as NaN
        return ""
    return str(cell).replace("\N{NO-BREAK SPACE}", " ").strip(BLANKS)


def _extras(part: Landed, names: list[str]) -> list[str]:
    rows = zip(*(part.rows[name].tolist() for name in names), strict=True)
    return [
        json.dumps(
            {
                n: None if c is None or c != c else str(c)  # noqa: PLR0124 - as above
                for n, c in zip(names, row, strict=True)
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row in rows
    ]


# Plain cells --------------------------------------------------------------------------------------


def _type_plain(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Type the cells written in the model's own form, and leave the others empty."""
    typed = ", ".join(f"{_plain(staged, c)} as {quoted(c.name)}" for c in staged.table.columns)
    yes = ", ".join(literal(word) for word, value in codes.BOOLEANS.items() if value == "true")
    con.execute(
        f"create or replace temp table typed_{staged.name} as select {ADDRESS}, part, extra, "
        f'coalesce(lower("delete") in ({yes}), false) as to_delete, {typed} from landed_{staged.name}'
    )


def _plain(staged: Staged, column: Column) -> str:
    """Write the expression that gives a plain cell its value, and null for any other."""
    if column.name not in staged.supplied:
        return f"cast(null as {column.type})"
    name, scaled = quoted(column.name), _parts_that(staged, column)
    value = _plain_value(column, name)
    if scaled:
        return f"case when part not in ({scaled}) then {value} end"
    return value


def _parts_that(staged: Staged, column: Column) -> str:
    """List the sheets in which no number of the column is plain: multiplied, or a decimal comma."""
    return ", ".join(
        str(number)
        for number, (_, part) in staged.parts.items()
        if part.times.get(column.name, 1) != 1
        or (part.decimal == "comma" and column.type.startswith("DECIMAL"))
    )


def _plain_value(column: Column, name: str) -> str:
    if column.type == "VARCHAR":
        if column.name in PROJECT_COLUMNS:
            words = ", ".join(literal(w) for w in outcome.PLACEHOLDERS - outcome.MAY_BE_PROJECTS)
            is_plain = f"not contains({name}, '.0') and lower({name}) not in ({words})"
            return f"case when {is_plain} then {name} end"
        known = ", ".join(literal(code) for code in column.codes)
        return f"case when {name} in ({known}) then {name} end" if known else name
    if column.type == "DATE":
        month = f" and suffix({name}, '-01')" if column.name == "month" else ""
        between = f"length({name}) = 10 and {name} > '1900-02' and {name} < '22'{month}"
        return f"case when {between} then try_cast({name} as date) end"
    if column.type == "BOOLEAN":
        return f"case {name} when 'true' then true when 'false' then false end"
    is_plain = f"regexp_full_match({name}, {literal(_plain_number(column))})"
    return f"case when {is_plain} then try_cast({name} as {column.type}) end"


def _plain_number(column: Column) -> str:
    """Write the form of a number that nobody can read in two ways, of the size of its column."""
    if column.type == "INTEGER":
        return r"(19|20|21)\d\d" if column.name == "year" else r"-?(0|[1-9]\d{0,8})"
    width, scale = outcome.size_of(column)
    decimals = rf"\.\d{{1,{scale}}}"
    if outcome.unit_of(column) == "fraction":
        return rf"0({decimals})?|1(\.0+)?"
    two_or_four = rf"\.(\d\d?|\d{{4,{scale}}})" if scale > 3 else r"\.\d\d?"  # noqa: PLR2004
    return rf"-?[1-9]\d{{0,{width - scale - 1}}}({two_or_four})?|-?0({decimals})?"


# The rest -----------------------------------------------------------------------------------------


def settle(con: duckdb.DuckDBPyConnection, tables: list[Staged]) -> None:
    """Settle every column that has a cell left over, with what the rest of its file shows."""
    for staged in tables:
        _find_left_over(con, staged)
    for staged in tables:
        for (_, number), cells in staged.slow.items():
            elsewhere = partial(_elsewhere, con, tables, staged.parts[number][0], cells)
            cells.outcomes = values.settle(cells, elsewhere)
        if staged.slow:
            _join_back(con, staged)


def _find_left_over(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Collect the different texts of each column of a sheet in which a cell was not plain."""
    columns = [c for c in staged.table.columns if c.name in staged.supplied and not _is_free(c)]
    if not columns:
        return
    counted = ", ".join(f"count({quoted(column.name)})" for column in columns)
    counts = [
        con.execute(
            f"select part, {counted} from {kind}_{staged.name} group by part order by part"
        ).fetchall()
        for kind in ("landed", "typed")
    ]
    for (part, *received), (_, *typed) in zip(*counts, strict=True):
        for column, had, has in zip(columns, received, typed, strict=True):
            if had != has:
                staged.slow[column.name, part] = _collect(con, staged, column, part)


def _is_free(column: Column) -> bool:
    return column.type == "VARCHAR" and not column.codes and column.name not in PROJECT_COLUMNS


def _collect(con: duckdb.DuckDBPyConnection, staged: Staged, column: Column, number: int) -> Cells:
    name = quoted(column.name)
    rows = con.execute(
        f"select {name}, min(line), count(*) from landed_{staged.name} "
        f"where part = $part and {name} is not null group by {name} order by min(line)",
        {"part": number},
    ).fetchall()
    _, part = staged.parts[number]
    places = {text: (line, count) for text, line, count in rows}
    return Cells(staged.table, column, list(places), part, places)


def _elsewhere(
    con: duckdb.DuckDBPyConnection, tables: list[Staged], file: str, asked: Cells
) -> dict[str, str]:
    """Find which style of numbers or order of dates the other columns of a file show."""
    is_date = asked.column.type == "DATE"
    found: dict[str, str] = {}
    for staged in tables:
        for (_, number), cells in staged.slow.items():
            alike = (cells.column.type == "DATE") == is_date
            if staged.parts[number][0] == file and cells is not asked and alike:
                found = {**values.shows(cells), **found}
        if not is_date and "point" not in found:
            found = {**_plain_points(con, staged, file), **found}
    return found


def _plain_points(con: duckdb.DuckDBPyConnection, staged: Staged, file: str) -> dict[str, str]:
    """Find a plain number with a decimal point in the columns of a file that were typed at once."""
    names = [
        quoted(column.name)
        for column in staged.table.columns
        if column.name in staged.supplied
        and column.type.startswith("DECIMAL")
        and not any(name == column.name for name, _ in staged.slow)
    ]
    if not names or all(each != file for each, _ in staged.parts.values()):
        return {}
    examples = ", ".join(
        rf"any_value({n}) filter (regexp_matches({n}, '\.(\d\d?|\d{{4,}})$'))" for n in names
    )
    row = con.execute(
        f"select coalesce({examples}) from landed_{staged.name} where file = $file", {"file": file}
    ).fetchall()
    return {"point": row[0][0]} if row[0][0] else {}


def _join_back(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Put the settled values of a table's columns where their texts stand."""
    joins, columns = [], []
    for place, name in enumerate(sorted({name for name, _ in staged.slow})):
        parts = {part: cells for (each, part), cells in staged.slow.items() if each == name}
        rows = [
            (part, t, o.value or "") for part, c in parts.items() for t, o in c.outcomes.items()
        ]
        type_ = next(cells.column.type for cells in parts.values())
        with handed(con, ("part", "said", "value"), rows) as found:
            con.execute(
                f"create or replace temp table settled_{place} as select part, said, "
                f"cast(nullif(value, '') as {type_}) as value from {found}"
            )
        joins.append(
            f"left join settled_{place} as s{place} on l.part = s{place}.part "
            f"and l.{quoted(name)} = s{place}.said"
        )
        numbers = ", ".join(str(part) for part in parts)
        columns.append(
            f"case when t.part in ({numbers}) then s{place}.value else t.{quoted(name)} end "
            f"as {quoted(name)}"
        )
    con.execute(
        f"create or replace temp table typed_{staged.name} as select t.* replace ({', '.join(columns)}) "
        f"from typed_{staged.name} as t join landed_{staged.name} as l on t.line = l.line "
        f"{' '.join(joins)} order by t.line"
    )


@contextmanager
def handed(
    con: duckdb.DuckDBPyConnection, names: Iterable[str], rows: Iterable[tuple[Any, ...]]
) -> Iterator[str]:
    """Hand rows over to DuckDB as the table of this name: columns of numbers, else of texts."""
    columns = zip(names, zip(*rows, strict=True), strict=True)
    con.register(
        "handed_rows",
        {
            name: np.array(column, dtype=None if isinstance(column[0], int) else object)
            for name, column in columns
        },
    )
    yield "handed_rows"
    con.unregister("handed_rows")


# What is said -------------------------------------------------------------------------------------


def say(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Record what settling found: conversions once a column and kind, anything else for every row."""
    for (name, number), cells in staged.slow.items():
        once = [(s.text, s.severity, s.rule, s.message) for s in cells.said]
        once += [
            (text, "note", cells.outcomes[text].rule, message)
            for text, message in values.aggregated(cells)
        ]
        loud = [
            (text, each.severity, each.rule, each.message)
            for text, each in cells.outcomes.items()
            if each.severity in ("warning", "error")
        ]
        _record(con, staged, name, number, [(*each, cells.places[each[0]][0]) for each in once])
        _record(con, staged, name, number, [(*each, 0) for each in loud])


def _record(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    name: str,
    number: int,
    said: list[tuple[str, str, str, str, int]],
) -> None:
    """Record what is said of texts: of the cell in a line, or of every cell with the text if it is 0."""
    if not said:
        return
    where = "l.line = r.line" if said[0][-1] else f"l.{quoted(name)} = r.said"
    with handed(con, ("said", "severity", "rule", "message", "line"), said) as rows:
        con.execute(
            "insert into fault select l.file, l.sheet, l.row_number, l.line, $table, $column, r.said, "
            "r.severity, r.rule, $column || ': ' || r.message "
            f"from {rows} as r join landed_{staged.name} as l on {where} "
            "where l.part = $part order by l.line",
            {"table": staged.name, "column": name, "part": number},
        )
