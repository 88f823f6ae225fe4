"""What ir-measures is given and what is made of it, against the definitions written out."""

import math
import random
from collections.abc import Sequence

import pytest

from dialog_core.testing import make_context
from dialog_evaluation.metrics.retrieval import Retrieval
from dialog_evaluation.options import RetrievalOptions


def metric(*cutoffs: int) -> Retrieval:
    return Retrieval(RetrievalOptions(cutoffs=cutoffs or (1, 3, 10)), make_context())


def by_hand(found: Sequence[str], right: set[str], cutoffs: Sequence[int]) -> dict[str, float]:
    """The definitions, as textbooks have them."""
    ranks = [rank for rank, id in enumerate(found, start=1) if id in right]
    gained = sum(1 / math.log2(rank + 1) for rank in ranks if rank <= 10)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(right), 10) + 1))
    return {
        "success_at_1": float(1 in ranks),
        "mrr": 1 / ranks[0] if ranks else 0.0,
        "ndcg_at_10": gained / ideal,
        "map": sum(number / rank for number, rank in enumerate(ranks, start=1)) / len(right),
        **{f"recall_at_{cutoff}": sum(rank <= cutoff for rank in ranks) / len(right) for cutoff in cutoffs},
    }


def test_the_figures_are_the_means_of_their_definitions() -> None:
    dice = random.Random(4)
    ids = [f"e{number}" for number in range(40)]
    found = [dice.sample(ids, dice.randrange(25)) for _ in range(80)]
    right = [set(dice.sample(ids, dice.randrange(1, 5))) for _ in range(80)]

    figures = metric(1, 3, 5, 10).compute(found, right)

    each = [by_hand(*pair, (1, 3, 5, 10)) for pair in zip(found, right, strict=True)]
    assert figures == pytest.approx({name: sum(one[name] for one in each) / len(each) for name in each[0]})


def test_the_order_counts_and_not_the_ids_of_what_is_found() -> None:
    for found in (["a", "b"], ["b", "a"], ["z", "b", "a"]):
        assert metric().compute([found], [{found[-1]}])["mrr"] == pytest.approx(1 / len(found))


def test_an_entry_that_is_found_twice_counts_where_it_is_first() -> None:
    assert metric().compute([["x", "a", "x", "a"]], [{"a"}])["mrr"] == 0.5


def test_a_question_for_which_nothing_is_found_counts() -> None:
    assert metric().compute([["a"], []], [{"a"}, {"a"}])["recall_at_1"] == 0.5


@pytest.mark.parametrize("id", ["", "a b", "a\x00b", "\ud800", "é" * 10_000])
def test_ids_may_be_anything(id: str) -> None:
    assert metric().compute([["x", id]], [{id}])["mrr"] == 0.5


def test_without_questions_there_are_no_figures() -> None:
    assert metric().compute([], []) == {}


@pytest.mark.parametrize(("found", "right"), [([["a"]], []), ([["a"]], [set()])])
def test_what_does_not_belong_together_is_refused(found: list[list[str]], right: list[set[str]]) -> None:
    with pytest.raises(ValueError, match=r"1 predictions for 0|no right answer"):
        metric().compute(found, right)
