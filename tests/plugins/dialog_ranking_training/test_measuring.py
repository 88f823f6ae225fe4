import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Ranked, Ranking
from dialog_ranking.choices import Choice
from dialog_ranking_training.bootstrap import difference
from dialog_ranking_training.curves import abstention, area_under_risk, bins_of, calibration_error
from dialog_ranking_training.judging import said
from dialog_ranking_training.measuring import measure, per_policy
from tests.plugins.dialog_ranking_training.made_choices import make_choice

ROWS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.99]), st.floats(0, 1), st.floats(0.01, 20)),
    min_size=1,
    max_size=60,
)


def ranked(choice: Choice, *probabilities: float) -> Ranking:
    rows = [Ranked(candidate, p) for candidate, p in zip(choice.candidates, probabilities, strict=True)]
    return Ranking(tuple(sorted(rows, key=lambda row: -row.probability)))


def test_the_right_reply_and_rightly_none_both_count() -> None:
    choices = [
        make_choice(("rules", 0.9, 0.0), ("llm", 0.5, 1.0), id="1"),
        make_choice(("rules", 0.9, 0.0), ("llm", 0.5, 0.0), id="2"),  # nobody knows the answer
        make_choice(("rules", 0.9, 1.0), id="3"),
        make_choice(("rules", 0.9, 1.0), ("llm", 0.5, None), id="4"),
    ]
    rankings = [
        ranked(choices[0], 0.2, 0.8),
        ranked(choices[1], 0.2, 0.1),
        ranked(choices[2], 0.1),
        ranked(choices[3], 0.4, 0.6),
    ]

    figures = measure(choices, rankings, answer_at=0.3)

    assert figures["accuracy"] == pytest.approx(2 / 3)  # right, rightly nothing, wrongly nothing; the last is unknown
    assert figures["turns"] == 3
    assert figures["unknown"] == 1
    assert figures["regret_to_oracle"] == pytest.approx(1 / 3)
    assert figures["coverage"] == pytest.approx(0.5)
    assert figures["brier"] == pytest.approx((0.2**2 + 0.2**2 + 0.9**2) / 3)


def test_the_gain_is_over_the_best_policy_and_not_over_a_bad_one() -> None:
    choices = [
        make_choice(("rules", 0.9, float(number < 2)), ("llm", 0.5, float(number >= 1)), id=str(number))
        for number in range(4)
    ]
    rankings = [
        ranked(choice, 0.9, 0.5) if number < 1 else ranked(choice, 0.5, 0.9) for number, choice in enumerate(choices)
    ]

    figures = measure(choices, rankings, answer_at=0.3)

    assert figures["accuracy"] == 1
    assert figures["gain_over_best_policy"] == pytest.approx(0.25)  # the language model alone is right in 3 of 4
    rows = {row["policy"]: row for row in per_policy(choices, rankings, answer_at=0.3)}
    assert rows["rules"]["alone"] == pytest.approx(0.5)
    assert rows["llm"]["said"] == 3
    assert rows["llm"]["said_right"] == 1


def test_whether_nobody_is_right_is_known_only_when_all_are_judged_or_one_is_right() -> None:
    none = ranked
    unknown = make_choice(("rules", 0.9, 0.0), ("llm", 0.5, None))
    found = make_choice(("rules", 0.9, 1.0), ("llm", 0.5, None))
    told = make_choice(("rules", 0.9, None), nobody=1.0)

    assert said(unknown, none(unknown, 0.1, 0.1), 0.3).right is None
    assert said(found, none(found, 0.1, 0.1), 0.3).right == 0
    assert said(told, none(told, 0.1), 0.3).right == 1
    assert said(make_choice(), Ranking(), 0.3).right is None
    assert said(make_choice(nobody=1.0), Ranking(), 0.3).right == 1


def test_labels_count_as_much_as_they_weigh() -> None:
    choices = [
        make_choice(("faq", 0.9, 1.0), id="1", weight=3),
        make_choice(("faq", 0.9, 0.0), id="2", weight=1),
    ]
    rankings = [ranked(choice, 0.9) for choice in choices]

    assert measure(choices, rankings, answer_at=0.3)["accuracy"] == pytest.approx(0.75)


def test_what_nobody_has_judged_has_no_figures() -> None:
    choices = [make_choice(("faq", 0.9, None), id="1")]

    figures = measure(choices, [ranked(choices[0], 0.9)], answer_at=0.3)

    assert math.isnan(figures["accuracy"])
    assert math.isnan(figures["expected_calibration_error"])
    assert (figures["turns"], figures["unknown"]) == (0, 1)


@given(ROWS)
def test_bins_hold_everything_in_order_and_about_equally_much(rows: list[tuple[float, float, float]]) -> None:
    bins = bins_of(rows)

    total = sum(weight for _, _, weight in rows)
    assert sum(one.weight for one in bins) == pytest.approx(total)
    assert sum(one.weight * one.right for one in bins) == pytest.approx(sum(r * w for _, r, w in rows), abs=1e-6)
    assert len(bins) <= min(15, len(rows))
    assert all(a.high <= b.low for a, b in itertools.pairwise(bins))
    assert all(one.weight == pytest.approx(total / min(15, len(rows)), rel=1e-4) for one in bins[:-1])
    assert 0 <= calibration_error(bins) <= 1 + 1e-9


@given(ROWS, st.randoms())
def test_the_order_of_turns_changes_no_curve(rows: list[tuple[float, float, float]], chance: random.Random) -> None:
    others = chance.sample(rows, len(rows))

    assert calibration_error(bins_of(others)) == pytest.approx(calibration_error(bins_of(rows)), abs=1e-6)
    assert area_under_risk(others) == pytest.approx(area_under_risk(rows), abs=1e-6)
    points = abstention(rows)
    assert [point.coverage for point in points] == sorted(point.coverage for point in points)
    assert points[-1].coverage == pytest.approx(1)
    assert points[-1].risk == pytest.approx(1 - sum(r * w for _, r, w in rows) / sum(w for _, _, w in rows))


def test_who_is_as_sure_as_right_has_no_calibration_error() -> None:
    rows = [(0.25, float(number % 4 == 0), 1.0) for number in range(100)]
    rows += [(0.75, float(number % 4 != 0), 1.0) for number in range(100)]

    assert calibration_error(bins_of(rows)) == pytest.approx(0)
    assert calibration_error(bins_of([(0.9, right, weight) for _, right, weight in rows])) == pytest.approx(0.4)


def test_a_difference_of_one_turn_is_chance_and_one_of_many_is_not() -> None:
    choices = [make_choice(("faq", 0.9, 1.0), id=str(number)) for number in range(60)]
    good = [ranked(choice, 0.9) for choice in choices]
    one_worse = [ranked(choice, 0.1 if number == 0 else 0.9) for number, choice in enumerate(choices)]
    much_worse = [ranked(choice, 0.1 if number < 30 else 0.9) for number, choice in enumerate(choices)]

    small = difference(choices, one_worse, good, answer_at=0.3, seed=0)
    large = difference(choices, much_worse, good, answer_at=0.3, seed=0)

    assert small.low <= 0 < small.mean
    assert large.low > 0.3
    assert large.turns == 60
    assert large == difference(choices, much_worse, good, answer_at=0.3, seed=0)
