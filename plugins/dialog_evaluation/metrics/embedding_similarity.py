"""How much alike texts are in what they mean, as far as an encoder can tell."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.interfaces import FittableEncoder
from dialog_evaluation.metrics.options import EmbeddingSimilarityOptions
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.replies.words import words

Floats = NDArray[np.float64]


class EmbeddingSimilarity(Component[EmbeddingSimilarityOptions]):
    """`embedding_similarity`: the mean cosine of the vectors of two texts; `greedy_matching` where that is asked for.

    An encoder that has to learn first, such as `lsa`, learns from the references: it does not see words that none of
    them has. Texts that are the same word for word have 1 even where they say nothing to the encoder; where only one
    of two says nothing to it, the cosine is 0.

    Liu et al. 2016, "How NOT To Evaluate Your Dialogue System", section 3.2, is about what such figures are worth.
    """

    def __init__(self, options: EmbeddingSimilarityOptions, context: Any) -> None:
        super().__init__(options, context)
        self._encoder: Any = None
        self._learnt: tuple[str, ...] | None = None
        self._last: tuple[tuple[str, ...], Floats] | None = None  # many are compared with the same references

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        """Return the figures; none where there are no texts."""
        return {name: float(values.mean()) for name, values in self.per_text(predictions, references).items()}

    def per_text(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, Floats]:
        """Return what each figure is the mean of."""
        check_pairs(predictions, references)
        if not references:
            return {}
        encoder = self._ready(references)
        if self._last is None or self._last[0] != tuple(references):
            self._last = tuple(references), _encoded(encoder, references)
        ours, theirs = _encoded(encoder, predictions), self._last[1]
        cosines = np.clip((ours * theirs).sum(axis=1), -1, 1)
        same = [words(said) == words(gold) for said, gold in zip(predictions, references, strict=True)]
        cosines[np.array(same, dtype=bool)] = 1.0
        values = {"embedding_similarity": cosines}
        if self.options.greedy:
            values["greedy_matching"] = _greedy(encoder, predictions, references)
        return values

    def _ready(self, references: Sequence[str]) -> Any:
        """Return the encoder, which has learnt from these references if it has to learn."""
        if self._encoder is None or (self._learnt is not None and self._learnt != tuple(references)):
            self._encoder = encoder = self.context.create("encoder", self.options.encoder)
            if isinstance(encoder, FittableEncoder):
                encoder.fit(references)
                self._learnt = tuple(references)
        return self._encoder


def _encoded(encoder: Any, texts: Sequence[str]) -> Floats:
    """Return a vector for each text, each different text being encoded once."""
    different = list(dict.fromkeys(texts))
    places = {text: place for place, text in enumerate(different)}
    vectors = np.asarray(encoder.encode(different), np.float64)
    return vectors[[places[text] for text in texts]]


def _greedy(encoder: Any, predictions: Sequence[str], references: Sequence[str]) -> Floats:
    """Return for each pair how well each word is matched by the nearest of the other text, both ways, on average.

    Rus & Lintean 2012; Liu et al. 2016, equations 1 and 2.
    """
    ours, theirs = [words(text) for text in predictions], [words(text) for text in references]
    vocabulary = list(dict.fromkeys(word for text in (*ours, *theirs) for word in text))
    if not vocabulary:
        return np.ones(len(references))
    places = {word: place for place, word in enumerate(vocabulary)}
    vectors = np.asarray(encoder.encode(vocabulary), np.float64)
    values = np.zeros(len(references))
    for number, (said, gold) in enumerate(zip(ours, theirs, strict=True)):
        if not said or not gold:
            values[number] = float(said == gold)
            continue
        here, there = np.array([places[word] for word in said]), np.array([places[word] for word in gold])
        cosines = np.clip(vectors[here] @ vectors[there].T, -1, 1)
        cosines[here[:, None] == there[None, :]] = 1.0
        values[number] = (cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2
    return values
