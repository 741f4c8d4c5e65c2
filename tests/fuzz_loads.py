"""Load thousands of hostile files and count what must never happen: run by hand, not by pytest.

    python tests/fuzz_loads.py --inputs 20000 --seed 1

Every input is a file of one of the kinds that can be loaded, made from cells that people and programs
get wrong, and every third is damaged afterwards. Counted are tracebacks (anything but a sentence),
inputs that take more than 20 seconds, rows lost (a row whose key stands neither in a table nor in
quarantine nor in a finding) and sheets whose rows do not add up; and the peak of memory.
"""

import argparse
import collections
import csv
import gzip
import io
import random
import resource
import tempfile
import time
import traceback
import zipfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
from openpyxl.styles import Font, PatternFill

from pmo_analytics import intake, model
from pmo_analytics.errors import PmoAnalyticsError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.cells import read_cells
from pmo_analytics.intake.loading import landing

SLOW = 20.0
NASTY = [
    "", " ", "TBC", "n/a", "-", "#REF!", "#DIV/0!", "=A1+1", "'", '"', '19" rack', "a\nb", "a,b;c|d\te",
    "0", "-0", "00", "1e400", "1e5", "NaN", "Infinity", "-∞", "9" * 40, "0x10", "١٢٣", "１２３",
    "1.234,56", "1,234.56", "1 234,56", "1'234.56", "(1,000)", "1000-", "£2.5m", "2,5 Mio", "3 Mrd",
    "12 lakh", "40 hrs", "5 pts", "30 pct", "30%", "10-30%", "<10%", "2 FTE", "USD 120", "¥12,000", "€",
    "5 ×100", "Servers ×200", "2026-02-30", "31/12/2026", "12/31/2026", "05/06/2026", "Mar-26", "2026-06",
    "2026-W14", "Q3 FY26", "H2 2026", "FY25/26", "00:00:00", "9999-12-31", "0001-01-01", "46022", "2958465",
    "Red", "R", "AG", "🟢", "On hold", "Delayed", "Complete", "yes", "No", "TRUE", "finish_to_start",
    "TOTAL", "Total", "Notes: from Finance", "Итого", "合計", "<script>alert(1)</script>", "{{7*7}}",
    "'; drop table project; --", "../../etc/passwd", "\x1b[31mred", "\x0bvt", "a\u2028b", "\u202eabc", "\ufeff",
    "\u200b", "é" * 300, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "x" * 5000,
]  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
DELIMITERS = ",;\t|"
SUFFIXES = (".csv", ".csv.gz", ".xlsx", ".parquet")


def main() -> None:
    """Load the inputs one after another and print what was counted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="Folder for the inputs that went wrong.")
    given = options.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    slowest = 0.0
    with duckdb.connect() as con, tempfile.TemporaryDirectory() as folder:
        model.create(con)
        for number in range(given.inputs):
            chance = random.Random(f"{given.seed}-{number}")
            path, markers = _write(Path(folder), chance)
            began = time.perf_counter()
            outcome, said = _load(con, path, markers, chance)
            took = time.perf_counter() - began
            slowest = max(slowest, took)
            counts[outcome] += 1
            counts["slow"] += took > SLOW
            if outcome not in ("loaded", "refused") or took > SLOW:
                print(f"{number}: {outcome} {took:.1f} s {path.name}: {said}", flush=True)
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / f"{number}-{path.name}").write_bytes(path.read_bytes())
            path.unlink()
            if (number + 1) % 1000 == 0:
                print(f"{number + 1} inputs: {dict(counts)}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.inputs} inputs: {dict(counts)}; slowest {slowest:.1f} s, peak {peak:.0f} MB")


# Inputs -------------------------------------------------------------------------------------------


def _write(folder: Path, chance: random.Random) -> tuple[Path, set[str]]:
    """Write a file for a table of the model; return it with the key each of its rows carries."""
    table = chance.choice(list(model.tables().values()))
    columns = [c for c in table.columns if c.is_key or chance.random() < 0.6]
    header = [chance.choice((c.name, c.name.replace("_", " ").title())) for c in columns]
    extra = chance.choice((0, 0, 1, 3))
    header += [chance.choice(("Comment", "", "EAC", "Бюджет", "#", "rag")) for _ in range(extra)]
    rows, markers = [], set()
    for number in range(chance.choice((0, 1, 3, 12, 60))):
        marker = f"K{number}x{chance.randrange(10**6)}"
        keyed, row = False, []
        for column in columns:
            if column.is_key and column.type == "VARCHAR" and not column.codes and not keyed:
                row.append(marker)
                keyed = True
            else:
                row.append(_cell(column.type, chance))
        rows.append([*row, *(chance.choice(NASTY) for _ in range(extra))])
        markers |= {marker} if keyed else set()
    titles = [[chance.choice(("Register", "As of March", ""))]] * chance.choice((0, 0, 1, 3))
    content = [*titles, header, *rows]
    if chance.random() < 0.2:
        content.append([chance.choice(NASTY) for _ in range(chance.randrange(1, len(header) + 3))])
    suffix = chance.choice(SUFFIXES)
    path = folder / f"{table.name}{suffix}"
    _write_as(path, content, chance)
    if chance.random() < 1 / 3:
        markers = set()
        _damage(path, chance)
    return path, markers


def _cell(kind: str, chance: random.Random) -> str:
    if chance.random() < 0.15:
        return chance.choice(NASTY)
    if kind == "DATE":
        day = date(2026, 1, 31) + timedelta(days=chance.randrange(900))
        return chance.choice((day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d %b %Y}"))
    if kind.startswith("DECIMAL") or kind == "INTEGER":
        return chance.choice((str(chance.randrange(5)), f"{chance.random():.2f}", "1200.50"))
    return chance.choice(("true", "alpha", "P1", "open", "green", "FS"))


def _write_as(path: Path, content: list[list[str]], chance: random.Random) -> None:
    if path.suffix == ".xlsx":
        _write_excel(path, content, chance)
    elif path.suffix == ".parquet":
        header, *rows = content
        names = [
            f"{name or 'column'}_{place}" if place else name or "a"
            for place, name in enumerate(header)
        ]
        with duckdb.connect() as con:
            listed = ", ".join(f"{model.quoted(name)} varchar" for name in names)
            con.execute(f"create table t ({listed})")
            for row in rows:
                fitted = [*row, *[None] * len(names)][: len(names)]
                con.execute(f"insert into t values ({', '.join('?' * len(names))})", fitted)
            con.execute(f"copy t to {model.literal(str(path))} (format parquet)")
    else:
        text = io.StringIO()
        writer = csv.writer(
            text, delimiter=chance.choice(DELIMITERS), lineterminator=chance.choice(("\n", "\r\n"))
        )
        writer.writerows(content)
        raw = text.getvalue().encode(chance.choice(ENCODINGS), errors="replace")
        path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def _write_excel(path: Path, content: list[list[str]], chance: random.Random) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = path.name.split(".")[0][:31]
    for row in content:
        cells = [openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row]
        sheet.append([_number(cell) if chance.random() < 0.5 else cell for cell in cells])
    for _ in range(chance.choice((0, 0, 4))):
        cell = sheet.cell(chance.randrange(1, 9), chance.randrange(1, 9))
        cell.fill = PatternFill("solid", fgColor=chance.choice(("FF0000", "92D050", "0000FF")))
        cell.font = Font(strike=chance.random() < 0.5)
        cell.number_format = chance.choice(("0%", "0.00", "dd/mm/yyyy", "General"))
    if chance.random() < 0.1:
        sheet.cell(chance.choice((5000, 1048576)), chance.choice((1, 300, 16384)), "stray")
    if chance.random() < 0.2:
        book.create_sheet("Notes").append(["anything"])
        sheet.row_dimensions[2].hidden = True
    if chance.random() < 0.1:
        sheet.merge_cells("AA2:AA4")
    book.save(path)


def _number(cell: str) -> str | float:
    try:
        return float(cell) if "e" not in cell.lower() and "n" not in cell.lower() else cell
    except ValueError:
        return cell


def _damage(path: Path, chance: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    how = chance.choice(("cut", "flip", "insert", "inner"))
    if how == "inner" and path.suffix == ".xlsx":
        _damage_inside(path, chance)
        return
    if how == "cut":
        raw = raw[: chance.randrange(len(raw) + 1)]
    for _ in range(chance.choice((1, 5, 50)) if how != "cut" and raw else 0):
        place = chance.randrange(len(raw))
        raw[place : place + (how == "flip")] = bytes([chance.randrange(256)])
    path.write_bytes(bytes(raw))


def _damage_inside(path: Path, chance: random.Random) -> None:
    """Change bytes of the parts of a workbook, so that the container itself stays sound."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    part = bytearray(parts[name])
    for _ in range(chance.choice((1, 10))):
        part[chance.randrange(len(part))] = chance.randrange(256)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, bytes(part) if each == name else content)


# Loading ------------------------------------------------------------------------------------------


def _load(
    con: duckdb.DuckDBPyConnection, path: Path, markers: set[str], chance: random.Random
) -> tuple[str, str]:
    """Load one file in a transaction that is rolled back; return what became of it and why."""
    settings = Settings(kind=chance.choice((None, path.name.split(".")[0])))
    try:
        received, failed = intake.receive({path.name: path}, settings, links=[])
        if failed:
            said = next(iter(failed.values()))
            return ("traceback" if "a fault of the package" in said else "refused"), said[:200]
        landing.land(con, received, load_id=1, tell=lambda _: None)
        return _verdict(con, path, received[path.name].rows_read, markers)
    except PmoAnalyticsError as error:
        return "refused", str(error)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "traceback", traceback.format_exc(limit=-3)
    finally:
        with suppress(duckdb.TransactionException):  # it had not begun
            con.rollback()


def _verdict(
    con: duckdb.DuckDBPyConnection, path: Path, rows_read: dict[str, int], markers: set[str]
) -> tuple[str, str]:
    kept = (
        con.execute(
            "select string_agg(coalesce(row_json, '') || coalesce(value, '') || message, ' ') from "
            "(select row_json, value, message from quarantine union all "
            "select row_json, value, message from finding)"
        ).fetchall()[0][0]
        or ""
    )
    loaded = {
        str(value)
        for table in model.tables().values()
        for row in con.execute(
            f"select {', '.join(table.keys)} from {table.name}_history"
        ).fetchall()
        for value in row
    }
    told = _rows_told(con, path)
    lost = [m for m in markers if m not in loaded and m not in kept and m not in told]
    if lost:
        return "lost", f"{len(lost)} of {len(markers)} rows, such as {lost[0]}"
    for sheet, read in rows_read.items():
        refused = con.execute(
            "select count(distinct row_number) from quarantine where sheet = $sheet",
            {"sheet": sheet},
        ).fetchall()[0][0]
        if refused > read:
            return "unequal", f"{refused} rows of {read} were refused"
    return "loaded", ""


def _rows_told(con: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Return what stands in the rows that were kept out as totals, notes and the like, each named."""
    out = con.execute(
        "select sheet, row_number from finding where row_number > 0 and rule in "
        "('total_row', 'note_row', 'repeated_header', 'second_table', 'other_kind', "
        "'title_rows', 'rows_above_header')"
    ).fetchall()
    sheets = read_cells(path) if out else {}
    rows = (sheets[sheet].cells[number - 1] for sheet, number in out if sheet in sheets)
    return " ".join(cell or "" for row in rows for cell in row)


if __name__ == "__main__":
    main()
