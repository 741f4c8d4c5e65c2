"""From the texts of a column to its values: every way of writing a date, a number, a code that is understood."""

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics import model
from pmo_analytics.intake.files.sheet import Writing
from pmo_analytics.intake.texts import values
from pmo_analytics.intake.texts.outcome import Cells

POUND, EURO, MINUS = "\N{POUND SIGN}", "\N{EURO SIGN}", "-"


def settled(column, texts, *, shown=None, **how):
    """Settle the texts of `table.column`; `shown` is what the other columns of the file show."""
    table_name, _, name = column.partition(".")
    table = model.tables()[table_name]
    found = next(each for each in table.columns if each.name == name)
    how["times"] = {name: how.get("times", 1)}
    cells = Cells(table, found, list(dict.fromkeys(texts)), Writing(**how))
    outcomes = values.settle(cells, lambda: shown or {})
    return cells, outcomes


def read(column, texts, **how):
    """Read the texts of a column, in their order."""
    _, outcomes = settled(column, texts, **how)
    return [outcomes[text].value for text in texts]


def refusal(column, text, *others, **how):
    """What is said of a text that is left empty beside others."""
    outcome = settled(column, [text, *others], **how)[1][text]
    assert outcome.value is None
    assert outcome.severity == "warning"
    return outcome.message


def said(column, texts, **how):
    """What is said once about a column: severity, rule and sentence."""
    cells, _ = settled(column, texts, **how)
    return [(each.severity, each.rule, each.message) for each in cells.said]


def as_number(text, decimal=""):
    (value,) = read("charter_goal.target", [text], decimal=decimal)
    return None if value is None else Decimal(value)


# Dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-31", "2024-03-31"),
        ("2024-3-1", "2024-03-01"),
        ("2024-03-31T17:30:00Z", "2024-03-31"),
        ("2024/03/31", "2024-03-31"),
        ("31/03/2024", "2024-03-31"),  # 31 can only be a day
        ("03/31/2024", "2024-03-31"),
        ("31.03.24", "2024-03-31"),
        ("04/04/2024", "2024-04-04"),  # the same in either order
        ("31 March 2024", "2024-03-31"),
        ("31-Mar-24", "2024-03-31"),
        ("Sun, 31 Mar 2024", "2024-03-31"),
        ("1st March 2024", "2024-03-01"),
        ("March 31, 2024", "2024-03-31"),
        ("20240331", "2024-03-31"),
        ("45382", "2024-03-31"),  # Excel counts days since 1899-12-30
        ("45382.75", "2024-03-31"),  # and its evening is still the same day
        ("\uff12\uff10\uff12\uff14-03-31", "2024-03-31"),  # full-width digits
        ("01/02/2025", None),  # two different days
        ("2012-30-09", None),
        ("30/02/2024", None),
        ("2023-02-29", None),
        ("20241331", None),
        ("25-Jun", None),  # of no year
        ("W14", None),
        ("W54 2026", None),
        ("TBC", None),
        ("soon", None),
        ("marble 2026", None),
        ("1230", None),
        ("99999", None),
    ],
)
def test_a_date_is_read_where_it_can_only_be_one_day(text, expected):
    assert read("project.deadline", [text]) == [expected]


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2025-02-01"), ("mdy", "2025-01-02")])
def test_a_stated_order_decides_an_ambiguous_date(order, expected):
    assert read("project.deadline", ["01/02/2025"], date_order=order) == [expected]


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("Mar-26", "2026-03-01", "2026-03-31"),
        ("Feb 28", "2028-02-01", "2028-02-29"),  # a leap year
        ("March 2026", "2026-03-01", "2026-03-31"),
        ("2026-06", "2026-06-01", "2026-06-30"),
        ("6/2026", "2026-06-01", "2026-06-30"),
        ("2026-W14", "2026-03-30", "2026-04-05"),  # ISO week 1 of 2026 begins on 29 December
        ("KW 14 2026", "2026-03-30", "2026-04-05"),
        ("Q3 2026", "2026-07-01", "2026-09-30"),
        ("2026 Q1", "2026-01-01", "2026-03-31"),
        ("H1 2026", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_is_its_first_day_for_a_start_and_its_last_for_an_end_or_a_report(
    label, first, last
):
    for column in ("project_status.start", "activity.baseline_start", "risk.raised_on"):
        assert read(column, [label]) == [first]
    ends = ("forecast_finish", "baseline_finish", "status_date")
    for column in (
        *(f"project_status.{name}" for name in ends),
        "project.deadline",
        "action.due_on",
    ):
        assert read(column, [label]) == [last]
    assert read("activity.constraint_date", [label]) == [None]  # from then, until then or then?


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30. Juni 2026", "2026-06-30"), ("Mo. 3. Aug 2026", "2026-08-03"), ("Dez 26", "2026-12-31"),
        ("Mrz-27", "2027-03-31"), ("30 juin 2026", "2026-06-30"), ("1er juillet 2026", "2026-07-01"),
        ("15 août 2026", "2026-08-15"), ("30 de junio de 2026", "2026-06-30"), ("ene-27", "2027-01-31"),
        ("15 марта 2026", "2026-03-15"), ("1 December 2026", "2026-12-01"), ("jui 2026", None),
        ("Summer 2026", None),
    ],
)  # fmt: skip
def test_months_are_known_by_their_names_in_several_languages(text, expected):
    """June and July both begin with jui in French."""
    assert read("project_status.forecast_finish", [text]) == [expected]


def test_dates_of_which_none_has_a_day_above_12_beside_texts_that_have_are_doubted():
    texts = ["25/10/2016", "14/11/2016", "2016-01-11", "2016-12-12"]
    [doubt] = [
        one for one in settled("project.deadline", texts)[0].said if one.severity == "warning"
    ]
    assert (doubt.rule, doubt.text) == ("day_or_month", "2016-01-11")
    assert doubt.message.startswith("no date such as '2016-01-11' has a day above 12, while texts")
    assert doubt.message.endswith('say so in a map: "dates: {deadline: swapped}"')
    assert not settled("project.deadline", [*texts, "2016-01-13"])[0].said


def test_a_period_is_said_once_a_column():
    assert said("project_status.forecast_finish", ["Mar-26", "Apr-26", "2026-05-31"]) == [
        ("note", "period_as_day", "'Mar-26' is a month and was read as its last day, 2026-03-31")
    ]


def test_the_years_of_short_months_do_not_spread_over_a_whole_month():
    days = ["Jun-03", "Jun-12", "Jun-28"]  # 2003, 2012, 2028: 25 years, so these are days of June
    assert read("project.deadline", days) == [None, None, None]
    assert "could be a day of that month" in refusal("project.deadline", *days)


def test_a_month_is_its_first_day_in_a_column_of_months():
    assert read("demand.month", ["2026-04", "Apr-26", "2026-04-15"]) == ["2026-04-01"] * 3
    assert settled("demand.month", ["Q2 2026"])[1]["Q2 2026"].severity == "error"  # it is a key


@pytest.mark.parametrize(
    ("label", "last"),
    [
        ("FY25/26", "2026-03-31"),  # April 2025 to March 2026
        ("2025/26", "2026-03-31"),
        ("Q3 25/26", "2025-12-31"),  # October to December
        ("H1 FY25/26", "2025-09-30"),
    ],
)
def test_a_fiscal_year_that_names_both_years_counts_from_the_stated_month(label, last):
    assert read("project.deadline", [label], fiscal_year_starts=4) == [last]
    assert read("project.deadline", [label]) == [None]
    assert "fiscal_year_starts: 4" in refusal("project.deadline", "FY25/26")


@pytest.mark.parametrize("label", ["FY26", "Q3 FY26", "Q3 2026", "2026"])
def test_a_fiscal_year_of_one_number_is_not_guessed(label):
    message = refusal("project.deadline", label, fiscal_year_starts=4)
    assert "begins in 2026 or the one that ends in 2026" in message
    assert "FY25/26" in message


def test_day_and_month_are_settled_by_the_column_then_by_the_file():
    texts = ["05/06/2026", "31/03/2026"]
    assert read("project.deadline", texts) == ["2026-06-05", "2026-03-31"]
    assert said("project.deadline", texts) == [
        (
            "note",
            "date_order",
            "written with the day first ('31/03/2026' shows it), so '05/06/2026' is 2026-06-05",
        )
    ]
    assert read("project.deadline", texts[:1], shown={"mdy": "03/31/2026"}) == ["2026-05-06"]


def test_a_column_that_contradicts_itself_leaves_only_what_is_doubtful_empty():
    texts = ["31/12/2026", "05/06/2026", "12/31/2026"]
    assert read("project.deadline", texts) == ["2026-12-31", None, "2026-12-31"]
    assert "'31/12/2026' has the day first and '12/31/2026' the month" in refusal(
        "project.deadline", "05/06/2026", "31/12/2026", "12/31/2026"
    )


def test_a_date_that_could_be_two_days_names_the_line_of_the_map():
    assert "date_order: dmy or mdy" in refusal("project.deadline", "05/06/2026")


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31",
        "0001-01-01",
        "31/12/9999",
        "1900-01-00",
        "1899-12-30",
        "2958465",
        "00:00:00",
        "0",
    ],
)
def test_what_an_empty_date_looks_like_elsewhere_is_empty_with_a_note(text):
    outcome = settled("project.deadline", [text])[1][text]
    assert (outcome.value, outcome.severity, outcome.rule) == (None, "note", "placeholder")


def test_bare_day_numbers_of_a_1904_workbook_count_from_1904():
    # 2024-03-31 is day 45382 from 1899-12-30, and 45382 - 1462 = 43920 from 1904-01-01
    assert read("project.deadline", ["43920"], is_1904=True) == ["2024-03-31"]


# Numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("1234.56", "", "1234.56"),
        (f"{POUND}2,500,000.00", "", "2500000"),
        ("1.234.567,89 EUR", "", "1234567.89"),
        (f"{EURO} 1.234,5", "comma", "1234.5"),
        ("(1,000)", "", "-1000"),
        (f"{MINUS}{POUND}5", "", "-5"),
        (f"{POUND}{MINUS}5", "", "-5"),
        ("1000-", "", "-1000"),
        ("\N{MINUS SIGN}5", "", "-5"),
        ("2.5m", "", "2500000"),
        ("1.2 bn", "", "1200000000"),
        ("3k", "", "3000"),
        ("2,5 Mio", "", "2500000"),
        ("3 Mrd", "", "3000000000"),
        ("12 lakh", "", "1200000"),
        ("2 crore", "", "20000000"),
        ("5 Tsd.", "", "5000"),
        ("4 Mln", "", "4000000"),
        ("3 \u0442\u044b\u0441", "", "3000"),
        ("4 \u043c\u043b\u043d", "", "4000000"),
        ("5\u4e07", "", "50000"),
        ("2\u5104", "", "200000000"),
        ("1 234 567", "", "1234567"),
        ("1\u202f234,5", "", "1234.5"),
        ("1'234.50", "", "1234.50"),
        ("1e3", "", "1000"),
        (".5", "", "0.5"),
        ("1.500", "comma", "1500"),
        ("1.500", "", "1.5"),
        ("1,5", "", "1.5"),
        ("1,500", "", "1500"),
        ("123456789012.12", "", "123456789012.12"),
        ("\uff11\uff12\uff13", "", "123"),
        ("\u0663\u0664", "", "34"),  # Arabic digits
        ("1,5", "point", None),
        ("1.5", "comma", None),
        ("1,23,456", "", None),
        ("1.2.3", "", None),
        ("12 apples", "", None),
        ("3 mil", "", None),  # a thousand in Spanish, a million in Czech
        ("5 \N{MULTIPLICATION SIGN}100", "", None),
        ("5\N{SUPERSCRIPT TWO}", "", None),
        ("2.306 ($m)", "", None),
        ("10-30", "", None),
        ("<10", "", None),
        ("(5", "", None),
        ("1e400", "", None),
        ("1e30", "", None),
        ("9" * 5000, "", None),
        ("NaN", "", None),
        ("Infinity", "", None),
        ("#DIV/0!", "", None),
        ("=A1", "", None),
    ],
)
def test_a_number_is_read_where_its_marks_and_words_are_plain(text, style, expected):
    value = as_number(text, style)
    assert value == (None if expected is None else Decimal(expected))


def test_the_decimal_style_is_settled_by_all_cells_of_a_column():
    costs = ["1.250.000,00", "500.000", "12.500,00", "7.250"]
    read_costs = [Decimal(value) for value in read("project_status.forecast_cost", costs)]
    assert sum(read_costs) == 1_250_000 + 500_000 + 12_500 + 7_250  # 1,769,750
    assert read("demand.fte", ["0,5", "0,125", "1,75"]) == ["0.5000", "0.1250", "1.7500"]
    assert said("project_status.forecast_cost", costs) == [
        (
            "note",
            "decimal_style",
            "written with a decimal comma ('1.250.000,00' shows it), so '500.000' is 500000",
        )
    ]


def test_the_decimal_style_of_a_column_without_a_sign_of_it_is_that_of_its_file():
    assert read("demand.fte", ["1,250"], shown={"comma": "1,25"}) == ["1.2500"]
    assert read("project_status.ac", ["1.234"], shown={"comma": "0,5"}) == ["1234.00"]
    assert read("demand.fte", ["1,25", "1,250"]) == ["1.2500", "1.2500"]


def test_a_mark_that_nothing_explains_is_read_as_before_and_doubted_once():
    assert read("project_status.ac", ["1,234", "5,678"]) == ["1234.00", "5678.00"]
    ((severity, rule, message),) = said("project_status.ac", ["1,234", "5,678"])
    assert (severity, rule) == ("warning", "decimal_style")
    assert message.startswith(
        "'1,234' was read as 1234, but nothing in the file shows that it is not 1.234"
    )
    assert '"decimal: comma"' in message


def test_amounts_whose_sign_of_currency_was_lost_are_read_and_said_once():
    """A file in Windows-1252 cannot hold the sign of the peso, and has `?` for it."""
    texts = ["?96,500,000.00", "?49,000,000.00", "120"]
    assert read("project_status.bac", texts) == ["96500000.00", "49000000.00", "120.00"]
    ((severity, rule, message),) = said("project_status.bac", texts)
    assert (severity, rule) == ("warning", "lost_sign")
    assert message.startswith("'?96,500,000.00' and 1 more begin with a sign that was lost")


def test_a_single_amount_after_a_question_mark_is_in_doubt():
    assert read("project_status.bac", ["?500", "120", "90"]) == [None, "120.00", "90.00"]


def test_a_column_in_both_styles_leaves_what_could_be_either_empty():
    texts = ["1.200,50", "2,500,000.00", "1,000"]
    assert read("project_status.ac", texts) == ["1200.50", "2500000.00", None]
    message = refusal("project_status.ac", "1,000", *texts)
    assert "a decimal comma (1.200,50)" in message
    assert "a decimal point (2,500,000.00)" in message


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("activity_resource.work_hours", "40 hrs", "40.00"),
        ("activity.duration_days", "10 days", "10.00"),
        ("demand.fte", "2 FTE", "2.0000"),
        ("criterion_score.score", "5 pts", "5.0000"),
        ("risk.probability", "30 pct", "0.300000"),
        ("risk.probability", "30%", "0.300000"),
        ("project_status.percent_complete", "45 %", "45.0000"),
        ("project_status.percent_complete", "45 per cent", "45.0000"),
        ("project_status.ac", "USD 120", "120.00"),
        ("project_status.ac", "40 hrs", None),
        ("project_status.ac", "50%", None),
        ("activity.duration_days", "40 hrs", None),
        ("activity.duration_days", "3 weeks", None),  # of five days or of seven
        ("activity.duration_days", "3m", None),  # months, and not millions
        ("demand.fte", "\N{EURO SIGN}2", None),
        ("risk.probability", "2 FTE", None),
    ],
)
def test_a_unit_beside_the_digits_has_to_fit_the_column(column, text, expected):
    assert read(column, [text]) == [expected]


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("project_status.ac", "12 apples", "'12 apples' has 'apples' beside its digits"),
        ("project_status.ac", "50%", "'50%' is a percentage where an amount is expected"),
        ("project_status.ac", "1e30", "'1e30' is out of the range of this column"),
        ("project_status.ac", "#REF!", "'#REF!' is an error of the spreadsheet"),
        ("project_status.ac", "=A1", "'=A1' is a formula that was never calculated"),
        ("risk.probability", "10-30%", "'10-30%' is a range and not one number"),
        ("risk.probability", "<10%", "'<10%' is a range and not one number"),
        ("gate_review.conditions_open", "1.5", "'1.5' is not a whole number"),
    ],
)
def test_a_number_that_cannot_be_read_is_quoted_with_what_is_wrong(column, text, sentence):
    assert refusal(column, text).startswith(sentence)


def test_the_factor_of_a_map_multiplies_numbers_and_not_percentages():
    assert read("project_status.bac", ["12.3"], times=Decimal(1_000_000)) == ["12300000.00"]
    assert read("risk.probability", ["30", "5", "20%"], times=Decimal("0.01")) == [
        "0.300000",
        "0.050000",
        "0.200000",
    ]
    assert "the map multiplies by 1000" in refusal(
        "project_status.bac", "2.5m", times=Decimal(1000)
    )


# Fractions and percentages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    [
        "risk.probability",
        "risk.residual_probability",
        "tolerance.cost_pct",
        "tolerance.benefits_pct",
    ],
)
def test_a_column_that_holds_1_to_5_is_no_column_of_fractions(column):
    assert read(column, ["1", "2", "3", "4", "5"]) == [None] * 5
    assert "times: 0.01" in refusal(column, "1", "5")
    assert "scale: 1-5" in refusal(column, "3", "4")


def test_one_is_certain_beside_fractions_and_doubtful_beside_percentages():
    assert read("risk.probability", ["1", "0.5"]) == ["1.000000", "0.500000"]
    assert read("risk.probability", ["1", "30%", "0,3"]) == [None, "0.300000", "0.300000"]
    assert read("risk.probability", ["1", "30", "0.3"]) == [None, None, "0.300000"]


def test_weights_may_add_up_to_anything():
    assert read("criterion.weight", ["40", "1", "2.5"]) == ["40.000000", "1.000000", "2.500000"]


def test_a_word_for_a_probability_comes_with_the_line_that_gives_it_a_value():
    assert refusal("risk.probability", "Very likely").endswith(
        '"values: {probability: {Very likely: 0.3}}"'
    )


def test_percentages_with_and_without_a_sign_stand_in_one_column():
    assert read("project_status.percent_complete", ["60%", "25", "100%"]) == [
        "60.0000",
        "25.0000",
        "100.0000",
    ]
    assert read("project_status.percent_complete", ["60%", "1"]) == ["60.0000", None]
    assert "'0.6' could be 0.6% or 60% beside '45%'" in refusal(
        "project_status.percent_complete", "0.6", "45%", "1"
    )


# Years of budgets ---------------------------------------------------------------------------------


def test_a_year_of_a_budget_is_the_one_in_which_a_fiscal_year_begins():
    column = "portfolio_budget.year"
    labels = ["2026", "FY25/26", "2025/26", "2026-27"]
    assert read(column, labels, fiscal_year_starts=4) == ["2026", "2025", "2025", "2026"]
    for label in ("FY26", "25", "2025/28", "soon"):
        outcome = settled(column, [label], fiscal_year_starts=4)[1][label]
        assert (outcome.value, outcome.severity) == (None, "error")  # the year is a key
    assert '"values: {year: {FY26: 2026}}"' in settled(column, ["FY26"])[1]["FY26"].message


# Words --------------------------------------------------------------------------------------------


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
def test_a_project_has_one_code_however_it_was_kept(text, expected):
    assert read("project.project_id", [text]) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amber/Red", "amber_red"),
        ("AR", "amber_red"),
        ("A/G", "amber_green"),
        ("AG", "amber_green"),
        ("Yellow", "amber"),
        ("r", "red"),
        ("GREEN", "green"),
        ("\N{LARGE GREEN CIRCLE}", "green"),
        ("\N{LARGE YELLOW CIRCLE}", "amber"),
        ("\N{LARGE ORANGE CIRCLE}", "amber"),
        ("\N{LARGE RED CIRCLE} Red", "red"),
        ("\N{LARGE RED CIRCLE} Green", None),
        ("1", None),  # the best of some scales and the worst of others
    ],
)
def test_ratings_are_known_by_their_usual_abbreviations(text, expected):
    assert read("project_status.rag", [text]) == [expected]


def test_orange_beside_yellow_is_not_guessed():
    assert read("project_status.rag", ["Orange", "Yellow"]) == [None, "amber"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Grün", "gelb", "ROT"], ["green", "amber", "red"]),
        (["Vert", "Orange", "Rouge"], ["green", "amber", "red"]),
        (["Verde", "Amarillo", "Rojo"], ["green", "amber", "red"]),
        (["зелёный", "жёлтый", "красный"], ["green", "amber", "red"]),
        (["绿", "黄", "红"], ["green", "amber", "red"]),
        (["vert", "jaune", "orange", "rouge"], ["green", "amber", None, "red"]),
        (["\N{LARGE GREEN SQUARE}", "\N{LARGE YELLOW CIRCLE} Amber"], ["green", "amber"]),
    ],
)
def test_ratings_are_known_by_their_colour_in_several_languages(texts, expected):
    """Orange beside yellow could be amber or amber/red."""
    assert read("project_status.rag", texts) == expected


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("On track", "green"), ("At risk", "amber"), ("Off track", "red"), ("No issues", "green"),
        ("Green - improving", "green"), ("Critical", "red"), ("3", "amber"),
    ],
)  # fmt: skip
def test_the_line_for_an_unknown_rating_offers_the_likely_one(text, rating):
    assert refusal("project_status.rag", text).endswith(f': {rating}}}}}"')


def test_an_unknown_rating_comes_with_the_line_that_gives_it_a_code():
    assert refusal("project_status.rag", "Delayed") == (
        "'Delayed' is none of green, amber_green, amber, amber_red, red; "
        'if it means one say so in a map: "values: {rag: {Delayed: amber}}"'
    )
    assert '{"No": ' in refusal("project_status.rag", "No")  # YAML would take a bare No for false


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("On hold", "paused"),
        ("Closed", "closed"),
        ("Complete", "closed"),
        ("Cancelled", "cancelled"),
        ("Paused", "paused"),
        ("Not started", "pipeline"),
    ],
)
def test_a_state_of_life_is_no_rating(text, state):
    message = refusal("project_status.rag_cost", text)
    assert "is no rating" in message
    assert message.endswith(f"(lifecycle of table project can say it: {state})")


def test_yes_and_no_are_read_and_anything_else_is_left_empty():
    assert read("project.is_mandatory", ["Yes", "n", "TRUE", "maybe"]) == [
        "true",
        "false",
        "true",
        None,
    ]


# Properties ---------------------------------------------------------------------------------------


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.integers(0, 40000).map(lambda days: date(1970, 1, 1) + timedelta(days)),
        min_size=50,
        max_size=200,
    )
)
def test_every_day_is_read_back_from_every_unambiguous_form(days):
    expected = [day.isoformat() for day in days]
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%d-%b-%Y", "%B %d, %Y"):
        assert read("project.deadline", [day.strftime(form) for day in days]) == expected
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")):
        texts = [f"{day:{form}}" for day in days]
        assert read("project.deadline", texts, date_order=order) == expected


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.decimals(-(10**13), 10**13, places=2, allow_nan=False), min_size=50, max_size=200)
)
def test_every_amount_is_read_back_from_every_form(amounts):
    english = [f"{amount:,.2f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    bracketed = [
        f"({a.copy_abs():,.2f})" if a < 0 else t for a, t in zip(amounts, english, strict=True)
    ]
    for texts in (
        list(map(str, amounts)), english, german, bracketed, [f"{POUND}{text}" for text in english]
    ):  # fmt: skip
        found = read("project_status.ac", texts)
        assert [Decimal(value) for value in found] == amounts


COLUMNS = (
    "project_status.status_date", "project_status.start", "demand.month", "activity.constraint_date",
    "project_status.ac", "demand.fte", "risk.probability", "criterion.weight", "planned_value.baseline_no",
    "portfolio_budget.year", "project_status.percent_complete", "project_status.rag", "project.lifecycle",
    "project.is_mandatory", "project.project_id", "charter_goal.target",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.from_regex(
                r"[0-9.,/\-() %WQHFY'\u00a3\u20ac\u0661\u00b2\uff11eE+]{1,20}", fullmatch=True
            ),
        ),
        min_size=20,
        max_size=60,
    ),
    st.sampled_from(["", "point", "comma"]),
    st.sampled_from([1, 4]),
)
def test_no_text_whatever_stops_a_load_or_vanishes_in_silence(texts, decimal, starts):
    texts = [text for text in (text.strip() for text in texts) if text]
    for column in COLUMNS:
        _, outcomes = settled(column, texts, decimal=decimal, fiscal_year_starts=starts)
        table = model.tables()[column.split(".")[0]]
        type_ = next(c.type for c in table.columns if c.name == column.split(".")[1])
        for text in texts:
            assert outcomes[text].value is not None or outcomes[text].severity
        found = [outcome.value for outcome in outcomes.values() if outcome.value is not None]
        duckdb.execute(f"select cast(unnest($found) as {type_})", {"found": found}).fetchall()
