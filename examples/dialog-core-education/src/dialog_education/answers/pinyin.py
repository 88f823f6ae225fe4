"""Pinyin with tone marks, with tone numbers or without either: píngguǒ, ping2guo3, ping guo, pingguo."""

import re
import unicodedata

_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_UMLAUT = "\u0308"


def heard(text: str) -> tuple[str, str]:
    """Return the letters of a text in pinyin and its tones (empty: none were written).

    The tones of what is written with marks are in the order of the marks; neutral tones are left out.
    """
    letters: list[str] = []
    tones: list[str] = []
    text = unicodedata.normalize("NFD", text.casefold().replace("u:", "ü").replace("lv", "lü").replace("nv", "nü"))
    for character in text:
        if character in _TONES:
            tones.append(_TONES[character])
        elif character == _UMLAUT and letters and letters[-1] == "u":
            letters[-1] = "v"
        elif character in "1234":
            tones.append(character)
        elif "a" <= character <= "z":
            letters.append(character)
        elif not re.match(r"[\s05'’.,!?·-]", character):
            return "", ""
    return "".join(letters), "".join(tones)


def same_sounds(said: str, pinyin: str) -> bool:
    """Whether the same syllables are written, whatever the tones."""
    letters, _ = heard(said)
    wanted, _ = heard(pinyin)
    return bool(letters) and (letters == wanted or letters == wanted.replace("v", "u"))


def same_tones(said: str, pinyin: str) -> bool:
    """Whether no tone is written wrongly; none at all is not wrong."""
    _, tones = heard(said)
    return not tones or tones == heard(pinyin)[1]
