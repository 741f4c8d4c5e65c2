"""Money over time, against published examples and arithmetic a reader can follow."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo_analytics.errors import UsageError
from pmo_analytics.funding import financials as fin


def test_a_net_present_value_with_the_first_year_undiscounted():
    # NPV-1, the PMP guide: income 0, 100, 200, 300 and cost 200, 100, 0, 0 at 10%.
    # -200 + 0/1.1 + 200/1.21 + 300/1.331 = -200 + 165.2893 + 225.3944 = 190.6837
    assert fin.net_present_value([-200, 0, 200, 300], rate=0.10) == pytest.approx(
        190.6837, abs=5e-5
    )


def test_the_convention_of_spreadsheets_discounts_the_first_flow_too():
    today = fin.net_present_value([-200, 0, 200, 300], rate=0.10)

    spreadsheet = fin.net_present_value([-200, 0, 200, 300], rate=0.10, first_year=1)

    assert spreadsheet == pytest.approx(today / 1.10)


def test_an_internal_rate_of_return():
    # NPV-3, the documentation of numpy-financial
    found = fin.internal_rate_of_return([-250_000, 100_000, 150_000, 200_000, 250_000, 300_000])

    assert found.rate == pytest.approx(0.5672303344, abs=1e-10)
    assert found.is_unique
    assert found.warning == ""


@pytest.mark.parametrize("flows", [[100, 200], [-1, -2], [0, 0], []])
def test_flows_that_never_change_sign_have_no_internal_rate(flows):
    found = fin.internal_rate_of_return(flows)

    assert found.rate is None
    assert "never change sign" in found.warning


def test_two_changes_of_sign_warn_that_several_rates_may_fit():
    # -100 + 230/(1+r) - 132/(1+r)^2 = 0 at 1+r = 1.1 and 1.2
    found = fin.internal_rate_of_return([-100, 230, -132])

    assert found.rate == pytest.approx(0.10)
    assert not found.is_unique
    assert "change sign 2 times" in found.warning


def test_two_changes_of_sign_may_also_fit_no_rate():
    # 100 - 200x + 150x^2 has no real root: 200^2 - 4 * 100 * 150 < 0
    assert fin.internal_rate_of_return([100, -200, 150]).rate is None


def test_payback_counts_the_part_of_a_year():
    # NPV-5: after two years 20,000 of 68,000 are missing; 20 / 24 of the third bring them
    assert fin.payback_years([-68_000, 24_000, 24_000, 24_000]) == pytest.approx(2 + 20 / 24)


def test_payback_counts_from_the_first_flow_or_from_the_start_of_the_year_it_is_spread_over():
    # after two years 768 are missing; 768 / 1110 of the third bring them
    flows = [-282, -486, 1110, 1184]
    assert fin.payback_years(flows) == pytest.approx(1 + 768 / 1110)
    assert fin.payback_years(flows, first_year=1) == pytest.approx(2 + 768 / 1110)


def test_discounted_payback_takes_longer():
    # at 10%: 110/1.1 = 100 and 121/1.21 = 100, so 150 are back after 1 and 50/100 years
    assert fin.payback_years([-150, 110, 121], rate=0.10) == pytest.approx(1.5)
    assert fin.payback_years([-150, 110, 121]) == pytest.approx(1 + 40 / 121)


@pytest.mark.parametrize("flows", [[-100, 50, 49], [100, 50], [], [-100, 150, -60]])
def test_what_is_never_paid_back_has_no_payback(flows):
    assert fin.payback_years(flows) is None


@pytest.mark.parametrize(
    ("year", "factor"),
    [(1, 0.9662), (5, 0.8420), (10, 0.7089), (30, 0.3563), (31, 0.3459), (50, 0.1973)]
    + [(75, 0.0942), (76, 0.0919), (100, 0.0508)],
)
def test_green_book_factors_are_chained_over_the_declining_rates(year, factor):
    assert fin.discount_factor("green book", year) == pytest.approx(factor, abs=5e-5)


@pytest.mark.parametrize(
    ("year", "rate"),
    [(30, 0.035), (31, 0.03), (75, 0.03), (76, 0.025), (125, 0.025), (126, 0.02)]
    + [(200, 0.02), (201, 0.015), (300, 0.015), (301, 0.01)],
)
def test_green_book_rates_fall_at_the_published_years(year, rate):
    assert fin.rate_in_year(year) == rate


def test_real_flows_at_the_real_rate_are_worth_what_nominal_ones_are_at_the_nominal_rate():
    nominal = [-100, 60, 70]
    real = fin.to_real(nominal, inflation=0.02)
    rate = 1.08 / 1.02 - 1

    assert fin.net_present_value(real, rate=rate) == pytest.approx(
        fin.net_present_value(nominal, rate=0.08)
    )


def test_nominal_flows_are_not_discounted_at_green_book_rates():
    with pytest.raises(UsageError, match="green book rates are real"):
        fin.appraise([-1, 2], rate="green book", price_basis="nominal")


def test_an_appraisal_names_its_price_basis_and_convention():
    found = fin.appraise([-150, 110, 121], rate=0.10, price_basis="nominal")

    assert found.net_present_value == pytest.approx(50)
    assert found.discounted_payback_years == pytest.approx(1.5)


@pytest.mark.parametrize("rate", [-1.0, -2.0, math.nan, "greenbook"])
def test_a_rate_that_cannot_discount_is_refused(rate):
    with pytest.raises(UsageError, match="cannot discount"):
        fin.net_present_value([1, 2], rate=rate)


def test_a_rate_that_cannot_discount_is_answered_with_what_can_be_given():
    with pytest.raises(
        UsageError, match=r"of -1 cannot discount; use a fraction above -1, such as"
    ):
        fin.discount_factor(-1.0, 1)
    with pytest.raises(UsageError, match="of 'greenbook' cannot discount; use 'green book', or a"):
        fin.discount_factor("greenbook", 1)


@given(
    st.lists(st.floats(1, 1e6), min_size=1, max_size=10),
    st.floats(0.0, 0.5),
    st.floats(0.001, 0.5),
)
def test_a_higher_rate_never_makes_an_investment_worth_more(returns, rate, more):
    flows = [-1_000.0, *returns]

    assert fin.net_present_value(flows, rate=rate + more) <= fin.net_present_value(flows, rate=rate)


@given(st.floats(1, 1e6), st.lists(st.floats(1, 1e6), min_size=1, max_size=8))
def test_the_net_present_value_at_the_internal_rate_is_nought(outlay, returns):
    found = fin.internal_rate_of_return([-outlay, *returns])

    if found.rate is not None:
        scale = outlay + sum(returns)
        assert abs(fin.net_present_value([-outlay, *returns], rate=found.rate)) < 1e-6 * scale
