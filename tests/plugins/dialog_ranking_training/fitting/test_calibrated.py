import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Candidate
from dialog_core.ranking import default_probability
from dialog_ranking.calibrated.maps import Isotonic
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking_training.fitting.calibrated import fit_calibrated
from dialog_ranking_training.judging import rank_all
from dialog_ranking_training.measuring import measure
from tests.plugins.dialog_ranking_training.made_choices import TRUTHS, made, make_choice, only_chosen

SCORES = [number / 20 for number in range(21)]


def value(model: CalibratedModel, policy: str, kind: str, score: float) -> float:
    return model.probability(Candidate("x", score, policy=policy, kind=kind))


def test_no_labels_leave_the_default_as_it_is() -> None:
    unlabelled = [replace(choice, labels=(None,) * len(choice.labels)) for choice in made(50, seed=1)]

    assert fit_calibrated([]) == CalibratedModel()
    assert fit_calibrated(unlabelled) == CalibratedModel()


def test_maps_find_out_how_often_each_policy_is_right() -> None:
    model = fit_calibrated(made(3000, seed=1))

    for policy, kind in (("rules", "rules"), ("faq", "retrieval"), ("llm", "generative")):
        for score in (0.3, 0.5, 0.7, 0.9):
            assert value(model, policy, kind, score) == pytest.approx(TRUTHS[policy](score), abs=0.1)


def test_fitted_choices_are_right_more_often_and_as_sure_as_they_are_right() -> None:
    seen, unseen = made(1000, seed=1), made(1000, seed=2)

    before = measure(unseen, rank_all(CalibratedModel(), unseen), answer_at=0.3)
    after = measure(unseen, rank_all(fit_calibrated(seen), unseen), answer_at=0.3)

    assert after["accuracy"] > before["accuracy"] + 0.08
    assert after["expected_calibration_error"] < 0.06 < before["expected_calibration_error"]
    assert after["gain_over_best_policy"] > 0


def test_labels_of_what_was_said_alone_teach_as_well() -> None:
    seen, unseen = only_chosen(made(400, seed=1)), made(1000, seed=2)

    before = measure(unseen, rank_all(CalibratedModel(), unseen), answer_at=0.3)
    after = measure(unseen, rank_all(fit_calibrated(seen), unseen), answer_at=0.3)

    assert after["accuracy"] > before["accuracy"] + 0.05


def test_five_labels_do_not_make_a_policy_worthless() -> None:
    unlucky = [make_choice(("faq", 0.8, 0.0), id=str(number)) for number in range(5)]

    model = fit_calibrated(unlucky)

    default = default_probability(Candidate("x", 0.8, kind="retrieval"))
    assert default - 0.35 < value(model, "faq", "retrieval", 0.8) < default


def test_a_policy_that_always_says_one_is_not_believed() -> None:
    chance = random.Random(1)
    choices = [
        make_choice(("llm", 1.0, float(chance.random() < 0.3)), id=str(number), kinds={"llm": "rules"})
        for number in range(300)
    ]

    model = fit_calibrated(choices)

    assert value(model, "llm", "rules", 1.0) == pytest.approx(0.3, abs=0.08)


def test_a_policy_with_few_labels_borrows_from_its_kind() -> None:
    chance = random.Random(1)
    known = [
        make_choice(("faq", score := chance.random(), float(chance.random() < score / 2)), id=f"known {number}")
        for number in range(600)
    ]
    new = [make_choice(("search", 0.9, right), id=f"new {right}") for right in (1.0, 0.0)]

    model = fit_calibrated([*known, *new])

    assert value(model, "search", "retrieval", 0.9) == pytest.approx(0.45, abs=0.1)
    assert value(model, "one nobody knew", "retrieval", 0.9) == pytest.approx(0.45, abs=0.1)
    assert value(model, "another", "generative", 0.9) == default_probability(Candidate("x", 0.9, kind="generative"))


def test_labels_that_contradict_each_other_come_to_their_mean() -> None:
    choices = [
        make_choice(("faq", 0.7, right), id=f"{right} {number}") for number in range(100) for right in (0.0, 1.0)
    ]

    assert value(fit_calibrated(choices), "faq", "retrieval", 0.7) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_labels_of_one_class_only_give_a_map_that_is_not_certain(right: float) -> None:
    choices = [make_choice(("faq", number / 100, right), id=str(number)) for number in range(100)]

    model = fit_calibrated(choices)

    assert all(0.001 <= value(model, "faq", "retrieval", score) <= 0.999 for score in SCORES)
    assert abs(value(model, "faq", "retrieval", 0.5) - right) < 0.25


@given(
    st.lists(
        st.tuples(st.sampled_from(["faq", "llm"]), st.floats(0, 1), st.floats(0, 1), st.floats(0, 20)), max_size=40
    )
)
def test_whatever_the_labels_a_map_never_falls(rows: list[tuple[str, float, float, float]]) -> None:
    choices = [
        make_choice((policy, score, right), id=str(number), weight=weight)
        for number, (policy, score, right, weight) in enumerate(rows)
    ]

    model = fit_calibrated(choices)

    for policy, kind in (("faq", "retrieval"), ("llm", "generative")):
        values = [value(model, policy, kind, score) for score in SCORES]
        assert all(low <= high + 1e-9 for low, high in pairwise(values))
        assert all(0 <= one <= 1 for one in values)


def test_the_same_labels_give_the_same_maps() -> None:
    choices = made(200, seed=3)

    assert fit_calibrated(choices, seed=1) == fit_calibrated(choices, seed=1)
    assert any(isinstance(one, Isotonic) for one in fit_calibrated(made(3000, seed=1)).maps.values())


def test_a_policy_that_is_right_where_nobody_else_knows_is_worth_what_it_is_worth_there() -> None:
    """A language model: wrong where the rules know, mostly right where nobody else does."""
    known = [make_choice(("rules", 0.9, 1.0), ("llm", 0.5, 0.0), id=f"known {n}") for n in range(300)]
    open_questions = [make_choice(("llm", 0.5, float(n % 5 > 0)), id=f"open {n}") for n in range(200)]

    model = fit_calibrated([*known, *open_questions])

    assert value(model, "llm", "generative", 0.5) == pytest.approx(0.7, abs=0.12)  # not .32, its share of all turns
