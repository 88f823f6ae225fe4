"""The columns of a schema, filled: features there is one of for each policy, kind, number or ranker among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate
from dialog_ranking.features.names import FEATURES
from dialog_ranking.features.numbers import MISSING
from dialog_ranking.features.rivals import Rivals
from dialog_ranking.features.schema import Schema

Floats = NDArray[np.float64]

SCHEMAS = 16  # of which it is remembered where their columns are from


@dataclass(frozen=True, slots=True)
class Source:
    """What the columns of families are filled from.

    Attributes:
        candidates: The candidates.
        rivals: How they stand beside one another.
        own: The numbers the policy of each tells.
        given: Columns that were found elsewhere.
    """

    candidates: Sequence[Candidate]
    rivals: Rivals
    own: Sequence[Mapping[str, float]]
    given: Mapping[str, Sequence[float]]


Fill = Callable[[Source], Floats]


class Columns:
    """Puts the features of `FEATURES` and those of families into the order of a schema."""

    def __init__(self, schema: Schema) -> None:
        places = {name: place for place, name in enumerate(FEATURES)}
        members: dict[str, list[str]] = {}
        for name in schema.names:
            if name not in FEATURES:
                family, _, member = name.partition(".")
                members.setdefault(family, []).append(member)
        width = len(FEATURES)
        for family, found in members.items():
            places.update({f"{family}.{member}": width + place for place, member in enumerate(found)})
            width += len(found)
        order = [places[name] for name in schema.names]
        self._order = None if order == list(range(width)) else np.array(order, np.intp)
        self._width = width
        self._fills = [(len(found), _fill(family, found)) for family, found in members.items()]

    def of(self, candidates: Floats, turn: Sequence[float], source: Source) -> Floats:
        """Return the columns.

        Args:
            candidates: Those of `FEATURES` that are different for each candidate, a row for each.
            turn: Those of `FEATURES` that are the same for all; they come last.
            source: What the columns of families are filled from.
        """
        wide = np.empty((len(candidates), self._width))
        different = candidates.shape[1]
        wide[:, :different] = candidates
        wide[:, different : len(FEATURES)] = turn
        begin = len(FEATURES)
        for width, fill in self._fills:
            wide[:, begin : begin + width] = fill(source)
            begin += width
        return wide if self._order is None else wide[:, self._order]


@lru_cache(maxsize=SCHEMAS)
def columns_of(schema: Schema) -> Columns:
    """Return where the columns of a schema are from."""
    return Columns(schema)


def _fill(family: str, found: list[str]) -> Fill:
    """Return what fills the columns of a family."""
    match family:
        case "policy":
            return _indicators(found, attrgetter("policy"))
        case "kind":
            return _indicators(found, attrgetter("kind"))
        case "other":
            return _others(found)
        case "own":
            return _own(found)
        case _:
            return _given([f"{family}.{member}" for member in found])


def _indicators(found: list[str], value: Callable[[Candidate], str]) -> Fill:
    """Return what fills a column for each of several values: 1 or 0; all are missing where the value is another."""
    table = np.full((len(found) + 1, len(found)), MISSING)
    table[:-1] = np.eye(len(found))
    places = {name: place for place, name in enumerate(found)}

    def fill(source: Source) -> Floats:
        rows: Floats = table[[places.get(name, -1) for name in map(value, source.candidates)]]
        return rows

    return fill


def _others(found: list[str]) -> Fill:
    mask = np.zeros((len(found) + 1, len(found)))
    mask[:-1][np.eye(len(found), dtype=bool)] = MISSING
    places = {name: place for place, name in enumerate(found)}

    def fill(source: Source) -> Floats:
        best = source.rivals.best
        highest = [best[policy].default if policy in best else 0.0 for policy in found]
        rows: Floats = mask[[places.get(candidate.policy, -1) for candidate in source.candidates]]
        return rows + highest

    return fill


def _own(found: list[str]) -> Fill:
    nothing = [MISSING] * len(found)

    def fill(source: Source) -> Floats:
        values: list[float] = []
        for told in source.own:
            values += [told.get(name, MISSING) for name in found] if told else nothing
        return np.array(values).reshape(len(source.own), len(found))

    return fill


def _given(found: list[str]) -> Fill:
    def fill(source: Source) -> Floats:
        nothing = [MISSING] * len(source.candidates)
        return np.array([source.given.get(name, nothing) for name in found]).T

    return fill
