"""Finds the concepts of a lexicon in the words of a text."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from dialog_guards.emergencies import concepts_en, concepts_zh
from dialog_guards.emergencies.folding import HAN

CACHED_WORDS = 4_000

Found = tuple[int, str]
"""Where in the words a concept stands, and which."""


class Lexicon:
    """Concepts by the words that express them.

    Args:
        entries: For each concept the words and phrases, each split.
        spaced: Whether the language puts spaces between words.
    """

    def __init__(self, entries: Mapping[str, Sequence[Sequence[str]]], *, spaced: bool) -> None:
        self._spaced = spaced
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for concept, phrases in entries.items():
            for phrase in phrases:
                stems = tuple(map(stem, phrase)) if spaced else tuple(phrase)
                self._phrases.setdefault(stems[0], []).append((stems[1:], concept))

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Yield what concepts stand where; longer phrases hide shorter ones of the same concept."""
        stems = [stem(word) for word in words] if self._spaced else words
        for at, first in enumerate(stems):
            longest: dict[str, int] = {}
            for rest, concept in self._phrases.get(first, ()):
                if len(rest) >= longest.get(concept, 0) and tuple(stems[at + 1 : at + 1 + len(rest)]) == rest:
                    longest[concept] = len(rest)
            for concept in longest:
                yield at, concept


@lru_cache(maxsize=CACHED_WORDS)
def stem(word: str) -> str:
    """Return a word without the ending of a plural."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


@cache
def english() -> Lexicon:
    """Return the English lexicon."""
    return Lexicon({concept: phrases(text) for concept, text in concepts_en.CONCEPTS.items()}, spaced=True)


def phrases(text: str) -> list[list[str]]:
    """Return the words of each phrase of an English entry."""
    return [phrase.split() for phrase in text.split(",") if phrase.strip()]


def english_words() -> set[str]:
    """Return every word of the English lexicon."""
    return {word for text in concepts_en.CONCEPTS.values() for phrase in phrases(text) for word in phrase}


@cache
def chinese() -> Lexicon:
    """Return the Chinese lexicon."""
    return Lexicon({concept: text.split() for concept, text in concepts_zh.CONCEPTS.items()}, spaced=False)


def chinese_words() -> list[str]:
    """Return every word of the Chinese lexicon, the longer first."""
    words = {word for text in concepts_zh.CONCEPTS.values() for word in text.split() if HAN.match(word)}
    return sorted(words, key=lambda word: (-len(word), word))
