import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.datasets import OUT_OF_SCOPE
from dialog_core.testing import make_context
from dialog_evaluation.metrics.abstention import Abstention, Judged
from dialog_evaluation.options import AbstentionOptions
from dialog_evaluation.prediction import Prediction

Row = tuple[float, str]
"""How sure an answer is, and what it is: `right`, `wrong`, or an answer to what has none: `outside`."""

rows = st.lists(
    st.tuples(st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0]), st.sampled_from(["right", "wrong", "outside"])),
    min_size=1,
    max_size=7,
)


def judged(*found: Row) -> Judged:
    references = {"right": "a", "wrong": "b", "outside": OUT_OF_SCOPE}
    return Judged.of([Prediction("a", sure) for sure, _ in found], [references[kind] for _, kind in found])


def test_what_becomes_of_the_questions_at_a_threshold() -> None:
    found = judged((0.9, "right"), (0.8, "wrong"), (0.7, "outside"), (0.4, "right"), (0.3, "wrong"), (0.2, "outside"))
    at = found.decide(0.5)
    assert (at.answered_right, at.answered_wrong, at.abstained_right, at.abstained_wrong) == (1, 2, 1, 2)
    assert at.right == pytest.approx(2 / 6)


@given(rows)
@settings(deadline=None)
def test_the_best_threshold_is_the_best_of_all(found: list[Row]) -> None:
    ours = judged(*found)
    best = ours.best()
    tried = [ours.decide(threshold / 1000) for threshold in range(0, 1101)]
    assert best.right == pytest.approx(max(one.right for one in tried))
    # Of thresholds that decide as much right, the one at which least is answered wrongly.
    assert best.answered_wrong == min(one.answered_wrong for one in tried if one.right == best.right)


def test_the_best_threshold_lies_between_scores() -> None:
    assert judged((0.9, "right"), (0.5, "outside")).best().threshold == pytest.approx(0.7)
    assert judged((0.9, "outside"), (0.5, "outside")).best().threshold == pytest.approx(0.9, abs=1e-3)


@given(rows)
@settings(max_examples=40, deadline=None)
def test_risk_and_coverage_are_the_mean_over_all_orders_of_the_equally_sure(found: list[Row]) -> None:
    curve = judged(*found).risk_coverage()
    orders = [
        order
        for order in itertools.permutations(found)
        if all(first[0] >= second[0] for first, second in itertools.pairwise(order))
    ]
    for count in range(1, len(found) + 1):
        shares = [sum(kind == "right" for _, kind in order[:count]) / count for order in orders]
        assert curve.accuracy[count - 1] == pytest.approx(sum(shares) / len(shares))
        assert curve.coverage[count - 1] == pytest.approx(count / len(found))
    assert curve.area == pytest.approx(sum(1 - curve.accuracy) / len(found))


def test_the_figures_of_one_who_knows_what_he_knows() -> None:
    found = [Prediction("a", 0.9)] * 6 + [Prediction("a", 0.1)] * 4
    figures = Abstention(AbstentionOptions(threshold=0.5, coverage=(0.5, 0.6, 0.8)), make_context()).compute(
        found, ["a"] * 6 + [OUT_OF_SCOPE] * 4
    )
    assert figures["accuracy_at_50"] == figures["accuracy_at_60"] == 1.0
    assert figures["accuracy_at_80"] == pytest.approx(6 / 8)
    assert figures["decided_right"] == figures["best_decided_right"] == 1.0
    assert figures["answered_right"] == pytest.approx(0.6)
    assert figures["aurc"] == pytest.approx((1 / 7 + 2 / 8 + 3 / 9 + 4 / 10) / 10)


def test_one_who_guesses_how_sure_he_is_has_the_risk_of_his_mistakes() -> None:
    dice = random.Random(2)
    found = judged(*((dice.random(), dice.choice(["right", "wrong"])) for _ in range(4000)))
    assert found.risk_coverage().area == pytest.approx(1 - found.right.mean(), abs=0.05)


def test_who_has_nothing_to_say_is_silent_at_every_threshold() -> None:
    found = judged((0.0, "outside"), (0.0, "wrong"), (0.6, "right"))
    assert (found.decide(0.0).abstained_right, found.decide(0.0).abstained_wrong) == (1, 1)
    assert found.best().right == pytest.approx(2 / 3)


@pytest.mark.parametrize(("predictions", "references"), [([], []), ([Prediction("a")], [])])
def test_there_has_to_be_something_to_measure(predictions: list[Prediction], references: list[str]) -> None:
    with pytest.raises(ValueError, match=r"nothing to measure|references"):
        Judged.of(predictions, references)
