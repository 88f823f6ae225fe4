"""What stands in the training data and in what is measured on, word for word or almost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dialog_core.datasets import DataItem, LabelledText, origin_of, texts_of
from dialog_data.likeness.index import Alike, LikenessIndex
from dialog_data.likeness.shingles import shingles

THRESHOLD = 0.8
WORDS, CHARACTERS = 1, 2  # of a piece
SHOWN = 20  # leaks that are kept with their words


@dataclass(frozen=True, slots=True)
class Leak:
    """An item that is measured on although something like it is learnt from.

    Attributes:
        measured: The item.
        learnt: What is like it, in the training data or in another part that is measured on.
        similarity: How much, from 0 to 1.
    """

    measured: DataItem
    learnt: DataItem
    similarity: float


@dataclass(slots=True)
class Leaks:
    """What a search for leaks found.

    Attributes:
        measured: How many items are measured on.
        learnt: How many are learnt from.
        made_up: How many of those that are measured on nobody has said.
        exact: How many stand word for word in both.
        worst: The leaks that are most alike, some of them.
        leaked: The numbers of the leaking items among those that are measured on.
    """

    measured: int = 0
    learnt: int = 0
    made_up: int = 0
    exact: int = 0
    worst: list[Leak] = field(default_factory=list)
    leaked: set[int] = field(default_factory=set)

    @property
    def share(self) -> float:
        """Which share of what is measured on leaks."""
        return len(self.leaked) / self.measured if self.measured else 0.0

    @property
    def none(self) -> bool:
        """Whether all is well."""
        return not self.leaked and not self.made_up

    def to_json(self) -> dict[str, Any]:
        """Return the figures and the worst leaks as JSON values."""
        return {
            "measured": self.measured,
            "learnt": self.learnt,
            "leaked": len(self.leaked),
            "share": self.share,
            "exact": self.exact,
            "made_up": self.made_up,
            "worst": [
                {"measured": shown(leak.measured), "learnt": shown(leak.learnt), "similarity": leak.similarity}
                for leak in self.worst
            ],
        }


def find_leaks(
    measured: Iterable[tuple[str, DataItem]], learnt: Iterable[DataItem], threshold: float = THRESHOLD
) -> Leaks:
    """Look for what is measured on among what is learnt from, and in more than one part that is measured on.

    What is measured on is held in memory; what is learnt from streams by. Of what is alike in two measured parts, the
    item of the part whose name comes later in the alphabet leaks: validation, not the test.

    Args:
        measured: The items of validation and test, each with the name of its part.
        learnt: The items of training.
        threshold: How alike two items are at least (Jaccard similarity of their pieces) to be the same to a model.
    """
    index = _Index(threshold)
    held: list[tuple[str, DataItem]] = []
    found = Leaks()
    for part, item in measured:
        found.made_up += origin_of(item) is not None
        index.add(item)
        held.append((part, item))
    found.measured = len(held)
    best: dict[int, Leak] = {}
    for number, (part, item) in enumerate(held):
        for alike in index.alike(item):
            if held[alike.number][0] < part:
                _keep_best(best, number, Leak(item, held[alike.number][1], alike.similarity))
    for other in learnt:
        found.learnt += 1
        for alike in index.alike(other):
            _keep_best(best, alike.number, Leak(held[alike.number][1], other, alike.similarity))
    found.leaked = set(best)
    found.exact = sum(_folded(leak.measured) == _folded(leak.learnt) for leak in best.values())
    found.worst = sorted(best.values(), key=lambda leak: -leak.similarity)[:SHOWN]
    return found


class _Index:
    """Items by the pieces of everything that is said in them."""

    def __init__(self, threshold: float) -> None:
        self._sets = LikenessIndex(threshold)

    def add(self, item: DataItem) -> None:
        pieces = _pieces_of(item)
        self._sets.add(pieces, self._sets.bands(pieces) if pieces else [])

    def alike(self, item: DataItem) -> Iterator[Alike]:
        pieces = _pieces_of(item)
        if pieces:
            yield from self._sets.alike(pieces, self._sets.bands(pieces))


def _pieces_of(item: DataItem) -> set[int]:
    found: set[int] = set()
    for text in texts_of(item):
        found |= shingles(text, "auto", WORDS, CHARACTERS)
    return found


def _keep_best(best: dict[int, Leak], number: int, leak: Leak) -> None:
    if number not in best or leak.similarity > best[number].similarity:
        best[number] = leak


def _folded(item: DataItem) -> str:
    return "\n".join(" ".join(text.casefold().split()) for text in texts_of(item))


def shown(item: DataItem) -> str:
    """Return an item in one line."""
    words = " / ".join(" ".join(text.split()) for text in texts_of(item))
    line = item.metadata.get("line")
    name = "" if isinstance(item, LabelledText) else f"{item.id}: "
    where = f" (line {line})" if line is not None else ""
    return f"{name}{words[:100]}{'…' if len(words) > 100 else ''}{where}"
