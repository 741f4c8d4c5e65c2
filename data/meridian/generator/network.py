"""Schedule networks of the projects, calculated by the critical path method on working days."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from .draws import Draw
from .progress import Story, projects, story_of

FAULTS = {
    "MER-020": "open_end",
    "MER-045": "open_end",
    "MER-042": "lead",
    "MER-011": "hard_constraint",
    "MER-041": "negative_float",
    "MER-051": "missing_baseline",
    "MER-032": "invalid_date",
    "MER-006": "riding_date",
    "MER-029": "long_duration",
    "MER-015": "no_resource",
}
STREAMS = ("channel", "services", "data feeds", "reporting")


@dataclass(frozen=True)
class Activity:
    """An activity: working days planned, and working days it really takes."""

    key: str
    wbs: str
    name: str
    package: int
    weight: int
    planned: int = 0
    true: int = 0

    @property
    def is_milestone(self) -> bool:
        """Whether it has no duration."""
        return self.weight == 0


@dataclass(frozen=True)
class Link:
    """A relationship between two activities, with its lag in working days."""

    before: str
    after: str
    kind: str = "FS"
    lag: int = 0


@dataclass(frozen=True)
class Network:
    """The activities of a project in an order that respects the links."""

    activities: tuple[Activity, ...]
    links: tuple[Link, ...]


Spans = dict[str, tuple[int, int]]


def easter(year: int) -> date:
    """Easter Sunday (anonymous Gregorian computus)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114
    return date(year, n // 31, n % 31 + 1)


def _monday(year: int, month: int, *, last: bool = False) -> date:
    day = date(year, month, 25 if last else 1)
    return day + timedelta(days=(7 - day.weekday()) % 7)


@cache
def holidays(country: str) -> tuple[date, ...]:
    """Public holidays on weekdays, 2023 to 2029: England, or Ireland for the Dublin project."""
    days = set()
    for year in range(2023, 2030):
        sunday = easter(year)
        days |= {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
        days |= {sunday + timedelta(days=1), _monday(year, 5)}
        if country == "IE":
            days |= {date(year, 3, 17), _monday(year, 2), _monday(year, 6), _monday(year, 8)}
        else:
            days |= {sunday - timedelta(days=2)}
            days |= {_monday(year, month, last=True) for month in (5, 8)}
    return tuple(sorted(day for day in days if day.weekday() < 5))  # noqa: PLR2004


@cache
def working_days(country: str) -> tuple[date, ...]:
    """Every working day from 2023 to 2029."""
    first, off = date(2023, 1, 1), set(holidays(country))
    every = (first + timedelta(days=i) for i in range(7 * 366))
    return tuple(day for day in every if day.weekday() < 5 and day not in off)  # noqa: PLR2004


def country_of(project_id: str) -> str:
    """Country whose holidays the project keeps."""
    return "IE" if projects()[project_id].currency == "EUR" else "GB"


@cache
def position(country: str, day: date) -> int:
    """Count the working days before a day."""
    return sum(1 for other in working_days(country) if other < day)


def _streams(draw: Draw, count: int, increments: int) -> tuple[list[Activity], list[Link]]:
    activities, links = [], []
    for s in range(1, count + 1):
        chain = [("D", "Design", 0, draw.whole(26, 34))]
        chain += [
            (f"B{i}", f"Build increment {i},", 1, draw.whole(26, 34))
            for i in range(1, increments + 1)
        ]
        chain += [("U", "Unit test", 1, draw.whole(14, 20))]
        keys = [f"A3{s}{code}" for code, *_ in chain]
        for i, (key, (_, name, package, weight)) in enumerate(zip(keys, chain, strict=True), 1):
            activities.append(
                Activity(key, f"2.{s}.{i}", f"{name} {STREAMS[s - 1]}", package, weight)
            )
        links += [Link("A130", keys[0]), Link("A140", keys[1])]
        links += [Link(a, b) for a, b in pairwise(keys)]
        links.append(Link(keys[-1], "A410"))
    return activities, links


def _template(draw: Draw, working: int) -> Network:
    """Lay out a network whose longest chain needs no activity longer than 44 days."""
    increments = max(1, round((working - 9 * 26) / 34))
    head = [
        Activity("A100", "1.1", "Project start", 0, 0),
        Activity("A110", "1.2", "Mobilise the team", 0, 18),
        Activity("A120", "1.3", "Gather requirements", 0, 32),
        Activity("A130", "1.4", "Agree requirements", 0, 14),
        Activity("A140", "1.5", "Architecture and security design", 0, 30),
    ]
    streams, stream_links = _streams(draw, draw.whole(2, 3 if increments > 4 else 4), increments)  # noqa: PLR2004
    tail = [
        Activity("A310", "2.8", "Prepare migration data", 2, 34),
        Activity("A320", "2.9", "Rehearse the migration", 2, 24),
        Activity("A410", "3.1", "Integration test", 3, 32),
        Activity("A420", "3.2", "Fix and retest", 3, 22),
        Activity("A430", "3.3", "User acceptance test", 3, 30),
        Activity("A440", "3.4", "Security test", 3, 18),
        Activity("A450", "4.1", "Train the users", 4, 20),
        Activity("A460", "4.2", "Cut over", 4, 9),
        Activity("A470", "4.3", "Live", 4, 0),
        Activity("A480", "4.4", "Hypercare", 4, 24),
        Activity("A490", "4.5", "Project closed", 4, 0),
    ]
    last_build = [a.key for a in streams if a.key.startswith("A31B")][-1]
    links = [
        Link("A100", "A110"), Link("A110", "A120"), Link("A120", "A130"),
        Link("A120", "A140", "SS", 8), *stream_links, Link(last_build, "A310"),
        Link("A310", "A320"), Link("A320", "A420"), Link("A410", "A420"), Link("A420", "A430"),
        Link("A420", "A440"), Link("A430", "A460"), Link("A440", "A460"), Link("A420", "A450"),
        Link("A450", "A460", "FF"), Link("A460", "A470"), Link("A470", "A480"),
        Link("A480", "A490"),
    ]  # fmt: skip
    return Network((*head, *streams, *tail), tuple(links))


def forward(network: Network, days: dict[str, int], fixed: Spans, earliest: int) -> Spans:
    """Earliest start and finish of each activity; `fixed` ones stay where they are."""
    spans = dict(fixed)
    for activity in network.activities:
        if activity.key in spans:
            continue
        length, start = days[activity.key], earliest
        for link in network.links:
            if link.after == activity.key:
                begun, done = spans[link.before]
                at = {"FS": done, "SS": begun, "FF": done - length, "SF": begun - length}
                start = max(start, at[link.kind] + link.lag)
        spans[activity.key] = (start, start + length)
    return spans


def total_float(network: Network, spans: Spans, caps: dict[str, int]) -> dict[str, int]:
    """Days each activity can slip before the project's end, or a constraint, moves."""
    end, latest = max(done for _, done in spans.values()), dict[str, int]()
    for activity in reversed(network.activities):
        begun, done = spans[activity.key]
        finish = min(end, caps.get(activity.key, end))
        for link in network.links:
            if link.before == activity.key:
                after = spans[link.after]
                last = latest[link.after]
                start, length = last - (after[1] - after[0]), done - begun
                at = {"FS": start, "SS": start + length, "FF": last, "SF": last + length}
                finish = min(finish, at[link.kind] - link.lag)
        latest[activity.key] = finish
    return {
        activity.key: latest[activity.key] - spans[activity.key][1]
        for activity in network.activities
    }


def _fitted(network: Network, weights: dict[str, int], working: int) -> dict[str, int]:
    """Scale the durations so that the network takes exactly this many working days."""
    low, high = 1, 400
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (middle, high)
            if _length(network, scaled(weights, middle)) <= working
            else (low, middle)
        )
    days = scaled(weights, low)
    days["A480"] = max(1, days["A480"] + working - _length(network, days))
    return days


def scaled(weights: dict[str, int], percent: int) -> dict[str, int]:
    """Stretch every duration by a percentage; work takes at least a day."""
    return {
        key: max(1, weight * percent // 100) if weight else 0 for key, weight in weights.items()
    }


def _length(network: Network, days: dict[str, int]) -> int:
    return max(done for _, done in forward(network, days, {}, 0).values())


def _last_day(story: Story) -> date:
    """Day on which the work would be done, for a cancelled project at the pace it had."""
    start, share = story.project.start, max(story.progress.values())
    return start + timedelta(days=round((story.finish - start).days / share))


@cache
def network_of(project_id: str) -> Network:
    """Build the network of a project: planned and true durations, and its planted fault."""
    story, country = story_of(project_id), country_of(project_id)
    draw = Draw(8, story.project.number)
    origin = position(country, story.project.start)
    working = position(country, story.project.finish + timedelta(days=1)) - origin
    took = position(country, _last_day(story) + timedelta(days=1)) - origin
    network = _planted(project_id, _template(draw, working))
    weights = {a.key: a.weight for a in network.activities}
    if FAULTS.get(project_id) == "long_duration":
        weights["A310"] *= 3
    planned = _fitted(network, weights, working)
    noisy = {key: days * draw.whole(85, 118) // 10 for key, days in planned.items()}
    true = _fitted(network, noisy, took)
    return replace(
        network,
        activities=tuple(
            replace(a, planned=planned[a.key], true=true[a.key]) for a in network.activities
        ),
    )


def _planted(project_id: str, network: Network) -> Network:
    fault, links, activities = FAULTS.get(project_id), network.links, network.activities
    if fault == "open_end":
        loose = [*[a.key for a in activities if a.key.endswith("U")][1:], "A320", "A440", "A450"]
        links = tuple(link for link in links if link.before not in loose)
    if fault == "lead":
        led = ("A430", "A420", "A460")
        links = tuple(replace(k, lag=-5) if k.after in led and k.kind == "FS" else k for k in links)
    if fault == "riding_date":
        retired = Activity("A455", "4.6", "Retire the old service", 4, 12)
        activities = (*activities[:-1], retired, activities[-1])
        links = (*links, Link("A455", "A490"))
    return Network(activities, links)
