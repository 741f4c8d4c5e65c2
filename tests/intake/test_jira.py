"""Exports of Jira: CSV in several locales, the JSON of a search, and what is refused of them."""

import json
import random
from datetime import date

import pandas as pd
import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.errors import PmoAnalyticsError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.senders import jira
from tests.conftest import shared_folder

SAMPLE = shared_folder() / "data" / "jira" / "issues_export.csv"
NO_LINKS = pd.DataFrame()
DAY, MAY = date(2024, 5, 13), date(2024, 5, 31)
HEADER = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Project lead,Resolution,Assignee,"
    "Created,Updated,Resolved,Due Date,Labels,Labels,Custom field (Epic Link),Parent id,"
    "Custom field (Story Points),Sprint,Sprint,Status Category,Status Category Changed"
)
ROWS = """
Shop,AB-1,1,Epic,In Progress,AB,Web,Ann,,,01/May/24 9:00 AM,13/May/24 3:31 PM,,,,,,,,,,In Progress,02/May/24 9:00 AM
Basket,AB-2,2,Story,Done,AB,Web,Ann,Done,Bo,02/May/24 9:00 AM,10/May/24 3:31 PM,10/May/24 3:31 PM,,a,b,AB-1,,5,S1,S2,Done,10/May/24
Test it,AB-3,3,Sub-task,Done,AB,Web,Ann,Done,Bo,02/May/24,09/May/24,09/May/24,,,,,2,,,,Done,09/May/24
Pay,AB-4,4,Story,Testing,AB,Web,Ann,,Cy,03/May/24,13/May/24,,31/May/24,,,AB-1,,3,S2,,In Progress,06/May/24 11:00 PM
Fax,AB-5,5,Story,Closed,AB,Web,Ann,Won't Do,,03/May/24,04/May/24,04/May/24,,,,,,,,,Done,04/May/24
Later,AB-6,6,Story,Backlog,AB,Web,Ann,,,03/May/24,03/May/24,,,,,,,,,,To Do,03/May/24
"""


def export(folder, text=HEADER + ROWS, name="jira.csv"):
    path = folder / name
    path.write_text(text.strip(), encoding="utf-8")
    return path


def search(folder, *issues, name="search.json", **beside):
    path = folder / name
    path.write_text(json.dumps({"expand": "schema,names", "issues": issues, **beside}))
    return path


def issue(key, *, status="Done", category="done", moves=(), **fields):
    return {
        "key": key,
        "fields": {
            "summary": f"Item {key}",
            "issuetype": {"name": "Story", "subtask": False},
            "project": {"key": "AB", "name": "Web"},
            "status": {"name": status, "statusCategory": {"key": category}},
            "created": "2024-05-01T23:30:00.000-0700",
            **fields,
        },
        "changelog": {
            "histories": [
                {
                    "created": when,
                    "items": [
                        {"field": "assignee", "fromString": None, "toString": "Bo"},
                        {"field": "status", "fromString": before, "toString": after},
                    ],
                }
                for when, before, after in moves
            ]
        },
    }


def read(*paths, **options):
    return jira.read(list(paths), links=NO_LINKS, **options)


def rows(received, table="work_item"):
    return next(part.rows for part in received.landed if part.table == table)


def by_item(received):
    frame = rows(received)
    return frame.set_index("item_id").to_dict("index")


def rules(received):
    return [remark.rule for remark in received.remarks]


def loaded(tmp_path, *paths, **settings):
    """Load files into a warehouse of their own and give what a query asks of it."""
    pointer = tmp_path / "w" / "warehouse.duckdb"
    pointer.parent.mkdir(exist_ok=True)
    given = warehouse.load(pointer, intake.find_files(paths), Settings(**settings))
    assert not given.failed
    assert sum(row.rows_quarantined for row in given.rows) == 0

    def ask(sql):
        with warehouse.open(pointer) as con:
            return con.execute(sql).fetchall()

    return ask


# What a CSV export says ---------------------------------------------------------------------------

IN_OTHER_LANGUAGES = {
    "de": """
Zusammenfassung,Vorgangsschlüssel,Vorgangs-ID,Vorgangstyp,Status,Projektname,Lösung,Zugewiesene Person,Erstellt,Aktualisiert,Erledigt,Fälligkeitsdatum,Benutzerdefinierte Felder (Story Points),Statuskategorie,Übergeordnet,Übergeordneter Schlüssel
Laden,AB-1,1,Epic,In Arbeit,Web,,Bo,01.05.2024 09:00,13.05.2024 15:31,,,,In Arbeit,,
Korb,AB-2,2,Story,Abgenommen,Web,Fertig,Bo,02.05.2024 09:00,10.05.2024 15:31,10.05.2024 15:31,31.05.2024,5,Fertig,1,AB-1
Test,AB-3,3,Unteraufgabe,Zu erledigen,Web,,,02.05.2024 09:00,10.05.2024 15:31,,,,,2,
Fax,AB-4,4,Story,Geschlossen,Web,Wird nicht erledigt,,02.05.2024 09:00,10.05.2024 15:31,04.05.2024 15:31,,,,,
""",
    "fr": """
Résumé,Clé de ticket,ID de ticket,Type de ticket,État,Nom du projet,Résolution,Responsable,Création,Mise à jour,Résolu,Date d’échéance,Champs personnalisés (Story Points),Catégorie d'état,Principal,Clé principale
Boutique,AB-1,1,Epic,En cours,Web,,Bo,01/mai/24 9:00 AM,13/mai/24 3:31 PM,,,,En cours,,
Panier,AB-2,2,Story,Recette,Web,Terminé,Bo,02/mai/24 9:00 AM,10/mai/24 3:31 PM,10/mai/24 3:31 PM,31/mai/24,5,Terminé,1,AB-1
Essai,AB-3,3,Sous-tâche,À faire,Web,,,02/mai/24 9:00 AM,10/mai/24 3:31 PM,,,,,2,
Fax,AB-4,4,Story,Fermé,Web,Doublon,,02/mai/24 9:00 AM,10/mai/24 3:31 PM,04/mai/24 3:31 PM,,,,,
""",
    "es": """
Resumen,Clave de incidencia,ID de la incidencia,Tipo de Incidencia,Estado,Nombre del proyecto,Resolución,Persona asignada,Creada,Actualizada,Resuelta,Fecha de vencimiento,Campo personalizado (Story Points),Categoría de estado,Principal,Clave principal
Tienda,AB-1,1,Epic,En curso,Web,,Bo,01/may/24 9:00 AM,13/may/24 3:31 PM,,,,En curso,,
Cesta,AB-2,2,Historia,Revisado,Web,Listo,Bo,02/may/24 9:00 AM,10/may/24 3:31 PM,10/may/24 3:31 PM,31/may/24,5,Listo,1,AB-1
Prueba,AB-3,3,Subtarea,Tareas por hacer,Web,,,02/may/24 9:00 AM,10/may/24 3:31 PM,,,,,2,
Fax,AB-4,4,Historia,Finalizada,Web,Rechazada,,02/may/24 9:00 AM,10/may/24 3:31 PM,04/may/24 3:31 PM,,,,,
""",
    "pt": """
Resumo,Chave da item,ID da item,Tipo de item,Status,Nome do projeto,Resolução,Responsável,Criado,Atualizado(a),Resolvido,Data limite,Campo personalizado (Story Points),Categoria do status,Pai,Chave principal
Loja,AB-1,1,Epic,Em andamento,Web,,Bo,01/mai/24 9:00 AM,13/mai/24 3:31 PM,,,,Em andamento,,
Cesta,AB-2,2,História,Homologado,Web,Itens concluídos,Bo,02/mai/24 9:00 AM,10/mai/24 3:31 PM,10/mai/24 3:31 PM,31/mai/24,5,Itens concluídos,1,AB-1
Teste,AB-3,3,Subtarefa,Tarefas pendentes,Web,,,02/mai/24 9:00 AM,10/mai/24 3:31 PM,,,,,2,
Fax,AB-4,4,História,Concluído,Web,Duplicado,,02/mai/24 9:00 AM,10/mai/24 3:31 PM,04/mai/24 3:31 PM,,,,,
""",
}


@pytest.mark.parametrize("language", IN_OTHER_LANGUAGES)
def test_an_export_in_another_language_says_the_same(tmp_path, language):
    ask = loaded(tmp_path, export(tmp_path, IN_OTHER_LANGUAGES[language]))

    assert ask("select project_id, name from project") == [("AB", "Web")]
    assert ask(
        "select item_id, level, state, parent_id, owner, points, created_on, done_on, due_on,"
        " status_date from work_item order by 1"
    ) == [
        ("AB-1", "epic", "in_progress", None, "Bo", None, date(2024, 5, 1), None, None, DAY),
        ("AB-2", "item", "done", "AB-1", "Bo", 5, date(2024, 5, 2), date(2024, 5, 10), MAY, DAY),
        ("AB-3", "subtask", "to_do", "AB-2", None, None, date(2024, 5, 2), None, None, DAY),
        (
            "AB-4",
            "item",
            "dropped",
            None,
            None,
            None,
            date(2024, 5, 2),
            date(2024, 5, 4),
            None,
            DAY,
        ),
    ]


def test_a_custom_field_called_as_a_field_of_jira_is_elsewhere_does_not_fill_it(tmp_path):
    text = HEADER.replace("Labels,Labels", "Custom field (Responsable),Labels") + ROWS
    (received,) = read(export(tmp_path, text))

    assert by_item(received)["AB-2"]["owner"] == "Bo"
    assert by_item(received)["AB-2"]["Custom field (Responsable)"] == "a"


def test_each_item_stands_with_its_state_its_last_sprint_and_its_days(tmp_path):
    (received,) = read(export(tmp_path))
    items = by_item(received)

    assert [(key, each["level"], each["state"]) for key, each in items.items()] == [
        ("AB-1", "epic", "in_progress"),
        ("AB-2", "item", "done"),
        ("AB-3", "subtask", "done"),
        ("AB-4", "item", "in_progress"),
        ("AB-5", "item", "dropped"),
        ("AB-6", "item", "to_do"),
    ]
    assert (items["AB-2"]["sprint"], items["AB-2"]["points"]) == ("S2", "5")
    assert items["AB-2"]["Labels"] == "a; b"
    assert items["AB-3"]["parent_id"] == "AB-2"
    # in progress since its category changed; what is done or waits says no such day
    assert items["AB-4"]["started_on"] == "06/May/24 11:00 PM"
    assert items["AB-6"]["started_on"] is items["AB-2"]["started_on"] is None
    # the newest day in the file dates it, and that is said
    assert set(rows(received)["status_date"]) == {"2024-05-13"}
    assert "date_of_export" in rules(received)


def test_days_are_read_as_they_are_written_in_several_languages(tmp_path):
    days = [
        "13/May/24 3:31 PM",
        "13/Mai/24 15:31",
        "13/mai/24 15:31",
        "13.05.24 15:31",
        "2024-05-13 15:31",
    ]
    days += ["13/may/24 15:31", "13 mai 2024"]
    text = "Issue key,Issue Type,Summary,Status,Created,Resolved\n" + "\n".join(
        f"AB-{at},Story,x,Done,{day},{day}" for at, day in enumerate(days)
    )

    ask = loaded(tmp_path, export(tmp_path, text, "jira_2024-05-31.csv"))

    assert ask("select distinct created_on, done_on from work_item") == [(date(2024, 5, 13),) * 2]


def test_a_day_in_numbers_takes_its_order_from_others_of_the_file(tmp_path):
    text = (
        "Issue key,Issue Type,Summary,Status,Created\n"
        "AB-1,Story,x,Open,3/4/2024 9:00\nAB-2,Story,x,Open,4/25/2024 9:00\n"
    )

    (received,) = read(export(tmp_path, text))

    assert set(rows(received)["status_date"]) == {"2024-04-25"}


def test_an_export_is_dated_by_the_command_else_by_its_name(tmp_path):
    named = export(tmp_path, name="Jira Export 20240520103000.csv")

    assert set(rows(*read(named))["status_date"]) == {"2024-05-20"}
    assert set(rows(*read(named, status_date=date(2024, 5, 31)))["status_date"]) == {"2024-05-31"}
    assert "date_of_export" not in rules(*read(named))


def test_exports_of_two_dates_stand_beside_each_other(tmp_path):
    first = export(tmp_path, name="jira_2024-05-13.csv")
    later = HEADER + ROWS.replace("Later,AB-6,6,Story,Backlog", "Later,AB-6,6,Story,Testing")
    second = export(tmp_path, later, "jira_2024-06-13.csv")

    ask = loaded(tmp_path, first, second)

    assert ask(
        "select cast(status_date as varchar), status from work_item where item_id = 'AB-6' order by 1"
    ) == [("2024-05-13", "Backlog"), ("2024-06-13", "Testing")]
    assert ask(
        "select items_left, items_done, items_dropped from work_item_flow order by status_date"
    ) == [
        *[(2, 1, 1)] * 2  # AB-4 and AB-6; AB-2; AB-5
    ]


def test_a_status_without_a_category_is_told_by_its_name_and_that_is_said(tmp_path):
    text = (
        "Issue key,Issue Type,Summary,Status,Updated\nAB-1,Story,x,Open,2024-05-01\n"
        "AB-2,Story,x,Waiting for Bo,2024-05-01\nAB-3,Story,x,Closed,2024-05-02\n"
    )

    (received,) = read(export(tmp_path, text))

    assert list(rows(received)["state"]) == ["to_do", "in_progress", "done"]
    assert rules(received).count("category_by_name") == 3
    assert "done_without_date" in rules(received)  # no day is resolved


def test_an_item_that_stands_twice_in_a_file_is_taken_once(tmp_path):
    (received,) = read(export(tmp_path, HEADER + ROWS + ROWS.strip().splitlines()[-1]))

    assert len(rows(received)) == 6
    assert "again" in rules(received)


# Projects -----------------------------------------------------------------------------------------


def test_projects_are_those_of_jira_unless_a_map_says_otherwise(tmp_path):
    (received,) = read(export(tmp_path))

    assert rows(received, "project").to_dict("records") == [
        {
            "row_number": 2,
            "project_id": "AB",
            "name": "Web",
            "manager": "Ann",
        }
    ]


def test_epics_can_be_the_projects_also_of_subtasks(tmp_path):
    (tmp_path / "map.yaml").write_text("sender: {project_from: epic}\n")
    said = intake.read_map(tmp_path / "map.yaml")

    ask = loaded(tmp_path, export(tmp_path), mapping=said, portfolio_id="web")

    assert ask("select project_id, name, portfolio_id from project order by 1") == [
        ("AB", "Web", "web"),
        ("AB-1", "Shop", "web"),
    ]
    assert ask("select project_id, string_agg(item_id, ' ' order by item_id) from work_item group by 1 "
               "order by 1") == [("AB", "AB-5 AB-6"), ("AB-1", "AB-1 AB-2 AB-3 AB-4")]  # fmt: skip


def test_a_field_can_be_the_project(tmp_path):
    (received,) = read(export(tmp_path), said={"project_from": "Assignee"})

    assert list(rows(received)["project_id"]) == ["AB", "Bo", "Bo", "Cy", "AB", "AB"]


def test_a_field_that_no_item_has_is_refused(tmp_path):
    with pytest.raises(UsageError, match="project_from names 'Team', which no item has; there are"):
        read(export(tmp_path), said={"project_from": "Team"})


def test_a_map_says_nothing_to_a_sender_that_does_not_know_it(tmp_path):
    path = export(tmp_path)

    _, failed = intake.receive(
        {"jira.csv": path}, Settings(mapping={"sender": {"epics": "yes"}}), links=[]
    )

    assert failed == {"jira.csv": "a map can say project_from to the sender jira, under 'sender:'"}


# The JSON of a search -----------------------------------------------------------------------------


def test_a_search_gives_when_work_began_when_it_ended_and_each_move(tmp_path):
    moves = [
        ("2024-05-03T09:00:00.000+0200", "To Do", "In Progress"),
        ("2024-05-06T09:00:00.000+0200", "In Progress", "Done"),
        ("2024-05-07T09:00:00.000+0200", "Done", "In Progress"),
        ("2024-05-10T00:30:00.000+0200", "In Progress", "Done"),
    ]
    path = search(
        tmp_path,
        issue("AB-1", moves=reversed(moves), customfield_7=3.5, customfield_8=[
            {"name": "S1", "state": "closed", "boardId": 1}, {"name": "S2", "state": "active"},
        ]),
        issue("AB-2", status="To Do", category="new"),
        names={"customfield_7": "Story Points"},
    )  # fmt: skip

    ask = loaded(tmp_path, path, status_date=date(2024, 5, 31))

    assert ask(
        "select item_id, state, sprint, points, created_on, started_on, done_on from work_item order by 1"
    ) == [
        # days as they were where they were written; opened again, so done on the 10th
        ("AB-1", "done", "S2", 3.5, date(2024, 5, 1), date(2024, 5, 3), date(2024, 5, 10)),
        ("AB-2", "to_do", None, None, date(2024, 5, 1), None, None),
    ]
    assert ask("select change_no, changed_on, to_status from work_item_change order by 1")[2:] == [
        (3, date(2024, 5, 7), "In Progress"),
        (4, date(2024, 5, 10), "Done"),
    ]
    assert ask("select cycle_days from work_item_time where item_id = 'AB-1'") == [(8,)]


def test_pages_of_a_search_are_one_backlog_and_an_epic_may_stand_on_another_page(tmp_path):
    epic = issue("AB-9", status="In Progress", category="indeterminate", issuetype={"name": "Epic"})
    first = search(tmp_path, issue("AB-1", parent={"key": "AB-9"}), name="1.json")
    second = search(tmp_path, epic, issue("AB-2"), name="2.json")

    one, two = read(first, second, status_date=date(2024, 5, 31), said={"project_from": "epic"})

    assert list(rows(one)["project_id"]) == ["AB-9"]
    assert list(rows(two)["project_id"]) == ["AB-9", "AB"]


def test_fields_without_names_are_said_to_be_unknown(tmp_path):
    (received,) = read(
        search(tmp_path, issue("AB-1", customfield_7=3)), status_date=date(2024, 5, 31)
    )

    assert "no_field_names" in rules(received)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"issues": [', "is no whole JSON file: .* cut off"),
        (b'{"issues": [{"key": "AB-1", "fields": {"summary": "x', "cut off"),
        (b'{"issues": []}', "holds no issues of Jira"),
        (b'{"issues": [{"fields": {}}]}', "none has a key"),
        (b'{"issues": [1, 2], "fields": 3}', "holds no issues of Jira"),
        (b'{"issues": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"issues": [{"key": "A\x00B"}]}', "Invalid control character"),
        (b'\xff\xfe{\x00"\xd8', "no Unicode text"),
    ],
)
def test_what_is_no_search_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "search.json"
    path.write_bytes(content)

    with pytest.raises(PmoAnalyticsError, match=said):
        read(path)


def test_a_search_saved_in_utf_16_is_read(tmp_path):
    path = search(tmp_path, issue("AB-1", summary="Größe"))
    path.write_text(path.read_text(), encoding="utf-16")

    received, failed = intake.receive(
        {"a": path}, Settings(status_date=date(2024, 5, 31)), links=[]
    )

    assert failed == {}
    assert list(rows(received["a"])["name"]) == ["Größe"]


def test_other_json_is_left_to_others(tmp_path):
    start = b'{"d": {"results": [{"__metadata": {"uri": "https://x/_api/ProjectData/Projects"}}]}}'

    assert not jira.opens(tmp_path / "p.json", start)
    assert not jira.opens(tmp_path / "package.json", b'{"name": "x", "version": "1"}')
    assert jira.opens(tmp_path / "s.json", b'[{"expand": "operations", "key": "AB-1"}]')


def test_a_broken_export_ends_in_a_load_or_a_sentence(tmp_path):
    texts = [
        (HEADER + ROWS).encode(),
        search(tmp_path, issue("AB-1", parent={"key": "AB-9"}), issue("AB-2")).read_bytes(),
    ]
    draw = random.Random(16)  # noqa: S311 - drawn alike each time
    said = []
    for at in range(300):
        raw = bytearray(texts[at % 2])
        for _ in range(draw.randint(1, 8)):
            place = draw.randrange(len(raw))
            part = bytes(draw.randrange(256) for _ in range(draw.randint(0, 4)))
            raw[place : place + draw.randint(0, 40)] = part
        path = tmp_path / ("x.json" if at % 2 else "x.csv")
        path.write_bytes(raw[: draw.randint(1, len(raw))] if draw.random() < 0.3 else raw)
        try:
            read(path)
        except PmoAnalyticsError as error:
            said.append(str(error))
    assert said
    assert not any("\n" in each for each in said)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not beside the checkout")
def test_the_sample_has_four_open_items_of_one_project(tmp_path):
    ask = loaded(tmp_path, SAMPLE)

    assert ask("select count(*), min(created_on), max(created_on) from work_item") == [
        (4, date(2018, 1, 12), date(2020, 6, 25))
    ]
    assert ask("select items_left, items_in_progress, items_done from work_item_flow") == [
        (4, 0, 0)
    ]
    assert ask("select project_id, name from project") == [("SMRGR", "SommerGarden")]
