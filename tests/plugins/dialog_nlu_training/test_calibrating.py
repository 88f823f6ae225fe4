"""Calibration is fitted to messages the model has not seen, and to nothing it cannot know."""

from pathlib import Path

import numpy as np
import pytest

from dialog_nlu_training.calibrating import calibrate
from dialog_nlu_training.engine_fitting import Prior
from dialog_nlu_training.holding_out import Judged
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example
from dialog_nlu_training.measuring import Decided as One
from dialog_nlu_training.measuring import calibration_error, confusion_table, confusions, decide_all, measure, per_label

PRIOR = Prior(temperature=0.15, signals={"highest": -3.5, "lead": -1.2}, bias=2.0)
LABELS = ["a", "b", "c"]


def judged(count: int, *, foreign: int = 0, spread: float = 0.3, seed: int = 1) -> Judged:
    """Messages whose scores say their label more or less; foreign ones have low scores."""
    rng = np.random.default_rng(seed)
    labels = [LABELS[place % 3] for place in range(count)] + [OUT_OF_SCOPE] * foreign
    scores = rng.normal(-0.6, spread, (count + foreign, 3))
    for place in range(count):
        scores[place, place % 3] += 1.2
    examples = [Example(str(place), label, Path("f"), place) for place, label in enumerate(labels)]
    ordered = np.sort(scores, axis=1)
    signals = {"highest": ordered[:, -1], "lead": ordered[:, -1] - ordered[:, -2]}
    return Judged(examples, LABELS, scores, signals)


def test_probabilities_come_true() -> None:
    held_out = judged(3000, foreign=330)
    decided = decide_all(held_out, 0.1, PRIOR, 0.5)
    right = [item.label == item.truth for item in decided]
    assert 0.75 < np.mean(right) < 0.99
    assert calibration_error([item.probability for item in decided], right) < 0.03


def test_the_less_there_is_to_learn_from_the_more_the_prior_counts() -> None:
    assert calibrate(judged(0), None, PRIOR).temperature == PRIOR.temperature
    few, many = (calibrate(judged(count, spread=0.8), None, PRIOR).temperature for count in (6, 3000))
    assert abs(np.log(few / PRIOR.temperature)) < abs(np.log(many / PRIOR.temperature))


def test_without_anything_foreign_the_prior_decides() -> None:
    calibration = calibrate(judged(30), 0.1, PRIOR)
    assert calibration.signals == PRIOR.signals
    assert calibration.bias == pytest.approx(PRIOR.bias)
    more = calibrate(judged(30), 0.3, PRIOR)
    assert more.bias > calibration.bias


def test_the_more_is_expected_to_be_foreign_the_more_readily_it_is_said() -> None:
    held_out = judged(600, foreign=60)
    rejected = [
        sum(item.label == OUT_OF_SCOPE for item in decide_all(held_out, share, PRIOR, 0.5)) for share in (0.05, 0.4)
    ]
    assert rejected[0] < rejected[1]


def test_where_it_is_not_to_be_told_nothing_is_foreign() -> None:
    decided = decide_all(judged(60, foreign=6), None, PRIOR, 0.5)
    assert all(item.label in LABELS for item in decided)


DECIDED = [
    *[One("x", "a", "a", 0.9)] * 6,
    *[One("y", "a", "b", 0.6)] * 2,
    *[One("z", "b", "b", 0.8)] * 3,
    One("v", "b", OUT_OF_SCOPE, 0.7),
    *[One("w", OUT_OF_SCOPE, OUT_OF_SCOPE, 0.9)] * 3,
    One("u", OUT_OF_SCOPE, "a", 0.5),
]


def test_figures() -> None:
    figures = measure(DECIDED)
    assert figures["accuracy"] == 0.75
    assert figures["in_scope_accuracy"] == 0.75
    assert figures["out_of_scope_recall"] == 0.75
    assert figures["out_of_scope_precision"] == 0.75
    assert per_label(DECIDED)["b"] == {
        "precision": 0.6,
        "recall": 0.75,
        "f1": pytest.approx(2 / 3, abs=1e-6),
        "examples": 4,
    }


def test_what_is_confused_most_comes_first_with_examples() -> None:
    first = confusions(DECIDED)[0]
    assert first == {"label": "a", "taken_for": "b", "times": 2, "examples": ["y", "y"]}
    assert confusion_table(DECIDED) == {
        "a": {"a": 6, "b": 2},
        "b": {"b": 3, OUT_OF_SCOPE: 1},
        OUT_OF_SCOPE: {"a": 1, OUT_OF_SCOPE: 3},
    }


def test_the_calibration_error_is_the_mean_gap_over_groups_of_equal_size() -> None:
    assert calibration_error([0.8] * 15, [True] * 15) == pytest.approx(0.2)
    assert calibration_error([0.8] * 15, [True] * 12 + [False] * 3) == pytest.approx((12 * 0.2 + 3 * 0.8) / 15)
    rng = np.random.default_rng(0)
    sure = rng.random(30_000)
    right = rng.random(30_000) < sure
    assert calibration_error(sure, right) < 0.02
    assert calibration_error(sure, rng.random(30_000) < 0.5) == pytest.approx(0.25, abs=0.02)
    assert calibration_error([], []) == 0
