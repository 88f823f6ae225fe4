"""From figures to probabilities."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_ranking.calibrated.maps import sigmoid
from dialog_ranking_training.cross_encoding.fitting import OTHERS, rows_of
from dialog_ranking_training.cross_encoding.scaling import Row, fit_scale
from tests.plugins.dialog_ranking_training.cross_encoding.small_world import make_choices

pytest.importorskip("transformers")


def drawn(slope: float, offset: float, count: int) -> list[Row]:
    rng = random.Random(5)
    figures = [rng.gauss(0, 2) for _ in range(count)]
    return [(figure, float(rng.random() < sigmoid(slope * figure + offset)), 1.0) for figure in figures]


def test_a_model_that_is_too_sure_is_cooled_down() -> None:
    scale = fit_scale(drawn(0.25, -1.0, 5_000), 0.0)
    assert 1 / scale.temperature == pytest.approx(0.25, abs=0.05)
    assert scale.offset == pytest.approx(-1.0, abs=0.1)


def test_without_labels_the_scale_is_the_one_that_undoes_the_balance() -> None:
    scale = fit_scale([], -1.5)
    assert (scale.temperature, scale.offset) == (1.0, -1.5)


def test_the_scale_is_above_all_that_of_the_best_candidate_of_each_turn() -> None:
    choices = make_choices(1)
    labels = [label.right for label in choices[0].labels if label is not None]
    assert rows_of(choices, [[0.5, 2.0, -1.0]]) == [
        (0.5, labels[0], OTHERS),
        (2.0, labels[1], 1.0),
        (-1.0, labels[2], OTHERS),
    ]


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_a_few_labels_of_one_kind_do_not_make_it_sure(right: float) -> None:
    scale = fit_scale([(0.5, right, 1.0)] * 5, 0.0)
    assert 0.1 < scale.probability(0.5) < 0.9


def test_a_model_that_says_the_opposite_is_ignored_and_not_believed_backwards() -> None:
    scale = fit_scale([(-figure, right, weight) for figure, right, weight in drawn(2.0, 0.0, 2_000)], 0.0)
    assert scale.probability(5.0) - scale.probability(-5.0) == pytest.approx(0.0, abs=0.05)


def test_weights_count_as_repetitions_do() -> None:
    rows = drawn(1.0, 0.5, 200)
    twice = fit_scale([(figure, right, 2.0) for figure, right, _ in rows], 0.0)
    again = fit_scale([*rows, *rows], 0.0)
    assert twice.temperature == pytest.approx(again.temperature)
    assert twice.offset == pytest.approx(again.offset)


ROWS = st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 1), st.floats(0, 20)), max_size=30)


@given(ROWS, st.floats(-5, 5))
def test_whatever_the_figures_are_the_scale_is_sound(rows: list[Row], offset: float) -> None:
    scale = fit_scale(rows, offset)
    assert math.isfinite(scale.temperature)
    assert scale.temperature > 0
    assert math.isfinite(scale.offset)
