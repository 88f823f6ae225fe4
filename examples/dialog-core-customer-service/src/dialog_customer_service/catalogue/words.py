"""What customers call products and colours: read from a file that shops replace by their own."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dialog_core.configuration import Options, load, validate

Said = Annotated[dict[str, str], Field(min_length=1)]
"""A text for each language."""
LONG_ENOUGH = 5  # letters of an English word, from which on one of them may be wrong
WELL_SPELLED = frozenset(
    "back bass bras brow char chain cock grown park shell shit short skate slat state there three threw while"
    " whole".split()
)
"""Words that are not one of ours mistyped, although they are one letter apart from it."""


class Called(Options):
    """What something is called."""

    label: Said = Field(description="What the bot calls it, by language.")
    words: tuple[str, ...] = Field(min_length=1, description="What customers call it, in any language.")


class CatalogueFile(Options):
    """A file of words."""

    categories: dict[str, Called] = Field(min_length=1, description="Kinds of products, by the back end's id.")
    colours: dict[str, Called] = Field(default_factory=dict, description="Colours, by the back end's id.")
    texts: dict[str, Said] = Field(default_factory=dict, description="What is said, by name.")


class CatalogueWords:
    """The words of a file, ready to look for."""

    def __init__(self, file: CatalogueFile, texts: Mapping[str, Said]) -> None:
        self.categories = file.categories
        self.colours = file.colours
        self._texts = {**texts, **file.texts}
        self._finders = {
            id: _finder(called.words) for group in (file.categories, file.colours) for id, called in group.items()
        }
        self._spelling = {
            word: id
            for group in (file.categories, file.colours)
            for id, called in group.items()
            for word in called.words
            if len(word) >= LONG_ENOUGH and word.isascii() and word.isalpha()
        }

    def find(self, text: str, ids: Mapping[str, Called]) -> dict[str, tuple[int, int]]:
        """Return which of several things a text names, in its order, each with its place; the longest name counts."""
        found: list[tuple[int, int, str]] = []
        for id in ids:
            for match in self._finders[id].finditer(text):
                found.append((match.start(), match.end(), id))
        named: dict[str, tuple[int, int]] = {}
        end = 0
        for start, stop, id in sorted(found, key=lambda one: (one[0], -one[1])):
            if start >= end:
                named.setdefault(id, (start, stop))
                end = stop
        return named

    def spelled(self, word: str, ids: Mapping[str, Called]) -> str:
        """Return which of several things a mistyped English word is; empty if it is none."""
        if len(word) < LONG_ENOUGH - 1 or word in self._spelling or word in WELL_SPELLED:
            return ""
        near = {id for known, id in self._spelling.items() if id in ids and _one_apart(word, known)}
        return near.pop() if len(near) == 1 else ""

    def label(self, id: str, ids: Mapping[str, Called], language: str) -> str:
        """Return what the bot calls something; its id where the file does not know it."""
        return _in(ids[id].label, language) if id in ids else id

    def text(self, name: str, language: str, /, **values: object) -> str:
        """Return what to say."""
        text = _in(self._texts[name], language)
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        return text


def read_words(path: Path) -> CatalogueWords:
    """Read a file of words; texts it lacks are those of the packaged one.

    Raises:
        ConfigurationError: With every problem in it.
    """
    from dialog_customer_service.options import DATA

    own = DATA / "catalogue.yaml"
    file = validate(CatalogueFile, load(path).node)
    return CatalogueWords(file, file.texts if path == own else validate(CatalogueFile, load(own).node).texts)


def _in(said: Mapping[str, str], language: str) -> str:
    primary = language.casefold().partition("-")[0]
    return said.get(primary) or next(iter(said.values()))


def _finder(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of words: English ones whole, in the singular or plural, Chinese ones anywhere."""
    patterns = []
    for word in sorted(words, key=len, reverse=True):
        lowered = re.escape(word.casefold()).replace(r"\ ", r"[\s-]+")
        patterns.append(rf"\b{lowered}(?:e?s)?\b" if word.isascii() else lowered)
    return re.compile("|".join(patterns))


@functools.lru_cache(maxsize=10_000)
def _one_apart(word: str, known: str) -> bool:
    """Say whether a word is a known one, or its plural, with one letter wrong, missing, too many or swapped."""
    return any(_edit(word, form) for form in (known, f"{known}s"))


def _edit(one: str, other: str) -> bool:
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = len(left) == len(right) >= 2 and left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
