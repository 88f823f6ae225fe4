"""What costs nothing: the figures of replies that no model was needed for."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_evaluation.replies.cases import Case
from dialog_evaluation.replies.words import words

K1, B = 1.5, 0.75  # BM25, Robertson & Zaragoza 2009, section 3.2


def most_frequent(cases: Sequence[Case], train: Sequence[Case]) -> list[str]:
    """Return for each case the reply people gave most often: in the training data, or else in the other dialogues."""
    if train:
        (commonest, _), *_ = Counter(case.reply for case in train).most_common(1)
        return [commonest] * len(cases)
    everywhere = Counter(case.reply for case in cases)
    ordered = everywhere.most_common()
    own: dict[str, Counter[str]] = {}
    for case in cases:
        own.setdefault(case.dialogue, Counter())[case.reply] += 1
    left_out = {dialogue: _commonest(ordered, counts) for dialogue, counts in own.items()}
    return [left_out[case.dialogue] for case in cases]


def echo(cases: Sequence[Case]) -> list[str]:
    """Return what the user said."""
    return [case.question for case in cases]


def nearest(cases: Sequence[Case], train: Sequence[Case]) -> list[str]:
    """Return for each case the reply to the most similar question of the training data, as BM25 finds it."""
    index = Index([words(case.question) for case in train])
    found: dict[str, int] = {}
    for case in cases:
        if case.question not in found:
            found[case.question] = index.best(words(case.question))
    return [train[found[case.question]].reply for case in cases]


class Index:
    """Questions by their words."""

    def __init__(self, texts: Sequence[list[str]]) -> None:
        lengths = np.array([len(text) for text in texts], np.float64)
        penalty = K1 * (1 - B + B * lengths / max(lengths.mean(), 1))
        places: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            for word, count in Counter(text).items():
                places.setdefault(word, []).append(number)
                counts.setdefault(word, []).append(count)
        self._size = len(texts)
        self._weights: Mapping[str, tuple[NDArray[np.intp], NDArray[np.float64]]] = {
            word: self._weighted(np.array(found, np.intp), np.array(counts[word], np.float64), penalty)
            for word, found in places.items()
        }
        self._most = {word: float(weights.max()) for word, (_, weights) in self._weights.items()}
        self._scores = np.zeros(self._size)  # nothing but zeros between two searches

    def best(self, text: list[str]) -> int:
        """Return which question fits best; the first one if none has a word in common.

        Rare words come first. As soon as what the others can bring is less than what the best question has, no
        question without a rare word can win, and those with one are looked up alone (Turtle & Flood 1995).
        """
        terms = sorted(
            ((word, count) for word, count in Counter(text).items() if word in self._weights),
            key=lambda term: len(self._weights[term[0]][0]),
        )
        left = np.cumsum([count * self._most[word] for word, count in reversed(terms)])[::-1]
        best, number = 0.0, 0
        for number, (word, count) in enumerate(terms):
            if best > left[number]:
                break
            places, weights = self._weights[word]
            self._scores[places] += count * weights
            best = max(best, float(self._scores[places].max()))
        else:
            number = len(terms)
        candidates = np.flatnonzero(self._scores)
        if not len(candidates):
            return 0
        scores = self._scores[candidates]
        self._scores[candidates] = 0
        for place, (word, count) in enumerate(terms[number:], number):
            kept = scores + left[place] >= best
            candidates, scores = candidates[kept], scores[kept]
            places, weights = self._weights[word]
            at = np.minimum(np.searchsorted(places, candidates), len(places) - 1)
            scores += np.where(places[at] == candidates, count * weights[at], 0.0)
            best = float(scores.max())
        return int(candidates[scores.argmax()])

    def _weighted(
        self, places: NDArray[np.intp], counts: NDArray[np.float64], penalty: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        rarity = np.log1p((self._size - len(places) + 0.5) / (len(places) + 0.5))
        return places, rarity * counts * (K1 + 1) / (counts + penalty[places])


def _commonest(ordered: Sequence[tuple[str, int]], own: Counter[str]) -> str:
    """Return the reply that is most frequent when those of one dialogue are left out."""
    best, most = "", 0
    for reply, count in ordered:
        if count <= most:
            break
        if count - own[reply] > most:
            best, most = reply, count - own[reply]
    return best
