"""Ranks of the right reply: the definitions, and what is no rank."""

import pytest

from dialog_core import Context


def selection(ranks: list[int | None], sizes: list[int], **options: object) -> dict[str, float]:
    found: dict[str, float] = Context().create("metric", {"use": "response_selection", **options}).compute(ranks, sizes)
    return found


def test_the_figures_are_those_reckoned_by_hand() -> None:
    found = selection([1, 2, 4, 10], [10] * 4)
    assert found == pytest.approx(
        {
            "recall_at_1": 1 / 4,
            "recall_at_2": 2 / 4,
            "recall_at_5": 3 / 4,
            "mrr": (1 + 1 / 2 + 1 / 4 + 1 / 10) / 4,
            "chance": 1 / 10,
        }
    )


def test_what_could_not_be_wrong_is_not_told() -> None:
    assert set(selection([1, 2], [2, 2])) == {"recall_at_1", "mrr", "chance"}


def test_a_rank_nobody_was_asked_for_does_not_count() -> None:
    assert selection([1, None], [10, 10])["recall_at_1"] == 1
    assert selection([None], [10]) == {}
    assert selection([], []) == {}


@pytest.mark.parametrize("rank", [0, 11, -1])
def test_what_is_no_rank_is_refused(rank: int) -> None:
    with pytest.raises(ValueError, match=f"no rank {rank} among 10"):
        selection([rank], [10])
