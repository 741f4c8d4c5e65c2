"""Each sender beside its sample: a folder of `samples/` holds what it sends and the rows expected of it.

`expected/TABLE.csv` names the columns it speaks of, and has every row of the table; a cell without
text is empty in the warehouse. `notebooks/explore/add_a_sender.ipynb` walks through it.
"""

import csv
from pathlib import Path

import pytest

from pmo_analytics import intake, model, warehouse
from pmo_analytics.intake import Settings

SAMPLES = sorted(path for path in Path(__file__).with_name("samples").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_a_sender_makes_the_expected_rows_of_its_sample(folder, pointer):
    files = intake.find_files([folder])

    warehouse.load(pointer, files, Settings())

    con = warehouse.open(pointer)
    assert (folder.name,) in con.execute("select distinct source from load").fetchall()
    for path in sorted(folder.glob("expected/*.csv")):
        header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        columns = ", ".join(
            f"coalesce(cast({model.quoted(name)} as varchar), '')" for name in header
        )
        found = con.execute(f'select {columns} from "{path.stem}" order by all').fetchall()
        assert [list(row) for row in found] == sorted(rows), path.stem


def test_every_sender_has_a_sample():
    assert {path.name for path in SAMPLES} >= set(intake.SENDERS) - {
        "gmpp"
    }  # its releases ship whole
