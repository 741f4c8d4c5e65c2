"""The portfolio's position: how many projects, how much money, how rated, and what moved since."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import (
    NAMED,
    RATING_WORDS,
    counted,
    day,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    verb,
)

GREW = "grew or fell, like for like"
MOST = 0.5  # share of a total above which one contributor is called most of it


# Frames -------------------------------------------------------------------------------------------


def position(at: Scope) -> pd.DataFrame:
    """Projects, money and ratings at each report up to a date."""
    return at.portfolio_position(history=True)


def ratings(at: Scope) -> pd.DataFrame:
    """How ratings were shared out at each report up to a date; none where nothing was ever rated."""
    found = at.rating_count(history=True)
    return found if found["rag"].ne("unrated").any() else found.head(0)


def rated_twice(changes: pd.DataFrame) -> pd.DataFrame:
    """Projects of `changes` that were rated in both reports."""
    return changes.dropna(subset=["rag", "previous_rag"])


def by_growth(units: pd.DataFrame) -> pd.DataFrame:
    """Units of `unit_change`, largest change of cost of each currency first."""
    sized = units.assign(size=units["cost_growth"].abs())
    return currencies.ranked(sized, "size", "business_unit").drop(columns="size")


def comparable(units: pd.DataFrame) -> pd.DataFrame:
    """Units with a cost in both reports."""
    return units[units["costs_compared"] > 0]


def moved(changes: pd.DataFrame, *movements: str) -> pd.DataFrame:
    """Projects of `changes` whose movement is one of those named, dearest of each currency first."""
    cost = changes["forecast_cost"].fillna(changes["previous_forecast_cost"])
    chosen = changes.assign(known_cost=cost)[changes["movement"].isin(movements)]
    return currencies.ranked(chosen, "known_cost", "name")


def slipped(changes: pd.DataFrame, *, count: int = 12) -> pd.DataFrame:
    """Projects of `changes` whose finish moved furthest later, furthest first."""
    later = changes[(changes["drift_days"] > 0) & ~changes["is_date_redefined"]]
    return later.sort_values(["drift_days", "name"], ascending=[False, True]).head(count)


def grown(changes: pd.DataFrame, *, count: int = 12) -> pd.DataFrame:
    """Projects of `changes` with the largest change of cost either way, largest rise first."""
    known = changes[changes["cost_growth"].notna() & (changes["cost_growth"] != 0)]
    known = known[~known["is_scope_change"]].assign(size=lambda rows: rows["cost_growth"].abs())
    return currencies.ranked(
        currencies.ranked(known, "size", count=count).drop(columns="size"), "cost_growth"
    )


def bridge(changes: pd.DataFrame) -> pd.DataFrame:
    """What leads from the sum of costs stated in the report before to that of this one, in one currency.

    Grain:
        One row per cause that a project of `changes` has, of largest effect first.

    Columns:
        cause; projects: a count. amount: currency, what it adds to the sum. largest: the project with
        most of it, and its amount.
    """
    was, now = (changes[name].astype(float) for name in ("previous_forecast_cost", "forecast_cost"))
    came = changes["movement"].isin(["entered", "returned"])
    left = changes["movement"].eq("left")
    is_scope, is_rebased = (
        changes[name].eq(other=True) for name in ("is_scope_change", "is_price_base_changed")
    )
    causes = pd.Series(GREW, changes.index)
    causes = causes.mask(is_rebased, "state other prices than before")
    causes = causes.mask(
        is_scope, "changed in scope, to over ten times or under a tenth of their cost"
    )
    causes = causes.mask(was.isna() & now.notna(), "state a cost, and did not before")
    causes = causes.mask(was.notna() & now.isna(), "state no cost any more")
    causes = causes.mask(came, "entered the portfolio").mask(left, "left the portfolio")
    moved = changes.assign(cause=causes, amount=now.fillna(0) - was.fillna(0))
    moved = moved[was.notna() | now.notna()]
    if moved["amount"].eq(0).all():
        return pd.DataFrame(columns=["cause", "projects", "amount", "currency", "largest"])
    top = moved.loc[moved.groupby("cause")["amount"].apply(lambda part: part.abs().idxmax())]
    found = moved.groupby("cause", as_index=False).agg(
        projects=("project_id", "size"), amount=("amount", "sum"), currency=("currency", "first")
    )
    said = {
        row["cause"]: f"{row['name']}, {money(row['amount'], row['currency'] or '')}"
        for row in top.to_dict("records")
    }
    found["largest"] = found["cause"].map(said)
    return found.sort_values("amount", key=abs, ascending=False, ignore_index=True)


# Sentences ----------------------------------------------------------------------------------------


def is_mostly_other(bridge: pd.DataFrame, position: pd.DataFrame) -> bool:
    """Whether the sum of costs moved mostly by other things than projects growing, from `bridge`."""
    sums = position.groupby("status_date")["forecast_cost"].sum().tail(2)
    if len(sums) < 2 or bridge["cause"].eq(GREW).all():  # noqa: PLR2004 - two reports
        return False
    grown = float(bridge.loc[bridge["cause"].eq(GREW), "amount"].sum())
    return abs(grown) <= MOST * abs(float(sums.iloc[1] - sums.iloc[0]))


def read_bridge(bridge: pd.DataFrame, position: pd.DataFrame) -> str:
    """Say that the sum of costs moved by more or less than costs did, from `bridge`."""
    sums = position.groupby("status_date")["forecast_cost"].sum().tail(2)
    if bridge.empty or len(sums) < 2:  # noqa: PLR2004 - two reports
        return ""
    currency = str(bridge["currency"].iloc[0] or "")
    was, now = (money(each, currency) for each in sums)
    said = f"The sum went from {was} to {now} since the report before"
    others = bridge[bridge["cause"].ne(GREW)]
    grown = float(bridge.loc[bridge["cause"].eq(GREW), "amount"].sum())
    if not is_mostly_other(bridge, position):
        return f"{said}."
    first = others.iloc[0]
    return (
        f"{said}. Like for like, costs moved by {money(grown, currency)} of that; the largest other part, "
        f"{money(first['amount'], currency)}, is of {counted(first['projects'], 'project')} that "
        f"{first['cause']}."
    )


def read_dating(position: pd.DataFrame) -> list[str]:
    """Say which reports of a position state another date than it, and who reported twice, if any."""
    now = position[position["status_date"] == position["status_date"].max()]
    late, twice = int(now["projects_late"].sum()), int(now["projects_twice"].sum())
    said = [f"{counted(late, 'report')} {verb(late, 'is', 'are')} dated later and counted here"]
    repeated = (
        f"{counted(twice, 'project')} reported more than once in the period; the last report counts"
    )
    return (said if late else []) + ([repeated] if twice else [])


def read_disclosed(position: pd.DataFrame) -> str:
    """Say what the projects of each currency state as whole-life cost at the last report."""
    now = position[position["status_date"] == position["status_date"].max()]
    known = now[now["projects_with_cost"] > 0].sort_values(
        "projects", ascending=False, kind="stable"
    )
    if known.empty:
        return ""
    sums = [
        f"{money(row['forecast_cost'], '' if is_missing(row['currency']) else row['currency'])} by "
        f"{counted(row['projects_with_cost'], 'project')}"
        for row in known.to_dict("records")
    ]
    left_out = read_undisclosed(position)
    return f"Whole-life cost stated: {in_words(sums)}{f'; {left_out}' if left_out else ''}."


def read_budgets(reports: pd.DataFrame) -> str:
    """Say what budgets the projects of each currency state, from `status_report`."""
    known = reports[reports["bac"].notna()]
    sums = [
        f"{money(part['bac'].sum(), str(currency))} by {counted(len(part), 'project')}"
        for currency, part in known.groupby(known["currency"].fillna(""), sort=True)
    ]
    return f"Budgets stated: {in_words(sums)}." if sums else ""


def read_undisclosed(position: pd.DataFrame) -> str:
    """Say how many projects withhold their cost at the last report, and how many state none."""
    now = position[position["status_date"] == position["status_date"].max()]
    withheld = int(now["projects_cost_withheld"].sum())
    silent = int(now["projects"].sum() - now["projects_with_cost"].sum()) - withheld
    parts = [f"{number(withheld)} withheld" if withheld else ""]
    parts += [f"{number(silent)} not stated" if silent else ""]
    return " and ".join(filter(None, parts))


def read_ratings(ratings: pd.DataFrame) -> str:
    """Say how the ratings stand now, how they stood in the report before, and on which scale."""
    if ratings.empty:
        return "No project of this portfolio declares a delivery status."
    dates = sorted(ratings["status_date"].unique())
    now = _shares(ratings, dates[-1])
    if not any(now.values()):
        return f"At {day(dates[-1])} no project declares a delivery status."
    count, rated = _red(ratings, dates[-1])
    said = (
        f"At {day(dates[-1])}, {number(count)} of {counted(rated, 'rated project')} "
        f"{verb(count, 'is', 'are')} red ({percent(now['red'])}){_others(ratings, dates[-1])}."
    )
    before = _shares(ratings, dates[-2]) if len(dates) > 1 else {}
    if not any(before.values()):
        return said
    was, then = _red(ratings, dates[-2])
    said += (
        f" At {day(dates[-2])} it was {number(was)} of {number(then)} ({percent(before['red'])})."
    )
    five = ratings[ratings["is_five_point"]]["status_date"]
    if len(five) and five.max() < dates[-1]:
        first = min(found for found in dates if found > five.max())
        said += (
            f" The scale had five points until {day(five.max())} and has three since {day(first)}: "
            "amber now takes in most of what was amber/green and amber/red, so shares before and "
            "after that date cannot be compared."
        )
    return said


def _shares(ratings: pd.DataFrame, at: object) -> dict[str, float]:
    """Share of the rated projects by rating at one date."""
    found = ratings[(ratings["status_date"] == at) & (ratings["rag"] != "unrated")]
    counts = dict(zip(found["rag"], found["projects"], strict=True))
    total = sum(counts.values()) or 1
    return {rag: counts.get(rag, 0) / total for rag in RATING_WORDS}


def _others(ratings: pd.DataFrame, at: object) -> str:
    """Count those of the other ratings at one date, the worse first: ", 9 amber and 13 green"."""
    found = ratings[ratings["status_date"] == at].set_index("rag")["projects"]
    worst_first = [rag for rag in reversed(RATING_WORDS) if rag not in ("red", "unrated")]
    others = [f"{number(found[rag])} {RATING_WORDS[rag]}" for rag in worst_first if found.get(rag)]
    return f", {in_words(others)}" if others else ""


def _red(ratings: pd.DataFrame, at: object) -> tuple[int, int]:
    """Count red and rated projects at one date."""
    found = ratings[(ratings["status_date"] == at) & (ratings["rag"] != "unrated")]
    return int(found.loc[found["rag"] == "red", "projects"].sum()), int(found["projects"].sum())


def is_first(changes: pd.DataFrame) -> bool:
    """Whether there is no report before that of `changes`, so that nothing can be compared."""
    return bool(changes["previous_status_date"].isna().all())


def read_movements(changes: pd.DataFrame) -> str:
    """Say how many projects entered, left, improved and worsened since the previous report."""
    return " ".join(_movements(changes))


def _movements(changes: pd.DataFrame) -> list[str]:
    if is_first(changes):
        return ["Which projects come, go or are rated otherwise shows from the second report on."]
    counts = changes["movement"].value_counts()
    came = [
        f"{counted(counts[name], 'project')} {name}: {listed(list(moved(changes, name)['name']))}"
        for name in ("entered", "left", "returned")
        if counts.get(name)
    ]
    since = f"Since {day(changes['previous_status_date'].dropna().iloc[0])}"
    said = [f"{since}, {'; '.join(came) or 'no project entered or left'}."]
    rated = {"improved", "worsened", "unchanged"} & set(counts.index)
    if rated:
        said.append(
            f"Of those rated both times, {number(counts.get('improved', 0))} improved, "
            f"{number(counts.get('worsened', 0))} worsened and "
            f"{number(counts.get('unchanged', 0))} stayed."
        )
        fell = moved(changes, "worsened")
        if reds := list(fell[fell["rag"] == "red"]["name"]):
            said.append(f"Newly red: {listed(reds)}.")
    if counts.get("scale changed"):
        said.append(
            f"For {number(counts['scale changed'])} more the scale changed in between, and whether "
            f"{verb(counts['scale changed'], 'it', 'they')} moved cannot be told."
        )
    return said


def read_drift(changes: pd.DataFrame) -> str:
    """Say how many forecast finishes moved, by how much, and which moved most."""
    return " ".join(_drift(changes))


def _drift(changes: pd.DataFrame) -> list[str]:
    if is_first(changes):
        return ["How far finish dates move shows from the second report on."]
    known = changes[changes["drift_days"].notna() & ~changes["is_date_redefined"]]
    if known.empty:
        return ["No project has a forecast finish in both reports, so slip cannot be measured."]
    later, earlier = known[known["drift_days"] > 0], known[known["drift_days"] < 0]
    said = [
        (
            f"Of {counted(len(known), 'project')} with a finish date in both reports, "
            f"{number(len(later))} moved later ({percent(len(later) / len(known))}) and "
            f"{number(len(earlier))} earlier."
        )
    ]
    if len(later):
        worst = slipped(changes).iloc[0]
        said.append(
            f"The median slip is {counted(later['drift_days'].median(), 'day')}; the longest is "
            f"{worst['name']}, {counted(worst['drift_days'], 'day')}, now due "
            f"{day(worst['forecast_finish'])}."
        )
    redefined = changes[changes["is_date_redefined"]]
    if len(redefined):
        said.append(
            f"{number(len(redefined))} more moved by over ten years in one report "
            f"({listed(list(redefined['name']))}): {verb(len(redefined), 'its', 'their')} date means "
            "something else now, so it is not counted as slip."
        )
    return said


def read_growth(changes: pd.DataFrame, total: pd.DataFrame) -> str:
    """Say by how much cost grew over comparable projects and which projects explain it.

    `total` is the row of `unit_change` for all units, one per currency.
    """
    return " ".join(_growth(changes, total))


def _growth(changes: pd.DataFrame, total: pd.DataFrame) -> list[str]:
    if is_first(changes):
        return ["How far costs move shows from the second report on."]
    rebased = changes[changes["is_price_base_changed"]]
    if total.empty or not total["costs_compared"].sum():
        if len(rebased):
            return _rebased(rebased)
        return ["No project has a whole-life cost in both reports, so growth cannot be measured."]
    said = []
    for row in total[total["costs_compared"] > 0].to_dict("records"):
        currency = row["currency"]
        where = f" in {currency}" if currency and len(total) > 1 else ""
        same = changes["currency"].eq(currency) if currency else changes["currency"].isna()
        rises = grown(changes[same], count=len(changes))
        net = float(row["cost_growth"])
        said.append(
            f"Whole-life cost{where} {'rose' if net >= 0 else 'fell'} by {money(abs(net), currency or '')} "
            f"({_signed_percent(row['cost_growth_ratio'])}), like for like over "
            f"{counted(row['costs_compared'], 'project')}."
        )
        said += _drivers(rises, net, currency or "")
    jumps = int(changes["is_scope_change"].sum())
    if jumps:
        names = listed(list(changes.loc[changes["is_scope_change"], "name"]))
        said.append(
            f"{number(jumps)} more ({names}) moved to over ten times or under a tenth of "
            f"{verb(jumps, 'its cost: a change', 'their cost: changes')} of scope, left out here."
        )
    return said + _rebased(rebased)


def _rebased(changes: pd.DataFrame) -> list[str]:
    """Say which costs are stated in other prices than before, so that no growth is measured."""
    said = []
    for now, part in changes.groupby("price_base", dropna=False):
        before = [str(prices) for prices in part["previous_price_base"].dropna().unique()]
        said.append(
            f"The cost of {counted(len(part), 'project')} is {_in_prices(now)} and was "
            f"{_in_prices(listed(before) if before else None)}, so its growth is not measured."
        )
    return said


def _in_prices(base: object) -> str:
    return "in prices not stated" if is_missing(base) else f"in prices of {base}"


def _drivers(rises: pd.DataFrame, net: float, currency: str) -> list[str]:
    """Name the projects behind a net change of cost."""
    same_way = rises[(rises["cost_growth"] * net) > 0]
    if same_way.empty:
        return []
    ordered = same_way.reindex(same_way["cost_growth"].abs().sort_values(ascending=False).index)
    named = [
        f"{row['name']} ({money(abs(row['cost_growth']), currency)})"
        for row in ordered.head(NAMED).to_dict("records")
    ]
    gross = float(ordered["cost_growth"].sum())
    top = float(ordered["cost_growth"].head(NAMED).sum())
    moves = "rises" if net >= 0 else "falls"
    if len(ordered) == 1:
        return [f"It is {named[0]}."]
    return [f"The largest {moves} are {listed(named)}: {percent(top / gross)} of all {moves}."]


def read_units(units: pd.DataFrame, *, is_first: bool = False) -> str:
    """Say which business units explain the change of cost, and where finishes slip most."""
    if is_first:
        return "How costs and finishes of units move shows from the second report on."
    known = by_growth(units[units["costs_compared"] > 0])
    if known.empty:
        return "No unit has costs or finishes that can be compared."
    top = known.iloc[0]
    said = (
        f"{top['business_unit']} moved most in cost: {money(top['cost_growth'], top['currency'] or '')} "
        f"({_signed_percent(top['cost_growth_ratio'])}) over {counted(top['costs_compared'], 'project')}."
    )
    enough = units[(units["finishes_compared"] >= NAMED) & (units["finishes_later"] > 0)]
    if enough.empty:
        return said
    shares = enough["finishes_later"] / enough["finishes_compared"]
    late = enough.loc[[shares.idxmax()]].iloc[0]
    return (
        f"{said} Of units with {NAMED} dates or more, {late['business_unit']} slipped most often: "
        f"{number(late['finishes_later'])} of {counted(late['finishes_compared'], 'date')}."
    )


def _signed_percent(value: float) -> str:
    return f"{'+' if value > 0 else ''}{percent(value, 1)}"
