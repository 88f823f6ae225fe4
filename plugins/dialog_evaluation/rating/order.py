"""Which replies are compared, in which order, and which of the two comes first: by chance, and always the same."""

import random
from collections.abc import Sequence
from math import ceil
from typing import TypeVar

from dialog_evaluation.rating.values import Comparison

T = TypeVar("T")


def drawn(cases: Sequence[T], limit: int, seed: int) -> list[T]:
    """Return as many as that, drawn at random, 0 being all; with a greater limit the same come first, then others."""
    order = list(cases)
    random.Random(seed).shuffle(order)
    return order[:limit] if limit else order


def in_order(items: Sequence[T], rater: str, overlap: float, seed: int) -> tuple[list[T], int]:
    """Return the items in the order in which somebody rates them, and how many of them everybody rates.

    First comes the share that everybody rates, in the same order for all: agreement can be told as soon as two have
    begun. The rest comes in an order of one's own, so that those who do not rate everything rate different items.

    Args:
        items: The items.
        rater: Who.
        overlap: The share.
        seed: For the order.
    """
    shared = ceil(overlap * len(items))
    rest = list(items[shared:])
    random.Random(f"{seed}/order/{rater}").shuffle(rest)
    return [*items[:shared], *rest], shared


def sides(comparison: Comparison, item: str, rater: str) -> tuple[str, str]:
    """Return whose reply somebody is shown as the first, and whose as the second."""
    bot, other = comparison.systems
    heads = random.Random(f"{comparison.seed}/sides/{item}/{rater}").random() < 0.5
    return (bot, other) if heads else (other, bot)
