"""Pairs with everything that was said of them, out of several files."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialog_evaluation.rating.reading import Ratings
from dialog_evaluation.rating.values import Item, Rating

EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of replies with what was said of it.

    Attributes:
        item: The pair.
        ratings: What was said, by each rater once; of a pair whose replies are the same, nothing.
    """

    item: Item
    ratings: tuple[Rating, ...] = ()

    def score(self, system: str) -> float:
        """Return how far a system is ahead, from 0 to 1: the mean over raters, one half where none is better."""
        if not self.ratings:
            return EVEN
        return sum(value_of(rating, system) for rating in self.ratings) / len(self.ratings)


@dataclass(slots=True)
class Compared:
    """Two systems with the pairs of replies that were rated, or are the same.

    Attributes:
        bot: The first system.
        other: The second.
        pairs: The pairs.
        data: The files of dialogues they are from.
    """

    bot: str
    other: str
    pairs: list[Judged] = field(default_factory=list)
    data: list[str] = field(default_factory=list)

    @property
    def rated(self) -> list[Judged]:
        """The pairs that somebody has rated."""
        return [pair for pair in self.pairs if pair.ratings]

    @property
    def equal(self) -> int:
        """How many pairs have the same reply twice."""
        return len(self.pairs) - len(self.rated)


def value_of(rating: Rating, system: str) -> float:
    """Return what a rating is worth to a system: 1 where it is better, 0 where the other is, one half otherwise."""
    return EVEN if not rating.winner else float(rating.winner == system)


def put_together(files: Sequence[Ratings]) -> list[Compared]:
    """Return what files say of each two systems.

    Pairs of several files are one where message and replies are the same. What a rater says of it in several files
    counts once, the last word. Pairs that have the same reply twice count as far as rating has come: some are made
    ahead.
    """
    found: dict[frozenset[str], Compared] = {}
    for ratings in files:
        told = ratings.comparison
        compared = found.setdefault(frozenset(told.systems), Compared(told.bot, told.other))
        if told.data not in compared.data:
            compared.data.append(told.data)
        places = {id: place for place, id in enumerate(ratings.items)}
        reached = max((places[id] for id, _ in ratings.ratings), default=-1)
        by_item: dict[str, list[Rating]] = {}
        for (rated, _), rating in ratings.ratings.items():
            by_item.setdefault(rated, []).append(rating)
        for id, item in ratings.items.items():
            if id in by_item or (item.equal and places[id] < reached):
                compared.pairs.append(Judged(item, tuple(by_item.get(id, ()))))
    for compared in found.values():
        compared.pairs = _once(compared.pairs)
    return [compared for compared in found.values() if compared.rated]


def _once(pairs: Sequence[Judged]) -> list[Judged]:
    found: dict[object, Judged] = {}
    for pair in pairs:
        item = pair.item
        key = (item.turns, tuple(sorted((name, reply.text) for name, reply in item.replies.items())))
        same = found.get(key)
        if same is None:
            found[key] = pair
        else:
            ratings = {rating.rater: rating for rating in (*same.ratings, *pair.ratings)}
            found[key] = replace(same, ratings=tuple(ratings.values()))
    return list(found.values())
