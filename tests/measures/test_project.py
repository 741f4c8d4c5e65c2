"""The page of one project: what it asks of its sponsor, and what it refuses to answer."""

from datetime import date

import pandas as pd
import pytest

from pmo_analytics import warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures import project as sections
from pmo_analytics.measures.project import readings as project
from pmo_analytics.reports import one_project, packs, parameters

MARCH, APRIL = date(2025, 3, 31), date(2025, 4, 30)
TABLES = {
    "project": """
        project_id | name  | portfolio_id | business_unit | currency | sponsor
        PRJ-A      | Alpha | bank         | Retail        | GBP      | Ann
        PRJ-B      | Beta  | bank         | Retail        | GBP      |
        OTHER-1    | Eta   | rail         | Track         | GBP      |
        """,
    "project_status": """
        project_id | status_date | rag   | bac     | forecast_cost | forecast_finish | baseline_finish
        PRJ-A      | 2025-03-31  | green | 1000000 | 1000000       | 2026-01-01      | 2026-01-01
        PRJ-A      | 2025-04-30  |       | 1000000 | 1250000       | 2026-01-31      | 2026-01-01
        PRJ-B      | 2025-04-30  | red   |         |               |                 |
        OTHER-1    | 2025-04-30  | green |         |               |                 |
        """,
    "cost_line": """
        project_id | period_end | category | budget | actual | forecast
        PRJ-A      | 2025-03-31 | staff    | 100    | 130    | 130
        PRJ-A      | 2025-04-30 | staff    | 100    | 90     | 90
        PRJ-A      | 2025-05-31 | staff    | 100    |        | 110
        PRJ-A      | 2025-04-30 | vendor   | 500    | 400    | 400
        """,
    "demand": """
        project_id | role_id | month      | fte  | confidence
        PRJ-A      | R1      | 2025-03-01 | 1    | confirmed
        PRJ-A      | R1      | 2025-04-01 | 0.5  | confirmed
        PRJ-A      | R1      | 2026-03-01 | 0.25 | forecast
        PRJ-A      | R1      | 2026-04-01 | 2    | forecast
        """,
}
AT = {"project_id": "PRJ-A", "status_date": APRIL}


@pytest.fixture
def con(known):
    return known(**TABLES)


def test_the_page_tells_what_the_project_reported(con):
    front = one_project.overview(Scope(con, portfolio_id="bank", **AT), "controlling")
    history = project.history(Scope(con, **AT))

    # 1.25 / 1.00 - 1 = 25%; 1 to 31 January is 30 days
    assert front.headline == "Alpha costs 25% more than its budget, and ends 30 days late."
    assert dict(front.answers)["Worst"] == "Cost +25%. Sponsor Ann, Retail"
    assert {tile.label: tile.value for tile in front.tiles} == {
        "Rated by the project": "No rating",
        "Rated by its figures": "Amber",
        "Forecast cost": "£1.250m",
        "Forecast finish": "31 Jan 2026",
    }
    # 1.25 / 1.00 - 1 = 25%; 1 to 31 January is 30 days
    assert project.read_history(history) == (
        "2 reports since 31 Mar 2025. Its manager's cost forecast changed by 25% since it was first "
        "given. Its manager's finish forecast moved by +30 days since it was first given."
    )
    declared = project.ratings(history)
    assert list(declared[declared["source"] == "declared"]["rag"]) == ["green", "unrated"]

    costs = project.costs(Scope(con, **AT))
    by_category = costs.set_index("category")
    assert by_category.loc["staff", "variance"] == 100 + 100 - 130 - 90  # May is still to come
    assert by_category.loc["staff", "budget"] == 300
    assert project.read_costs(costs, "GBP") == (
        "£620 are spent of £700 budgeted to date; furthest over is staff, by £20."
    )

    people = project.people(Scope(con, **AT))
    assert list(people["fte"]) == [0.25, 2]  # April is over; twelve months from May

    traced = project.traces(Scope(con, **AT))
    assert (
        "pmo explain report_change.forecast_cost --project PRJ-A --status-date 2025-04-30"
        in set(traced["command"])
    )
    assert "CPI" not in set(traced["figure"])  # it has no value to explain


@pytest.mark.parametrize(
    ("portfolio_id", "project_id", "status_date", "said"),
    [
        ("bank", "PRJ-X", APRIL, "there is no project 'PRJ-X'; bank has 2, such as PRJ-"),
        ("bank", "OTHER-1", APRIL, "project OTHER-1 belongs to portfolio rail, not to bank"),
        (
            "bank",
            "PRJ-B",
            MARCH,
            "project PRJ-B did not report on 2025-03-31; its reports are 2025-04-30",
        ),
    ],
)
def test_a_page_that_cannot_be_made_says_why(con, portfolio_id, project_id, status_date, said):
    with pytest.raises(UnknownNameError, match=said):
        project.facts(
            Scope(con, portfolio_id=portfolio_id, project_id=project_id, status_date=status_date)
        )


def test_a_pack_has_a_page_about_each_project_named_that_its_portfolio_has(
    monkeypatch, load, pointer, tmp_path
):
    load(
        project="""
        project_id | portfolio_id
        PRJ-A      | bank
        PRJ-B      | bank
        PRJ-C      | other
        """
    )
    made = []
    monkeypatch.setattr(packs.reports, "run_pack", lambda runs, *_, **__: made.append(runs))

    def pages(*only, **given):
        made.clear()
        plan = packs.Plan("bank", APRIL)
        packs.run(plan, warehouse=str(pointer), out=tmp_path, jobs=1, only=only, given=given)
        return [run.name for runs in made for run in runs if run.notebook.stem == "project_page"]

    assert pages() == []
    assert pages(project_id="PRJ-A") == ["project_page"]
    assert pages(project_id="PRJ-A, PRJ-C") == ["project_page"]
    assert pages(project_id="PRJ-A,PRJ-B") == ["project_page-PRJ-A", "project_page-PRJ-B"]
    assert pages(project_id="PRJ-C") == []
    assert made  # the rest of the pack
    assert pages("project_page", project_id="PRJ-C") == []
    assert not made
    with pytest.raises(UnknownNameError, match="there is no project 'PRJ-X'"):
        pages(project_id="PRJ-X")
    about_one = [n for n in packs.notebooks() if "project_id" in parameters.parameters_of(n)]
    assert [path.stem for path in about_one] == ["project_page"]


def test_tolerances_are_read_one_by_one():
    row = {
        "is_cost_exception": False,
        "is_days_exception": True,
        "is_benefits_exception": True,
        "exception_since": pd.Timestamp("2025-03-31"),
    }
    flags = {name: None for name in row if name.startswith("is_")}

    assert project.read_tolerances(pd.DataFrame([row])) == (
        "By its manager's forecast beyond tolerance: finish and benefits. Cost or time in exception "
        "since 31 Mar 2025."
    )
    assert project.read_tolerances(pd.DataFrame([row | dict.fromkeys(flags, False)])) == (
        "What its manager forecasts is within every tolerance that can be compared."
    )
    likely = row | dict.fromkeys(flags, False) | {"days_likely": 43, "days_tolerance": 30}
    assert project.read_tolerances(pd.DataFrame([likely])).endswith(
        "Not so at even odds: the finish is 43 days past its baseline, and 30 are allowed. "
        "As the manager forecasts no breach, no rule asks about it: let its sponsor show how it is kept."
    )
    assert "No forecast" in project.read_tolerances(pd.DataFrame([row | flags]))


def test_a_register_that_was_never_received_is_not_counted_as_empty():
    nothing = pd.DataFrame({"is_overdue": []})
    registers = {"risk": pd.DataFrame(), "issue": pd.DataFrame({"is_overdue": [True, False]})}

    assert project.read_registers(registers) == "Open: 0 risks and 2 issues (1 overdue)."
    assert project.read_registers(registers | {"action": nothing}, lacking=["risk", "action"]) == (
        "Open: 2 issues (1 overdue). Not known, as nothing was received: risk and action."
    )
    assert "not known" in project.read_registers({"action": nothing}, lacking=["action"])


def test_ratings_by_dimension_are_shown_as_declared_in_the_last_two_reports(known):
    con = known(
        project="project_id | portfolio_id\nP | bank",
        project_status="""
            project_id | status_date | rag   | rag_cost | rag_schedule | rag_scope | rag_risk
            P          | 2025-02-28  | red   | red      |              |           | red
            P          | 2025-03-31  | green | G        |              | Amber     |
            P          | 2025-04-30  | green | green    |              | R         | gelb
            """,
    )
    at = Scope(con, portfolio_id="bank", project_id="P", status_date=APRIL)

    # letters, words and colours' names alike; nothing was ever said of the schedule
    assert project.dimensions(at.status_report(history=True)).values.tolist() == [
        ["Cost", "green", "green"],
        ["Scope", "red", "amber"],
        ["Risk", "amber", None],
    ]
    assert "Scope" in "".join(map(repr, sections.rating(at).blocks))


def test_a_project_that_rates_no_dimension_has_no_table_of_them(con):
    rated = sections.rating(Scope(con, **AT))

    assert "by dimension" not in "".join(map(repr, rated.blocks))


def test_what_the_sections_of_the_page_say_of_dates_and_sums_that_differ(sample):
    with warehouse.open(sample) as opened:
        at = Scope(opened, "meridian", date(2026, 3, 31), project_id="MER-015")
        gates, milestones, registers, people = (
            repr(each(at).blocks) + str(each(at).reading)
            for each in (sections.gates, sections.milestones, sections.registers, sections.people)
        )
        ends = str(sections.ends(at).reading)

    assert "Next is G4, planned for 7 Sep 2026 and forecast for 18 Sep 2026, +11 days." in gates
    assert "Up to User acceptance complete none is late; Gate 4" in milestones
    assert "2 risks are dated after the manager's finish, 26 Oct 2026, and may never" in registers
    assert "£12.0k of threats and £5.6k of gains" in registers
    assert "person-months are asked for from here on, most of Software engineer" in people
    assert "against a budget of £1.150m. The finish is 26 Oct 2026 by its manager and" in ends
