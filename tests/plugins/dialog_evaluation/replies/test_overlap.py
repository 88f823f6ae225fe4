from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu import corpus_chrf

from dialog_core import Context
from dialog_evaluation.metrics.chrf import Chrf
from dialog_evaluation.replies.overlap import Vocabulary, characters, longest_common_order, shared

TEXTS = st.lists(st.tuples(st.text("ab ", max_size=12), st.text("abc ", max_size=12)), min_size=1, max_size=6)
TOKENS = st.lists(st.sampled_from("abc"), max_size=12)


def grams(text: str, order: int) -> "Counter[str]":
    squeezed = "".join(text.split())
    return Counter(squeezed[place : place + order] for place in range(len(squeezed) - order + 1))


@given(TEXTS)
def test_runs_are_shared_as_counting_one_by_one_finds(pairs: list[tuple[str, str]]) -> None:
    said, gold = (characters(list(texts)) for texts in zip(*pairs, strict=True))
    for order in range(1, 5):
        expected = [sum((grams(one, order) & grams(two, order)).values()) for one, two in pairs]
        assert shared(said, gold, order).tolist() == expected
        assert said.count(order).tolist() == [sum(grams(one, order).values()) for one, _ in pairs]


@given(TEXTS)
def test_chrf_of_sums_is_sacrebleus(pairs: list[tuple[str, str]]) -> None:
    said, gold = (list(texts) for texts in zip(*pairs, strict=True))
    metric: Chrf = Context(name="mine").create("metric", "chrf")
    found = metric.scores(metric.counts(said, gold).sum(axis=0)[None])[0]
    assert abs(found - corpus_chrf(said, [gold]).score) < 1e-9


@given(TOKENS, TOKENS)
def test_the_longest_common_order_is_that_of_the_table(said: list[str], gold: list[str]) -> None:
    table = np.zeros((len(said) + 1, len(gold) + 1), int)
    for row, one in enumerate(said):
        for column, two in enumerate(gold):
            table[row + 1, column + 1] = (
                table[row, column] + 1 if one == two else max(table[row, column + 1], table[row + 1, column])
            )
    assert longest_common_order(said, gold) == table[-1, -1]


def test_no_texts_share_nothing() -> None:
    vocabulary = Vocabulary()
    empty, one = vocabulary.tokens([[]]), vocabulary.tokens([["a"]])
    assert shared(empty, one, 1).tolist() == [0]
    assert shared(one, one, 2).tolist() == [0]
    assert shared(vocabulary.tokens([]), vocabulary.tokens([]), 1).tolist() == []
