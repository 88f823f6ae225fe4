"""Boosted trees as they are served: with numpy alone, all candidates and all trees at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_ranking.features.schema import Schema

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]

LEAF = -1
DEEPEST = 64  # levels of a tree; one that is deeper is damaged


@dataclass(frozen=True, eq=False)
class Trees:
    """A sum of trees, all their nodes in one row.

    Every node has a value, inner ones too: what is expected of whoever gets there. What a candidate gains or loses from
    a node to the next counts as contributed by the feature that decides there (Saabas 2014, "Interpreting random
    forests"), so that contributions and the values of the roots add up to what the leaves say.

    Attributes:
        names: The columns.
        roots: The first node of each tree.
        feature: Of each node, the column that decides; -1: it is a leaf.
        threshold: Up to this value, itself included, the way leads left.
        left: The next node then.
        right: The next node else. Both stand behind the node itself.
        missing_left: Where the way leads if the feature is missing.
        value: Log odds, the learning rate included.
    """

    names: tuple[str, ...]
    roots: Integers
    feature: Integers
    threshold: Floats
    left: Integers
    right: Integers
    missing_left: NDArray[np.bool_]
    value: Floats

    def __post_init__(self) -> None:
        Schema(self.names)
        size = len(self.feature)
        rows = (self.threshold, self.left, self.right, self.missing_left, self.value)
        if any(np.shape(row) != (size,) for row in rows) or np.ndim(self.roots) != 1:
            raise ValueError("the nodes of the trees have unequal numbers of properties")
        inner = np.flatnonzero(self.feature != LEAF)
        if np.any(self.feature >= len(self.names)) or np.any(self.feature < LEAF):
            raise ValueError("a tree asks for a feature there is none of")
        if np.any(self.roots < 0) or np.any(self.roots >= size):
            raise ValueError("a tree begins at a node there is none of")
        for following in (self.left[inner], self.right[inner]):
            if np.any(following <= inner) or np.any(following >= size):
                raise ValueError("a tree leads to a node there is none of")
        if not np.isfinite(self.value).all() or not np.isfinite(self.threshold[inner]).all():
            raise ValueError("a tree has values that are not finite")
        if self._depth > DEEPEST:
            raise ValueError(f"a tree is deeper than {DEEPEST} levels")

    @property
    def base(self) -> float:
        """What every candidate gets."""
        return float(self.value[self.roots].sum())

    @cached_property
    def used(self) -> frozenset[str]:
        """The columns that decide anything."""
        return frozenset(self.names[column] for column in np.unique(self.feature[self.feature != LEAF]))

    def contributions(self, matrix: Floats, policies: Sequence[str] = ()) -> Floats:
        """Return what each feature of each candidate adds to its log odds.

        Args:
            matrix: A row of features for each candidate, in the order of `names`; NaN where one is missing.
            policies: Whose candidate each is; trees know that by the columns `policy.*`.
        """
        count, columns = len(matrix), len(self.names)
        if not count or not columns:
            return np.zeros((count, columns))
        flat = matrix.ravel()
        offsets = np.repeat(np.arange(count) * columns, len(self.roots))
        nodes = np.tile(self.roots, count)
        total = np.zeros(count * columns)
        for _ in range(self._depth):
            deciding = self._column[nodes] + offsets
            found = flat[deciding]
            goes_left = np.where(np.isnan(found), self.missing_left[nodes], found <= self.threshold[nodes])
            following = np.where(goes_left, self._left[nodes], self._right[nodes])
            total += np.bincount(deciding, self.value[following] - self.value[nodes], count * columns)
            nodes = following
        return total.reshape(count, columns)

    def to_files(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return what JSON and npz keep of it."""
        return {"names": list(self.names)}, {name: getattr(self, name) for name in _ARRAYS}

    @classmethod
    def from_files(cls, told: Mapping[str, Any], arrays: Mapping[str, Any]) -> "Trees":
        """Return what `to_files` told.

        Raises:
            KeyError, TypeError, ValueError: It is none.
        """
        found = {name: np.asarray(arrays[name], kind) for name, kind in _ARRAYS.items()}
        return cls(names=tuple(map(str, told["names"])), **found)

    @cached_property
    def _column(self) -> Integers:
        """The deciding column; of leaves any, for they lead to themselves."""
        return np.where(self.feature == LEAF, 0, self.feature).astype(np.int32)

    @cached_property
    def _left(self) -> Integers:
        return self._onward(self.left)

    @cached_property
    def _right(self) -> Integers:
        return self._onward(self.right)

    def _onward(self, following: Integers) -> Integers:
        return np.where(self.feature == LEAF, np.arange(len(self.feature)), following).astype(np.int32)

    @cached_property
    def _depth(self) -> int:
        """How many steps the longest way has."""
        depth = np.zeros(len(self.feature), np.int32)
        for node in np.flatnonzero(self.feature != LEAF):  # in order: every node stands before those it leads to
            for following in (self.left[node], self.right[node]):
                depth[following] = max(depth[following], depth[node] + 1)
        return int(depth.max(initial=0))


_ARRAYS: Mapping[str, Any] = {
    "roots": np.int32,
    "feature": np.int32,
    "threshold": np.float64,
    "left": np.int32,
    "right": np.int32,
    "missing_left": np.bool_,
    "value": np.float64,
}
