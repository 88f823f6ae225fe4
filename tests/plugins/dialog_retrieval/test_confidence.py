import math

import numpy as np
import pytest

from dialog_retrieval.confidence import Confidence


def test_it_finds_the_probabilities_matches_were_drawn_with() -> None:
    random = np.random.default_rng(0)
    fits = random.uniform(0, 1, 20_000)
    right = random.uniform(0, 1, 20_000) < 1 / (1 + np.exp(-(6 * fits - 3)))
    model = Confidence.fit([{"fit": float(fit)} for fit in fits], [bool(one) for one in right])
    assert model.weights["fit"] == pytest.approx(6, abs=0.3)
    assert model.bias == pytest.approx(-3, abs=0.2)


def test_matches_that_can_be_told_apart_without_a_mistake_still_give_finite_weights() -> None:
    model = Confidence.fit([{"fit": 0.0}, {"fit": 1.0}] * 10, [False, True] * 10)
    assert math.isfinite(model.weights["fit"])
    assert model.score({"fit": 1.0}) > 0.9 > 0.1 > model.score({"fit": 0.0})


def test_what_is_written_is_read_again_and_rubbish_is_refused() -> None:
    model = Confidence({"fit": 2.0}, -1.0)
    assert Confidence.from_json(model.as_json()) == model
    for rubbish in ({"weights": {"fit": "nan"}, "bias": 0}, {"weights": [], "bias": 0}):
        with pytest.raises(ValueError, match=r"weight"):
            Confidence.from_json(rubbish)


def test_examples_of_one_kind_only_teach_nothing() -> None:
    with pytest.raises(ValueError, match="right and matches that are not"):
        Confidence.fit([{"fit": 1.0}], [True])
