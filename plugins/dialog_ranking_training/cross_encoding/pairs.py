"""What a cross-encoder learns from: pairs of what was said and a reply, each right or wrong."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialog_ranking.choices import Choice
from dialog_ranking.cross_encoder.reading import context_of, reply_of

MOST_IMPORTANCE = 10.0  # of the rarer of right and wrong: a handful of pairs must not be all that is learnt
NEIGHBOURS = 16  # batches whose pairs are sorted by length, so that little is padded


@dataclass(frozen=True, slots=True)
class Pair:
    """A reply in its context.

    Attributes:
        context: What was said.
        reply: The reply.
        right: Whether it is right, from 0 to 1.
        weight: How much it counts.
    """

    context: str
    reply: str
    right: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Balance:
    """How much right and wrong pairs count, so that both count the same together.

    Attributes:
        right: The factor for right ones.
        wrong: The factor for wrong ones.
    """

    right: float = 1.0
    wrong: float = 1.0

    @property
    def offset(self) -> float:
        """What has to be added to the log odds that are learnt so, for those there are."""
        return math.log(self.wrong / self.right)


def pairs_of(choices: Sequence[Choice], messages: int, most_wrong: int, seed: int) -> list[Pair]:
    """Return pairs for the candidates that were judged.

    Args:
        choices: What was to be chosen from.
        messages: How many messages are read.
        most_wrong: How many wrong candidates of a turn to take at most; those taken stand for the others.
        seed: For which ones.
    """
    pairs: list[Pair] = []
    for choice in choices:
        context = context_of(choice.turn, messages)
        own = [
            Pair(context, reply_of(candidate), label.right, label.weight)
            for candidate, label in zip(choice.candidates, choice.labels, strict=True)
            if label is not None and label.weight > 0
        ]
        wrong = [pair for pair in own if pair.right < 0.5]
        if len(wrong) > most_wrong:
            weight = sum(pair.weight for pair in wrong)
            wrong = random.Random(f"{seed} {choice.id}").sample(wrong, most_wrong)
            factor = weight / sum(pair.weight for pair in wrong)
            wrong = [replace(pair, weight=pair.weight * factor) for pair in wrong]
        pairs += [*(pair for pair in own if pair.right >= 0.5), *wrong]
    return pairs


def balance_of(pairs: Sequence[Pair]) -> Balance:
    """Return how much pairs are to count so that the rarer kind is not lost among the other."""
    right = sum(pair.weight * pair.right for pair in pairs)
    wrong = sum(pair.weight * (1.0 - pair.right) for pair in pairs)
    if right <= 0 or wrong <= 0:
        return Balance()
    half = (right + wrong) / 2
    return Balance(min(half / right, MOST_IMPORTANCE), min(half / wrong, MOST_IMPORTANCE))


def batches_of(pairs: Sequence[Pair], size: int, epochs: int, seed: int) -> list[list[int]]:
    """Return the places of the pairs of each batch, epoch after epoch; pairs of a batch are of about one length."""
    batches: list[list[int]] = []
    for epoch in range(epochs):
        rng = random.Random(f"{seed} {epoch}")
        order = rng.sample(range(len(pairs)), len(pairs))
        own: list[list[int]] = []
        for start in range(0, len(order), size * NEIGHBOURS):
            near = sorted(order[start : start + size * NEIGHBOURS], key=lambda place: _length(pairs[place]))
            own += [near[first : first + size] for first in range(0, len(near), size)]
        rng.shuffle(own)
        batches += own
    return batches


def _length(pair: Pair) -> int:
    return len(pair.context) + len(pair.reply)
