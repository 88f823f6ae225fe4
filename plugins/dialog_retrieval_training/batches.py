"""Batches of pairs in which nothing that is right for one pair stands among what is wrong for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dialog_retrieval_training.pairs import Pair

FEWEST = 2  # pairs; one alone has nothing to be told from


@dataclass(frozen=True, slots=True)
class Example:
    """A pair with texts that are wrong for it.

    Attributes:
        pair: The pair.
        wrong: The texts.
        wrong_entries: The numbers of the entries they are from.
    """

    pair: Pair
    wrong: Sequence[str] = ()
    wrong_entries: frozenset[int] = frozenset()


def make_batches(examples: Sequence[Example], size: int, epochs: int, seed: int) -> list[list[int]]:
    """Return the places of the examples of each batch, the same ones for the same seed.

    In a batch every text is compared with all others. So no two pairs of a batch are about the same entry, no text
    stands in it twice, and no entry is right for one pair and given as wrong with another.

    Args:
        examples: What is learnt from.
        size: How many of them in a batch at most.
        epochs: How often each is looked at. A pair that fits into no batch any more waits for the next time.
        seed: For the order.
    """
    batches: list[list[int]] = []
    for epoch in range(epochs):
        waiting: list[int] = np.random.default_rng([seed, epoch]).permutation(len(examples)).tolist()
        while waiting:
            batch, waiting = _fill(examples, waiting, size)
            if len(batch) >= FEWEST:
                batches.append(batch)
    return batches


def _fill(examples: Sequence[Example], waiting: Sequence[int], size: int) -> tuple[list[int], list[int]]:
    batch: list[int] = []
    left: list[int] = []
    right: set[int] = set()
    wrong: set[int] = set()
    texts: set[str] = set()
    for position, place in enumerate(waiting):
        if len(batch) == size:
            left += waiting[position:]
            break
        example = examples[place]
        own = {example.pair.asked, example.pair.found, *example.wrong}
        clash = (
            not right.isdisjoint(example.pair.right)
            or not wrong.isdisjoint(example.pair.right)
            or not right.isdisjoint(example.wrong_entries)
            or not texts.isdisjoint(own)
        )
        if clash:
            left.append(place)
            continue
        batch.append(place)
        right |= example.pair.right
        wrong |= example.wrong_entries
        texts |= own
    return batch, left
