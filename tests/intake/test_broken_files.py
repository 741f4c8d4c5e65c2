"""Broken files of every kind: rows or a sentence, never anything else; `tests/fuzz_files.py` breaks more."""

import random

import pytest

from tests import fuzz_files

BROKEN = 80  # files of a kind


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """Whole files of each kind, by their endings."""
    return fuzz_files.sound(tmp_path_factory.mktemp("sound"))


@pytest.mark.parametrize("ending", [".csv", ".json", ".xer", ".xlsx", ".xml", ".yaml"])
def test_a_broken_file_ends_in_rows_or_in_a_sentence(kinds, tmp_path, ending):
    raws = [path.read_bytes() for path in kinds[ending]]
    mapped = tmp_path / "raid.csv" if ending == ".yaml" else None
    if mapped:
        mapped.write_text(fuzz_files.SHEET, encoding="utf-8")

    ends = {
        number: fuzz_files.outcome(
            tmp_path / f"broken{ending}",
            fuzz_files.broken_book(raws[number % len(raws)], random.Random(number)),  # noqa: S311
            mapped=mapped,
        )
        for number in range(BROKEN)
    }

    assert {number: end for number, end in ends.items() if end not in ("rows", "sentence")} == {}
    assert {"rows", "sentence"} == set(ends.values())
