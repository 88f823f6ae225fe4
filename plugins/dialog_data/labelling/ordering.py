"""In which order texts are labelled: the most uncertain first, but not ten that are nearly the same in a row."""

from collections import deque
from collections.abc import Mapping, Sequence
from random import Random

from dialog_data.labelling.units import Unit

RECENT = 12  # texts that the next one should not be like
ALIKE = 0.5  # from this share of common pieces on (Jaccard) two texts are nearly the same
LOOKED_AT = 200  # candidates for the next place; the first of them where all are like what has just come
GRAM = 3  # characters a piece has


def at_random(units: Sequence[Unit], seed: int) -> list[Unit]:
    """Return the texts in an order that a seed decides."""
    return Random(seed).sample(list(units), len(units))


def uncertain_first(units: Sequence[Unit], uncertainty: Mapping[str, float]) -> list[Unit]:
    """Return the texts, those first of whose label the bot is least sure.

    A text like one of the last `RECENT` waits until others have come: its label is known to the person by then, and
    tells a classifier little that is new.

    Args:
        units: The texts.
        uncertainty: How unsure the bot is, by id; those that are missing come last, in their order.
    """
    known = [unit for unit in units if unit.id in uncertainty]
    known.sort(key=lambda unit: -uncertainty[unit.id])  # stable: of equally uncertain ones the first of the file
    return [*spread(known), *(unit for unit in units if unit.id not in uncertainty)]


def spread(units: Sequence[Unit]) -> list[Unit]:
    """Return the texts in nearly this order, those that are alike apart from each other."""
    waiting = deque((unit, _pieces(unit.text)) for unit in units)
    recent: deque[frozenset[str]] = deque(maxlen=RECENT)
    ordered: list[Unit] = []
    while waiting:
        place = 0
        for candidate in range(min(len(waiting), LOOKED_AT)):
            if not any(_alike(waiting[candidate][1], other) for other in recent):
                place = candidate
                break
        unit, pieces = waiting[place]
        del waiting[place]
        ordered.append(unit)
        recent.append(pieces)
    return ordered


def _pieces(text: str) -> frozenset[str]:
    bare = f" {' '.join(text.casefold().split())} "
    return frozenset(bare[start : start + GRAM] for start in range(max(len(bare) - GRAM + 1, 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= ALIKE * (len(one) + len(other) - common)
