"""Filling a matrix with the columns of a schema."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from struct import pack

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate
from dialog_ranking.features.candidates import Candidates
from dialog_ranking.features.numbers import MISSING
from dialog_ranking.features.rivals import Best
from dialog_ranking.features.schema import Schema, base_of
from dialog_ranking.features.turns import OF_TURNS

Floats = NDArray[np.float64]
Fill = Callable[[Candidates, Mapping[str, Best]], Floats]

FILLER = "_filler"  # under which a schema remembers it
COMPUTED = ("policy", "kind", "other", "own")  # families that are filled here
PLAIN, TURN = "", "turn"  # the columns that are found for each candidate, and those that are the same for all


class Filler:
    """Fills the columns of one schema."""

    def __init__(self, schema: Schema) -> None:
        groups: dict[str, list[int]] = {PLAIN: [], TURN: []}
        for place, name in enumerate(schema.names):
            base = base_of(name)
            group = TURN if name in OF_TURNS else base if base in COMPUTED else PLAIN
            groups.setdefault(group, []).append(place)
        self._width = len(schema.names)
        self._names = [schema.names[place] for place in groups[PLAIN]]
        self._names_of_turn = [schema.names[place] for place in groups[TURN]]
        self._span, self._span_of_turn = _span(groups.pop(PLAIN)), _span(groups.pop(TURN))
        self._families = [
            (_span(places), _family(family, [schema.names[place].partition(".")[2] for place in places]))
            for family, places in groups.items()
        ]

    def fill(
        self,
        columns: Mapping[str, Sequence[float]],
        turn: Mapping[str, float],
        candidates: Candidates,
        best: Mapping[str, Best],
    ) -> Floats:
        """Return the matrix.

        Args:
            columns: What is known of each candidate, by the name of the column; what is not there is missing.
            turn: What is the same for all.
            candidates: The candidates.
            best: The best one of each policy that counts for others.
        """
        count = len(candidates.given)
        matrix = np.empty((count, self._width))
        if count:
            nothing = [MISSING] * count
            found = [columns.get(name, nothing) for name in self._names]
            matrix[:, self._span] = _floats([*chain.from_iterable(found)]).reshape(len(found), count).T
            matrix[:, self._span_of_turn] = [turn[name] for name in self._names_of_turn]
            for span, fill in self._families:
                matrix[:, span] = fill(candidates, best)
        return matrix


def filler_of(schema: Schema) -> Filler:
    """Return what fills the columns of a schema, which remembers it."""
    remembered: Filler | None = schema.__dict__.get(FILLER)
    if remembered is None:
        remembered = schema.__dict__[FILLER] = Filler(schema)
    return remembered


def _floats(values: list[float]) -> Floats:
    return np.frombuffer(pack(f"{len(values)}d", *values))  # twice as quick as np.array


def _span(places: list[int]) -> slice | list[int]:
    """Return places as a slice where they follow one another, which is quicker."""
    if places and places == list(range(places[0], places[-1] + 1)):
        return slice(places[0], places[-1] + 1)
    return places


def _family(family: str, found: list[str]) -> Fill:
    match family:
        case "policy":
            return _indicators(found, attrgetter("policy"))
        case "kind":
            return _indicators(found, attrgetter("kind"))
        case "other":
            return _others(found)
        case _:
            return _own(found)


def _indicators(found: list[str], value: Callable[[Candidate], str]) -> Fill:
    """Return what fills a column for each of several values: 1 or 0; all are missing where the value is another."""
    table = np.full((len(found) + 1, len(found)), MISSING)
    table[:-1] = np.eye(len(found))
    places = {name: place for place, name in enumerate(found)}

    def fill(candidates: Candidates, best: Mapping[str, Best]) -> Floats:
        rows: Floats = table[[places.get(name, -1) for name in map(value, candidates.given)]]
        return rows

    return fill


def _others(found: list[str]) -> Fill:
    mask = np.zeros((len(found) + 1, len(found)))
    mask[:-1][np.eye(len(found), dtype=bool)] = MISSING
    places = {name: place for place, name in enumerate(found)}

    def fill(candidates: Candidates, best: Mapping[str, Best]) -> Floats:
        highest = [best[policy].default if policy in best else 0.0 for policy in found]
        rows: Floats = mask[[places.get(policy, -1) for policy in candidates.policies]]
        return rows + highest

    return fill


def _own(found: list[str]) -> Fill:
    nothing = [MISSING] * len(found)

    def fill(candidates: Candidates, best: Mapping[str, Best]) -> Floats:
        values: list[float] = []
        for told in candidates.told:
            values += [told.get(name, MISSING) for name in found] if told else nothing
        return _floats(values).reshape(len(candidates.told), len(found))

    return fill
