"""Finding many words in a text at once."""

import re
from collections.abc import Iterable, Iterator

from dialog_guards.readings.views import View, plain, undisguised

_APART = r"[a-z0-9\u00df-\u02af\u0370-\u04ff]"  # of scripts that put a space between words
_WORDS_APART = re.compile(_APART)
_BEGINNING = re.compile(rf"(?<!{_APART}){_APART}|(?!{_APART})\S")  # where a word may begin
_ANYWHERE = re.compile(r"\S")
_KEY = 3  # characters by which words are looked up; few words have as many in common


class WordFinder:
    """Finds words and phrases, by how they begin: what others there are costs nothing."""

    def __init__(self, words: Iterable[str], *, anywhere: bool, disguised: bool) -> None:
        """Take the words.

        Args:
            words: What to find.
            anywhere: Whether a word may be a part of another one.
            disguised: Whether to see through tricks of writing.
        """
        self._anywhere = anywhere
        self._disguised = disguised
        self._beginning = _ANYWHERE if anywhere else _BEGINNING
        self._words = frozenset({plain(word.strip()).text for word in words} - {""})
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[:_KEY], set()).add(len(word))
        # Of words that begin alike the longest is looked for first.
        self._lengths = {key: sorted(some, reverse=True) for key, some in lengths.items()}
        self._keys = sorted({len(key) for key in lengths}, reverse=True)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Return where such words stand in a text: begin and end, in order, none overlapping another."""
        view = plain(text)
        found = list(self._in(view))
        for reading in undisguised(view) if self._disguised else ():
            found.extend(self._in(reading))
        kept: list[tuple[int, int]] = []
        for begin, end in sorted(found):
            if kept and begin < kept[-1][1]:
                kept[-1] = (kept[-1][0], max(kept[-1][1], end))
            else:
                kept.append((begin, end))
        return kept

    def _in(self, view: View) -> Iterator[tuple[int, int]]:
        text, end = view.text, 0
        for match in self._beginning.finditer(text):
            begin = match.start()
            if begin >= end and (length := self._longest(text, begin)):
                end = begin + length
                yield view.places[begin], view.places[end - 1] + 1

    def _longest(self, text: str, begin: int) -> int:
        """Return how long the longest word is that stands in a place; 0: there is none."""
        for size in self._keys:
            for length in self._lengths.get(text[begin : begin + size], ()):
                end = begin + length
                if text[begin:end] in self._words and (self._anywhere or _stands_alone(text, begin, end)):
                    return length
        return 0


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether no letter goes on before or behind; in scripts without spaces that is of no matter."""
    return not (_is_joined(text, begin) or _is_joined(text, end))


def _is_joined(text: str, place: int) -> bool:
    if not 0 < place < len(text):
        return False
    return bool(_WORDS_APART.match(text[place - 1]) and _WORDS_APART.match(text[place]))
