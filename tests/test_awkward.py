"""The sample that hides nothing: its figures by hand, from the cells of its files."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.intake import Settings
from pmo_analytics.measures import Scope
from pmo_analytics.measures.performance import selections, tables
from pmo_analytics.measures.portfolio import readings as portfolio
from pmo_analytics.reports import packs
from tests.conftest import ROOT

LAST = "2026-03-16"


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    pointer = tmp_path_factory.mktemp("awkward") / "warehouse.duckdb"
    loaded = warehouse.load(pointer, intake.find_files([ROOT / "data" / "awkward"]), Settings())
    assert not loaded.failed
    assert sum(row.rows_read for row in loaded.rows) == 404
    assert sum(row.rows_quarantined for row in loaded.rows) == 0
    with warehouse.open(pointer) as con:
        yield con


def test_a_late_report_counts_at_the_date_of_its_portfolio(con):
    dates = con.execute(
        "select cast(status_date as varchar), projects, projects_late from (select status_date, "
        "sum(projects) as projects, sum(projects_late) as projects_late from portfolio_position "
        "where portfolio_id = 'awkward' and business_unit is null group by status_date) order by 1"
    ).fetchall()
    assert dates == [
        ("2025-10-15", 9, 0),
        ("2025-11-14", 9, 1),  # BV-07 on 17 November
        ("2025-12-15", 9, 0),
        ("2026-01-15", 7, 1),  # BV-07 on 19 January; BV-08 silent, BV-10 paused
        ("2026-02-13", 7, 1),
        ("2026-03-16", 7, 1),
    ]


def test_currencies_are_never_added(con):
    money = con.execute(
        "select currency, forecast_cost from portfolio_position where business_unit is null "
        f"and status_date = '{LAST}' order by currency nulls last"
    ).fetchall()
    assert money == [
        ("CHF", None),
        ("EUR", Decimal(610_000 + 912_000)),
        ("GBP", Decimal(1_298_000 + 3_180_000)),
        ("JPY", Decimal(59_500_000)),
        (None, None),
    ]


def test_percent_complete_stands_for_earned_value_where_none_is_reported(con):
    found = con.execute(
        "select ev, round(cpi, 4), pv_basis from earned_value "
        f"where project_id = 'BV-02' and status_date = '{LAST}'"
    ).fetchall()[0]
    assert found[:2] == (Decimal(480_000 * 49) / 100, round(480_000 * 0.49 / 352_000, 4))
    assert found[2] == "planned value curve"


def test_a_plan_by_the_fifteenth_is_on_time_on_the_fourteenth_too(con):
    first = con.execute(
        "select round(spi_t, 2) from earned_schedule where project_id = 'BV-01' "
        "order by status_date limit 2"
    ).fetchall()
    assert first == [(1.0,), (1.0,)]


def test_a_new_baseline_keeps_the_slip_from_the_first(con):
    slips = con.execute(
        "select baseline_no, slip_from_baseline_days from baseline_ledger "
        f"where project_id = 'BV-03' and status_date = '{LAST}' order by baseline_no"
    ).fetchall()
    assert slips == [(1, 168), (2, 28)]  # 14 August from 27 February and from 17 July


def test_risks_without_a_cost_leave_the_exposure_unknown(con):
    risks = dict(
        con.execute(
            f"select project_id, exposure from risk_exposure where status_date = '{LAST}'"
        ).fetchall()
    )
    assert risks["BV-01"] is None
    assert risks["BV-02"] is None
    assert risks["BV-03"] == Decimal(28500)  # 0.3 x 95,000; the other has occurred
    assert risks["BV-05"] == Decimal(840000)  # 0.2 x 4,200,000 yen


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The text of every page of the pack at the last report, without code, index among them."""
    folder = tmp_path_factory.mktemp("awkward_pack")
    pointer = folder / "warehouse.duckdb"
    warehouse.load(pointer, intake.find_files([ROOT / "data" / "awkward"]), Settings())
    (plan,) = packs.plans(
        str(pointer),
        date.fromisoformat(LAST),
        "awkward",
        unit="",
        known_at="",
        pmo_type="controlling",
    )
    pack = packs.run(plan, warehouse=str(pointer), out=folder, jobs=2, only=(), given={})
    return {page.stem: _text(page.read_text()) for page in pack.folder.glob("*.html")}


def _text(html):
    shown = re.sub(r'<details class="pmo-code">.*?</details>', "", html, flags=re.DOTALL)
    shown = re.sub(r"<(script|style)\b.*?</\1>", "", shown, flags=re.DOTALL)
    lines = unescape(re.sub(r"<[^>]+>", "\n", shown)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def test_no_page_writes_what_a_program_calls_nothing(pages):
    assert len(pages) == 12  # eleven pages and the index
    for name, text in pages.items():
        assert not re.findall(r".*(?:\bnan\b|nan%|\bNaN\b|\bNaT\b|<NA>|\bNone\b(?! of)).*", text), (
            name
        )


def test_no_page_writes_0_for_money_nobody_stated(pages):
    """BV-04 in CHF states no money, BV-08 no currency; of the risks of EUR none has a cost and a chance."""
    for name, text in pages.items():
        assert "CHF 0" not in text, name
        assert "expected cost of 0" not in text, name
    for name in ("portfolio_review", "schedule", "risk", "benefits", "forecast"):
        assert not re.findall(r"^(?:€|£|JPY )0$", pages[name], flags=re.MULTILINE), name
    assert "what 2 open risks in EUR may cost is not known" in pages["risk"]
    assert (
        "No candidate can be chosen: Grid connection, Lower Brook (no value"
        in pages["prioritisation"]
    )


@pytest.mark.parametrize(
    ("page", "said"),
    [
        # EUR 610,000 + 912,000; GBP 1,298,000 + 3,180,000; yen 59,500,000
        ("portfolio_review", "€1.5m by 2 projects, £4.5m by 2 projects and JPY 59.5m by 1 project"),
        # EUR 560,000 to 610,000 and 905,000 to 912,000; yen 60,000,000 to 59,500,000
        (
            "portfolio_review",
            "Whole-life cost in EUR rose by €57.0k",
        ),
        ("portfolio_review", "−JPY 500k"),
        # EUR: (0.49 x 480,000 + 596,517.64) / (352,000 + 608,447.99) = 831,717.64 / 960,447.99
        ("portfolio_review", "for every 1.00 spent they earned 0.87"),
        # GBP: (837,408.94 + 2,260,000) / (887,653.47 + 2,549,000) = 3,097,408.94 / 3,436,653.47
        ("portfolio_review", "CPI 0.90 and SPI 0.84 in GBP"),
        ("schedule", "against its first 168 days late"),  # 14 August from 27 February
        # 0.3 x 95,000 and 0.2 x 4,200,000
        ("risk", "expected cost of £28.5k, all of threats"),
        ("risk", "JPY 840k"),
        ("benefits", "of £20.0k planned to date, £15.5k are realised, 78%"),
    ],
)
def test_figures_stand_on_the_pages_as_they_are_by_hand(pages, page, said):
    assert said in pages[page]


def test_amounts_are_ranked_within_their_currency_whichever_is_largest_in_bare_numbers(con):
    at = Scope(con, portfolio_id="awkward", status_date=LAST)
    position = at.earned_value()
    lines = repr(tables.positions(selections.measured(position))).splitlines()[2:]

    # EUR -116,800 and -11,930; GBP -289,000 and -50,245; yen +2,165,645
    names = ["Leak", "Fleet", "Reservoir", "Meter", "Pump"]
    assert [line.split()[0] for line in lines] == names
    # EUR 50,000 and 7,000; GBP 40,000 and 13,000; yen -500,000
    grown = portfolio.grown(at.report_change(), count=3)
    assert grown["currency"].tolist() == ["EUR", "GBP", "JPY"]  # the largest of each
    assert grown["cost_growth"].tolist() == [50_000, 40_000, -500_000]
