"""The UK portfolio's releases: what is published, what withheld, which rows are one project."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo_analytics import intake, warehouse
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake.senders import gmpp
from pmo_analytics.intake.senders.gmpp import layout as gmpp_layout
from pmo_analytics.intake.senders.gmpp import linking
from pmo_analytics.intake.senders.gmpp.casing import Casing
from pmo_analytics.measures import Scope
from pmo_analytics.measures.portfolio import readings
from tests.conftest import ROOT, shared_folder

RELEASES = sorted((ROOT / "data" / "gmpp").glob("*.csv"))
NO_LINKS = pd.DataFrame(columns=["project_id", "status_date", "source_id", "source_name"])
LONG_HEADER = (
    "GMPP ID Number",
    "Project Name",
    "Department",
    "Annual Report Category",
    "Description / Aims",
    "IPA Delivery Confidence Assessment (three-point scale, Red - Amber - Green)",
    "SRO Delivery Confidence Assessment",
    "Departmental commentary on actions planned or taken on the IPA RAG rating.",
    "Project - Start Date (Latest Approved Start Date)",
    "Project - End Date (Latest Approved End Date)",
    "Departmental narrative on schedule, including any deviation from planned schedule",
    "Financial Year Baseline (£m) (including Non-Government Costs)",
    "Financial Year Forecast (£m) (including Non-Government Costs)",
    "Financial Year Variance (%)",
    "TOTAL Baseline Whole Life Costs (£m) (including Non-Government Costs)",
    "TOTAL Baseline Benefits (£m)",
    "Evaluation Plan and Registry Link",
)
EXEMPT = "Exempt under Section 43 of the Freedom of Information Act 2000 (Commercial Interests)"
BRIDGE = (
    *("DFT_0001_2223-Q1", "Severn Bridge", "DFT", "Infrastructure and Construction", "A bridge"),
    *("Amber", "", "Piers are late.", "2022-04-01", date(2030, 3, 31), "No deviation."),
    *("£12.50", 13, "4%", EXEMPT, "1,250", "none yet"),
)


@cache
def shipped():
    return gmpp.read(RELEASES, links=NO_LINKS)


def table(received, name):
    parts = [part.rows for one in received for part in one.landed if part.table == name]
    return pd.concat(parts, ignore_index=True)


def release(folder, name, *rows, header="project_name,department,delivery_confidence"):
    """Write a small release in the layout of `data/gmpp`."""
    path = folder / f"{name}.csv"
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    return path


def linked(received):
    """Say which project each row was recognised as, and how."""
    links = table(received, "project_link")
    return list(zip(links["source_name"], links["project_id"], links["method"], strict=True))


# The shipped releases, against what was published ------------------------------------------------


def test_every_published_row_is_handed_over_once():
    status = table(shipped(), "project_status")

    assert sum(one.rows_read[""] for one in shipped()) == len(status) == 2167
    assert not status.duplicated(["project_id", "status_date"]).any()
    assert status["project_id"].notna().all()


def test_the_ratings_of_march_2024_are_those_the_authority_published():
    status = table(shipped(), "project_status")

    ratings = status.loc[status["status_date"] == "2024-03-31", "rag"].fillna("none")

    assert Counter(ratings) == {"amber": 163, "red": 27, "green": 25, "none": 12}


def test_the_ratings_of_march_2025_are_those_the_authority_published():
    status = table(shipped(), "project_status")

    ratings = status.loc[status["status_date"] == "2025-03-31", "rag"].fillna("none")

    assert Counter(ratings) == {"amber": 135, "red": 31, "green": 30, "none": 17}  # of 213


def test_no_shipped_release_names_an_owner():
    assert table(shipped(), "project")["sponsor"].isna().all()


def test_the_five_point_scale_ends_with_2021():
    status = table(shipped(), "project_status")

    between = status[status["rag"].isin(["amber_red", "amber_green"])]

    assert between["status_date"].max() == "2021-03-31"


def test_the_rating_of_2024_comes_from_the_authority_or_else_from_the_owner():
    status = table(shipped(), "project_status")
    rated = status[(status["status_date"] == "2024-03-31") & status["rag"].notna()]

    # 91 amber, 20 red and 4 green by the authority; 72, 7 and 21 by the owner
    assert Counter(rated["rated_by"]) == {"authority": 115, "owner": 100}


def test_no_value_is_both_published_and_withheld():
    facts = {
        column: table(shipped(), name).set_index(["project_id", "status_date"])[column]
        for name, column in (
            ("project_status", "rag"),
            ("project_status", "forecast_cost"),
            ("project_status", "start"),
            ("project_status", "forecast_finish"),
        )
    }
    withheld = table(shipped(), "withheld")

    known = withheld[withheld["column_name"].isin(facts)]

    assert len(known) > 300
    assert all(
        facts[row.column_name][row.project_id, row.status_date] is None
        for row in known.itertuples()
    )


def test_every_cell_of_the_shipped_releases_is_understood():
    warnings = [r for one in shipped() for r in one.remarks if r.severity == "warning"]

    assert [(r.rule, r.value) for r in warnings] == [
        ("mistyped_date", "1/012/2014"),
        ("unreadable", "No"),  # a start date of 2025
    ]


def test_the_one_negative_whole_life_cost_is_kept():
    costs = table(shipped(), "project_status")["forecast_cost"].dropna().map(Decimal)

    assert costs[costs < 0].map(lambda cost: cost / 1_000_000).tolist() == [Decimal("-7169.2")]


def test_every_canonical_date_is_a_date():
    status = table(shipped(), "project_status")

    for column in ("start", "forecast_finish"):
        days = status[column].dropna()
        assert days.map(date.fromisoformat).map(lambda day: 1980 < day.year < 2090).all()


def test_the_order_of_the_files_does_not_matter():
    backwards = gmpp.read(RELEASES[::-1], links=NO_LINKS)

    assert [one.path for one in backwards] == [one.path for one in shipped()]
    assert linked(backwards) == linked(shipped())


# Linking ----------------------------------------------------------------------------------------


def hidden_identifiers():
    """Recognise the rows of 2019 and later by anything but the identifiers that they publish.

    A number whose prefix changed with the name of the department (DH, DOH, DHSC) is the same.
    """
    rows = [
        row
        for path in RELEASES
        for row in gmpp.appearances(path, status_date=None)
        if row.published_id
    ]
    truth = {
        row.address: linking.unit_of(row.published_id.partition("_")[0])
        + row.published_id.partition("_")[2]
        for row in rows
    }
    found = linking.link((replace(row, published_id="") for row in rows), links=NO_LINKS)
    return rows, truth, found


def pairs(label_by_row):
    members = {}
    for row, label in label_by_row.items():
        members.setdefault(label, []).append(row)
    return {pair for rows in members.values() for pair in combinations(sorted(rows), 2)}


def test_links_by_name_agree_with_the_published_identifiers():
    rows, truth, found = hidden_identifiers()

    right = pairs(truth)
    said = pairs({row.address: found[row.address].project_id for row in rows})

    assert len(said & right) / len(said) >= 0.99
    assert len(said & right) / len(right) >= 0.90


def test_the_stated_confidence_is_the_share_that_was_right():
    rows, truth, found = hidden_identifiers()
    seen, right, checked = {}, Counter(), Counter()
    for row in sorted(rows, key=lambda row: row.status_date):
        link = found[row.address]
        if link.project_id in seen:
            checked[link.method] += 1
            right[link.method] += seen[link.project_id] == truth[row.address]
        seen[link.project_id] = truth[row.address]

    for method, count in checked.items():
        share = Decimal(right[method] + 1) / (count + 2)
        assert Decimal(linking.CONFIDENCE[method]) == round(share, 3)


def test_no_project_is_older_than_the_quarter_in_its_number():
    # DECC_0005_1112-Q1 joined in the first quarter of 2011/12, April to June 2011; a row that
    # was linked to it by name alone may not stand before that
    links = table(shipped(), "project_link")
    numbers = links["project_id"].str.extract(r"_(?P<year>\d\d)\d\d-Q(?P<quarter>\d)$").dropna()
    quarter = numbers["year"].astype(int) * 4 + numbers["quarter"].astype(int)
    day = pd.to_datetime(links["status_date"])
    reported = (day.dt.year - 2000) * 4 + (day.dt.month - 1) // 3

    assert len(quarter) > 1300
    assert (reported[quarter.index] >= quarter).all()


def test_a_number_that_becomes_known_names_the_whole_history(tmp_path):
    old = release(tmp_path, "2018-09-30", "Severn Bridge Programme,DfT,Amber")
    new = release(
        *(tmp_path, "2019-09-30", "DfT_0001_1819-Q1,Severn Bridge,DFT,Red"),
        header="gmpp_id,project_name,department,delivery_confidence",
    )

    assert linked(gmpp.read([new, old], links=NO_LINKS)) == [
        ("Severn Bridge Programme", "DFT_0001_1819-Q1", "first_seen"),
        ("Severn Bridge", "DFT_0001_1819-Q1", "name_and_department"),
    ]


def test_a_later_load_goes_on_with_the_project_that_the_warehouse_knows(tmp_path):
    old = release(tmp_path, "2018-09-30", "Severn Bridge Programme,DfT,Amber")
    new = release(
        *(tmp_path, "2019-09-30", "DFT_0001_1819-Q1,Severn Bridge,DFT,Red"),
        header="gmpp_id,project_name,department,delivery_confidence",
    )
    known = table(gmpp.read([old], links=NO_LINKS), "project_link")

    assert linked(gmpp.read([new], links=known)) == [
        ("Severn Bridge", "gmpp-severn-bridge", "name_and_department")
    ]


def test_a_corrected_release_keeps_its_projects(tmp_path):
    first = release(tmp_path, "2018-09-30", "Severn Bridge,DfT,Amber", "Tay Bridge,DfT,Red")
    known = table(gmpp.read([first], links=NO_LINKS), "project_link")
    again = release(tmp_path, "2018-09-30", "Severn Bridge,DfT,Green", "Forth Bridge,DfT,Red")

    assert linked(gmpp.read([again], links=known)) == [
        ("Severn Bridge", "gmpp-severn-bridge", "first_seen"),
        ("Forth Bridge", "gmpp-forth-bridge", "first_seen"),
    ]


def test_an_older_release_does_not_rename_a_project_that_is_known_later(tmp_path):
    new = release(tmp_path, "2018-09-30", "Severn Bridge,DfT,Amber")
    known = table(gmpp.read([new], links=NO_LINKS), "project_link")
    old = release(tmp_path, "2017-09-30", "The Severn Bridge Project,DfT,Amber")

    received = gmpp.read([old], links=known)

    assert linked(received)[0][1:] == ("gmpp-severn-bridge", "name_and_department")
    assert "project" not in [part.table for part in received[0].landed]


def test_two_candidates_are_one_too_many(tmp_path):
    old = release(tmp_path, "2017-09-30", "LSP (London),DH,Amber", "LSP (South),DH,Amber")
    new = release(tmp_path, "2018-09-30", "LSP,DHSC,Amber")

    assert linked(gmpp.read([old, new], links=NO_LINKS))[-1] == ("LSP", "gmpp-lsp-3", "first_seen")


@pytest.mark.parametrize(
    ("old", "new", "is_one"),
    [
        (
            "New Wales Prison,MoJ,Amber,01/01/2012,01/02/2017",
            "North Wales Prison,MoJ,Red,=,=",
            True,
        ),
        ("Materiel Strategy,MoD,Amber,01/01/2012,", "Material Strategy,MOD,Red,=,", True),
        ("Severn Bridge,DfT,Amber,01/01/2012,", "Severn Bridges,HO,Red,=,", False),
        ("Railway Phase 1,DfT,Amber,01/01/2012,01/02/2017", "Railway Phase 2,DfT,Red,=,=", False),
        ("New Wales Prison,MoJ,Amber,01/01/2012,", "North Wales Prison,MoJ,Red,02/01/2012,", False),
    ],
)
def test_a_new_name_needs_evidence(tmp_path, old, new, is_one):
    header = "project_name,department,delivery_confidence,start_date,end_date"
    dates = old.split(",")[3:]
    same = ",".join(
        dates[at - 3] if cell == "=" else cell for at, cell in enumerate(new.split(","))
    )
    files = [
        release(tmp_path, "2014-09-30", old, header=header),
        release(tmp_path, "2015-09-30", same, header=header),
    ]

    (_, before, _), (_, after, _) = linked(gmpp.read(files, links=NO_LINKS))

    assert (before == after) is is_one


NUMBERED = "gmpp_id,project_name,department,delivery_confidence,start_date,whole_life_cost_gbp_m"


@pytest.mark.parametrize("is_loaded_before", [False, True])
def test_an_identifier_that_names_another_project_begins_another_history(
    tmp_path, is_loaded_before
):
    old = release(
        *(tmp_path, "2023-03-31", "DFT_0001_2223-Q1,Severn Bridge,DFT,Amber,01/04/2020,120"),
        header=NUMBERED,
    )
    new = release(
        *(tmp_path, "2024-03-31", "DFT_0001_2223-Q1,Rural Buses,DFT,Green,01/06/2023,80"),
        header=NUMBERED,
    )
    known = gmpp.read([old], links=NO_LINKS)
    links = table(known, "project_link").merge(
        table(known, "project_status")[["project_id", "start", "forecast_finish", "forecast_cost"]]
    )

    received = gmpp.read(
        [new] if is_loaded_before else [old, new], links=links if is_loaded_before else NO_LINKS
    )

    assert linked(received)[-1] == ("Rural Buses", "DFT_0001_2223-Q1-2", "reused_id")
    (warning,) = [r for r in received[-1].remarks if r.severity == "warning"]
    assert warning.rule == "reused_id"
    assert "kept apart as DFT_0001_2223-Q1-2" in warning.message


@pytest.mark.parametrize(
    "row",
    [
        "DFT_0001_2223-Q1,Estuary Crossing,DFT,Amber,01/04/2020,300",  # renamed: starts as before
        "DFT_0001_2223-Q1,New Severn Crossing,DFT,Amber,01/06/2023,300",  # a word of the name stays
        "DFT_0001_2223-Q1,Estuary Crossing,DFT,Amber,,",  # nothing speaks against it
    ],
)
def test_an_identifier_holds_while_anything_else_bears_it_out(tmp_path, row):
    old = release(
        *(tmp_path, "2023-03-31", "DFT_0001_2223-Q1,Severn Bridge,DFT,Amber,01/04/2020,120"),
        header=NUMBERED,
    )
    new = release(tmp_path, "2024-03-31", row, header=NUMBERED)

    assert linked(gmpp.read([old, new], links=NO_LINKS))[-1][1:] == (
        *("DFT_0001_2223-Q1", "published_id"),
    )


def loaded(pointer, *paths):
    """Load releases one after the other and open the warehouse."""
    for path in paths:
        done = warehouse.load(pointer, intake.find_files([path]), intake.Settings())
        assert not done.failed, done.failed
    return warehouse.open(pointer)


def test_a_renamed_project_is_known_by_its_facts_when_its_release_comes_later(pointer, tmp_path):
    header = f"{NUMBERED.removeprefix('gmpp_id,')},end_date"
    first = "New Wales Prison,MoJ,Amber,01/01/2012,200,01/02/2017"
    second = "North Wales Prison,MoJ,Red,01/01/2012,210,01/02/2017"

    releases = [
        release(tmp_path, name, row, header=header)
        for name, row in (("2014-09-30", first), ("2015-09-30", second))
    ]

    with loaded(pointer, *releases) as con:
        found = con.execute("select distinct project_id from project_link").fetchall()
    assert found == [("gmpp-new-wales-prison",)]


@given(st.text())
def test_reducing_a_name_twice_changes_nothing_more(name):
    assert linking.spoken(linking.spoken(name)) == linking.spoken(name)
    assert linking.brief(linking.brief(name)) == linking.brief(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Francis Crick Institute (formerly UKCMRI)", "Francis Crick Institute"),
        ("HS2 Phase1", "HS2 Phase 1"),
        ("100,000 Genomes Project", "100000 Genomes"),
        ("Search & Rescue Programme", "search and rescue"),
    ],
)
def test_spellings_of_one_name_are_reduced_to_the_same(one, other):
    assert linking.brief(one) == linking.brief(other)


# Cells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        ("£12,743.00", "12743000000"),
        ("£1.90m", "1900000"),
        ("-£7,169.20", "-7169200000"),
        ("(1.5)", "-1500000"),
        ("0.00000123", "1.23"),
        ("£1.2bn", "1200000000"),
        ("Data not provided", None),
        ("£-1.5", "-1500000"),
        ("1e-05", "10"),
        ("1" * 40, None),
        ("(1.5", None),
        ("", None),
    ],
)
def test_millions_become_pounds(cell, pounds):
    assert gmpp_layout.millions(cell) == pounds


@given(
    st.decimals(min_value=-(10**6), max_value=10**6, places=8),
    st.sampled_from(["", "£", "m", "£m"]),
)
def test_no_penny_is_lost_between_millions_and_pounds(amount, marks):
    minus = "-" if amount < 0 else ""
    cell = f"{minus}{'£' * ('£' in marks)}{abs(amount):,}{'m' * ('m' in marks)}"

    assert Decimal(gmpp_layout.millions(cell)) == amount * 1_000_000


@pytest.mark.parametrize(
    ("cost", "pounds", "low", "high"),
    [
        ("Low: 2,750.00, Mid: 2,820.00, High: 3,100.00", "2820000000", "2750000000", "3100000000"),
        ("Mid: 20,300.00, High: 53,300.00", "20300000000", None, "53300000000"),
        ("Low: 797.93, Mid: 820.57", "820570000", "797930000", None),
        ("820.57", "820570000", None, None),
        ("Low: 10, High: 20", None, "10000000", "20000000"),  # no middle is stated, none is made
    ],
)
def test_a_range_of_cost_is_read_as_its_middle_and_keeps_its_ends(
    tmp_path, cost, pounds, low, high
):
    path = release(
        *(tmp_path, "2025-03-31", f'A_0001_2425-Q1,A,DFT,Red,01/04/2020,"{cost}"'),
        header=NUMBERED,
    )

    (status,) = table(gmpp.read([path], links=NO_LINKS), "project_status").to_dict("records")

    assert status["forecast_cost"] == pounds
    assert (status["forecast_cost_low"], status["forecast_cost_high"]) == (low, high)
    assert status["whole_life_cost_published"] == (cost if ":" in cost else None)


def test_a_range_of_dates_is_read_as_its_middle_and_keeps_its_ends(tmp_path):
    row = 'A,DFT,Red,"Low: 31/03/2028, Mid: 30/06/2029, High: 31/03/2030"'
    path = release(
        *(tmp_path, "2025-03-31", row),
        header="project_name,department,delivery_confidence,end_date",
    )

    (status,) = table(gmpp.read([path], links=NO_LINKS), "project_status").to_dict("records")

    assert status["forecast_finish"] == "2029-06-30"
    assert status["forecast_finish_earliest"] == "2028-03-31"
    assert status["forecast_finish_latest"] == "2030-03-31"


@pytest.mark.parametrize(
    "cell",
    [
        EXEMPT,
        "Section 43 - Commercial interests",
        "Section 24 - National security, Section 26 - Defence",
    ],
)
def test_a_section_of_the_act_means_withheld(cell):
    assert gmpp_layout.is_withheld(cell)


def test_a_section_of_a_railway_is_not_withheld():
    assert not gmpp_layout.is_withheld("The section 4 works are late")


@pytest.mark.parametrize(
    ("column", "cell", "is_kept"),
    [
        ("whole_life_cost_gbp_m", "1059000000", False),  # £1,059m in pounds
        ("fy_baseline_gbp_m", "15590000", False),  # £15.6m in pounds
        ("whole_life_cost_gbp_m", "0.000177", False),  # £177m in £ trillion
        ("fy_baseline_gbp_m", "0.000177", True),  # £177 of a year may be so
        ("whole_life_cost_gbp_m", "0", True),
        ("whole_life_cost_gbp_m", "131000", True),  # a programme of £131bn
    ],
)
def test_an_amount_a_million_times_off_costs_its_cell_and_is_said(tmp_path, column, cell, is_kept):
    path = release(
        *(tmp_path, "2025-03-31", f"A,DFT,Red,{cell}"),
        header=f"project_name,department,delivery_confidence,{column}",
    )

    (received,) = gmpp.read([path], links=NO_LINKS)
    (status,) = table([received], "project_status").to_dict("records")

    assert [r.rule for r in received.remarks if r.severity == "warning"] == (
        [] if is_kept else ["unit_in_doubt"]
    )
    kept_as = column.removesuffix("_gbp_m")
    assert status[f"{kept_as}_published"] == (None if is_kept else cell)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/05/2010", "2010-05-31"),
        ("31.12.40", "2040-12-31"),
        ("2025-02-28 00:00:00", "2025-02-28"),
        ("31/02/2010", None),
        ("Reset", None),
    ],
)
def test_dates_are_read_day_first(cell, day):
    assert gmpp_layout.day_of(cell)[0] == day


def test_a_project_does_not_start_decades_after_it_was_reported():
    assert gmpp_layout.day_of("01.04.97", latest_year=2027)[0] == "1997-04-01"


def test_the_financial_year_ends_on_31_march():
    assert gmpp_layout.fiscal_year_end(date(2013, 9, 30)) == date(2014, 3, 31)
    assert gmpp_layout.fiscal_year_end(date(2024, 3, 31)) == date(2024, 3, 31)


# The layouts that departments publish -----------------------------------------------------------


def workbook(folder, name, titles, rows):
    book = openpyxl.Workbook()
    for row in (*titles, *rows):
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def test_a_published_workbook_with_title_rows_feeds_every_table(tmp_path):
    titles = (("Government Major Projects Portfolio data",), ("Data as at 31 March 2025",), ())
    path = workbook(tmp_path, "DFT_data.xlsx", titles, (LONG_HEADER, BRIDGE))

    received = gmpp.read([path], links=NO_LINKS)
    (status,) = table(received, "project_status").to_dict("records")
    (project,) = table(received, "project").to_dict("records")
    (line,) = table(received, "cost_line").to_dict("records")
    (benefit,) = table(received, "benefit").to_dict("records")
    (withheld,) = table(received, "withheld").to_dict("records")

    assert received[0].rows_read == {"Sheet": 1}
    assert (status["row_number"], status["status_date"], status["rag"]) == (
        5,
        "2025-03-31",
        "amber",
    )
    assert (status["start"], status["forecast_finish"]) == ("2022-04-01", "2030-03-31")
    assert status["commentary"] == "Delivery confidence: Piers are late.\n\nSchedule: No deviation."
    assert status["published: Evaluation Plan and Registry Link"] == "none yet"
    assert (project["business_unit"], project["description"]) == ("DFT", "A bridge")
    assert (line["period_end"], line["budget"], line["forecast"]) == (
        *("2025-03-31", "12500000", "13000000"),
    )
    assert benefit["planned"] == "1250000000"
    assert (withheld["column_name"], withheld["reason"]) == ("forecast_cost", EXEMPT)


def test_one_project_a_column_is_read_as_one_project_a_row(tmp_path):
    path = tmp_path / "DFT_data_September_2019.csv"
    rows = zip(LONG_HEADER, BRIDGE, strict=True)
    path.write_bytes("\n".join(f'"{head}","{cell}"' for head, cell in rows).encode("cp1252"))

    (status,) = table(gmpp.read([path], links=NO_LINKS), "project_status").to_dict("records")

    assert (status["project_id"], status["status_date"]) == ("DFT_0001_2223-Q1", "2019-09-30")
    assert status["rag"] == "amber"


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("MPA RAG rating (A Delivery Confidence Assessment ...)", "delivery_confidence"),
        ("Major Projects ID", "gmpp_id"),
        ("Total budgeted whole life costs (£million)", "whole_life_cost"),
        ("2012/13 Budget (£million)", "fy_baseline"),
        ("2018/19 TOTAL Baseline £m\n(including Non-Government costs)", "fy_baseline"),
        ("2014/2015 Variance %age", "fy_variance"),
        ("Benefits (£m, Presented in 2024/25 Real Prices)", "benefits"),
        ("Departmental narrative on budgeted whole life costs", "narrative_cost"),
        ("In Year Variance Narrative", "narrative_budget"),
        ("Senior Responsible Owner (SRO) Name", "sponsor"),
        ("Evaluation Plan and Registry Link", ""),
    ],
)
def test_a_header_is_matched_by_its_meaning(header, meaning):
    assert gmpp_layout.field_of(header) == meaning


@pytest.mark.parametrize(
    ("header", "prices"),
    [
        ("Whole Life Cost (£m, Presented in 2024/25 Real Prices)", "2024/25"),
        ("Whole Life Cost (£m, constant 2023 prices)", "2023"),
        ("Whole Life Cost (£m, nominal)", "nominal"),
        ("Whole Life Cost (£m)", ""),
        ("2013/14 Budget (£million)", ""),
    ],
)
def test_the_prices_of_a_column_are_those_its_header_names(header, prices):
    assert gmpp_layout.prices_of(header) == prices


REAL = "(£m, Presented in 2024/25 Real Prices)"
HEADER_OF_2026 = (
    *("Project Name", "Department", "Annual Report Category", "Project Description"),
    *("IPA Delivery Confidence Assessment", "SRO Delivery Confidence Assessment"),
    *("Departmental Commentary on Delivery Confidence Assessment Rating", "Start Date"),
    *("End Date", "Schedule Narrative", f"Financial Year Baseline {REAL}"),
    *(f"Financial Year Forecast {REAL}", "Financial Year Variance (%)"),
    *("In Year Variance Narrative", f"Whole Life Cost {REAL}", "Costs Narrative"),
    *(f"Benefits {REAL}", "Benefits Narrative"),
    "Does the project have an evaluation plan? (self reported)",
    *("Senior Responsible Owner (SRO) Name", "Major Projects ID"),
)
BRIDGE_OF_2026 = (
    *("SEVERN BRIDGE", "DfT", "Infrastructure and Construction", "A bridge", "", "RED"),
    *("Piers are late.", "01/04/2020", "Low: 31/03/2030, Mid: 30/09/2030, High: 31/03/2031"),
    *("No deviation.", "10", "12", "20", "Costs rose.", "150", "Costs rose.", "300", "None."),
    *("No", "Ada Lovelace", "DFT_0001_2223-Q1"),
)


def test_the_release_of_2026_loads_and_no_growth_is_measured_from_other_prices(pointer, tmp_path):
    first = release(
        *(tmp_path, "2025-03-31", "DFT_0001_2223-Q1,Severn Bridge,DFT,Amber,01/04/2020,120"),
        header=NUMBERED,
    )
    second = tmp_path / "GMPP data March 2026.csv"
    with second.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file).writerows((HEADER_OF_2026, BRIDGE_OF_2026))

    with loaded(pointer, first, second) as con:
        at = Scope(con, portfolio_id="gmpp", status_date=date(2026, 3, 31))
        changes = at.report_change()
        said = readings.read_growth(changes, at.unit_change())
        found = con.execute("select message from finding where rule = 'price_base_changed'")
        (finding,) = found.fetchall()
        benefits = con.execute("select name from benefit").fetchall()
    (change,) = changes.to_dict("records")

    assert (change["rag"], change["sponsor"]) == ("red", "Ada Lovelace")
    assert (change["forecast_cost"], change["price_base"]) == (150_000_000, "2024/25")
    assert change["is_price_base_changed"]
    assert pd.isna(change["cost_growth"])
    assert pd.isna(change["cost_growth_ratio"])
    assert change["cost_growth_first_ratio"] == 0  # over the first in these prices: this one
    assert said == (
        "The cost of 1 project is in prices of 2024/25 and was in prices not stated, so its growth "
        "is not measured."
    )
    assert finding[0] == (
        "Costs of 2026-03-31 are in prices of 2024/25 and those before in prices not stated, for 1 "
        "project; no growth of cost is computed between them."
    )
    assert benefits == [("Monetised benefits over the whole life, 2024/25 prices",)]


def test_bytes_that_mean_nothing_in_their_encoding_are_shown_and_counted(tmp_path):
    path = tmp_path / "2020-09-30.csv"
    path.write_bytes(
        b"project_name,department,delivery_confidence\nProbation\x92s \x93Quantum\x9d,MOJ,Red\n"
    )

    (received,) = gmpp.read([path], links=NO_LINKS)

    (project,) = table([received], "project").to_dict("records")
    assert project["name"] == "Probation\u2019s \u201cQuantum\ufffd"
    assert [r.message for r in received.remarks if "Windows-1252" in r.message] == [
        "it is not UTF-8, and was read as Windows-1252; 1 byte means nothing there, shown as \ufffd"
    ]


@pytest.mark.parametrize(
    ("said", "stated"),
    [("The rating at Q2 1920 was Amber.", "2019-09-30"), ("remained at 24/25-Q4.", "2025-03-31")],
)
def test_the_narratives_say_at_what_date_a_release_stands(tmp_path, said, stated):
    rows = [f"Project {number},DFT,Red,{said}" for number in "ABC"]
    header = "project_name,department,delivery_confidence,narrative_rating"
    misnamed = release(tmp_path, "2020-03-31", *rows, header=header)

    (received,) = gmpp.read([misnamed], links=NO_LINKS)
    (asked,) = gmpp.read([misnamed], links=NO_LINKS, status_date=date(2020, 3, 31))

    assert set(table([received], "project_status")["status_date"]) == {stated}
    (warning,) = [r.message for r in received.remarks if r.severity == "warning"]
    assert warning == (
        f"the name of the file says 2020-03-31, its narratives say {stated}; it was read as of "
        f"{stated}; give --status-date 2020-03-31 if the name is right"
    )
    assert set(table([asked], "project_status")["status_date"]) == {"2020-03-31"}


@pytest.mark.parametrize(
    ("name", "day", "ratings"),
    [
        (
            *("2020-03-31", "2019-09-30"),
            {"amber": 59, "amber_red": 32, "amber_green": 18, "red": 11, "green": 3, None: 2},
        ),
        ("2024-03-31", "2024-03-31", {"amber": 163, "red": 27, "green": 25, None: 12}),
        ("2025-03-31", "2025-03-31", {"amber": 135, "red": 31, "green": 30, None: 17}),
    ],
)
def test_a_release_as_the_departments_publish_it_is_read_whole(name, day, ratings):
    path = shared_folder() / "data" / "gmpp_published" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")

    status = table(gmpp.read([path], links=NO_LINKS), "project_status")

    assert set(status["status_date"]) == {day}
    assert Counter(status["rag"].where(status["rag"].notna(), None)) == ratings
    assert status["commentary"].notna().all()


def test_releases_are_recognised_and_ordinary_project_lists_are_not():
    assert gmpp.recognises(list(LONG_HEADER))
    assert gmpp.recognises(["project_name", "department", "delivery_confidence", "start_date"])
    assert gmpp.recognises(["Project Name", "Department", "MPA RAG rating"])
    assert not gmpp.recognises(["Project Name", "Department", "RAG", "Start date"])
    assert not gmpp.recognises(["project_id", "name", "portfolio_id", "category"])
    assert not gmpp.recognises(["project_id", "status_date", "rag", "forecast_cost"])


def test_a_release_without_a_date_asks_for_it(tmp_path):
    path = release(tmp_path, "data published July 2025", "Severn Bridge,DFT,Red")

    with pytest.raises(UsageError, match="--status-date"):
        gmpp.read([path], links=NO_LINKS)

    status = gmpp.read([path], links=NO_LINKS, status_date=date(2025, 3, 31))
    assert table(status, "project_status")["status_date"].tolist() == ["2025-03-31"]


def test_a_column_that_is_there_twice_is_kept_twice(tmp_path):
    path = release(
        *(tmp_path, "2024-03-31", "Severn Bridge,DFT,Red,a,b,Amber"),
        header="project_name,department,delivery_confidence,Note,Note,delivery_confidence",
    )

    (status,) = table(gmpp.read([path], links=NO_LINKS), "project_status").to_dict("records")

    assert (status["rag"], status["published: delivery_confidence (6)"]) == ("red", "Amber")
    assert (status["published: Note"], status["published: Note (5)"]) == ("a", "b")


def test_a_file_of_something_else_is_refused(tmp_path):
    path = release(tmp_path, "2024-03-31", "1,2,3", header="a,b,c")

    with pytest.raises(UnreadableFileError, match="no row of GMPP headers"):
        gmpp.read([path], links=NO_LINKS)


def test_an_unreadable_cell_is_empty_and_reported_and_kept(tmp_path):
    path = release(
        *(tmp_path, "2024-03-31", "Severn Bridge,DFT,Purple,31/02/2020,about 5"),
        header="project_name,department,delivery_confidence,start_date,whole_life_cost_gbp_m",
    )

    received = gmpp.read([path], links=NO_LINKS)
    (status,) = table(received, "project_status").to_dict("records")

    assert [status[name] for name in ("rag", "start", "forecast_cost")] == [None, None, None]
    assert status["delivery_confidence_published"] == "Purple"
    assert {(r.severity, r.column_name, r.value, r.row_number) for r in received[0].remarks} == {
        ("warning", "rag", "Purple", 2),
        ("warning", "start", "31/02/2020", 2),
        ("warning", "forecast_cost", "about 5", 2),
    }


def test_a_release_with_two_headers_that_differ_by_their_case_is_read(tmp_path):
    path = tmp_path / "gmpp_2020-03-31.csv"
    path.write_text(
        "GMPP ID,Project Name,Department,Delivery Confidence Assessment,Whole life cost,Notes,notes\n"
        "A1,One,HMT,Green,1e-99999999999999999999,x,y\n"
    )

    (received,) = gmpp.read([path], links=NO_LINKS)
    (row,) = table([received], "project_status").to_dict("records")

    assert (row["published: Notes"], row["published: notes (7)"]) == ("x", "y")
    assert row["forecast_cost"] is None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("NORTHERN POWERHOUSE RAIL", "Northern Powerhouse Rail"),  # as an earlier release writes it
        ("UK RAIL FOR THE NORTH (RFN)", "UK Rail for the North (RFN)"),  # word by word
        ("A66 WIDENING", "A66 Widening"),  # a road keeps its letters
        ("DREADNOUGHT", "DREADNOUGHT"),  # one word may be an acronym
        ("Future Rail", "Future Rail"),
    ],
)
def test_a_name_in_capitals_is_shown_as_other_releases_write_it(sent, shown):
    casing = Casing.of(["Northern Powerhouse Rail", "UK Search and Rescue", "FUTURE THINGS"])

    assert casing.readable(sent) == shown
