"""Agreement, compared with other implementations of it."""

from collections.abc import Sequence

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from dialog_data.labelling.agreement.coefficients import LabelCounts, PairCounts, figure, texts_needed

LABELS = ("book", "cancel", "hours")
whole = st.lists(st.lists(st.sampled_from(LABELS), min_size=2, max_size=4), min_size=2, max_size=30)
pairs = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=2, max_size=30)


@given(whole)
def test_alpha_is_that_of_another_implementation_also_where_labels_are_missing(said: Sequence[Sequence[str]]) -> None:
    counts = LabelCounts(said)
    ours = float(counts.alpha(np.ones((1, len(said))))[0])
    if len(counts.names) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(value_counts=counts.counts, level_of_measurement="nominal")
    assert ours == pytest.approx(theirs, abs=1e-12)


@given(pairs)
def test_kappa_is_that_of_another_implementation(said: Sequence[tuple[str, str]]) -> None:
    ours = float(PairCounts(said).kappa(np.ones((1, len(said))))[0])
    if len({label for pair in said for label in pair}) < 2:
        assert np.isnan(ours)
        return
    one, other = zip(*said, strict=True)
    assert ours == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)


def test_the_example_of_the_book() -> None:
    # Krippendorff (2004), section 11.3.2: two observers, ten units, nominal: alpha = .095
    said = [(one, other) for one, other in zip("0100000000", "1110010010", strict=True)]
    counts = LabelCounts(said)
    assert float(counts.alpha(np.ones((1, 10)))[0]) == pytest.approx(0.095, abs=5e-4)
    assert float(counts.observed(np.ones((1, 10)))[0]) == 0.6


def test_observed_agreement_counts_each_text_the_same() -> None:
    counts = LabelCounts([("a", "a", "a", "b"), ("a", "b")])
    assert float(counts.observed(np.ones((1, 2)))[0]) == pytest.approx((3 / 6 + 0) / 2)


def test_of_each_label_how_likely_another_says_it_too() -> None:
    counts = LabelCounts([("a", "a"), ("a", "b"), ("a", "a")])
    assert counts.of_each_label() == [("a", pytest.approx(0.8), 5), ("b", 0.0, 1)]


def test_an_interval_holds_the_value_and_shrinks_with_more_texts() -> None:
    few = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")] * 5
    small, large = (figure(LabelCounts(said).alpha, len(said), 1) for said in (few, few * 16))
    assert small.low < small.value < small.high
    assert small.value == pytest.approx(large.value, abs=0.02)
    assert 3 < small.halfwidth / large.halfwidth < 5  # sixteen times as many texts, a quarter of the width
    assert figure(LabelCounts(few).alpha, len(few), 1) == small


def test_the_interval_of_a_share_is_that_of_the_normal_approximation() -> None:
    said = [("a", "a")] * 80 + [("a", "b")] * 20
    found = figure(LabelCounts(said).observed, 100, 1)
    assert found.halfwidth == pytest.approx(1.96 * (0.8 * 0.2 / 100) ** 0.5, rel=0.1)


@pytest.mark.parametrize(("texts", "halfwidth", "needed"), [(100, 0.1, 300), (100, 0.05, 0), (100, 0.04, 0)])
def test_how_many_texts_more_it_takes(texts: int, halfwidth: float, needed: int) -> None:
    assert texts_needed(texts, halfwidth, 0.05) == needed
    assert texts_needed(texts, float("nan"), 0.05) == 0
