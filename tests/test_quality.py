"""Definitions and what else the pages say of their data."""

import pytest

from pmo_analytics import quality, tables


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
