"""What turns a sentence's vector into a score for each label: a linear model, or the nearest examples."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 3  # of a label whose similarity is averaged: one alone may stand under the wrong label

Floats = NDArray[Any]


class Head(Protocol):
    """Scores vectors."""

    name: str
    dimension: int
    columns: int

    def scores(self, vectors: Floats) -> Floats:
        """Return, for each vector, the score of each label; that of out of scope last, if it was learnt."""
        ...

    def arrays(self) -> Mapping[str, Floats]:
        """Return what it is made of."""
        ...


class LinearHead:
    """Weighs the components of a vector.

    Attributes:
        weights: For each component, how much it speaks for each label.
        bias: What each label has to begin with.
    """

    name = "linear"

    def __init__(self, weights: Floats, bias: Floats) -> None:
        if weights.ndim != 2 or bias.shape != weights.shape[1:]:
            raise ValueError(f"its weights are {weights.shape}, and its bias is {bias.shape}")
        self.weights, self.bias = weights.astype(np.float32), bias.astype(np.float32)
        self.dimension, self.columns = weights.shape

    def scores(self, vectors: Floats) -> Floats:
        """Return weighed sums."""
        return np.asarray(vectors @ self.weights + self.bias)

    def arrays(self) -> Mapping[str, Floats]:
        """Return weights and bias."""
        return {"weights": self.weights, "bias": self.bias}


class NearestHead:
    """Compares a vector with those of the examples.

    Attributes:
        examples: The vectors of the examples.
        labels: The column of each example's label.
    """

    name = "nearest"

    def __init__(self, examples: Floats, labels: Floats) -> None:
        if examples.ndim != 2 or labels.shape != examples.shape[:1] or not len(labels) or labels.min() < 0:
            raise ValueError(f"its examples are {examples.shape}, and their labels are {labels.shape}")
        self.examples, self.labels = examples.astype(np.float16), labels.astype(np.int32)
        self.dimension, self.columns = examples.shape[1], int(labels.max()) + 1
        self._vectors = self.examples.astype(np.float32).T.copy()
        self._places = _table([np.flatnonzero(labels == column) for column in range(self.columns)], len(labels))

    def scores(self, vectors: Floats) -> Floats:
        """Return the mean similarity with the nearest examples of each label."""
        similarities = np.asarray(vectors @ self._vectors)
        found = np.empty((len(vectors), self.columns), dtype=np.float32)
        for row, own in enumerate(similarities):
            of_labels = np.append(own, np.nan)[self._places]  # no example stands where a label has fewer than others
            nearest = -np.sort(-of_labels, axis=1)[:, :NEIGHBOURS]  # what is no number comes last
            found[row] = np.nanmean(nearest, axis=1)
        return found

    def arrays(self) -> Mapping[str, Floats]:
        """Return the examples with their labels."""
        return {"examples": self.examples, "labels": self.labels}


def read_head(name: str, arrays: Mapping[str, Floats]) -> Head:
    """Return the head that gave these arrays.

    Raises:
        ValueError: There is none of that name, or the arrays do not belong together.
        KeyError: One is missing.
    """
    if name == "linear":
        return LinearHead(arrays["weights"], arrays["bias"])
    if name == "nearest":
        return NearestHead(arrays["examples"], arrays["labels"])
    raise ValueError(f"there is no head named {name!r}")


def _table(places: Sequence[NDArray[np.int64]], nothing: int) -> NDArray[np.int64]:
    """Return lists of different lengths as one array, filled up with `nothing`."""
    table = np.full((len(places), max(map(len, places))), nothing, dtype=np.int64)
    for row, own in enumerate(places):
        table[row, : len(own)] = own
    return table
