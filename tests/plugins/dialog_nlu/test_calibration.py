"""From scores to probabilities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_nlu.calibration import Calibration, common_signals, ranking, softmax

SCORES = st.lists(st.floats(-50, 50), min_size=1, max_size=20).map(np.array)


@given(SCORES, st.floats(0.01, 10), st.floats(-100, 100))
def test_probabilities_and_out_of_scope_add_up_to_one(scores, temperature: float, bias: float) -> None:  # type: ignore[no-untyped-def]
    judged = Calibration(temperature, {"highest": -3.0, "lead": -1.0}, bias).judge(scores, {})
    assert judged.probabilities.sum() + judged.out_of_scope == pytest.approx(1)
    assert (judged.probabilities >= 0).all()


def test_a_higher_score_is_less_out_of_scope_and_a_lower_temperature_is_surer() -> None:
    calibration = Calibration(0.5, {"highest": -3.0, "lead": -1.0}, 1.0)
    low, high = (calibration.judge(np.array([score, -1.0]), {}) for score in (0.0, 1.0))
    assert high.out_of_scope < low.out_of_scope
    cold = Calibration(0.1, calibration.signals, 1.0).judge(np.array([0.0, -1.0]), {})
    assert cold.probabilities[0] > low.probabilities[0]


def test_without_signals_nothing_is_out_of_scope() -> None:
    judged = Calibration(1.0).judge(np.array([0.0, 0.0]), {"known_words": 0.0})
    assert (list(judged.probabilities), judged.out_of_scope) == ([0.5, 0.5], 0.0)


def test_the_signals_any_engine_has() -> None:
    assert common_signals(np.array([0.1, 0.7, 0.4])) == pytest.approx({"highest": 0.7, "lead": 0.3})
    assert common_signals(np.array([0.1])) == {"highest": 0.1, "lead": 0.0}


def test_of_equal_ones_the_earlier_comes_first() -> None:
    assert ranking(np.array([0.2, 0.4, 0.2, 0.4]), 3) == [1, 3, 0]


def test_it_is_read_as_it_was_written() -> None:
    calibration = Calibration(0.25, {"highest": -1.5}, 2.0)
    assert Calibration.from_json(calibration.as_json()) == calibration


def test_large_scores_do_not_overflow() -> None:
    assert softmax(np.array([1e6, 0.0])).tolist() == [1.0, 0.0]
