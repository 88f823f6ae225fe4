"""The analyzer for languages that write spaces: words, reduced to their stems where a stemmer knows the language."""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import Stemmer

from dialog_retrieval.analysis.terms import Terms, bigrams, scan

CACHED_STEMS = 50_000  # words; a bot's users say the same few thousand again and again

_CONTRACTIONS = frozenset({"d", "ll", "m", "re", "s", "ve"})  # 's as in what's or Anna's, 'll as in I'll


class WordAnalyzer:
    """Turns text into stems; runs of unspaced scripts in it become character bigrams.

    Args:
        stemmer: The Snowball algorithm's name; empty: words stay whole.
        function_words: Words (before stemming) that only hold a sentence together.
    """

    def __init__(self, stemmer: str, function_words: frozenset[str] = frozenset()) -> None:
        self._function_words = function_words
        algorithm = Stemmer.Stemmer(stemmer, 0) if stemmer else None
        lock = Lock()  # a Stemmer keeps its state in itself, and policies run in threads

        @lru_cache(maxsize=CACHED_STEMS)
        def stem(word: str) -> str:
            if algorithm is None:
                return word
            with lock:
                return str(algorithm.stemWord(word))

        self._stem = stem

    def tokens(self, text: str) -> Sequence[str]:
        """Return the stems of the content words; of all words where there is no content word."""
        terms = self.split(text)
        return terms.main or terms.minor

    def split(self, text: str) -> Terms:
        """Return the stems of content words, and apart from them those of function words."""
        terms = Terms([], [])
        for token, unspaced in scan(text):
            if unspaced:
                terms.main.extend(bigrams(token))
                continue
            for word in _parts(token):
                (terms.minor if word in self._function_words else terms.main).append(self._stem(word))
        return terms


def _parts(token: str) -> list[str]:
    """Take contractions apart: `don't` is `do not`, `what's` is `what`; `l'hôtel` is `hôtel` with an article."""
    if "'" not in token and "’" not in token:
        return [token]
    head, *rest = token.replace("’", "'").split("'")
    if rest == ["t"] and head.endswith("n"):
        return ["can" if head == "can" else head[:-1], "not"]
    return [head, *(part for part in rest if part not in _CONTRACTIONS)]
