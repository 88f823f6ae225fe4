"""How near questions are to each other, by the words they share; and what belongs together.

Each text is a row of term weights (tf-idf: Salton & Buckley 1988), its terms those of the bot's analyzer: stems of
words, or characters and pairs of them where nobody writes spaces. Groups come from average linkage (Sokal & Michener
1958). Of 230 questions of CLINC150's training part, 170 about twenty intents and 60 about anything, with this
threshold 80 % come to stand in groups, and 86 % of those in a group whose other questions are about the same. Of 800
questions of that part and 100 about anything, each compared with 600 others of it, so many were about the same as the
nearest one: from a similarity of .35 on 63 %, from .5 on 75 %, from .6 on 84 % (means of three draws).
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from dialog_core import Context, PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOGETHER = 0.2  # mean similarity of two groups that are one
SAME = 0.6  # similarity of two questions that are the same in other words
NEAR = 0.5  # of two that probably are
ALIKE = 0.35  # of two of which it is worth saying that they are alike
MOST_TEXTS = 3000  # that are grouped: what it takes grows with the square
TITLE_TERMS = 4
AT_ONCE = 256  # texts that are compared with all others

_MISSING = (
    "`dialog-core learn` needs the package {name!r}, which is not installed. Run: pip install 'dialog-core[train]'"
)
_WORD = re.compile(r"[\w'’-]+")


class Meaning:
    """Compares texts.

    Args:
        context: Of the bot: its language says what the terms of a text are.
        texts: What the weights of terms are learnt from: everything that will be compared.
    """

    def __init__(self, context: Context, texts: Sequence[str]) -> None:
        try:
            from sklearn.feature_extraction.text import TfidfVectorizer
        except ModuleNotFoundError as error:
            raise PluginError(_MISSING.format(name=error.name)) from error
        analyzer = context.create("analyzer", "auto")
        self._tokens = cache(analyzer.tokens)  # every text is looked at again and again
        self._vectorizer = TfidfVectorizer(analyzer=self._tokens, sublinear_tf=True)
        self._empty = not any(self._tokens(text) for text in texts)
        self._names: list[str] = []
        if not self._empty:
            self._names = list(self._vectorizer.fit(texts).get_feature_names_out())

    def terms(self, text: str) -> Sequence[str]:
        """Return what of a text is compared."""
        found: Sequence[str] = self._tokens(text)
        return found

    def says_something(self, text: str) -> bool:
        """Whether there is anything in a text to compare."""
        return bool(self.terms(text))

    def similarities(self, texts: Sequence[str], others: Sequence[str]) -> "NDArray[np.float64]":
        """Return how near each text is to each other one, from 0 to 1."""
        import numpy as np

        if self._empty or not texts or not others:
            return np.zeros((len(texts), len(others)))
        product = self._vectorizer.transform(texts) @ self._vectorizer.transform(others).T
        near: NDArray[np.float64] = np.clip(product.toarray(), 0.0, 1.0)
        return near

    def nearest(self, texts: Sequence[str], others: Sequence[str]) -> list[tuple[int, float]]:
        """Return for each text which of `others` is nearest, and how near; (-1, 0) where none has a term of it."""
        import numpy as np

        found: list[tuple[int, float]] = []
        if self._empty or not texts or not others:
            return [(-1, 0.0)] * len(texts)
        columns = self._vectorizer.transform(others).T.tocsc()
        for start in range(0, len(texts), AT_ONCE):
            near = (self._vectorizer.transform(texts[start : start + AT_ONCE]) @ columns).toarray()
            places = near.argmax(axis=1)
            values = near[np.arange(len(near)), places]
            found += [
                (int(place), float(value)) if value > 0 else (-1, 0.0)
                for place, value in zip(places, values, strict=True)
            ]
        return found

    def groups(self, texts: Sequence[str]) -> list[list[int]]:
        """Return which texts belong together: places of each group, those of a group and the groups by the first."""
        import numpy as np

        if len(texts) < 2 or self._empty:
            return [[place] for place in range(len(texts))]
        from sklearn.cluster import AgglomerativeClustering

        distances = self.similarities(texts, texts)
        np.subtract(1.0, distances, out=distances)
        np.fill_diagonal(distances, 0.0)
        fitted = AgglomerativeClustering(
            n_clusters=None, distance_threshold=1 - TOGETHER, metric="precomputed", linkage="average"
        ).fit(distances)
        found: dict[int, list[int]] = {}
        for place, label in enumerate(fitted.labels_):
            found.setdefault(int(label), []).append(place)
        return sorted(found.values())

    def title(self, texts: Sequence[str]) -> str:
        """Return the words that tell most about some texts, as somebody has written them.

        Those are the words that many of these texts have, and few others.
        """
        if self._empty or not texts:
            return ""
        import numpy as np

        counts = np.asarray((self._vectorizer.transform(texts) > 0).sum(axis=0))[0]
        weights = np.where(counts >= min(2, len(texts)), counts, 0) * self._vectorizer.idf_
        common = [self._names[place] for place in np.flatnonzero(weights) if 2 * counts[place] >= counts.max()]
        words: list[str] = []
        for place in sorted(map(int, np.flatnonzero(weights)), key=lambda at: (-weights[at], self._names[at])):
            word = _as_written(self._names[place], texts, self._tokens, common)
            if len(word) == 1 and not word.isascii():
                continue  # half a word, where nobody writes spaces
            if not word.isdecimal() and not any(_overlap(word, other) for other in words):
                words.append(word)
            if len(words) == TITLE_TERMS:
                break
        return " ".join(words)


def _as_written(term: str, texts: Sequence[str], tokens: Callable[[str], Sequence[str]], common: Sequence[str]) -> str:
    """Return the word behind a stem; of pairs of characters the longest word that common ones make."""
    if term.isascii():
        for text in texts:
            for match in _WORD.finditer(text.casefold()):
                if term in tokens(match[0]):
                    return match[0]
        return term
    word = term
    pairs = [pair for pair in common if len(pair) == 2 and not pair.isascii()]
    while grown := next((w for pair in pairs if (w := _joined(word, pair)) and sum(w in x for x in texts) > 1), ""):
        word = grown
    return word


def _joined(word: str, pair: str) -> str:
    """Return a word with a pair of characters at its end or its beginning; empty where they do not meet."""
    if len(word) < 2 or pair in word:
        return ""
    return word + pair[1] if pair[0] == word[-1] else pair[0] + word if pair[1] == word[0] else ""


def _overlap(word: str, other: str) -> bool:
    """Whether one word says what the other does; of scripts without spaces, whether they share a character."""
    if not word.isascii() and not other.isascii():
        return bool(set(word) & set(other))
    return word in other or other in word
