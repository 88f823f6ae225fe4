"""The columns of a schema, filled: features there is one of for each policy, kind, number or ranker among them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate
from dialog_ranking.features.names import FEATURES
from dialog_ranking.features.numbers import MISSING, number
from dialog_ranking.features.rivals import Rivals
from dialog_ranking.features.schema import Schema

Floats = NDArray[np.float64]
Fill = Callable[[Sequence[Candidate], Rivals, Mapping[str, Sequence[float]]], Floats]

SCHEMAS = 16  # of which it is remembered where their columns are from


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
        self._fills = list(_fills(members))

    def of(
        self,
        static: Floats,
        candidates: Sequence[Candidate],
        rivals: Rivals,
        given: Mapping[str, Sequence[float]],
    ) -> Floats:
        """Return the columns.

        Args:
            static: Those of `FEATURES`, a row for each candidate.
            candidates: The candidates.
            rivals: How they stand beside one another.
            given: Columns that were found elsewhere.
        """
        blocks = [static, *(fill(candidates, rivals, given) for fill in self._fills)]
        wide = np.concatenate(blocks, axis=1) if self._fills else static
        return wide if self._order is None else wide[:, self._order]


@lru_cache(maxsize=SCHEMAS)
def columns_of(schema: Schema) -> Columns:
    """Return where the columns of a schema are from."""
    return Columns(schema)


def _fills(members: Mapping[str, list[str]]) -> Iterator[Fill]:
    for family, found in members.items():
        match family:
            case "policy":
                yield _indicators(found, lambda candidate: candidate.policy)
            case "kind":
                yield _indicators(found, lambda candidate: candidate.kind)
            case "other":
                yield _others(found)
            case "own":
                yield _own(found)
            case "ranker":
                yield _rankers(found)


def _indicators(found: list[str], value: Callable[[Candidate], str]) -> Fill:
    """Return what fills a column for each of several values: 1 or 0; all are missing where the value is another."""
    table = np.full((len(found) + 1, len(found)), MISSING)
    table[:-1] = np.eye(len(found))
    places = {name: place for place, name in enumerate(found)}

    def fill(candidates: Sequence[Candidate], rivals: Rivals, given: Mapping[str, Sequence[float]]) -> Floats:
        chosen: Floats = table[[places.get(value(candidate), -1) for candidate in candidates]]
        return chosen

    return fill


def _others(found: list[str]) -> Fill:
    mask = np.zeros((len(found) + 1, len(found)))
    mask[:-1][np.eye(len(found), dtype=bool)] = MISSING
    places = {name: place for place, name in enumerate(found)}

    def fill(candidates: Sequence[Candidate], rivals: Rivals, given: Mapping[str, Sequence[float]]) -> Floats:
        best = rivals.best
        row = np.array([best[policy].default if policy in best else 0.0 for policy in found])
        filled: Floats = mask[[places.get(candidate.policy, -1) for candidate in candidates]] + row
        return filled

    return fill


def _own(found: list[str]) -> Fill:
    def fill(candidates: Sequence[Candidate], rivals: Rivals, given: Mapping[str, Sequence[float]]) -> Floats:
        filled = np.full((len(candidates), len(found)), MISSING)
        for row, candidate in enumerate(candidates):
            told = candidate.features
            if told:
                for column, name in enumerate(found):
                    if name in told:
                        filled[row, column] = number(told[name])
        return filled

    return fill


def _rankers(found: list[str]) -> Fill:
    def fill(candidates: Sequence[Candidate], rivals: Rivals, given: Mapping[str, Sequence[float]]) -> Floats:
        filled = np.full((len(candidates), len(found)), MISSING)
        for column, name in enumerate(found):
            if (values := given.get(f"ranker.{name}")) is not None:
                filled[:, column] = values
        return filled

    return fill
