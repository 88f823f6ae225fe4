"""What a word in a document is worth: BM25 in its variants, with the settings for questions or for passages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dialog_retrieval.bm25.options import PASSAGE_B, QUESTION_B, BM25Options

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

N = TypeVar("N", float, "NDArray[np.float64]")

UNSEEN = 0.5  # documents BM25+ takes a word to be in that is in none; Lucene's formula needs no such thing


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a word counts by where it stands; see `FieldWeights`."""

    question: float
    answer: float
    tags: float


@dataclass(frozen=True, slots=True)
class Scoring:
    """How documents of one kind are scored.

    Attributes:
        passages: Whether a document is a passage, and not a phrasing of a question.
        plus: Whether it is BM25+.
        k1: How soon repeating a word stops counting.
        b: How much long documents are discounted.
        delta: What BM25+ adds for a word that is there.
        weights: How much a word counts by where it stands.
    """

    passages: bool
    plus: bool
    k1: float
    b: float
    delta: float
    weights: Weights

    @classmethod
    def of(cls, options: BM25Options, *, passages: bool) -> "Scoring":
        """Return what the options say for one kind of entries."""
        usual = Weights(1.0, 1.0, 1.0) if passages else Weights(0.7, 0.25, 0.25)
        given = options.fields
        weights = Weights(
            usual.question if given.question is None else given.question,
            usual.answer if given.answer is None else given.answer,
            usual.tags if given.tags is None else given.tags,
        )
        usual_b = PASSAGE_B if passages else QUESTION_B
        plus = options.variant == "bm25+"
        delta = options.delta if plus else 0.0
        return cls(passages, plus, options.k1, usual_b if options.b is None else options.b, delta, weights)

    def idf(self, count: "NDArray[np.float64]", size: int) -> "NDArray[np.float64]":
        """Return the inverse document frequency of terms by the number of documents, of `size`, they are in."""
        import numpy as np

        if self.plus:
            return np.log((size + 1) / np.maximum(count, UNSEEN))
        return np.log(1 + (size - count + 0.5) / (count + 0.5))

    def saturated(self, frequency: N, relative_length: N) -> N:
        """Return what a frequency counts: 1 for one occurrence in a document of average length, k1 + 1 at most."""
        return frequency * (self.k1 + 1) / (frequency + self.k1 * (1 - self.b + self.b * relative_length))

    @property
    def most_for_minor(self) -> float:
        """The most a minor term counts: phrasings have it once, passages any number of times."""
        return self.k1 + 1 if self.passages else self.saturated(1.0, 0.0)

    def covered(self, share: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Return the share of a question that counts as answered, from 0 to 1, given the sum of what its words count.

        Args:
            share: That sum in relation to what it is where every word is there once.
        """
        import numpy as np

        if not self.passages:
            return np.minimum(share, 1.0)
        return share / ((self.k1 + 1 + self.delta) / (1 + self.delta))
