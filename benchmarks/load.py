"""How much work is a load: the sample and generated files, against pandas and DuckDB reading the same.

    python benchmarks/load.py [FOLDER] [--rows 300000] [--dirty] [--json]

CPU-seconds (user and system, all threads) of one process. Ours is `warehouse.load` into a warehouse
that exists: every cell kept with its address, typed, checked, merged into the history, published.
pandas reads text and turns it into dates and numbers (`read_csv` or `read_excel`, `to_datetime`,
`to_numeric`); DuckDB creates tables from `read_csv`, which finds the types itself. Neither checks or
keeps anything. DuckDB reads no Excel without an extension. `--dirty` writes dates as 31/03/2026 and
amounts as 1,234.50 with a currency.
"""

import argparse
import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd

from pmo_analytics import intake, model, warehouse
from pmo_analytics.intake import Settings

SAMPLE = Path(__file__).parents[1] / "data" / "meridian"
PROJECTS, PACKAGES = 500, 40
TABLE = "work_package_status"
AMOUNTS = ("pv", "ev", "ac", "bac")


def main() -> None:
    """Time every reader on every input and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print("writing files", file=sys.stderr)
        generated = _written(folder, options.rows, dirty=options.dirty)
        inputs = {"sample": sorted(options.folder.glob("*.csv")), **generated}
        result = {}
        for name, files in inputs.items():
            print(f"reading {name}", file=sys.stderr)
            result[name] = _timed(files, folder / f"{name}.duckdb", options.rows)
    if options.json:
        print(json.dumps(result))
        return
    print(pd.DataFrame(result).T.to_string(float_format="{:.2f}".format))


def _timed(files: list[Path], pointer: Path, rows: int) -> dict[str, float | None]:
    """CPU-seconds of each reader for some files, and how many times as much as each peer is ours."""
    project = pointer.parent / "project.csv"
    warehouse.load(pointer, intake.find_files([project]), Settings())
    ours = _cpu(lambda: _load(pointer, files))
    pandas_s = _cpu(lambda: [_by_pandas(file) for file in files])
    is_csv = all(file.suffix == ".csv" for file in files)
    duckdb_s = _cpu(lambda: _by_duckdb(files)) if is_csv else None
    return {
        "rows": rows if len(files) == 1 else sum(_rows(file) for file in files),
        "ours_s": ours,
        "pandas_s": pandas_s,
        "duckdb_s": duckdb_s,
        "ratio_to_pandas": ours / pandas_s,
        "ratio_to_duckdb": ours / duckdb_s if duckdb_s else None,
    }


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _load(pointer: Path, files: list[Path]) -> None:
    loaded = warehouse.load(pointer, intake.find_files(files), Settings())
    if loaded.failed:
        raise SystemExit(f"not loaded: {loaded.failed}")


def _by_pandas(file: Path) -> pd.DataFrame:
    is_excel = file.suffix == ".xlsx"
    read = pd.read_excel if is_excel else pd.read_csv
    frame = read(file, dtype=str, **({"engine": "calamine"} if is_excel else {}))
    table = model.tables()[file.stem]
    for column in table.columns:
        if column.name not in frame:
            continue
        if column.type == "DATE":
            frame[column.name] = pd.to_datetime(
                frame[column.name], dayfirst=True, format="mixed", errors="coerce"
            )
        elif column.type.startswith(("DECIMAL", "INTEGER")):
            frame[column.name] = pd.to_numeric(frame[column.name], errors="coerce")
    return frame


def _by_duckdb(files: list[Path]) -> None:
    with duckdb.connect() as con:
        for file in files:
            con.execute(f"create table {file.stem} as from read_csv($file)", {"file": str(file)})


def _rows(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as text:
        return sum(1 for _ in csv.reader(text)) - 1


# Generated files ----------------------------------------------------------------------------------


def _written(folder: Path, rows: int, *, dirty: bool) -> dict[str, list[Path]]:
    """Write projects, and reports of their work packages as CSV and as Excel."""
    with (folder / "project.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("project_id", "currency"), *((f"P{n}", "GBP") for n in range(PROJECTS))]
        )
    (folder / "csv").mkdir()
    (folder / "excel").mkdir()
    as_csv, as_excel = folder / "csv" / f"{TABLE}.csv", folder / "excel" / f"{TABLE}.xlsx"
    with as_csv.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_reports(rows, dirty=dirty))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(TABLE)
    for row in _reports(rows, dirty=dirty):
        sheet.append(row)
    book.save(as_excel)
    return {"csv": [as_csv], "excel": [as_excel]}


def _reports(rows: int, *, dirty: bool) -> Iterator[list[str]]:
    chance = random.Random(1)  # noqa: S311 - the same rows in every run
    yield ["project_id", "work_package_id", "status_date", "name", *AMOUNTS]
    for number in range(rows):
        month, place = divmod(number, PROJECTS * PACKAGES)
        day = pd.Period("2020-01", freq="M") + month
        end = day.end_time.date()
        done = (month + 1) / (rows // (PROJECTS * PACKAGES) + 2)
        budget = 10_000 + 97.13 * place
        amounts = [budget * done * chance.uniform(0.99, 1) for _ in AMOUNTS[1:]] + [budget]
        yield [
            f"P{place // PACKAGES}",
            f"W{place % PACKAGES}",
            f"{end:%d/%m/%Y}" if dirty else end.isoformat(),
            f"Package {place}",
            *(f"\N{POUND SIGN}{amount:,.2f}" if dirty else f"{amount:.2f}" for amount in amounts),
        ]


if __name__ == "__main__":
    main()
