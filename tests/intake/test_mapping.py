"""Maps of senders' columns: as people write them, and what is wrong with those that make no sense."""

from datetime import date
from decimal import Decimal

import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.maps.mapping import mapping_of


@pytest.fixture
def mapped(tmp_path):
    """Read a map as its author wrote it."""

    def read(text):
        path = tmp_path / "map.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return intake.read_map(path)

    return read


@pytest.fixture
def received(tmp_path, mapped):
    """Read one CSV file with a map; return what it holds."""

    def receive(table, text, said, name="x.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        settings = Settings(table, mapped(said))
        files = intake.find_files([tmp_path / name])
        contents, failed = intake.receive(files, settings, links=[])
        if failed:
            raise UnreadableFileError(next(iter(failed.values())))
        return next(iter(contents.values()))

    return receive


def rows(contents):
    return contents.landed[0].rows.drop(columns="row_number").to_dict("records")


def rules(contents):
    return [remark.rule for remark in contents.remarks]


# Columns ------------------------------------------------------------------------------------------


def test_a_map_is_flat_or_has_sections(received):
    table = "Code,Title,Cost\nP1,A,2.5\n"
    flat = received("project", table, "Code: project_id\nTitle: name\n")
    nested = received(
        "project",
        table,
        "columns: {Code: project_id, Title: name, Cost: {to: value, times: 1000}}\n"
        "values: {currency: USD}\ndate_order: dmy\ndecimal: point\n",
    )

    assert rows(flat) == [{"project_id": "P1", "name": "A", "Cost": "2.5"}]
    assert rows(nested) == [{"project_id": "P1", "name": "A", "value": "2.5", "currency": "USD"}]
    assert nested.landed[0].times == {"value": 1000}
    assert (nested.landed[0].date_order, nested.landed[0].decimal) == ("dmy", "point")


def test_settings_may_stand_among_the_lines_of_a_flat_map(received):
    contents = received(
        "project",
        "Code,values,decimal\nP1,5,A\n",
        "Code: project_id\nvalues: value\ndecimal: name\ndate_order: dmy\n",
    )
    assert rows(contents) == [{"project_id": "P1", "value": "5", "name": "A"}]
    assert contents.landed[0].date_order == "dmy"


@pytest.mark.parametrize(
    ("header", "line", "column"),
    [
        ("Бюджет,Факт,Прогноз", "Прогноз: forecast_cost", 2),
        ("予算,実績,予測", "予測: forecast_cost", 2),
        ("£,€,#", "'€': forecast_cost", 1),
        (",x,#", "'#': forecast_cost", 2),
        ("№,n,Nr", "'№': forecast_cost", 0),
        ("Coût,Cout,cout total", "Cout: forecast_cost", 1),
        ("Coût,b,c", "Cout: forecast_cost", 0),
        ("Cost ($),Cost (£),Cost", "Cost (£): forecast_cost", 1),
        ("ค่า,ค้า,คา", "ค้า: forecast_cost", 1),
        ("Über-Kosten,b,c", "über kosten: forecast_cost", 0),
    ],
)
def test_a_column_is_found_in_every_alphabet_and_by_signs_alone(received, header, line, column):
    contents = received(
        "project_status", f"project_id,status_date,{header}\nP1,2026-03-31,0,1,2\n", line
    )
    assert rows(contents)[0]["forecast_cost"] == str(column)


def test_an_empty_header_is_never_the_column_a_sign_is_mapped_to(received):
    with pytest.raises(UnreadableFileError, match="the map names '#' for risk_id"):
        received("risk", ",Risk\n,late\n", "'#': risk_id\nRisk: title\n")


def test_of_two_columns_mapped_to_one_the_second_is_pointed_out(received):
    contents = received(
        "project", "Code,Cost,Costs\nP1,5,6\n", "Code: project_id\nCost: value\nCosts: value\n"
    )
    assert rows(contents)[0]["value"] == "5"
    (said,) = contents.remarks
    assert (said.rule, said.severity, said.value) == ("second_column", "warning", "Costs")


def test_one_map_may_name_a_column_as_each_of_several_files_calls_it(received):
    contents = received(
        "project", "Code,Costs\nP1,6\n", "Code: project_id\nCost: value\nCosts: value\n"
    )
    assert rows(contents) == [{"project_id": "P1", "value": "6"}]
    assert contents.remarks == []


def test_a_column_the_map_names_and_the_file_lacks_is_pointed_out(received):
    contents = received("project", "Code,Title\nP1,A\n", "Code: project_id\nTitel: name\n")
    assert [(r.rule, r.severity, r.message) for r in contents.remarks] == [
        ("column_not_used", "note", "column B 'Title' was not used; it is kept as an extra column"),
        ("not_in_file", "warning", "the map names a column 'Titel', which the file does not have"),
    ]


def test_a_column_the_table_does_not_have_is_pointed_out_with_those_that_do(received):
    contents = received("risk", "project_id,risk_id,status_date,EV\nP1,R1,2026-03-31,5\n", "EV: ev")
    (said,) = [remark for remark in contents.remarks if remark.rule == "not_in_table"]
    assert said.message == (
        "the map sends 'EV' to ev, which table risk does not have; project_status, "
        "work_package_status have it"
    )


def test_a_line_of_the_map_is_doubted_once_and_only_where_no_file_of_the_command_can_use_it(
    tmp_path, mapped
):
    (tmp_path / "project_status.csv").write_text("Ref,Budget,Zzz\nP1,100,x\n")
    (tmp_path / "risk.csv").write_text("Ref,ID,Prob\nP1,R1,0.5\n")
    said = mapped(
        "Ref: project_id\nID: risk_id\nBudget: bac\nProb: probability\nZzz: deadline\nGhost: impact_cost\n"
    )
    settings = Settings(mapping=said, status_date=date(2026, 3, 31))
    contents, failed = intake.receive(intake.find_files([tmp_path]), settings, links=[])
    assert not failed
    found = [
        (file.split("/")[-1], r.rule, r.value) for file, c in contents.items() for r in c.remarks
    ]
    assert found == [
        ("project_status.csv", "not_in_table", "Zzz"),
        ("risk.csv", "not_in_file", "Ghost"),
    ]


def test_a_key_that_the_map_names_and_the_file_lacks_is_told_in_the_fault(received):
    with pytest.raises(UnreadableFileError, match="the map names 'Nonsense' for risk_id") as caught:
        received("risk", "Project,ID\nP1,R1\n", "Project: project_id\nNonsense: risk_id\n")
    assert "--status-date DATE gives one date to all rows" in str(caught.value)


# YAML as people write it --------------------------------------------------------------------------


def test_words_of_yaml_are_words_of_the_sender(received):
    contents = received(
        "project_status",
        "No,On,2026,RAG\nP1,5,7,Off\nP2,6,8,yes\n",
        "columns: {No: project_id, On: ev, 2026: pv, RAG: rag}\n"
        "values:\n  status_date: 2026-03-31\n  rag: {Off: red, Yes: green}\n",
    )
    assert rows(contents) == [
        {"project_id": "P1", "ev": "5", "pv": "7", "rag": "red", "status_date": "2026-03-31"},
        {"project_id": "P2", "ev": "6", "pv": "8", "rag": "green", "status_date": "2026-03-31"},
    ]


def test_numbers_dates_and_answers_may_be_keys(received):
    contents = received(
        "activity",
        "project_id,activity_id,status_date,2026-03-01,1.0,Crit\nP1,A,2026-03-31,4,5,N\n",
        "columns: {2026-03-01: cost, 1.0: duration_days, Crit: is_summary}\n"
        "values: {is_summary: {N: No, Y: Yes}}\n",
    )
    row = rows(contents)[0]
    assert (row["cost"], row["duration_days"], row["is_summary"]) == ("4", "5", "No")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no mapping"),
        ("- a\n- b\n", "holds no mapping"),
        ("Code: project_id: x", "is not YAML"),
        ("Code: projectid", "no column 'projectid'; perhaps project_id is meant"),
        ("project_id: Code", "the sender's name comes first: 'Code: project_id'"),
        ("Code:", "'Code' is mapped to nothing"),
        ("Code: []", "'Code' is mapped to nothing"),
        ("columns: {Code: project_id}\ndate_order: american", "date_order is dmy, mdy or ymd"),
        ("columns: {Code: project_id}\ncolour: red", "'colour' is not one of"),
        ("Code: {to: value, times: many}", "times of 'Code' is 'many', not a number such as"),
        ("Code: {to: value, times: 0}", "times of 'Code' is '0', not a number"),
        ("Code: {to: value, times: -1}", "times of 'Code' is '-1', not a number"),
        ("Code: {to: value, times: 1/0}", "times of 'Code' is '1/0', not a number"),
        ("Code: {to: value, times: .nan}", "times of 'Code' is '.nan', not a number"),
        ("Code: {to: value, time: 5}", "says 'time', which is none of to, times, scale"),
        ("Code: {to: value, scale: 1-5}", "scale of 'Code' is '1-5'; it is lines such as"),
        ("Code: {to: probability, scale: 5-1}", "scale of 'Code' is '5-1'"),
        ("Code: {to: probability, scale: 1-5, times: 2}", "both times and scale"),
        ("values: [a]", "values holds no lines"),
        ("values: {rag: [a, b]}", "values of rag holds a list"),
        ("values: {rag: {Off: [a]}}", "rag: Off holds a list"),
        ("Code: project_id\nCode: name", "Code is stated twice"),
        ("columns:\n\tCode: project_id", "line 2 begins with a tab"),
        ("fiscal_year_starts: 13\nCode: project_id", "not a month such as 4 or April"),
        ("fiscal_year_starts: Sprung\nCode: project_id", "not a month such as 4 or April"),
        ("replace: perhaps\nCode: project_id", "replace is 'perhaps', not yes or no"),
        ("? [a, b]\n: project_id", "is not YAML"),
        ("[" * 3000, "is not YAML"),
    ],
)
def test_a_map_that_makes_no_sense_says_where(mapped, text, said):
    with pytest.raises(UsageError, match=said) as caught:
        mapped(text)
    assert "\n" not in str(caught.value)


def test_a_map_in_another_encoding_says_how_to_save_it(mapped):
    with pytest.raises(UnreadableFileError, match="save it as UTF-8"):
        mapped("Coût: value".encode("cp1252"))


def test_a_map_given_as_plain_data_is_understood_too():
    found = mapping_of(
        "map", {"columns": {"Cost": {"to": "value", "times": 1000}}, "values": {"currency": None}}
    )
    assert found.columns["Cost"][0].times == Decimal(1000)
    assert found.values == {"currency": ""}


# Units and settings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "factor"),
    [("0.01", Decimal("0.01")), ("1/100", Decimal("0.01")), ("1000000", 10**6), ("1e6", 10**6)],
)
def test_the_factor_of_a_unit_may_be_a_fraction(received, said, factor):
    contents = received(
        "risk",
        "project_id,risk_id,status_date,P\nP1,R1,2026-03-31,30\n",
        f"P: {{to: probability, times: {said}}}",
    )
    assert contents.landed[0].times == {"probability": factor}


def test_a_factor_leaves_the_text_of_a_cell_alone(received):
    contents = received(
        "project",
        "Code,N\nP1,Servers \N{MULTIPLICATION SIGN}200\n",
        "Code: project_id\nN: {to: name, times: 5}",
    )
    assert rows(contents)[0]["name"] == "Servers \N{MULTIPLICATION SIGN}200"


def test_the_steps_of_a_scale_are_the_middles_of_equal_parts(received):
    """Five parts of 0.2: the middle of the first is 0.1, of the last 0.9."""
    table = "project_id,risk_id,status_date,L\n" + "".join(
        f"P1,R{n},2026-03-31,{cell}\n"
        for n, cell in enumerate(["1", "2", "3.0", "4", "5", "0.5", ""])
    )
    contents = received("risk", table, "L: {to: probability, scale: 1-5}")
    assert [row["probability"] for row in rows(contents)] == [
        "0.1", "0.3", "0.5", "0.7", "0.9", None, None,
    ]  # fmt: skip
    assert [(r.row_number, r.rule, r.value) for r in contents.remarks] == [
        (0, "scale", "L"),
        (7, "not_on_scale", "0.5"),
    ]
    assert "1 is 0.1, 2 is 0.3, 3 is 0.5, 4 is 0.7, 5 is 0.9" in contents.remarks[0].message


def test_a_scale_may_be_of_words_and_of_amounts(received):
    contents = received(
        "risk",
        "project_id,risk_id,status_date,L,I\nP1,R1,2026-03-31,Very  High,2\n",
        "L: {to: probability, scale: {Low: 0.2, very high: 0.9}}\n"
        "I: {to: impact_cost, scale: {1: 5000, 2: 20000}}\n",
    )
    row = rows(contents)[0]
    assert (row["probability"], row["impact_cost"]) == ("0.9", "20000")


@pytest.mark.parametrize(("said", "month"), [("4", 4), ("April", 4), ("apr", 4), ("OCT", 10)])
def test_the_fiscal_year_begins_in_the_month_the_map_says(received, said, month):
    contents = received(
        "portfolio_budget",
        "portfolio_id,year,amount\nA,FY26,5\n",
        f"columns: {{amount: amount}}\nfiscal_year_starts: {said}\n",
    )
    assert contents.landed[0].fiscal_year_starts == month


@pytest.mark.parametrize(("start", "asked"), [("", 1), ("fiscal_year_starts: 4\n", 0)])
def test_a_fiscal_year_made_a_number_is_asked_when_it_begins(received, start, asked):
    contents = received(
        "portfolio_budget",
        "portfolio_id,year,amount\nA,FY26,5\nA,FY27,6\n",
        "columns: {amount: amount}\nvalues: {year: {FY26: 2026, FY27: 2027}}\n" + start,
    )
    assert [r.value for r in contents.remarks if r.rule == "fiscal_year"] == ["FY26"] * asked


@pytest.mark.parametrize(
    ("said", "meant"), [("yes", True), ("On", True), ("no", False), ("false", False)]
)
def test_a_map_says_whether_its_file_is_the_whole_word(mapped, said, meant):
    assert mapped(f"Code: project_id\nreplace: {said}\n")["replace"] is meant


def test_a_map_translates_the_words_of_a_sender(tmp_path, pointer):
    (tmp_path / "extract.csv").write_text(
        "Code,As of,Health\nP1,2025-03-31,On track\nP2,2025-03-31, off TRACK \nP3,2025-03-31,\n"
    )
    (tmp_path / "project.csv").write_text("project_id\nP1\nP2\nP3\n")
    (tmp_path / "map.yaml").write_text(
        "columns: {Code: project_id, As of: status_date, Health: rag}\n"
        "values: {rag: {On track: green, Off track: red}}\n"
    )
    warehouse.load(pointer, intake.find_files([tmp_path / "project.csv"]), Settings())
    said = intake.read_map(tmp_path / "map.yaml")
    settings = Settings(kind="project_status", mapping=said)

    warehouse.load(pointer, intake.find_files([tmp_path / "extract.csv"]), settings)

    with warehouse.open(pointer) as con:
        found = con.execute("select project_id, rag from project_status order by 1").fetchall()
    assert found == [("P1", "green"), ("P2", "red"), ("P3", None)]


def test_a_step_of_a_scale_may_have_its_words_beside_it(received):
    contents = received(
        "risk",
        "project_id,risk_id,status_date,P\nP1,R1,2026-03-31,5 - Almost certain\nP1,R2,2026-03-31,2 (Unlikely)\n"
        "P1,R3,2026-03-31,3.0\nP1,R4,2026-03-31,2-3\n",
        "columns: {P: {to: probability, scale: 1-5}}",
    )
    assert list(contents.landed[0].rows["probability"]) == ["0.9", "0.3", "0.5", None]
    assert [r.row_number for r in contents.remarks if r.rule == "not_on_scale"] == [5]
