"""What a cross-encoder learns from."""

from dataclasses import replace

import pytest

from dialog_ranking.choices import Label
from dialog_ranking_training.cross_encoding.pairs import (
    MOST_IMPORTANCE,
    Balance,
    Pair,
    balance_of,
    batches_of,
    pairs_of,
)
from tests.plugins.dialog_ranking_training.cross_encoding.small_world import make_choices


def test_only_what_was_judged_is_learnt_from() -> None:
    (choice,) = make_choices(1)
    choice = replace(choice, labels=(Label(1.0, 2.0), None, Label(0.0, 0.0)))
    (pair,) = pairs_of([choice], 3, 3, 0)
    assert pair == Pair(choice.turn.text, choice.candidates[0].text, 1.0, 2.0)


def test_of_many_wrong_replies_some_stand_for_all() -> None:
    choices = make_choices(30, candidates=7)
    pairs = pairs_of(choices, 3, most_wrong=2, seed=0)
    assert sum(pair.right for pair in pairs) == 30
    wrong = [pair for pair in pairs if not pair.right]
    assert len(wrong) == 60
    assert sum(pair.weight for pair in wrong) == pytest.approx(30 * 6)
    assert pairs == pairs_of(choices, 3, 2, 0)
    assert pairs != pairs_of(choices, 3, 2, 1)


def test_right_and_wrong_count_the_same_together_and_the_offset_undoes_it() -> None:
    pairs = [Pair("c", "r", 1.0), *[Pair("c", "r", 0.0)] * 3]
    balance = balance_of(pairs)
    assert balance.right * 1 == pytest.approx(balance.wrong * 3)
    assert balance.offset == pytest.approx(-1.0986, abs=1e-4)  # the logarithm of one right to three wrong


def test_a_single_right_reply_among_thousands_is_not_all_that_is_learnt() -> None:
    assert balance_of([Pair("c", "r", 1.0), *[Pair("c", "r", 0.0)] * 5_000]).right == MOST_IMPORTANCE


def test_of_one_kind_alone_there_is_nothing_to_balance() -> None:
    assert balance_of([Pair("c", "r", 1.0)] * 5) == Balance()


def test_every_epoch_reads_each_pair_once_in_another_order() -> None:
    pairs = [Pair("c" * (number % 7), "r", 1.0) for number in range(50)]
    batches = batches_of(pairs, 8, 2, seed=3)
    first, second = batches[:7], batches[7:]
    assert all(sorted(place for batch in epoch for place in batch) == list(range(50)) for epoch in (first, second))
    assert first != second
    assert batches == batches_of(pairs, 8, 2, seed=3)
    assert batches != batches_of(pairs, 8, 2, seed=4)
