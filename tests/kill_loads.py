"""Kill loads, withdrawals and rebuilds at random moments and look whether any harm was done.

Run it by hand: `python tests/kill_loads.py 150`. After each death the warehouse must be readable to
its last block and hold the old state or the new one; at the end a rebuild must give the same.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pmo_analytics import intake, model, warehouse
from pmo_analytics.intake import Settings
from pmo_analytics.warehouse import store

ROOT = Path(__file__).parents[1]
STATUS = "project_id,status_date,forecast_cost\n"


def contents(pointer: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every history and register, in order."""
    with warehouse.open(pointer) as con:
        names = [*(f"{name}_history" for name in model.tables()), *model.REGISTERS]
        return {name: con.execute(f"from {name} order by all").fetchall() for name in names}


def last_load(pointer: Path) -> int:
    """Number of the last load."""
    with warehouse.open(pointer) as con:
        return int(con.execute("select max(load_id) from load").fetchall()[0][0])


def begin(folder: Path) -> Path:
    """Make a small warehouse: ten projects, and a first report of each."""
    pointer = folder / "warehouse.duckdb"
    (folder / "project.csv").write_text("project_id\n" + "".join(f"P{n}\n" for n in range(10)))
    warehouse.load(pointer, intake.find_files([folder / "project.csv"]), Settings())
    write(folder, 0)
    warehouse.load(pointer, intake.find_files([folder / "project_status.csv"]), Settings())
    return pointer


def write(folder: Path, cost: int) -> None:
    """Write the report that the next load sends."""
    rows = "".join(f"P{n},2024-03-31,{cost + n}\n" for n in range(10))
    (folder / "project_status.csv").write_text(STATUS + rows)


def started(pointer: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pmo_analytics", *arguments, "--warehouse", str(pointer)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def work_of(pointer: Path, turn: int) -> list[str]:
    """Choose what is killed: a load that changes every row, a withdrawal, or a rebuild."""
    folder = pointer.parent
    if turn % 5 == 3:
        with warehouse.open(pointer) as con:
            gone = con.execute("select withdrawn_load_id from withdrawal").fetchall()
        loads = [each for each in range(2, last_load(pointer) + 1) if (each,) not in gone]
        return ["unload", str(loads[-1])]
    if turn % 5 == 4:
        return ["load", "--rebuild"]
    write(folder, turn * 100)
    return ["load", str(folder / "project_status.csv")]


def kill_one(pointer: Path, turn: int, longest: dict[str, float]) -> str:
    """Kill one piece of work at a random moment; return what was found."""
    arguments = work_of(pointer, turn)
    kind = arguments[-1] if arguments[-1] == "--rebuild" else arguments[0]
    before, number = contents(pointer), last_load(pointer)
    process, began = started(pointer, *arguments), time.monotonic()
    wait = random.uniform(0.3, 1.05) * longest.get(kind, 60.0)  # the first of a kind runs through
    if kind not in longest:
        process.wait()
    while process.poll() is None and time.monotonic() - began < wait:
        time.sleep(0.005)
    was_killed = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    if not was_killed:
        longest[kind] = time.monotonic() - began
    store.verify(store.current(pointer))
    after = contents(pointer)
    if after == before:
        return f"{kind}: {'killed, the old state' if was_killed else 'too late to kill'}"
    if kind == "--rebuild" or last_load(pointer) != number + 1:
        raise SystemExit(f"turn {turn}: {arguments} left neither the old nor the new state")
    if kind == "load":
        costs = {(f"P{n}", turn * 100 + n) for n in range(10)}
        with warehouse.open(pointer) as con:
            found = set(
                con.execute(
                    "select project_id, cast(forecast_cost as integer) from project_status"
                ).fetchall()
            )
        if found != costs:
            raise SystemExit(f"turn {turn}: the load is there in part")
    return f"{kind}: {'killed, the new state' if was_killed else 'too late to kill'}"


def main() -> None:
    """Kill as often as asked and print how often what was found."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    found: dict[str, int] = {}
    longest: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        pointer, killed, turn = begin(Path(folder)), 0, 0
        while killed < turns:
            turn += 1
            if turn % 25 == 0:  # with a long history a rebuild would take long
                (Path(folder) / str(turn)).mkdir()
                pointer = begin(Path(folder) / str(turn))
            said = kill_one(pointer, turn, longest)
            found[said] = found.get(said, 0) + 1
            killed += "killed" in said.split(":")[1][:8]
            sys.stdout.write(f"{killed}/{turns} {said}\n")
            sys.stdout.flush()
        before = contents(pointer)
        warehouse.rebuild(pointer)
        if contents(pointer) != before:
            raise SystemExit("a rebuild at the end does not give the same")
        if list(store.folder_of(pointer).glob("work-*")):
            raise SystemExit("something was left behind")
    sys.stdout.write("".join(f"{count:4} {said}\n" for said, count in sorted(found.items())))


if __name__ == "__main__":
    main()
