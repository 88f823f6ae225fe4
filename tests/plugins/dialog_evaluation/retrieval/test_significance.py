import itertools

import numpy as np
import pytest

from dialog_evaluation.retrieval.significance import auroc_interval, corrected, difference, intervals


def test_an_interval_is_about_what_theory_says() -> None:
    values = np.array([1.0] * 70 + [0.0] * 30)
    low, high = intervals({"recall": values}, seed=1)["recall"]
    reach = 1.96 * (0.7 * 0.3 / 100) ** 0.5
    assert (low, high) == pytest.approx((0.7 - reach, 0.7 + reach), abs=0.015)


def test_intervals_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(3).beta(2, 1, size=60)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=5000, rng=7).confidence_interval
    assert intervals({"x": values}, seed=1)["x"] == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = {"x": np.random.default_rng(1).random(50)}
    assert intervals(values, seed=5) == intervals(values, seed=5)
    assert intervals(values, seed=5) != intervals(values, seed=6)


def test_the_interval_of_the_area_under_the_curve_is_that_of_areas_of_resamples() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    positive = rng.random(80) < 0.4
    scores = (rng.normal(size=80) + positive).round(1)  # with ties
    areas = []
    while len(areas) < 1000:
        drawn = rng.integers(0, 80, 80)
        if 0 < positive[drawn].sum() < 80:
            areas.append(metrics.roc_auc_score(positive[drawn], scores[drawn]))

    found = auroc_interval(scores, positive, seed=1)

    assert found == pytest.approx(tuple(np.percentile(areas, [2.5, 97.5])), abs=0.025)


def test_without_both_kinds_there_is_no_area() -> None:
    assert auroc_interval(np.array([0.1, 0.2]), np.array([True, True]), seed=1) is None


def test_the_p_value_is_the_share_of_exchanges_that_differ_as_much() -> None:
    ours = np.array([1.0, 1.0, 1.0, 0.5, 1.0, 0.0, 1.0, 1.0])
    theirs = np.array([0.0, 0.0, 0.5, 0.0, 1.0, 1.0, 0.0, 0.0])
    each = ours - theirs
    signed = [abs(np.dot(signs, each)) for signs in itertools.product((-1, 1), repeat=len(each))]
    exact = np.mean(np.array(signed) >= abs(each.sum()) - 1e-9)

    found = difference(ours, theirs, seed=1)

    assert found.p_value == pytest.approx(exact, abs=0.015)
    assert found.value == pytest.approx(each.mean())
    assert found.interval[0] < found.value < found.interval[1]


def test_retrievers_that_never_differ_do_not_differ() -> None:
    found = difference(np.ones(10), np.ones(10), seed=1)
    assert (found.value, found.interval, found.p_value) == (0.0, (0.0, 0.0), 1.0)


def test_equally_good_retrievers_seldom_differ_by_more_than_chance() -> None:
    rng = np.random.default_rng(11)
    p_values = [difference(rng.random(40), rng.random(40), seed=number).p_value for number in range(100)]
    assert sum(p_value < 0.05 for p_value in p_values) <= 12  # 5 are expected


def test_of_many_comparisons_each_has_to_be_surer() -> None:
    assert corrected([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert corrected([0.6, 0.7]) == [1.0, 1.0]
    assert corrected([]) == []
