"""Finding many words in a text at once."""

import re
from collections.abc import Iterable, Iterator

from dialog_guards.readings.views import View, plain, undisguised

_WORDS_APART = re.compile(r"[a-z0-9\u00df-\u02af\u0370-\u04ff]")  # of scripts that put a space between words


class WordFinder:
    """Finds words and phrases, by their first character: what others there are costs nothing."""

    def __init__(self, words: Iterable[str], *, anywhere: bool, disguised: bool) -> None:
        """Take the words.

        Args:
            words: What to find.
            anywhere: Whether a word may be a part of another one.
            disguised: Whether to see through tricks of writing.
        """
        self._anywhere = anywhere
        self._disguised = disguised
        self._by_first: dict[str, list[str]] = {}
        for word in sorted({plain(word.strip()).text for word in words} - {""}, key=len, reverse=True):
            self._by_first.setdefault(word[0], []).append(word)

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
        for place, character in enumerate(text):
            if place < end:
                continue
            for word in self._by_first.get(character, ()):
                if text.startswith(word, place) and (self._anywhere or _stands_alone(text, place, place + len(word))):
                    end = place + len(word)
                    yield view.places[place], view.places[end - 1] + 1
                    break


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether no letter goes on before or behind; in scripts without spaces that is of no matter."""
    return not (_is_joined(text, begin) or _is_joined(text, end))


def _is_joined(text: str, place: int) -> bool:
    if not 0 < place < len(text):
        return False
    return bool(_WORDS_APART.match(text[place - 1]) and _WORDS_APART.match(text[place]))
