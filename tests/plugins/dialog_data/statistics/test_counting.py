"""Counters that stay small."""

import statistics
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_data.statistics.counting import EXACT, MOST_DIFFERENT, DistinctCounter, Distribution, Tally


@given(values=st.lists(st.integers(0, EXACT), min_size=1), share=st.floats(0.01, 1))
def test_a_percentile_is_what_the_sorted_values_say(values: list[int], share: float) -> None:
    found = Distribution()
    for value in values:
        found.add(value)
    assert sum(value <= found.percentile(share) for value in values) >= share * len(values) - 1e-9
    assert sum(value < found.percentile(share) for value in values) < share * len(values) + 1e-9
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.largest == max(values)


@given(values=st.lists(st.integers(0, 10**9), min_size=1), bins=st.integers(1, 20))
def test_a_histogram_has_every_value_in_bins_that_follow_each_other(values: list[int], bins: int) -> None:
    found = Distribution()
    for value in values:
        found.add(value)
    drawn = found.histogram(bins)
    assert sum(count for _, _, count in drawn) == len(values)
    assert all(end + 1 == begin for (_, end, _), (begin, _, _) in pairwise(drawn))
    assert drawn[0][0] == 0
    assert len(drawn) <= bins


def test_large_numbers_are_kept_to_three_digits_and_take_little_room() -> None:
    found = Distribution()
    for value in range(0, 3_000_000, 7):
        found.add(value)
    assert len(found._counts) < 5_000
    assert found.percentile(0.5) == pytest.approx(1_500_000, rel=0.01)


def test_different_texts_are_counted_exactly_while_they_are_few_and_closely_when_they_are_many() -> None:
    found = DistinctCounter(size=4_096)
    for number in range(3_000):
        found.add(f"word {number}")
        found.add(f"word {number // 2}")
    assert (found.count, found.exact) == (3_000, True)
    for number in range(200_000):
        found.add(f"word {number}")
    assert not found.exact
    assert found.count == pytest.approx(200_000, rel=0.05)  # three standard errors of 1 / sqrt(4094)


def test_what_is_kept_of_different_texts_does_not_grow_with_them() -> None:
    found = DistinctCounter(size=1_024)

    def kept() -> int:
        texts = [*found._recent, *map(str, found._kept), *map(str, found._largest)]
        return sum(map(len, texts))

    for number in range(100_000):
        found.add(f"{number} {'and so on ' * 20}")
        found.add(f"word {number}")
    before = kept()
    for number in range(100_000, 200_000):
        found.add(f"{number} {'and so on ' * 20}")
        found.add(f"word {number}")
    assert kept() <= before * 1.5
    assert found.count == pytest.approx(400_000, rel=0.1)


def test_names_beyond_ten_thousand_are_counted_together() -> None:
    tally = Tally()
    for number in range(MOST_DIFFERENT + 5):
        tally.add(f"label {number}")
    tally.add("label 3")
    assert (len(tally), tally.others, tally.total) == (MOST_DIFFERENT, 5, MOST_DIFFERENT + 6)
    assert next(iter(tally)) == ("label 3", 2)


@given(names=st.lists(st.sampled_from("abc")))
def test_the_most_frequent_name_comes_first(names: list[str]) -> None:
    tally = Tally()
    for name in names:
        tally.add(name)
    assert dict(tally) == Counter(names)
    assert [count for _, count in tally] == sorted(Counter(names).values(), reverse=True)
