"""Learning how likely a match is right, from questions that were held out: each judged by what the others teach."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from dialog_retrieval.confidence import Confidence
from dialog_retrieval_training.measuring import Found

TURNS = 5
FEWEST = 40  # questions; with fewer, what an index finds out by itself is the better guess
FEWEST_WRONG = 5  # and as many right ones
CERTAIN = 1e-6  # how far from 0 and 1 a probability is kept, so that one mistake does not weigh without end

T = TypeVar("T")


def enough(found: Sequence[Found]) -> bool:
    """Return whether something can be learnt from questions: there have to be right and wrong matches."""
    right = sum(one.right for one in found)
    return len(found) >= FEWEST and min(right, len(found) - right) >= FEWEST_WRONG


def turns(count: int, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield for each turn the places to learn from and the places to judge; each place is judged once."""
    order = random.Random(seed).sample(range(count), count)
    for turn in range(TURNS):
        own = set(order[turn::TURNS])
        if own:
            yield [place for place in range(count) if place not in own], sorted(own)


def in_turns(items: Sequence[T], seed: int, learn_and_judge: Callable[[list[T], list[T]], list[Found]]) -> list[Found]:
    """Return all items judged, each by what was learnt from others."""
    judged: dict[int, Found] = {}
    for others, own in turns(len(items), seed):
        results = learn_and_judge([items[place] for place in others], [items[place] for place in own])
        judged.update(zip(own, results, strict=True))
    return [judged[place] for place in sorted(judged)]


def fit_confidence(found: Sequence[Found], names: Sequence[str], depth: int = 1) -> Confidence | None:
    """Return a model of being right, fitted to the first matches of each question; None if they do not allow one."""
    matches = [(one, match) for one in found for match in one.matches[:depth]]
    rows = [match.features for _, match in matches]
    right = [match.number in one.question.answers for one, match in matches]
    if len(set(right)) < 2:
        return None
    left = list(names)
    while left:
        fitted = Confidence.fit(rows, right, names=left)
        # What speaks for a match must not speak against it only because another feature says nearly the same.
        worst = min(left, key=lambda name: fitted.weights[name])
        if fitted.weights[worst] >= 0:
            return fitted
        left.remove(worst)
    return None


def log_loss(found: Sequence[Found]) -> float:
    """Return how surprised one is, on average, by whether the first match is right, given its score."""
    losses = []
    for one in found:
        score = one.matches[0].score if one.matches else 0.0
        likely = min(max(score if one.right else 1 - score, CERTAIN), 1 - CERTAIN)
        losses.append(-math.log(likely))
    return sum(losses) / len(losses)
