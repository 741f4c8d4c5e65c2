"""The first screen of the review and the register of all projects, on reports followed by eye."""

import re

import pandas as pd
import pytest

from pmo_analytics.measures import Scope, portfolio
from pmo_analytics.reports import board, register, review

REPORTS = {
    "project": """
        project_id | name          | portfolio_id | business_unit | sponsor  | currency | deadline
        A          | Alpha Ledger  | test         | North         | Ann Ames | GBP      | 2025-12-31
        B          | Beta Portal   | test         | North         | Bo Birch | GBP      |
        C          | Gamma Archive | test         | South         | Ann Ames | EUR      |
        D          | Delta Mart    | test         | South         |          | GBP      |
        """,
    "project_status": """
        project_id | status_date | rag   | forecast_cost | forecast_finish | bac  | ac  | ev  | percent_complete | baseline_finish
        A          | 2025-03-31  | green | 1000          | 2025-12-01      | 1000 | 500 | 450 | 45               | 2025-12-01
        B          | 2025-03-31  | amber | 2000          | 2026-06-30      | 2000 | 100 | 100 | 5                | 2026-06-30
        C          | 2025-03-31  | green | 9000          | 2026-06-30      | 9000 | 100 | 100 | 1                | 2026-06-30
        A          | 2025-04-30  | green | 1500          | 2026-02-01      | 1000 | 960 | 500 | 50               | 2025-12-01
        B          | 2025-04-30  | red   | 2200          | 2026-06-30      | 2000 | 200 | 200 | 10               | 2026-06-30
        C          | 2025-04-30  | green | 9000          | 2026-06-30      | 9000 | 200 | 200 | 2                | 2026-06-30
        D          | 2025-04-30  | amber |               |                 |      |     |     |                  |
        """,
}


@pytest.fixture
def at(known):
    return Scope(known(**REPORTS), "test", "2025-04-30")


def test_a_project_declared_better_than_its_figures_leads_the_first_screen(at):
    front = review.overview(at)

    # A is declared green; 1,500 over 1,000 is 50% over budget, and 960 is spent for 500 of work.
    # B says red and is on budget and on its date.
    assert front.headline == (
        "One project says it is red; by their figures another is (none in March)."
    )
    told = dict(front.answers)
    assert told["Worst"] == "Alpha Ledger, £1.5k, rated green, sponsor Ann Ames"
    assert told["Since"].startswith(
        "Red by its figures since the report of 30 Apr 2025, amber before"
    )
    assert told["Why"].startswith("Red because forecast cost 50.0% over budget")
    # 460 spent in the 30 days of April: 40 last two days and a half
    assert (
        "£40 is left for the last 50.0% of the work, enough for 2 days at its last pace"
        in told["Why"]
    )
    assert "▼ Red by the figures: Alpha Ledger" in repr(front)
    assert front.state == "needs you"
    assert repr(front.shown[0]).startswith("Every project, by cost")  # before what is asked
    assert "Every project, by cost" in front.card()["drawn"]  # on the front page of the pack too


def test_tiles_keep_currencies_apart_and_count_what_states_no_cost(at):
    tiles = {tile.label: tile for tile in review.overview(at).tiles}

    assert tiles["Red, as declared"].value == "1"  # B; none in March
    assert tiles["Red, as declared"].change == "▲ 1 on Mar"
    assert tiles["Finish dates"].value == "1 later"  # A by 62 days; B and C stand
    assert (tiles["Finish dates"].change, tiles["Finish dates"].note) == ("of 3", "median 62 days")
    # like for like in GBP: A 1,000 to 1,500 and B 2,000 to 2,200 are +700 on 3,000
    assert tiles["Cost, like for like"].value == "+£700"
    assert tiles["Cost, like for like"].change == "+23.3%"
    assert tiles["Cost in sight"].value == "£3.7k"
    assert tiles["Cost in sight"].note == (
        "3 of 4 projects state one, beside €9.0k; 1 not stated, so the true sum is higher; "
        "budgets £3.0k, stated by 2 projects"
    )


def test_what_not_to_lean_on_counts_what_is_not_known(at):
    said = repr(review.overview(at))

    assert "Costs: 1 not stated, in no sum" in said
    assert "1 project states no finish" in said
    assert "1 project in EUR is in no sum in GBP" in said


def test_a_portfolio_without_ratings_and_money_still_has_a_first_screen(known):
    con = known(
        project="project_id | name | portfolio_id\nA | Alpha | test",
        project_status="project_id | status_date | forecast_finish\nA | 2025-04-30 | 2026-01-01",
    )

    said = repr(review.overview(Scope(con, "test", "2025-04-30")))

    assert said.startswith("1 project reports; none is rated.")
    assert not re.search(r"\b(nan|None|NaT|<NA>)\b", said)


def test_the_worst_comes_first_and_an_unknown_cost_is_not_the_smallest(at):
    rows = board.projects(at)

    # B is red both ways or declared; A red by its figures; then D (amber), C (green)
    assert list(rows["name"])[:2] in (
        ["Beta Portal", "Alpha Ledger"],
        ["Alpha Ledger", "Beta Portal"],
    )
    assert list(board.by_cost(rows)["name"]) == [
        "Beta Portal",
        "Alpha Ledger",
        "Gamma Archive",  # another currency after the main one
        "Delta Mart",  # no cost stated
    ]


def test_of_equals_the_main_currency_comes_first_and_an_unknown_cost_after_known_ones(known):
    at = Scope(
        known(
            project="""
                project_id | name | portfolio_id | currency
                A          | A    | test         | GBP
                B          | B    | test         | GBP
                C          | C    | test         | JPY
                D          | D    | test         | GBP
                """,
            project_status="""
                project_id | status_date | rag   | forecast_cost
                A          | 2025-04-30  | amber | 10
                B          | 2025-04-30  | amber |
                C          | 2025-04-30  | amber | 90000
                D          | 2025-04-30  | amber | 20
                """,
        ),
        "test",
        "2025-04-30",
    )

    assert list(board.projects(at)["name"]) == ["D", "A", "B", "C"]  # 90,000 yen are not the most


def test_a_figure_once_redefined_is_no_slip_and_no_growth_since_the_first_report(known):
    at = Scope(
        known(
            project="""
                project_id | name | portfolio_id | currency
                A          | A    | test         | GBP
                B          | B    | test         | GBP
                """,
            project_status="""
                project_id | status_date | forecast_cost | forecast_finish
                A          | 2025-02-28  | 100           | 2026-01-01
                A          | 2025-03-31  | 1100          | 2046-01-01
                A          | 2025-04-30  | 600           | 2046-02-01
                B          | 2025-02-28  | 100           | 2026-01-01
                B          | 2025-03-31  | 150           | 2026-02-01
                B          | 2025-04-30  | 150           | 2026-02-01
                """,
        ),
        "test",
        "2025-04-30",
    )
    rows = board.projects(at).set_index("name")

    # A: twenty years in March, 100 to 1,100; 600 is under ten times the first and still no growth
    assert rows.loc["A", ["days_over", "cost_change"]].isna().all()
    assert (rows.loc["B", "days_over"], rows.loc["B", "cost_change"]) == (31, 0.5)
    assert list(rows["is_other"]) == [True, False]
    table = repr(register.register(at))
    assert "set aside" in table.splitlines()[0]
    assert "or its cost to over ten times" in register.register(at)._repr_html_()


@pytest.mark.parametrize(("now", "is_level"), [("4799750000", True), ("4700000000", False)])
def test_a_cost_that_moved_by_nothing_that_is_written_is_drawn_level(known, now, is_level):
    con = known(
        project="project_id | portfolio_id\nA | test",
        project_status=f"""
            project_id | status_date | forecast_cost
            A          | 2025-03-31  | 4800000000
            A          | 2025-04-30  | {now}
            """,
    )
    drawn = register.register(Scope(con, "test", "2025-04-30"))._repr_html_()
    places = {pair.split(",")[1] for pair in re.search(r'points="([^"]+)"', drawn)[1].split()}

    assert (len(places) == 1) == is_level
    assert (">0%<" in drawn) == is_level


def test_reds_are_counted_and_drawn_on_the_scale_of_the_last_report_alone(known):
    rows = "\n".join(
        f"P{number} | 2025-0{month}-28 | {rag}"
        for month, rags in ((1, ["red", "amber_red"]), (2, ["red", "amber"]), (3, ["red", "red"]))
        for number, rag in enumerate(rags)
    )
    con = known(
        project="project_id | portfolio_id\nP0 | test\nP1 | test",
        project_status=f"project_id | status_date | rag\n{rows}",
    )
    at = Scope(con, "test", "2025-03-28")
    (tile,) = (tile for tile in review.overview(at).tiles if tile.label == "Red, as declared")

    points = re.search(r'points="([^"]+)"', tile.picture)[1].split()
    assert len(points) == 2  # not January's, on five points
    assert tile.note.endswith("line since 2025, on a new scale")
    (first,) = (
        tile
        for tile in review.overview(Scope(con, "test", "2025-02-28")).tiles
        if tile.label == "Red, as declared"
    )
    assert "first on this scale" in repr(first)


def test_a_finish_that_has_passed_is_not_to_be_leaned_on(known):
    con = known(
        project="project_id | name | portfolio_id\nA | Alpha | test\nB | Beta | test",
        project_status="""
            project_id | status_date | forecast_finish | percent_complete
            A          | 2025-04-30  | 2025-04-29      | 90
            B          | 2025-04-30  | 2025-04-29      | 100
            """,
    )
    said = repr(review.overview(Scope(con, "test", "2025-04-30")))
    assert "1 finish has passed with work left: Alpha" in said


def test_reports_in_a_row_at_a_rating_end_where_it_changed(at):
    runs = board.projects(at).set_index("name")["run"]

    assert runs["Alpha Ledger"] == 2  # green in March and April
    assert runs["Beta Portal"] == 1  # red since April
    assert runs["Delta Mart"] == 1


def test_the_register_names_every_project_and_marks_it_for_its_page(at):
    html = register.register(at)._repr_html_()

    assert re.findall(r'data-project="(\w)"', html) == list(board.projects(at)["project_id"])
    assert "will miss its legal date 31 Dec 2025" in html  # forecast for 1 Feb 2026
    assert 'data-sort=""' in html  # unknown is last however it is sorted
    assert 'data-unit="North"' in html
    assert not re.search(r"\b(nan|None|NaT|&lt;NA&gt;)\b", html)


def test_a_legal_date_that_even_odds_miss_is_doubted_though_its_manager_keeps_it(at):
    rows = board.projects(at)
    legal = pd.Timestamp("2025-12-31")
    stated = rows.assign(deadline=legal, forecast_finish=legal, finish_p50=pd.NaT)
    even = stated.assign(finish_p50=legal + pd.Timedelta(days=16))

    assert not any(map(board.is_legal_in_doubt, stated.to_dict("records")))  # nobody forecast it
    assert all(map(board.is_legal_in_doubt, even.to_dict("records")))
    assert not any(
        map(board.is_legal_in_doubt, even.assign(finish_p50=legal).to_dict("records"))
    )  # on the day


def test_names_from_data_are_never_markup_in_the_register(known):
    con = known(
        project='project_id | name | portfolio_id\nA"> | <script>alert(1)</script> | test',
        project_status='project_id | status_date | rag\nA"> | 2025-04-30 | red',
    )
    at = Scope(con, "test", "2025-04-30")

    html = (
        register.register(at)._repr_html_() + register.find(at) + review.overview(at)._repr_html_()
    )

    assert "<script" not in html
    assert 'data-project="A&quot;&gt;"' in html


FIRST = {
    "project": """
        project_id | name  | portfolio_id | business_unit | currency | lifecycle
        A          | Alpha | test         | North         | GBP      | active
        B          | Beta  | test         | South         | GBP      | paused
        C          | Gamma | test         | South         | GBP      |
        """,
    "project_status": """
        project_id | status_date | rag   | forecast_cost | forecast_finish | bac  | ac  | percent_complete | baseline_finish | start
        A          | 2025-04-30  | red   | 1500          | 2026-02-01      | 1000 | 500 | 50               | 2025-12-01      | 2025-01-01
        B          | 2025-04-30  |       | 2000          |                 | 2000 | 200 | 10               | 2026-06-30      | 2025-01-01
        C          | 2025-04-30  | amber | 3000          | 2026-06-30      | 3000 | 300 | 10               | 2026-06-30      | 2025-01-01
        """,
}


@pytest.fixture
def first(known):
    return Scope(known(**FIRST), "test", "2025-04-30")


def test_a_project_on_hold_without_a_rating_does_not_read_as_declared_green(first):
    table, found = register.register(first)._repr_html_(), register.find(first)

    for html in (table, found):
        assert html.count("on hold · ") == 1  # Beta's alone
        assert re.search(r'title="not rated">–</b><b class="pmo-chip pmo-chip-green"', html)


def test_a_first_report_tells_no_movement(first):
    changed, cost = portfolio.movements(first), portfolio.money_over_time(first)

    assert "none" not in repr(changed.blocks)
    assert "did not before" not in repr(cost.blocks)
    assert "Budgets stated: £6.0k by 3 projects." in cost.reading
    assert portfolio.units(first).reading == (
        "How costs and finishes of units move shows from the second report on."
    )
    assert "Alpha: red, £1.0k unspent" in repr(review.overview(first))


def test_the_tiles_count_the_other_ratings_and_say_in_words_what_makes_projects_red(first):
    tiles = {tile.label: tile for tile in review.overview(first).tiles}

    assert [word for _, word in tiles["Red, as declared"].key] == ["1 amber"]
    assert tiles["Red, by the figures"].note == "1 for its cost"
    assert "red (50%), 1 amber" in portfolio.confidence(first).reading
