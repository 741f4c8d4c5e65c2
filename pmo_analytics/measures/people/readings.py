"""People: who is asked for and who there is, how firm the requests are, and who is overloaded now."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import (
    NAMED,
    counted,
    few_of,
    in_words,
    listed,
    number,
    percent,
    verb,
)

SMALLEST_SHOWN = 0.05  # FTE, with one decimal
TEAMS_DRAWN = 4  # shades that can be told apart
OTHERS = "other teams"
YEAR = 11  # months before this one that make a year with it
LATELY = 3  # months, this one the last, in which it is asked who booked too much


def load(at: Scope) -> pd.DataFrame:
    """Return `utilisation`, with what others ask, and what nobody says to be confirmed or not.

    Columns:
        those of `utilisation`. other_fte: of the demand, what projects outside the scope ask.
        unstated_fte: of the demand, that of which nobody says whether it is confirmed.
    """
    return _with_requests(at, at.once("utilisation"))


def history(at: Scope) -> pd.DataFrame:
    """Return the roles of `load` from a year back; roles that only others ask for are not the scope's."""
    found = at.frame(
        "select * from utilisation where month >= date_trunc('month', $status_date::date) "
        "- to_months($before) and role_id in (select d.role_id from demand as d inner join project as p "
        f"on d.project_id = p.project_id where {_OWN}) order by role_id, month",
        before=YEAR,
    )
    return _with_requests(at, found)


_OWN = "p.portfolio_id = $portfolio_id and ($unit = '' or p.business_unit = $unit)"


def _with_requests(at: Scope, roles: pd.DataFrame) -> pd.DataFrame:
    asked = at.frame(
        "select d.role_id, cast(date_trunc('month', d.month) as date) as month, "
        f"coalesce(sum(d.fte) filter (where ({_OWN}) is not true), 0) as other_fte, "
        "coalesce(sum(d.fte) filter (where d.confidence is null), 0) as unstated_fte "
        "from demand as d left join project as p on d.project_id = p.project_id group by all"
    )
    found = roles.merge(asked, on=["role_id", "month"], how="left")
    extra = ["other_fte", "unstated_fte"]
    return found.assign(**{each: found[each].astype(float).fillna(0.0) for each in extra})


def stated_roles(load: pd.DataFrame) -> list[str]:
    """Name the roles of `load` of which it is stated how many people there are."""
    return list(load[load["supply_fte"].notna()]["role_name"].unique())


def unstated_roles(load: pd.DataFrame) -> list[str]:
    """Name the roles of `load` that are asked for while nobody states how many people there are."""
    return list(load[load["supply_fte"].isna() & (load["demand_fte"] > 0)]["role_name"].unique())


def others(at: Scope) -> str:
    """Who else asks for the people of a role."""
    return "projects elsewhere" if at.unit else "other portfolios"


def with_others(at: Scope, load: pd.DataFrame) -> str:
    """Say of a figure that it counts what others ask too, where it does, to stand after it."""
    return f"; with {others(at)}" if load["other_fte"].sum() >= SMALLEST_SHOWN else ""


def of_whole_roles(at: Scope) -> str:
    """Say that people are shared, with whom, and how much of what is asked of them others ask."""
    asked = at.once(load)
    rest = float(asked["other_fte"].sum())
    shared = (
        f"Of the {number(asked['demand_fte'].sum(), 1)} person-months asked for, {number(rest, 1)} are "
        f"asked for by {others(at)}. "
        if rest >= SMALLEST_SHOWN
        else ""
    )
    if not at.unit:
        return f"Figures of a role are of all portfolios that share its people. {shared}" * bool(
            shared
        )
    return (
        f"Figures of a role are of all units that share its people; projects and people named are "
        f"those of {at.unit}. {shared}"
    )


def read_short(at: Scope) -> str:
    """Say whose figures these are, and of which roles it is not known whether there are enough people."""
    unknown = unstated_roles(at.once(load))
    said = (
        f"Whether there are enough people is not known for {listed(unknown)}: nobody states how many "
        "there are."
        if unknown
        else ""
    )
    return f"{of_whole_roles(at)}{said}".strip()


def shortages(at: Scope) -> pd.DataFrame:
    """List roles and months that are short, the worst first, with the projects that ask most.

    Grain:
        One row per over-allocated role and month in which a project of the scope asks for the role.

    Columns:
        role_id, role_name, month: which. supply_fte, demand_fte, over_fte: FTE of the whole role;
        over is short. projects: the projects of the scope that ask for most, with their FTE, and what
            all others ask for together, in words. other_fte: that, as a figure.
    """
    causes = at.over_allocation()
    causes = causes.assign(
        projects=[
            f"{name} ({number(fte, 1)})"
            for name, fte in zip(causes["project_name"], causes["project_fte"], strict=True)
        ]
    )
    keys = ["role_id", "role_name", "month", "supply_fte", "demand_fte", "over_fte"]
    found = pd.DataFrame(
        [
            (
                *key,
                ", ".join([*lines["projects"].iloc[:NAMED], *_elsewhere(at, lines)]),
                _rest(lines),
            )
            for key, lines in causes.groupby(keys, sort=False)
        ],
        columns=[*keys, "projects", "other_fte"],
    )
    return found.sort_values(["over_fte", "month"], ascending=[False, True], ignore_index=True)


def of_worst(short: pd.DataFrame) -> pd.DataFrame:
    """Return the months of the role that is short most over all of them, in order."""
    by_role = short.groupby("role_id", sort=False)["over_fte"].sum()
    return short[short["role_id"] == by_role.idxmax()].sort_values("month", ignore_index=True)


def share_undone(own: pd.DataFrame) -> float:
    """Share of what is asked of a role, in the months of `of_worst`, that nobody is there to do."""
    return float(own["over_fte"].sum()) / float(own["demand_fte"].sum())


def shortage(at: Scope) -> str:
    """Say of which role, and when, how much of the work has nobody; nothing where none is known short."""
    short = pd.DataFrame() if at.lacking("demand") else at.once(shortages)
    if short.empty:
        return ""
    own = of_worst(short)
    first, last = own["month"].min(), own["month"].max()
    when = f"{first:%b %Y}" if first == last else f"{first:%b} to {last:%b %Y}"
    return (
        f"{percent(share_undone(own))} of the work of role {own['role_name'].iloc[0]}, {when}, has "
        "nobody to do it (page People)"
    )


def _rest(lines: pd.DataFrame) -> float:
    return float(lines["demand_fte"].iloc[0]) - float(lines["project_fte"].sum())


def _elsewhere(at: Scope, lines: pd.DataFrame) -> list[str]:
    """Say what projects outside the scope ask of the role, where they do."""
    rest = _rest(lines)
    return [f"{others(at)} ({number(rest, 1)})"] if rest >= SMALLEST_SHOWN else []


def totals(load: pd.DataFrame) -> pd.DataFrame:
    """Add the roles of `load` up by month.

    Columns:
        month: key. demand_fte, confirmed_demand_fte, soft_demand_fte, unstated_fte: FTE. supply_fte: FTE;
        missing where a role is asked for of which nobody states how many there are.
    """
    names = ["supply_fte", "demand_fte", "confirmed_demand_fte", "unstated_fte"]
    found = load.groupby("month", as_index=False)[names].sum()
    unknown = load[load["supply_fte"].isna() & (load["demand_fte"] > 0)]["month"]
    return found.assign(
        supply_fte=found["supply_fte"].mask(found["month"].isin(unknown)),
        soft_demand_fte=found["demand_fte"] - found["confirmed_demand_fte"] - found["unstated_fte"],
    )


def offers(teams: pd.DataFrame) -> pd.DataFrame:
    """Return who offers each role that is short, in its worst month, from `team_utilisation`.

    Grain:
        One row per role and team, the shortest role first; the largest team first.
    """
    short = teams[teams["is_role_over_allocated"].fillna(value=False).astype(bool)]
    if short.empty:
        return short
    worst = short.sort_values(["role_gap_fte", "month"]).groupby("role_id")["month"].first()
    found = short[short["month"] == short["role_id"].map(worst)]
    return found.sort_values(
        ["role_gap_fte", "role_id", "supply_fte", "team"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )


def of_shortest_role(teams: pd.DataFrame) -> pd.DataFrame:
    """Return what each team offers of the role that is shortest, or nearest to it, by month.

    Beyond the largest teams, which a chart can tell apart, the others are added up.
    """
    if teams.empty:
        return teams
    role = teams.sort_values(["role_gap_fte", "month", "role_id"])["role_id"].iloc[0]
    mine = teams[teams["role_id"] == role]
    size = mine.groupby("team")["supply_fte"].sum().sort_values(ascending=False, kind="stable")
    kept = size.index if len(size) <= TEAMS_DRAWN else size.index[: TEAMS_DRAWN - 1]
    mine = mine.assign(team=mine["team"].where(mine["team"].isin(kept), OTHERS))
    keys = ["role_name", "team", "month", "role_demand_fte"]
    drawn: pd.DataFrame = mine.groupby(keys, as_index=False, sort=False)["supply_fte"].sum()
    return drawn


def is_booked_lately(at: Scope) -> bool:
    """Whether time on projects of the scope was booked at all in the months that `people` looks at."""
    found = at.frame(
        "select 1 from timesheet as t inner join project as p on t.project_id = p.project_id "
        f"where {_OWN} and t.month <= $status_date::date "
        "and t.month > $status_date::date - to_months($months) limit 1",
        months=LATELY,
    )
    return not found.empty


def people(at: Scope, *, months: int = LATELY) -> pd.DataFrame:
    """List people of a portfolio or unit who booked more than a full-time person, over all projects.

    Grain:
        One row per person and month of the last months in which the person worked for it, the most
        first.

    Columns:
        person_id, role_names, month: which. booked_fte: over all projects, also those elsewhere.
        projects: a count of all. project_ids, project_names: those of the portfolio or unit, and how
        many are elsewhere, in words. is_over_full_time: true.
    """
    return at.frame(
        "with own as (select t.person_id, cast(date_trunc('month', t.month) as date) as month, "
        "count(distinct t.project_id) as projects, string_agg(distinct t.project_id, ', ' order by "
        "t.project_id) as ids, string_agg(distinct coalesce(p.name, t.project_id), "
        "', ' order by coalesce(p.name, t.project_id)) as names from timesheet as t inner join project "
        "as p on t.project_id = p.project_id where p.portfolio_id = $portfolio_id and ($unit = '' or "
        "p.business_unit = $unit) group by all) select l.person_id, l.role_names, l.month, "
        "l.booked_fte, l.projects, own.ids as project_ids, own.names || "
        "case when l.projects > own.projects then ' and ' || (l.projects - own.projects) || ' elsewhere' "
        "else '' end as project_names, "
        "l.is_over_full_time from person_load as l inner join own on l.person_id = own.person_id and "
        "l.month = own.month where l.is_over_full_time and l.month <= $status_date::date "
        "and l.month > $status_date::date - to_months($months) "
        "order by l.booked_fte desc, l.month, l.person_id",
        months=months,
    )


def read_firmness(load: pd.DataFrame) -> str:
    """Say how much of the demand is confirmed, from `totals`."""
    asked = float(load["demand_fte"].sum())
    if not asked:
        return "Nobody asks for people from this month on."
    first, last = load["month"].min(), load["month"].max()
    stated = asked - float(load["unstated_fte"].sum())
    if not stated:
        return (
            f"It is not known how firm the demand from {first:%B %Y} to {last:%B %Y} is: no request says "
            "whether it is confirmed."
        )
    firm = float(load["confirmed_demand_fte"].sum()) / stated
    among = "" if stated == asked else f", where it is stated ({stated / asked:.0%} of them),"
    least = (load["supply_fte"] - load["demand_fte"]).min(skipna=False)
    spare = (
        " In every month there are more people than asked for, all roles together: only single roles are "
        "short."
        if least >= 0
        else ""
    )
    return (
        f"Of all roles, {firm:.0%} of the people asked for from {first:%B %Y} to {last:%B %Y}{among} are "
        f"confirmed; the rest is a forecast.{spare}"
    )


def read_teams(teams: pd.DataFrame) -> str:
    """Say who offers the role that is shortest, and what cannot be said, from `team_utilisation`."""
    if teams.empty:
        return "No team states people for a role that the projects ask for."
    by_role = teams.groupby("role_id")["team"].nunique()
    alone = int((by_role == 1).sum())
    said = (
        "Projects ask for a role and name no team, so what is asked cannot be set against one team; "
        f"{few_of(alone, len(by_role), 'role')} {verb(alone, 'is', 'are')} offered by one team alone."
    )
    found = offers(teams)
    if found.empty:
        return f"{said} No role is short."
    lines = found[found["role_id"] == found["role_id"].iloc[0]].to_dict("records")
    top = lines[0]
    each = [f"{number(line['supply_fte'], 1)} of {line['team']}" for line in lines]
    return (
        f"{said} In {top['month']:%B %Y}, {number(top['role_demand_fte'], 1)} FTE of {top['role_name']} "
        f"are asked for; on offer are {in_words(each)}, {number(-top['role_gap_fte'], 1)} too few in all."
    )


def read_people(load: pd.DataFrame) -> str:
    """Say who books more than a full-time person, from `people`."""
    if load.empty:
        return "Nobody booked more than full time in a month of the last three."
    top = load.to_dict("records")[0]
    most = load[load["booked_fte"].round(2) == round(float(top["booked_fte"]), 2)]
    who = counted(load["person_id"].nunique(), "person", "people")
    whose = (
        f"{top['person_id']} on {top['project_names']}"
        if len(most) == 1
        else f"in {counted(len(most), 'person-month')}"
    )
    return (
        f"{who} booked more than full time in a month of the last three, in "
        f"{counted(len(load), 'person-month')}; the most is {number(top['booked_fte'], 2)} FTE"
        f"{' by' if len(most) == 1 else ','} {whose}."
    )


def read_booked(load: pd.DataFrame) -> str:
    """Say how bookings compare with what was asked for, from `booked_against_plan`."""
    asked, spent = load["demand_fte"].sum(), load["booked_fte"].sum()
    if not asked:
        return "No time is booked that could be compared with the plans."
    known = load.dropna(subset=["booked_ratio"]).sort_values("booked_ratio")
    low = known.iloc[0] if len(known) > 1 else None
    least = "" if low is None else f"; least by {low['role_name']}, {low['booked_ratio']:.0%}"
    return (
        f"Over the last twelve months {spent / asked:.0%} of the time asked for was booked{least}."
    )
