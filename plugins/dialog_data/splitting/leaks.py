"""What stands in the training data and in what is measured on, word for word or almost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dialog_core.datasets import DataItem, LabelledText, origin_of, texts_of
from dialog_data.splitting.likeness import LikenessIndex

THRESHOLD = 0.8
SHOWN = 20  # leaks that are kept with their words


@dataclass(frozen=True, slots=True)
class Leak:
    """An item that is measured on although something like it is learnt from.

    Attributes:
        measured: The item.
        learnt: What is like it.
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


def find_leaks(measured: Iterable[DataItem], learnt: Iterable[DataItem], threshold: float = THRESHOLD) -> Leaks:
    """Look for what is measured on among what is learnt from.

    What is measured on is held in memory; what is learnt from streams by.

    Args:
        measured: The items of validation and test.
        learnt: The items of training.
        threshold: How alike two items are at least (Jaccard similarity of their pieces) to be the same to a model.
    """
    index = LikenessIndex(threshold)
    held: list[DataItem] = []
    found = Leaks()
    for item in measured:
        found.made_up += origin_of(item) is not None
        index.add(item)
        held.append(item)
    found.measured = len(held)
    best: dict[int, Leak] = {}
    for other in learnt:
        found.learnt += 1
        for alike in index.alike(other):
            known = best.get(alike.item)
            if known is None or alike.similarity > known.similarity:
                best[alike.item] = Leak(held[alike.item], other, alike.similarity)
    found.leaked = set(best)
    found.exact = sum(_folded(leak.measured) == _folded(leak.learnt) for leak in best.values())
    found.worst = sorted(best.values(), key=lambda leak: -leak.similarity)[:SHOWN]
    return found


def without_leaks(measured: Iterable[DataItem], leaks: Leaks) -> Iterator[DataItem]:
    """Yield what is measured on without what leaks."""
    for number, item in enumerate(measured):
        if number not in leaks.leaked:
            yield item


def _folded(item: DataItem) -> str:
    return "\n".join(" ".join(text.casefold().split()) for text in texts_of(item))


def shown(item: DataItem) -> str:
    """Return an item in one line."""
    words = " / ".join(" ".join(text.split()) for text in texts_of(item))
    line = item.metadata.get("line")
    name = "" if isinstance(item, LabelledText) else f"{item.id}: "
    where = f" (line {line})" if line is not None else ""
    return f"{name}{words[:100]}{'…' if len(words) > 100 else ''}{where}"
