"""Offsets into a text as other programs count them, and as Python does.

Python counts characters, which are code points. JavaScript counts UTF-16 code units, of which an emoji has two. People
see grapheme clusters, of which a family or a letter with its accents is one.
"""

from itertools import pairwise
from typing import Literal

Counting = Literal["characters", "utf16", "graphemes"]


class Offsets:
    """The offsets of one text in other units.

    Args:
        text: The text.
        counting: What is counted.
    """

    def __init__(self, text: str, counting: Counting) -> None:
        if counting == "characters" or text.isascii():
            self._units = list(range(len(text) + 1))
        elif counting == "utf16":
            self._units = [0]
            for character in text:
                self._units.append(self._units[-1] + (2 if ord(character) > 0xFFFF else 1))
        else:
            import regex

            borders = [0, *(match.end() for match in regex.finditer(r"\X", text))]
            self._units = [0]
            for number, (start, end) in enumerate(pairwise(borders), 1):
                self._units += [number - 1] * (end - start - 1) + [number]
        self._places: dict[int, int] = {}
        for place, unit in enumerate(self._units):
            self._places.setdefault(unit, place)

    def __len__(self) -> int:
        return self._units[-1]

    def of(self, character: int) -> int:
        """Return the offset of a character in these units."""
        return self._units[character]

    def character(self, offset: int) -> int | None:
        """Return which character is at an offset; None: none begins or ends there."""
        return self._places.get(offset)
