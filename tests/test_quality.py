"""Definitions and what else the pages say of their data."""

import pytest

from pmo_analytics import model, quality, tables, warehouse
from pmo_analytics.errors import UnknownNameError


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spend_without_gate", "Spend without gate"),
        ("spi_t", "SPI(t)"),
        ("project_id", "Project ID"),
        ("rag_status", "RAG status"),
    ],
)
def test_a_name_of_the_warehouse_is_written_in_words(name, words):
    assert quality.as_words(name) == words


def test_definitions_give_words_first_and_the_column_to_ask_for_last(known):
    con = known(
        project_status="""
        project_id | status_date | rag
        A          | 2024-06-30  | red
        """
    )

    defined = quality.definitions(con, "gate_status", "earned_value")

    row = defined[defined["column_name"] == "gate_status.days_late"].iloc[0]
    assert (row["measure"], row["figure"]) == ("Gate status", "Days late")
    assert "calendar days" in row["meaning"].lower()
    assert list(defined["measure"].unique()) == ["Gate status", "Earned value"]
    assert not defined.duplicated("column_name").any()
    shown = tables.definitions(defined)
    assert "<small><code>gate_<wbr>status.<wbr>days_<wbr>late</code></small>" in shown._repr_html_()
    assert "gate_status.days_late" in repr(shown)


def test_the_files_of_a_page_are_those_of_its_measures_and_of_no_others(load, pointer):
    """Two portfolios: demand has projects, and so belongs to one; supply and roles are everybody's."""
    one = {
        "project": "project_id | portfolio_id\nA | one",
        "demand": "project_id | role_id | month | fte\nA | R | 2025-04-01 | 1",
    }
    other = {
        "project": "project_id | portfolio_id\nB | two",
        "demand": "project_id | role_id | month | fte\nB | R | 2025-04-01 | 1",
    }
    load(**one)
    load(role="role_id | name\nR | Tester")
    load(**other, supply="role_id | team | month | fte\nR | a | 2025-04-01 | 1")
    with warehouse.open(pointer) as con:

        def sheets(*measures):
            found = quality.sources(con, *measures, portfolio_id="one")
            return list(zip(found["load_id"], found["sheet"], strict=True))

        assert sheets("demand", "supply") == [(2, "demand"), (2, "project"), (4, "supply")]
        assert sheets("utilisation")[-2:] == [(3, "role"), (4, "supply")]
        assert sheets() == [(2, "demand"), (2, "project")]
        with pytest.raises(UnknownNameError, match="no table and no measure 'demands'"):
            sheets("demands")
    assert model.tables_behind("status_calendar") == frozenset()
