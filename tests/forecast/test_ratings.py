"""Ratings scored as forecasts, against other implementations and on drawn ratings."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf, mannwhitneyu

from pmo_analytics import warehouse
from pmo_analytics.forecast import rating_page, ratings
from pmo_analytics.measures import Scope

SEED = 7
DAYS = pd.date_range("2015-03-31", periods=8, freq="YE")


def _cases(seed=SEED, projects=60, skilled=0.5):
    """Ratings of drawn projects over eight years; what came follows the rating in part."""
    rng = np.random.default_rng(seed)
    rank = rng.integers(0, 3, size=(projects, 8))
    came = rng.random((projects, 8)) < 0.2 + skilled * rank / 2
    name, day = np.meshgrid(np.arange(projects), np.arange(8), indexing="ij")
    return pd.DataFrame(
        {
            "project_id": [f"P{each}" for each in name.ravel()],
            "status_date": DAYS[day.ravel()],
            "known_on": DAYS[day.ravel()] + pd.Timedelta(days=365),
            "horizon": "year",
            "whose": "declared",
            "scale": "three",
            "rating": np.array(ratings.SCALES["three"])[rank.ravel()],
            "rank": rank.ravel(),
            "outcome": "is_dearer",
            "came": came.ravel().astype(float),
        }
    )


def test_pairs_told_apart_are_those_of_mann_and_whitney():
    long = _cases()

    (score,) = ratings.scores(long).to_dict("records")

    worse, better = (long.loc[long["came"] == came, "rank"] for came in (1, 0))
    u = mannwhitneyu(worse, better).statistic
    assert score["auc"] == pytest.approx(u / (len(worse) * len(better)))
    assert score["auc_low"] < score["auc"] < score["auc_high"]
    assert (score["cases"], score["projects"]) == (480, 60)


def test_skill_is_that_of_chances_learned_one_by_one_from_what_was_known():
    long = _cases()

    (score,) = ratings.scores(long).to_dict("records")

    own, plain, rows = [], [], long.to_dict("records")
    for row in rows:
        past = [each for each in rows if each["known_on"] <= row["status_date"]]
        if len(past) < ratings.LEARNED:
            continue
        base = sum(each["came"] for each in past) / len(past)
        alike = [each["came"] for each in past if each["rating"] == row["rating"]]
        own.append(((sum(alike) + base) / (len(alike) + 1) - row["came"]) ** 2)
        plain.append((base - row["came"]) ** 2)
    assert score["tested"] == len(own) == 60 * 7
    assert score["skill"] == pytest.approx(1 - sum(own) / sum(plain))
    assert score["skill_low"] > 0


def test_a_rating_that_says_nothing_has_no_skill_and_tells_nothing_apart():
    found = pd.concat([ratings.scores(_cases(seed, skilled=0)) for seed in range(20)])

    held = (found["auc_low"] <= 0.5) & (found["auc_high"] >= 0.5)
    assert held.sum() >= 16
    assert found["skill"].mean() < 0  # what is learned of noise costs


def test_a_project_counts_once_however_often_it_reports():
    long = _cases()
    often = pd.concat([long] * 10)

    once_only, ten_times = ratings.scores(long).iloc[0], ratings.scores(often).iloc[0]

    assert ten_times[["auc", "auc_low", "auc_high"]].to_list() == pytest.approx(
        once_only[["auc", "auc_low", "auc_high"]].to_list()
    )


def test_the_interval_holds_the_truth_in_nineteen_of_twenty():
    # Of 20 independent portfolios a 95% interval misses two or fewer with a chance of 92%.
    truth = ratings.scores(_cases(seed=1, projects=4_000)).iloc[0]["auc"]

    found = pd.concat([ratings.scores(_cases(seed)) for seed in range(20)])

    held = (found["auc_low"] <= truth) & (found["auc_high"] >= truth)
    assert held.sum() >= 17


def test_nothing_is_scored_where_hardly_anything_came():
    long = _cases()
    rare = long.assign(came=[float(place < 9) for place in range(len(long))])

    assert ratings.scores(rare).empty


def _moves(*projects):
    """Declared ratings of projects at yearly reports; `-` is not rated, a blank not there."""
    rows = []
    for number, letters in enumerate(projects):
        words = {"g": "green", "a": "amber", "r": "red", "-": None}
        for place, letter in enumerate(letters):
            later = letters[place + 1] if place + 1 < len(letters) else None
            if letter == " ":
                continue
            rows.append(
                {
                    "project_id": f"P{number}",
                    "status_date": DAYS[place],
                    "known_on": DAYS[place + 1] if later else pd.NaT,
                    "horizon": "next",
                    "declared": words[letter],
                    "later_declared": words.get(later),
                    "is_five_point": False,
                    "later_is_five_point": None if later in {None, " "} else False,
                    "has_left": None if later is None else later == " ",
                }
            )
    return pd.DataFrame(rows)


def test_greens_that_leave_or_last_are_not_lost():
    rows = _moves("gga", "gg ", "ggg", "a-g", "gagr", "g-g")

    spells = ratings.green_spells(ratings.moves(rows, "declared"))

    # P0 lost after two years; P1 left, seen for one; P2 lasts, seen for two; P4 lost after one, twice.
    # P3 and P5 are green last of all: nothing followed; before, P5 was not rated: seen for none.
    assert sorted(zip(spells["project_id"], spells["days"], spells["is_lost"], strict=True)) == [
        ("P0", 731, True),
        ("P1", 366, False),
        ("P2", 731, False),
        ("P4", 365, True),
        ("P4", 366, True),
        ("P5", 0, False),
    ]


def test_how_long_a_green_lasts_is_that_of_kaplan_and_meier():
    rng = np.random.default_rng(SEED)
    letters = ["".join(rng.choice([*"gggggar "], size=8)) for _ in range(80)]
    rows = _moves(*letters)

    lasting = ratings.lasting(rows, "declared").set_index("months")

    spells = ratings.green_spells(ratings.moves(rows, "declared"))
    lost, kept = (spells.loc[spells["is_lost"] == is_, "days"] for is_ in (True, False))
    still = ecdf(CensoredData(uncensored=lost, right=kept)).sf
    assert lasting.loc[12, "share"] == pytest.approx(still.evaluate(366.5))
    assert lasting.loc[24, "share"] == pytest.approx(still.evaluate(731.5))
    assert lasting.loc[24, "share_low"] < lasting.loc[24, "share"] < lasting.loc[24, "share_high"]
    assert list(lasting.index) == [12, 24]  # a yearly report says nothing of three months


def test_skill_for_the_next_rating_is_that_of_a_loop_over_its_ranks():
    rng = np.random.default_rng(SEED)
    rows = _moves(*["".join(rng.choice([*"ggar"], size=1)) * 3 + "agr" for _ in range(40)])

    (found,) = ratings.next_ratings(rows, "declared").to_dict("records")

    pairs = ratings.moves(rows, "declared").to_dict("records")
    own = plain = 0.0
    for row in pairs:
        past = [each for each in pairs if each["known_on"] <= row["status_date"]]
        if len(past) < ratings.LEARNED:
            continue
        base = [sum(each["to_rank"] == at for each in past) / len(past) for at in range(3)]
        alike = [each for each in past if each["rank"] == row["rank"]]
        mix = [
            (sum(each["to_rank"] == at for each in alike) + base[at]) / (len(alike) + 1)
            for at in range(3)
        ]
        for up_to in range(1, 4):
            came = row["to_rank"] < up_to
            own += (sum(mix[:up_to]) - came) ** 2
            plain += (sum(base[:up_to]) - came) ** 2
    assert found["skill"] == pytest.approx(1 - own / plain)


def test_where_ratings_go_is_told_by_scale():
    rows = _moves("ga", "g ", "g-").assign(is_five_point=[True, False] + [True, True, False])

    moved = ratings.moves(rows.assign(later_is_five_point=False), "declared")

    assert moved[["scale", "rating", "to", "to_rank"]].to_numpy().tolist() == [
        ["five", "green", "scale changed", -1],
        ["five", "green", "left", -1],
        ["five", "green", "not rated", -1],
    ]


@pytest.fixture(scope="module")
def con(sample):
    with warehouse.open(sample) as con:
        yield con


def test_a_page_of_a_past_date_knows_nothing_of_what_followed_it(con):
    then = ratings.followed(Scope(con, "gmpp", date(2019, 9, 30)))

    assert then["known_on"].max() == pd.Timestamp("2019-09-30")
    last = then[then["status_date"] == "2019-09-30"]
    assert last[[*ratings.OUTCOMES, "later_declared"]].isna().all(axis=None)
    assert last["dearer_reason"].notna().all()
    now = ratings.followed(Scope(con, "gmpp", date(2025, 3, 31)))
    assert now["is_dearer"].notna().sum() > then["is_dearer"].notna().sum()


def test_the_public_record_agrees_with_what_was_published_of_it(con):
    # A public analysis of 14 releases: 0.61 and 0.55 for cost growth, no skill on it, +0.18 for the next
    # rating; read here as the five- and the three-point scale, which it is not known to mean. Ours are 12.
    at = Scope(con, "gmpp", date(2025, 3, 31))
    rows = ratings.followed(at)

    found = ratings.side_by_side(rows).set_index(["whose", "scale", "horizon", "outcome"])
    again = ratings.next_ratings(rows, "declared").set_index("scale")

    cost = found.loc[("declared", ["five", "three"], "year", "is_dearer"), :]
    assert cost["auc"].to_list() == pytest.approx([0.61, 0.55], abs=0.01)
    assert (cost["skill_low"] < 0).all()
    assert again.loc["three", "skill"] == pytest.approx(0.18, abs=0.01)
    assert "next" not in found.index.get_level_values("horizon")  # a yearly portfolio: the same


def test_declared_and_computed_stand_side_by_side_where_both_exist(con):
    found = ratings.side_by_side(ratings.followed(Scope(con, "meridian", date(2026, 3, 31))))

    by = found.groupby("whose")["cases"].apply(list)
    assert by["declared"] == by["computed"]
    assert set(found["scale"]) == {"three"}


def test_the_board_is_told_in_a_sentence_how_far_to_trust_a_green():
    def row(outcome, low, high, green):
        return {
            "whose": "declared", "scale": "three", "horizon": "year", "outcome": outcome,
            "greens": 40, "after_green": green, "base": 0.25, "auc_low": low, "auc_high": high,
        }  # fmt: skip

    poor = pd.DataFrame([row("is_dearer", 0.45, 0.6, 0.25), row("is_later", 0.48, 0.6, 0.2)])
    half = pd.DataFrame([row("is_dearer", 0.55, 0.6, 0.1), row("is_later", 0.48, 0.6, 0.2)])
    good = pd.DataFrame([row("is_dearer", 0.55, 0.6, 0.1), row("is_later", 0.51, 0.6, 0.1)])
    said = [rating_page.read_green(each, "three", "year") for each in (poor, half, good)]

    assert said[0] == (
        "Do not take a green for a promise of cost or dates: of 40 greens whose cost is known, 25% were "
        "over 10% dearer a year on, against 25% of all rated; of 40 greens whose dates are known, 20% were "
        "over six months later a year on, against 25% of all rated."
    )
    assert said[1].startswith("A green says something of cost, and nothing proven of dates: of 40")
    assert said[2].startswith("A green is some evidence of cost and dates, not a promise: of 40")
    assert rating_page.read_green(pd.DataFrame(), "three", "year").startswith("Too few ratings")


def test_the_sections_are_read_from_the_scores(con):
    at = Scope(con, "gmpp", date(2025, 3, 31))

    told = " ".join(repr(block) for block in rating_page.rated(at).blocks)
    gone = " ".join(repr(block) for block in rating_page.leaving(at).blocks)

    assert "Declared ratings pick it 55 times for cost (49 to 61)" in told
    assert "no report of the portfolio 11 to 18 months later (196), left before (107)" in told
    assert "public analysis" not in told  # the page is about this portfolio's own record
    assert "28 stayed green, 17 turned worse and 30 left the portfolio" in gone
    nothing = rating_page.rated(Scope(con, "nyc", date(2019, 9, 1)))
    assert "Not received: project status (rag)" in repr(nothing.blocks[0])
