"""From the text of a cell to a value: every way of writing a date, a number, a code that is understood."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics import model

POUND, EURO, MINUS = "\N{POUND SIGN}", "\N{EURO SIGN}", "-"


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute((model.SQL / "landing" / "conversions.sql").read_text(encoding="utf-8"))
        yield con


def converted(con, expression, texts):
    """Evaluate an expression over `v` for many texts in one statement."""
    rows = con.execute(
        f"select {expression} from (select unnest($texts) as v, unnest(range(len($texts))) as n) "
        "order by n",
        {"texts": texts},
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-31", date(2024, 3, 31)),
        ("2024-3-1", date(2024, 3, 1)),
        ("2024-03-31T17:30:00Z", date(2024, 3, 31)),
        ("2024/03/31", date(2024, 3, 31)),
        ("2024-03", date(2024, 3, 1)),
        ("31/03/2024", date(2024, 3, 31)),  # 31 can only be a day
        ("03/31/2024", date(2024, 3, 31)),
        ("31.03.24", date(2024, 3, 31)),
        ("04/04/2024", date(2024, 4, 4)),  # the same in either order
        ("31 March 2024", date(2024, 3, 31)),
        ("31-Mar-24", date(2024, 3, 31)),
        ("March 31, 2024", date(2024, 3, 31)),
        ("Mar 2024", date(2024, 3, 1)),
        ("20240331", date(2024, 3, 31)),
        ("45382", date(2024, 3, 31)),  # Excel counts days since 1899-12-30
        ("45382.75", date(2024, 3, 31)),  # and its evening is still the same day
        ("01/02/2025", None),  # two different days
        ("2012-30-09", None),
        ("30/02/2024", None),
        ("2023-02-29", None),
        ("20241331", None),
        ("TBC", None),
        ("soon", None),
        ("1230", None),
    ],
)
def test_a_date_is_read_where_it_can_only_be_one_day(con, text, expected):
    assert converted(con, "as_date(v, '')", [text]) == [expected]


@pytest.mark.parametrize(
    ("order", "expected"), [("dmy", date(2025, 2, 1)), ("mdy", date(2025, 1, 2))]
)
def test_a_stated_order_decides_an_ambiguous_date(con, order, expected):
    assert converted(con, f"as_date(v, '{order}')", ["01/02/2025"]) == [expected]


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("1234.56", "", "1234.56"),
        (f"{POUND}2,500,000.00", "", "2500000"),
        ("1.234.567,89 EUR", "", "1234567.89"),
        (f"{EURO} 1.234,5", "comma", "1234.5"),
        ("(1,000)", "", "-1000"),
        (f"{MINUS}{POUND}5", "", "-5"),
        ("1000-", "", "-1000"),
        ("60%", "", "60"),
        ("2.5m", "", "2500000"),
        ("1.2 bn", "", "1200000000"),
        ("3k", "", "3000"),
        ("1 234 567", "", "1234567"),
        ("1'234.50", "", "1234.50"),
        ("1e3", "", "1000"),
        (".5", "", "0.5"),
        ("1.500", "comma", "1500"),
        ("1.500", "", "1.5"),
        ("1,5", "", "1.5"),
        ("1,500", "", "1500"),
        ("123456789012.12", "", "123456789012.12"),
        ("12.3 \N{MULTIPLICATION SIGN}1000000", "", "12300000"),
        ("1,23,456", "", None),
        ("1.2.3", "", None),
        ("12 apples", "", None),
        ("2.306 ($m)", "", None),
        ("#DIV/0!", "", None),
        ("", "", None),
    ],
)
def test_a_number_is_read_where_its_separators_agree(con, text, style, expected):
    (value,) = converted(con, f"as_number(v, '{style}')", [text])
    assert value == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1007.0", "1007"),  # Parquet and pandas write a code that way when a column has a gap
        ("1007", "1007"),
        ("007", "007"),
        ("1.10", "1.10"),
        ("P-1.0", "P-1.0"),
        ("NONE", "NONE"),
        ("TBC", None),
        ("n/a", None),
    ],
)
def test_a_project_has_one_code_however_it_was_kept(con, text, expected):
    assert converted(con, "as_project_id(v)", [text]) == [expected]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12 apples", "'12 apples' is not a number"),
        ("50%", "'50%' is a percentage where an amount is expected"),
        ("1e30", "'1e30' is out of the range of this column"),
        ("2 ($m) \N{MULTIPLICATION SIGN}1000", "'2 ($m)' is not a number"),
    ],
)
def test_a_number_that_cannot_be_read_is_quoted_as_it_was_received(con, text, said):
    assert converted(con, "number_problem(v, '')", [text])[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Amber/Red", "amber_red"), ("A/G", "amber_green"), ("Yellow", "amber"), ("r", "red")],
)
def test_ratings_are_known_by_their_usual_abbreviations(con, text, expected):
    assert converted(con, "as_rag(v)", [text]) == [expected]


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.integers(0, 40000).map(lambda days: date(1970, 1, 1) + timedelta(days)),
        min_size=50,
        max_size=200,
    )
)
def test_every_day_is_read_back_from_every_unambiguous_form(con, days):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%d-%b-%Y", "%B %d, %Y"):
        assert converted(con, "as_date(v, '')", [day.strftime(form) for day in days]) == days
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")):
        assert converted(con, f"as_date(v, '{order}')", [f"{d:{form}}" for d in days]) == days


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.decimals(-(10**14), 10**14, places=2, allow_nan=False), min_size=50, max_size=200)
)
def test_every_amount_is_read_back_from_every_form(con, amounts):
    english = [f"{amount:,.2f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    bracketed = [
        f"({a.copy_abs():,.2f})" if a < 0 else t for a, t in zip(amounts, english, strict=True)
    ]
    for texts in (map(str, amounts), english, bracketed, (f"{POUND}{text}" for text in english)):
        assert converted(con, "as_number(v, '')", list(texts)) == amounts
    assert converted(con, "as_number(v, 'comma')", german) == amounts


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(max_size=30).filter(lambda t: "\x00" not in t), min_size=100, max_size=300))
def test_no_text_whatever_stops_a_load(con, texts):
    for expression in (
        "as_date(clean(v), '')",
        "as_date(clean(v), 'mdy')",
        "as_number(clean(v), '')",
        "as_fraction(clean(v), 'comma')",
        "as_boolean(clean(v))",
        "as_rag(clean(v))",
        "as_project_id(clean(v))",
        "date_problem(clean(v), '')",
        "number_problem(clean(v), '')",
    ):
        assert len(converted(con, expression, texts)) == len(texts)
