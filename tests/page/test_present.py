"""What a notebook shows: numbers as people write them, and data that stays data."""

import json
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo_analytics.errors import UsageError
from pmo_analytics.page import columns, figures, front, present

HOSTILE = '<script>alert("1")</script>'


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "£0"),
        (950, "£950"),
        (1_250, "£1.3k"),  # a half is rounded up, where Python's round gives 1.2
        (99_960, "£100k"),
        (999_950, "£1.0m"),
        (1_249_999, "£1.2m"),
        (-5_500_000, "−£5.5m"),
        (Decimal("834123456789.10"), "£834bn"),
        (1e12, "£1.0tn"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_money_is_written_for_a_reader_in_a_hurry(amount, written):
    assert figures.money(amount, "GBP") == written


def test_a_currency_without_a_symbol_is_written_with_its_code():
    assert figures.money(3_400_000, "CHF") == "CHF 3.4m"


@given(st.integers(min_value=1, max_value=10**15))
def test_money_is_never_off_by_more_than_five_per_cent(amount):
    text = figures.money(amount)
    scale = {"k": 3, "m": 6, "bn": 9, "tn": 12}
    suffix = text.lstrip("0123456789.,")
    shown = float(text.removesuffix(suffix).replace(",", "")) * 10 ** scale.get(suffix, 0)
    assert shown == pytest.approx(amount, rel=0.05)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (figures.percent(0.125), "13%"),
        (figures.fine_percent(0.0004), "0.04%"),
        (figures.fine_percent(0.0123), "1.2%"),
        (figures.fine_percent(0.126), "13%"),
        (figures.fine_percent(0), "0%"),
        (figures.percent(-0.021, 1), "−2.1%"),
        (figures.signed_days(1), "+1 day"),
        (figures.counted(1, "project"), "1 project"),
        (figures.counted(0, "entry", "entries"), "0 entries"),
        (figures.every(1, "report"), "the one report"),
        (figures.every(3, "report"), "all 3 reports"),
        (figures.capital("all SPI(t)"), "All SPI(t)"),
        (figures.counted(1.2, "day"), "1 day"),  # as it is written, not as it is stored
        (figures.few_of(1, 22, "project"), "1 of 22 projects"),
        (figures.few_of(1, 1, "project"), "1 of 1 project"),
        (figures.verb(1, "is", "are") + figures.verb(0, "is", "are"), "isare"),
        (figures.signed_days(-30), "−30 days"),
        (figures.signed_days(0), "0 days"),
        (figures.number(1954), "1,954"),
        (figures.number(0.945, 2), "0.95"),
        (figures.day("2024-03-31"), "31 Mar 2024"),
        (figures.day(date(2024, 4, 1)), "1 Apr 2024"),
        (figures.day(pd.NaT), "–"),
    ],
)
def test_numbers_and_dates_are_written_as_people_do(written, expected):
    assert written == expected


def slips():
    return pd.DataFrame(
        {
            "project": [HOSTILE, "Ferry"],
            "end": pd.to_datetime(["2024-03-31", None]),
            "cost": [1.2e6, None],
            "rag": ["Amber/Red", None],
        }
    )


def shown(**options):
    columns = "project; end/date; cost; rag/rag"
    return present.table(slips(), columns, "Slips", currency="GBP", **options)


def test_a_table_can_be_followed_by_a_screen_reader():
    html = shown()._repr_html_()

    assert "<caption><span>Slips</span></caption>" in html
    assert html.count('scope="col"') == 4
    assert html.count('scope="row"') == 2


def test_a_missing_value_is_a_dash_that_says_why():
    assert 'title="not reported">–<' in shown()._repr_html_()


def test_a_rating_is_never_colour_alone():
    html = present.rag_badge("Amber/Red")

    assert html.count("pmo-chip ") == 2
    assert ">A</b>" in html
    assert ">R</b>" in html
    assert "Amber/red" in html


def test_the_same_table_reads_as_plain_text():
    first, second, third = repr(shown()).splitlines()

    assert first.split() == ["Project", "End", "Cost", "Rating"]
    assert second.split("  ")[-1] == "Amber/Red"
    assert "£1.2m" in second
    assert third.startswith("Ferry")


def test_columns_that_stand_below_their_row_on_a_telephone_carry_their_label():
    """Of four columns one names the row and one stands below, so that two figures stay beside the name."""
    html = shown(below=("rag",))._repr_html_()

    assert 'class="pmo-table pmo-folds" style="--pmo-figures:2"' in html
    assert html.count('<td class="pmo-below" data-label="Rating"') == 2
    assert '<th scope="col" class="pmo-below"' in html
    assert repr(shown(below=("rag",))) == repr(shown())


def test_an_unknown_column_or_format_is_refused_with_what_there_is():
    with pytest.raises(UsageError, match="no column slip_days; it has project, end"):
        present.table(slips(), "slip_days", "")
    with pytest.raises(UsageError, match="no format dollars"):
        present.table(slips(), "cost/dollars", "")


@pytest.mark.parametrize(
    ("stated", "label", "kind"),
    [
        ("name", "Project", ""),
        ("business_unit", "Unit", ""),
        ("planned_on", "Planned", "date"),
        ("baseline_date", "Baseline", "date"),
        ("planned_to_date", "Planned to date", "money"),
        ("role_name", "Role", ""),
        ("spi_t", "SPI(t)", "index"),
        ("cpi", "CPI", "index"),
        ("booked_fte", "Booked, FTE", "index"),
        ("cost_p80/money", "Cost, P80", "money"),
        ("p50", "P50", ""),
        ("slip_days", "Slip", "days"),  # +12 days
        ("overdue_days", "Days overdue", "integer"),  # 12: the label says days
        ("adoption_ratio: Share", "Share", "percent"),
        ("forecast_cost", "Forecast cost", "money"),
        ("cost_growth_ratio: Change, %", "Change, %", "percent"),
        ("conditions_open", "Conditions open", ""),
        ("p_factor/tenths of percent: In order (P)", "In order (P)", "tenths of percent"),
        ("value per cost/money: value per cost leaves", "value per cost leaves", "money"),
    ],
)
def test_label_and_format_follow_from_the_name_unless_they_are_stated(stated, label, kind):
    (column,) = columns.columns(stated)

    assert (column.label, column.kind) == (label, kind)


def test_a_count_that_is_unknown_once_stays_a_count_and_a_fraction_keeps_its_decimals():
    """2 and none are held as 2.0 and NaN."""
    frame = pd.DataFrame({"name": ["a", "b"], "open": [2.0, None], "ratio_of": [2.0, 1.5]})

    _, first, second = repr(present.table(frame, "name; open; ratio_of", "")).splitlines()

    assert first.split() == ["a", "2", "2.00"]
    assert second.split() == ["b", "–", "1.50"]


def test_only_so_many_rows_are_shown_and_an_empty_frame_says_what_it_means():
    shown = present.table(slips(), "project", "Slips", most=1)

    assert "Ferry" not in repr(shown)
    assert f"<span>Slips: 1 of {len(slips())}</span>" in shown._repr_html_()
    whole = present.table(slips(), "project", "Slips", most=9)
    assert "<span>Slips</span>" in whole._repr_html_()
    assert repr(present.table(slips().head(0), "project", "", nothing="None.")) == "None."
    assert repr(present.table(slips().head(0), "project", "", fold="All")) == ""


@pytest.mark.parametrize(
    "block",
    [
        shown(),
        front.Front(HOSTILE, tiles=[front.Tile(HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
        present.reading(HOSTILE),
        present.decision(
            HOSTILE, heading=HOSTILE, who=HOSTILE, by=HOSTILE, options=[(HOSTILE,) * 2]
        ),
        present.needs(HOSTILE, HOSTILE),
    ],
    ids=["table", "tiles", "reading", "decision", "needs"],
)
def test_a_name_from_data_is_shown_as_typed_and_never_as_markup(block):
    html = block._repr_html_()

    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert HOSTILE in repr(block)


def test_facts_of_a_run_are_handed_over_as_plain_json(monkeypatch):
    handed = []
    monkeypatch.setattr(present, "display", lambda bundle, raw: handed.append((bundle, raw)))
    sources = pd.DataFrame({"file": ["a.csv"], "rows_read": [3]})

    present.record(headline="All well.", sources=sources, load_id=np.int64(7), on=date(2024, 3, 31))

    ((bundle, raw),) = handed
    assert raw
    assert json.loads(json.dumps(bundle[present.RECORD_MIME])) == {
        "headline": "All well.",
        "sources": [{"file": "a.csv", "rows_read": 3}],
        "load_id": 7,
        "on": "2024-03-31",
    }
