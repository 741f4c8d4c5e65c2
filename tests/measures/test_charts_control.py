"""Charts of control and of the PMO: what they draw, under which title, and that numbers never change."""

import pandas as pd
import pytest

from pmo_analytics.errors import UsageError
from pmo_analytics.measures.benefits import readings as benefits
from pmo_analytics.measures.benefits import tables as benefit_tables
from pmo_analytics.measures.governance import readings as governance
from pmo_analytics.measures.office import readings as pmo_office
from pmo_analytics.measures.risk import readings as risk
from pmo_analytics.page.drawing import shown
from tests.conftest import drawing

WHEN = pd.Timestamp("2026-03-31")

FRAMES = {
    "exposure_over_time": pd.DataFrame(
        [(WHEN, "GBP", 300.0, 100.0, 200.0, 50.0, 4)],
        columns=[
            "status_date",
            "currency",
            "threats",
            "opportunities",
            "exposure",
            "residual_exposure",
            "open_risks",
        ],
    ),
    "exposure_by_unit": pd.DataFrame(
        [("Bank", "GBP", 200.0, 4)], columns=["level_name", "currency", "exposure", "open_risks"]
    ),
    "risk_matrix": pd.DataFrame(
        [("threat", 0.7, 0.4, "high", 2)],
        columns=["kind", "probability_band", "impact_band", "zone", "risks"],
    ),
    "agreement_strip": pd.DataFrame(
        [("Claims", WHEN, "green", "red", True)],
        columns=["project_name", "status_date", "declared", "computed", "is_watermelon"],
    ),
    "compliance_matrix": pd.DataFrame(
        [("Claims", "Gates", 0.75, 4)], columns=["project_name", "standard", "score", "required"]
    ),
    "alignment": pd.DataFrame(
        [("Grow", 0.4, 0.25)], columns=["objective_name", "cost_share", "target_weight"]
    ),
    "planned_and_realised": pd.DataFrame(
        [("cashable", "GBP", 100.0, 60.0)],
        columns=["name", "currency", "planned_to_date", "realised_to_date"],
    ),
    "benefit_variance": pd.DataFrame(
        [("Income", "Claims", "GBP", -40.0)],
        columns=["name", "project_name", "currency", "variance"],
    ),
    "maturity": pd.DataFrame(
        [("portfolio", "risk", 1.5, 2.0, 3.0)],
        columns=["model", "perspective", "previous_level", "level", "target_level"],
    ),
    "adoption_effects": pd.DataFrame(
        [("Gates", "before and after", -2.0, -5.0, 1.0, 9)],
        columns=["standard", "method", "estimate", "low", "high", "projects"],
    ),
    "capacity": pd.DataFrame(
        [("Tester", WHEN, 1.25, True)],
        columns=["role_name", "month", "utilisation", "is_over_allocated"],
    ),
}
every_chart = pytest.mark.parametrize("name", FRAMES)


def _fields(node):
    """Every field that a chart encodes, wherever it is nested."""
    if isinstance(node, list):
        return {field for each in node for field in _fields(each)}
    if not isinstance(node, dict):
        return set()
    own = {node["field"]} if isinstance(node.get("field"), str) else set()
    return own.union(*(_fields(each) for key, each in node.items() if key != "datasets"))


@every_chart
def test_a_chart_has_a_title_and_a_description(name):
    drawn = drawing(name)(FRAMES[name]).to_dict()

    assert drawn["title"]
    assert drawn["description"].endswith(".")


@every_chart
def test_a_chart_refuses_a_frame_without_its_columns(name):
    with pytest.raises(UsageError, match="the chart needs columns"):
        drawing(name)(pd.DataFrame({"other": [1]}))


@every_chart
def test_a_section_without_data_names_the_table_that_fills_it(name):
    empty = FRAMES[name].head(0)

    block = shown(drawing(name), empty, what="Nothing.", tables=["risk"])

    assert repr(block) == "Nothing. Not received: risk."


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("exposure_over_time", {"status_date", "amount", "open_risks"}),
        ("risk_matrix", {"probability_band", "impact_band", "zone", "kind"}),
        ("alignment", {"cost_share", "target_weight", "objective_name"}),
        ("adoption_effects", {"estimate", "low", "high", "standard"}),
        ("capacity", {"role_name", "utilisation"}),
    ],
)
def test_a_chart_draws_the_fields_of_its_measure(name, fields):
    assert fields <= _fields(drawing(name)(FRAMES[name]).to_dict())


def test_effects_are_drawn_against_a_line_at_zero():
    drawn = drawing("adoption_effects")(FRAMES["adoption_effects"]).to_dict()

    rules = [layer["encoding"]["x"] for layer in drawn["spec"]["layer"]]
    assert {"datum": 0} in rules


def test_the_tail_is_what_every_threat_would_cost_together():
    rollup = pd.DataFrame({"threat_impact": [5000.0], "currency": ["GBP"]})

    assert "says nothing about the tail" in risk.tail_warning(rollup)
    assert "£5.0k" in risk.tail_warning(rollup)


def test_risks_unchanged_too_long_are_counted():
    ageing = pd.DataFrame({"is_review_overdue": [True, False], "days_open": [345, 20]})

    assert risk.stale_headline(ageing) == (
        "1 of 2 open risks stands unchanged for three reports or more; "
        "the oldest has been open for 345 days."
    )


def test_the_objectives_furthest_from_their_target_are_named():
    shares = pd.DataFrame(
        [("Grow", 0.1, 0.3, -0.2, "GBP"), ("Save", 0.9, 0.7, 0.2, "GBP")],
        columns=["objective_name", "cost_share", "target_weight", "share_gap", "currency"],
    )

    said = governance.alignment_headline(shares)

    assert "below its target is Grow, with 10% of the GBP cost against 30%" in said
    assert "above is Save, with 90% against 70%" in said


def test_a_share_of_controls_met_counts_half_for_partly():
    compliance = pd.DataFrame(
        [
            ("P1", "Claims", "Gates", 1.0),
            ("P1", "Claims", "Gates", 0.5),
            ("P1", "Claims", "Gates", None),
        ],
        columns=["project_id", "project_name", "standard", "points"],
    )

    row = governance.compliance_by_standard(compliance).iloc[0]

    # (1 + 0.5) / 2: the third control does not count
    assert (row["score"], row["required"]) == (0.75, 2)


def test_gates_are_watched_when_overdue_spent_on_and_not_held_or_with_conditions():
    gates = pd.DataFrame(
        [
            ("G1", False, False, 0, WHEN),
            ("G2", True, False, 0, None),
            ("G3", False, True, 0, None),
            ("G4", False, False, 2, WHEN),
            ("G5", False, True, 0, WHEN),
        ],
        columns=["gate", "is_overdue", "is_spend_before_gate", "conditions_open", "held_on"],
    )

    assert list(governance.gates_to_watch(gates)["gate"]) == ["G2", "G3", "G4"]


def test_benefits_not_in_money_are_never_among_the_sums():
    by_kind = pd.DataFrame(
        [("all money", 5.0), ("cashable", 5.0), ("non_monetised", None)],
        columns=["kind", "planned_to_date"],
    )

    assert list(benefits.money_by_kind(by_kind)["name"]) == ["cashable"]


def test_the_benefits_furthest_from_plan_leave_out_what_is_not_money():
    position = pd.DataFrame(
        [("A", "cashable", -5.0), ("B", "non_monetised", -9.0), ("C", "cashable", 3.0)],
        columns=["name", "kind", "variance"],
    ).assign(currency="GBP")

    assert list(benefits.furthest_from_plan(position)["name"]) == ["A", "C"]


def test_without_reports_no_effect_is_claimed():
    assert "cannot be said" in pmo_office.effects_headline(pd.DataFrame())


def test_only_a_benefit_in_money_carries_the_currency_of_its_project():
    position = pd.DataFrame(
        {
            "name": ["Saved", "Visits"],
            "kind": ["cashable", "non_monetised"],
            "currency": ["EUR", "EUR"],
            "planned_to_date": [2000.0, 3000.0],
            "realised_to_date": [1000.0, 1500.0],
            "rate": [0.5, 0.5],
        }
    ).reindex(
        columns=[
            *("name", "project_name", "business_unit", "kind", "owner", "currency"),
            *("planned_to_date", "realised_to_date", "rate"),
        ]
    )

    lines = repr(benefit_tables.benefit_rates(position, "Benefits at risk")).splitlines()
    assert "€2.0k" in lines[1]
    assert "€" not in lines[2]
    assert "3.0k" in lines[2]
