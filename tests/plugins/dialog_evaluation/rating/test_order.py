"""What is compared in which order, and which reply comes first: by chance, and the same every time."""

from hypothesis import given
from hypothesis import strategies as st

from dialog_evaluation.rating.order import drawn, in_order, sides
from tests.plugins.dialog_evaluation.rating.pairs import COMPARISON

CASES = list(range(200))


@given(st.integers(0, 250), st.integers(0, 250), st.integers())
def test_a_greater_limit_begins_with_the_same(one: int, other: int, seed: int) -> None:
    fewer, more = sorted((one, other))
    assert drawn(CASES, max(more, 1), seed)[: max(fewer, 1)] == drawn(CASES, max(fewer, 1), seed)
    assert sorted(drawn(CASES, 0, seed)) == CASES


@given(st.floats(0, 1), st.text(min_size=1, max_size=5), st.integers())
def test_all_raters_rate_everything_and_the_shared_part_first(overlap: float, rater: str, seed: int) -> None:
    mine, shared = in_order(CASES, rater, overlap, seed)
    others, _ = in_order(CASES, f"{rater}'", overlap, seed)
    assert sorted(mine) == CASES
    assert mine[:shared] == others[:shared] == CASES[:shared]
    assert shared >= overlap * len(CASES)
    assert in_order(CASES, rater, overlap, seed) == (mine, shared)


def test_behind_the_shared_part_raters_go_different_ways() -> None:
    mine, shared = in_order(CASES, "ann", 0.2, 1)
    others, _ = in_order(CASES, "bob", 0.2, 1)
    both = set(mine[shared : shared + 40]) & set(others[shared : shared + 40])
    assert len(both) < 25  # ten, if chance has it


def test_each_side_comes_first_about_as_often_and_not_to_all_raters_alike() -> None:
    first = [sides(COMPARISON, f"d{number}/1", "ann")[0] for number in range(1_000)]
    other = [sides(COMPARISON, f"d{number}/1", "bob")[0] for number in range(1_000)]
    assert 430 < first.count("bot.yaml") < 570
    assert 430 < sum(one == two for one, two in zip(first, other, strict=True)) < 570
    assert first == [sides(COMPARISON, f"d{number}/1", "ann")[0] for number in range(1_000)]
