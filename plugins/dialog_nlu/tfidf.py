"""Terms turned into numbers: how often one stands in the text, times how telling it is, brought to length one.

The formula is scikit-learn's `TfidfVectorizer(sublinear_tf=True)`, computed for one text at a time with numpy alone.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


class Weighed(NamedTuple):
    """A text's terms that are known.

    Attributes:
        places: Which they are.
        weights: How much each counts.
        known: The share of the text's terms that they are, repetitions aside; 0 for a text without terms.
    """

    places: list[int]
    weights: Floats
    known: float


class TfIdf:
    """Weighs the terms of a text.

    Args:
        vocabulary: The terms that are known; the place of each is its index.
        idf: The inverse document frequency of each.
    """

    def __init__(self, vocabulary: Sequence[str], idf: Floats) -> None:
        self._places = {term: place for place, term in enumerate(vocabulary)}
        self._idf = np.asarray(idf, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._places)

    def weigh(self, terms: Sequence[str]) -> Weighed:
        """Return the known ones among `terms`, each once, and their weights."""
        counts = Counter(terms)
        find = self._places.get
        found = [(place, count) for term, count in counts.items() if (place := find(term)) is not None]
        if not found:
            return Weighed([], self._idf[:0], 0.0)
        places = [place for place, _ in found]
        weights = (1 + np.log(np.array([count for _, count in found], dtype=np.float32))) * self._idf[places]
        weights /= np.sqrt(weights @ weights)
        return Weighed(places, weights, len(found) / len(counts))
