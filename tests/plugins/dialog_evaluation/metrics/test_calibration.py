import random

import pytest

from dialog_core.testing import make_context
from dialog_evaluation.metrics.calibration import Calibration, expected_calibration_error, reliability
from dialog_evaluation.options import CalibrationOptions
from dialog_evaluation.prediction import Prediction


def test_a_bot_that_is_right_as_often_as_it_says_is_calibrated() -> None:
    predictions = [Prediction("a", 0.8)] * 10
    expected = ["a"] * 8 + ["b"] * 2
    metric = Calibration(CalibrationOptions(bins=1), make_context())
    assert metric.compute(predictions, expected)["expected_calibration_error"] == pytest.approx(0.0)


def test_a_bot_that_is_always_sure_and_half_the_time_wrong_is_off_by_half() -> None:
    predictions = [Prediction("a", 1.0)] * 40
    expected = ["a", "b"] * 20
    metric = Calibration(CalibrationOptions(), make_context())
    assert metric.compute(predictions, expected)["expected_calibration_error"] == pytest.approx(0.5)


def test_the_order_of_the_rows_does_not_matter_even_where_many_are_equally_sure() -> None:
    dice = random.Random(1)
    rows = [(Prediction("a", dice.choice([0.2, 0.5, 0.9])), dice.choice("ab")) for _ in range(100)]
    errors = set()
    for _ in range(5):
        dice.shuffle(rows)
        bins = reliability([row[0] for row in rows], [row[1] for row in rows], 15)
        errors.add(round(expected_calibration_error(bins), 12))
    assert len(errors) == 1


def test_fewer_rows_than_bins() -> None:
    assert len(reliability([Prediction("a", 0.9)] * 3, ["a", "b", "a"], 15)) == 3


@pytest.mark.parametrize(("predictions", "references"), [([], []), ([Prediction("a")], [])])
def test_there_has_to_be_something_to_measure(predictions: list[Prediction], references: list[str]) -> None:
    with pytest.raises(ValueError, match=r"nothing to measure|references"):
        reliability(predictions, references, 15)
