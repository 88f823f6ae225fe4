import numpy as np
import pytest

from dialog_evaluation.replies.intervals import Bootstrap, jackknife
from dialog_evaluation.replies.statistics import mean
from dialog_evaluation.replies.texts import varieties, variety


def test_the_interval_of_a_mean_is_that_of_drawing_dialogues_one_by_one() -> None:
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(50), 3)
    values = rng.random(150) + np.repeat(rng.random(50), 3)
    low, high = Bootstrap(groups.tolist(), 5).interval(mean(values)) or (0, 0)
    drawn = []
    for _ in range(2000):
        taken = rng.integers(0, 50, 50)
        drawn.append(np.concatenate([values[groups == one] for one in taken]).mean())
    assert (low, high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])), abs=0.015)


def test_percentiles_are_drawn_by_dialogues_too() -> None:
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(40), 5)
    values = rng.exponential(size=200)
    ((low, high),) = Bootstrap(groups.tolist(), 5).of_percentiles(values, [50], np.ones(200, np.bool_)) or [(0, 0)]
    drawn = [
        np.percentile(np.concatenate([values[groups == one] for one in rng.integers(0, 40, 40)]), 50)
        for _ in range(2000)
    ]
    assert (low, high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])), abs=0.06)


def test_what_is_not_a_number_in_some_draws_has_no_interval() -> None:
    values = np.array([1.0, np.nan, np.nan, np.nan])
    assert mean(values).value == 1
    assert Bootstrap([1, 2, 3, 4], 1).interval(mean(values)) is None
    assert Bootstrap([1, 1, 1, 1], 1).interval(mean(np.ones(4))) is None


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.random.default_rng(3).random(60)
    without = (values.sum() - values) / 59
    low, high = jackknife(values.mean(), without) or (0, 0)
    error = values.std(ddof=1) / np.sqrt(60)
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=1e-3)


def test_variety_without_a_dialogue_is_what_the_rest_has() -> None:
    texts, groups = ["a b", "b c", "a a b", "d"], [1, 1, 2, 3]
    for name, order in (("distinct_1", 1), ("distinct_2", 2)):
        value, without = varieties(texts, groups)[name]

        def distinct(kept: list[str], order: int = order) -> float:
            grams = [tuple(t.split()[p : p + order]) for t in kept for p in range(len(t.split()) - order + 1)]
            return len(set(grams)) / len(grams)

        assert value == distinct(texts)
        rest = [[text for text, group in zip(texts, groups, strict=True) if group != one] for one in (1, 2, 3)]
        assert without.tolist() == [distinct(kept) for kept in rest]
    figures, intervals = variety(texts, groups)
    assert 0 <= intervals["distinct_1"][0] <= figures["distinct_1"] <= intervals["distinct_1"][1] <= 1
    assert variety(["", ""], [1, 2]) == ({}, {})
