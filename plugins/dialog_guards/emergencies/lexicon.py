"""Finds the concepts of a lexicon in the words of a text, misspelt ones included."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from dialog_guards.emergencies import concepts_en, concepts_zh

SHORTEST_MISSPELT = 5  # letters of a word of which one may be wrong: shorter ones are too often other words
CACHED_WORDS = 4_000

Found = tuple[int, str]
"""Where in the words a concept stands, and which."""


class Lexicon:
    """Concepts by the words that express them.

    Args:
        entries: For each concept the words and phrases, each split.
        stem: What of a word is compared.
        known: Words, stemmed, that are right as they stand, whatever they resemble.
    """

    def __init__(self, entries: Mapping[str, Sequence[Sequence[str]]], *, spaced: bool) -> None:
        self._spaced = spaced
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for concept, phrases in entries.items():
            for phrase in phrases:
                stems = tuple(map(stem, phrase)) if spaced else tuple(phrase)
                self._phrases.setdefault(stems[0], []).append((stems[1:], concept))
        self._near: dict[str, str] = {}
        if spaced:
            for word in self._phrases:
                if len(word) >= SHORTEST_MISSPELT:
                    for near in _shortened(word):
                        self._near.setdefault(near, word)

    def find(self, words: Sequence[str], known: frozenset[str] = frozenset()) -> Iterator[Found]:
        """Yield what concepts stand where; longer phrases hide shorter ones of the same concept."""
        stems = [self._stem(word, known) for word in words] if self._spaced else words
        for at, first in enumerate(stems):
            longest: dict[str, int] = {}
            for rest, concept in self._phrases.get(first, ()):
                if len(rest) >= longest.get(concept, 0) and tuple(stems[at + 1 : at + 1 + len(rest)]) == rest:
                    longest[concept] = len(rest)
            for concept in longest:
                yield at, concept

    def _stem(self, word: str, known: frozenset[str]) -> str:
        stemmed = stem(word)
        if stemmed in self._phrases or len(stemmed) < SHORTEST_MISSPELT - 1 or word in known:
            return stemmed
        for near in _shortened(stemmed):
            if near in self._near:
                return self._near[near]
        return stemmed


@lru_cache(maxsize=CACHED_WORDS)
def stem(word: str) -> str:
    """Return a word without the ending of a plural."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


@lru_cache(maxsize=CACHED_WORDS)
def _shortened(word: str) -> tuple[str, ...]:
    """Return a word and what is left of it without one of its letters, the first excepted (Garbe 2012, SymSpell)."""
    if len(word) > 20:
        return (word,)
    return (word, *(word[:at] + word[at + 1 :] for at in range(1, len(word))))


@cache
def english() -> Lexicon:
    """Return the English lexicon."""
    entries = {
        concept: [phrase.split() for phrase in text.split(",") if phrase.strip()]
        for concept, text in concepts_en.CONCEPTS.items()
    }
    return Lexicon(entries, spaced=True)


@cache
def chinese() -> Lexicon:
    """Return the Chinese lexicon."""
    return Lexicon({concept: text.split() for concept, text in concepts_zh.CONCEPTS.items()}, spaced=False)
