"""Readers for published scheduling benchmarks: which activities, links and capacities are given."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pmo_analytics.engines.levelling import Instance
from pmo_analytics.errors import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Known:
    """An instance file and the shortest makespan published for it."""

    name: str
    instance: Instance
    best_known: int


def read_folder(folder: Path) -> list[Known]:
    """Read every instance that `best_known.csv` of the folder names, in its order."""
    index = folder / "best_known.csv"
    if not index.is_file():
        raise UnreadableFileError(f"{folder} has no best_known.csv; name a folder that has one")
    with index.open(newline="", encoding="utf-8") as rows:
        return [
            Known(
                row["instance"],
                read_instance(folder / row["instance"]),
                int(row["best_known_makespan"]),
            )
            for row in csv.DictReader(rows)
        ]


def read_instance(path: Path) -> Instance:
    """Read one file, in Patterson format or, if it has `project:activity` links, multi-project."""
    try:
        text = path.read_text(encoding="ascii")
        return _multi_project(text) if ":" in text else _patterson(text)
    except (OSError, ValueError, IndexError, StopIteration) as problem:
        raise UnreadableFileError(f"{path} is no scheduling instance: {problem}") from problem


def _patterson(text: str) -> Instance:
    numbers = map(int, text.split())
    count, resources = next(numbers), next(numbers)
    capacity = [next(numbers) for _ in range(resources)]
    durations, demands, links = [], [], []
    for activity in range(count):
        durations.append(next(numbers))
        demands.append([next(numbers) for _ in range(resources)])
        links += [(activity, next(numbers) - 1, 0) for _ in range(next(numbers))]
    return _instance(durations, demands, capacity, links, [0] * count)


def _multi_project(text: str) -> Instance:
    words = iter(text.split())
    projects, resources = int(next(words)), int(next(words))
    capacity = [int(next(words)) for _ in range(resources)]
    durations, demands, releases = [], [], []
    first, named = [], []
    for _ in range(projects):
        count, release = int(next(words)), int(next(words))
        used = [next(words) for _ in range(resources)]
        first.append(len(durations))
        for _ in range(count):
            activity = len(durations)
            durations.append(int(next(words)))
            held = [int(next(words)) for _ in used]
            demands.append([h if u == "1" else 0 for h, u in zip(held, used, strict=True)])
            named += [(activity, next(words)) for _ in range(int(next(words)))]
            releases.append(release)
    links = []
    for before, word in named:
        project, after = (int(x) - 1 for x in word.split(":"))
        links.append((before, first[project] + after, 0))
    return _instance(durations, demands, capacity, links, releases)


def _instance(
    durations: list[int],
    demands: list[list[int]],
    capacity: list[int],
    links: list[tuple[int, int, int]],
    releases: list[int],
) -> Instance:
    return Instance(
        durations=np.array(durations),
        demands=np.array(demands),
        capacity=np.array([capacity]),
        links=np.array(links),
        releases=np.array(releases),
    )
