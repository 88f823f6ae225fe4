"""Telling without a model whether a message makes sense only with what was said before it."""

from collections.abc import Iterable
from enum import IntEnum

import regex

from dialog_retrieval.analysis.chinese import FUNCTION_WORDS as FUNCTION_WORDS_ZH
from dialog_retrieval.analysis.english import FUNCTION_WORDS
from dialog_retrieval.analysis.terms import scan
from dialog_retrieval.follow_ups import words
from dialog_retrieval.follow_ups.options import FollowUpOptions

ELLIPSIS = 2.0  # a message of no more words than this may lean on what was said before, whatever they are
CHARACTERS = 2  # of Chinese that make a word

_SAYING_NOTHING = FUNCTION_WORDS | words.FILLERS | words.POINTERS | words.EMPTY_WORDS
_SAYING_NOTHING_ZH = regex.compile(
    "|".join(sorted({*FUNCTION_WORDS_ZH, *words.FILLERS_ZH, *words.EMPTY_WORDS_ZH}, key=len, reverse=True))
)


class Leaning(IntEnum):
    """How far a message leans on what was said before.

    Attributes:
        NOT: It is a question of its own.
        SHORT: It says so little that it may be either.
        CLEAR: Its words say that it goes on from something.
    """

    NOT = 0
    SHORT = 1
    CLEAR = 2


class Telling:
    """Tells follow-up questions from questions of their own; safe to use from any thread."""

    def __init__(self, options: FollowUpOptions) -> None:
        self._most_words = options.most_words
        self._empty = _any_of((*words.EMPTY_POINTERS, *words.EMPTY_POINTERS_ZH))
        self._fillers = regex.compile(rf"^(?:\s|{_any_of((*words.FILLERS, *words.FILLERS_ZH)).pattern})+")
        self._openers = _any_of((*words.OPENERS, *words.OPENERS_ZH, *options.openers))
        self._pointers = _any_of((*words.POINTERS, *words.POINTERS_ZH, *options.pointers))
        self._endings = regex.compile(f"(?:{'|'.join(words.ENDINGS_ZH)})$")

    def leaning(self, text: str) -> Leaning:
        """Return how far a message leans on what was said before."""
        said = _plain(text)
        size = size_of(content_of(text))
        if not said or size > self._most_words:
            return Leaning.NOT
        start = self._fillers.match(said)
        if self._openers.match(said, start.end() if start else 0) or self._endings.search(said):
            return Leaning.CLEAR
        if self._pointers.search(self._empty.sub(" ", said)):
            return Leaning.CLEAR
        return Leaning.SHORT if size <= ELLIPSIS else Leaning.NOT


def content_of(text: str) -> list[str]:
    """Return the words of `text` that say what it is about, in order; of Chinese, what is left between other words."""
    found: list[str] = []
    for token, unspaced in scan(text):
        if unspaced:
            found += [piece for piece in _SAYING_NOTHING_ZH.split(token) if piece]
        elif token.partition("'")[0].partition("’")[0] not in _SAYING_NOTHING:
            found.append(token)
    return found


def size_of(content: Iterable[str]) -> float:
    """Return how many words of content there are."""
    return sum(len(piece) / CHARACTERS if is_unspaced(piece) else 1.0 for piece in content)


def is_unspaced(text: str) -> bool:
    """Return whether all of a text is of a script without spaces."""
    return all(unspaced for _, unspaced in scan(text))


def _plain(text: str) -> str:
    """Return the words of a text with a space between them, in one case and without punctuation."""
    return " ".join(token.replace("’", "'") for token, _ in scan(text))


def _any_of(phrases: Iterable[str]) -> "regex.Pattern[str]":
    """Return a pattern of phrases: whole words, but anywhere within a script that has no spaces."""
    told = sorted({plain for phrase in phrases if (plain := _plain(phrase))}, key=len, reverse=True)
    spaced = [regex.escape(phrase, special_only=True) for phrase in told if not is_unspaced(phrase)]
    unspaced = [regex.escape(phrase, special_only=True) for phrase in told if is_unspaced(phrase)]
    parts = [rf"\b(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return regex.compile("|".join([*parts, *unspaced]) or r"(?!)")
