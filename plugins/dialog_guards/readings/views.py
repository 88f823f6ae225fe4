"""A text as a reader sees through it: without tricks of writing, each character with its place in the original."""

import unicodedata
from dataclasses import dataclass

_LEET = str.maketrans("013457@$!|", "oieastasil")
_LONGEST_RUN = 2  # of one letter: no word has three in a row


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text.

    Attributes:
        text: The characters.
        places: For each, where in the original it stands.
    """

    text: str
    places: tuple[int, ...]


def plain(text: str) -> View:
    """Return a text in one width and letter case, without accents and without what nobody sees."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isascii():
            characters.append(character.lower())
            places.append(place)
            continue
        for piece in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.category(piece) not in ("Mn", "Cf", "Me"):
                characters.append(piece)
                places.append(place)
    return View("".join(characters), tuple(places))


def undisguised(view: View) -> list[View]:
    """Return other readings of a text that differ from it: digits as letters, letters apart, letters repeated."""
    readings = [view, _translated(view)]
    readings += [_joined(one) for one in readings]
    readings += [_squeezed(one) for one in readings]
    return [
        one for number, one in enumerate(readings) if number and one.text not in {r.text for r in readings[:number]}
    ]


def _translated(view: View) -> View:
    return View(view.text.translate(_LEET), view.places)


def _joined(view: View) -> View:
    """Return the reading in which letters that stand apart, one by one, are a word: `b.a.d` is `bad`."""
    text = view.text
    kept: list[int] = []
    for place, character in enumerate(text):
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        is_between = (
            not character.isalnum()
            and character != "\n"
            and before.isalnum()
            and after.isalnum()
            and _alone(text, place - 1)
            and _alone(text, place + 1)
        )
        if not is_between:
            kept.append(place)
    return _of(view, kept)


def _alone(text: str, place: int) -> bool:
    """Whether a character has no letter beside it; a Chinese one never belongs to its neighbour."""
    if "\u3400" <= text[place] <= "\u9fff":
        return True
    return not text[max(place - 1, 0) : place].isalnum() and not text[place + 1 : place + 2].isalnum()


def _squeezed(view: View) -> View:
    """Return the reading in which a letter repeated more often than words have it stands once."""
    text = view.text
    kept: list[int] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or text[place] != text[start]:
            kept.extend(range(start, place if place - start <= _LONGEST_RUN else start + 1))
            start = place
    return _of(view, kept)


def _of(view: View, kept: list[int]) -> View:
    return View("".join(view.text[place] for place in kept), tuple(view.places[place] for place in kept))
