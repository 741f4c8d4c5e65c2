#!/usr/bin/env python
"""Write the synthetic portfolio `meridian` and its truth: `python data/meridian/generate.py`."""

import argparse
import csv
from pathlib import Path

from generator import (
    activities,
    benefits,
    capacity,
    governance,
    performance,
    projects,
    registers,
    schedule,
    truth,
)
from generator.draws import Row, Tables

THEMES = (benefits, performance, schedule, activities, registers, governance, capacity)


def write(folder: Path, table: str, rows: list[Row]) -> None:
    """Write a table with the same line ends everywhere."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_all(folder: Path, tables: Tables) -> None:
    """Write several tables."""
    for table, rows in tables.items():
        write(folder, table, rows)


def main() -> None:
    """Generate every table into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to fill")
    out = parser.parse_args().out
    write_all(out, projects.structure())
    for theme in THEMES:
        write_all(out, theme.tables())
    write_all(out / "truth", truth.tables())


if __name__ == "__main__":
    main()
