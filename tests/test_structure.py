"""The house: which rooms the package has, on which floor each stands, and that imports run downwards."""

import ast

from tests.conftest import ROOT

PACKAGE = ROOT / "pmo_analytics"
FLOORS = (  # a room imports from floors below its own, and from itself
    {"errors"},
    {"model", "workspace", "yaml_keys", "engines", "page", "terminal"},
    {"intake", "measures"},
    {"warehouse", "forecast", "planning"},
    {"funding", "workbooks"},
    {"reports"},
    {"cli"},
    {"__main__"},
)
FACE = "__init__"  # imports what a name needs when it is asked for
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def _room(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _imported(path):
    """Rooms that a module imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pmo_analytics"):
            inside = (node.module or "").split(".")[1:2]
            yield from inside or [name.name for name in node.names]
        elif isinstance(node, ast.Import):
            yield from (
                name.name.split(".")[1] for name in node.names if "pmo_analytics." in name.name
            )


def test_every_room_has_a_floor():
    rooms = {_room(path) for path in PACKAGE.rglob("*.py")} - {FACE}

    assert rooms == set(FLOOR_OF), "a new room needs a floor here; a gone one leaves"


def test_imports_run_downwards_only():
    upwards = {
        f"{path.relative_to(PACKAGE)} imports {room}"
        for path in PACKAGE.rglob("*.py")
        for room in _imported(path)
        if _room(path) != FACE and room in FLOOR_OF and room != _room(path)
        if FLOOR_OF[room] >= FLOOR_OF[_room(path)]
    }

    assert sorted(upwards) == []
