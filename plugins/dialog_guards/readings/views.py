"""A text as a reader sees through it: without tricks of writing, each character with its place in the original."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialog_guards.readings.look_alikes import BOXED, LOOK_ALIKES
from dialog_guards.readings.scripts import HAN

_LEET = str.maketrans("013457@$!|€£∪", "oieastasilelu")
_LETTER = r"[^\W_]"
# Letters one by one with the same between any two of them; a space after a full stop is how initials are written.
_APART = re.compile(
    rf"(?<!{_LETTER}){_LETTER}(?P<by>[^\w\s]{{1,2}}|_|[^\S\n]){_LETTER}(?:(?P=by){_LETTER}){{1,100}}(?!{_LETTER})"
)
# What ends a sentence or a part of one does not stand between the characters of a word.
_BETWEEN_HAN = re.compile(rf"(?<={HAN})(?:[^\w\s，。！？；：、,.!?;:()（）《》“”\"]|[._]|[^\S\n]){{1,2}}(?={HAN})")
_LONG_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)  # of one letter: no word has three in a row
_WORD = re.compile(rf"(?:(?!{HAN})\w)+")
_LATIN = re.compile("[a-z]")
_SEPARATORS = re.compile(rf"(?!{_LETTER}).", re.DOTALL)


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text.

    Attributes:
        text: The characters.
        places: For each, where in the original it stands.
    """

    text: str
    places: Sequence[int]


def plain(text: str) -> View:
    """Return a text in one width and letter case, without accents and without what nobody sees."""
    if text.isascii():
        return View(text.lower(), range(len(text)))
    pieces = [_plainly(character) for character in text]
    if all(len(piece) == 1 for piece in pieces):
        return View("".join(pieces), range(len(text)))
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return View("".join(pieces), places)


@lru_cache(maxsize=10_000)
def _plainly(character: str) -> str:
    folded = unicodedata.normalize("NFKD", character).casefold().translate(BOXED)
    return "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Cf", "Me"))


def undisguised(view: View) -> Iterator[View]:
    """Yield other readings of a text: letters and digits as what they look like, letters apart, letters repeated."""
    readings = [view]
    for reading in (_in_latin, _translated):
        readings += _changed(map(reading, readings), readings)
    readings += _changed(map(_joined, readings), readings)
    for most in (1, 2):
        readings += _changed([_squeezed(one, most) for one in readings], readings)
    yield from readings[1:]


def _changed(some: Iterable[View], before: Sequence[View]) -> list[View]:
    """Return the readings that are not among those there are."""
    known = {one.text for one in before}
    return [one for one in some if one.text not in known and not known.add(one.text)]  # type: ignore[func-returns-value]


def _in_latin(view: View) -> View:
    """Return the reading in which words that mix scripts are Latin; one in another script alone means what it says."""
    if view.text.isascii():
        return view

    def latin(match: re.Match[str]) -> str:
        return match[0].translate(LOOK_ALIKES) if _LATIN.search(match[0]) and not match[0].isascii() else match[0]

    return View(_WORD.sub(latin, view.text), view.places)


def _translated(view: View) -> View:
    return View(view.text.translate(_LEET), view.places)


def _joined(view: View) -> View:
    """Return the reading in which letters that stand apart, one by one, are a word: `b.a.d` is `bad`."""
    apart = _without(view, _APART, lambda match: _SEPARATORS.finditer(view.text, match.start(), match.end()))
    return apart if apart.text.isascii() else _without(apart, _BETWEEN_HAN, lambda match: (match,))


def _squeezed(view: View, most: int) -> View:
    """Return the reading in which a letter repeated more often than words have it stands once, or twice."""
    return _cut(view, ((match.start() + most, match.end()) for match in _LONG_RUN.finditer(view.text)))


def _without(view: View, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], Iterable[re.Match[str]]]) -> View:
    return _cut(view, (part.span() for match in pattern.finditer(view.text) for part in parts(match)))


def _cut(view: View, spans: Iterable[tuple[int, int]]) -> View:
    """Return a reading without some spans of it."""
    texts: list[str] = []
    places: list[int] = []
    kept = 0
    for begin, end in spans:
        texts.append(view.text[kept:begin])
        places.extend(view.places[kept:begin])
        kept = end
    if not kept:
        return view
    texts.append(view.text[kept:])
    places.extend(view.places[kept:])
    return View("".join(texts), places)
