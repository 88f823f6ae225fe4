"""What a text says where it is encoded: base64, hexadecimal, percent signs, letters apart, digits for letters."""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import unquote

from dialog_guards.emergencies.folding import folded
from dialog_guards.readings.look_alikes import LOOK_ALIKES

MOST_PIECES = 8  # encoded pieces of one text that are looked at
LONGEST_PIECE = 20_000  # characters
DEEPEST = 2  # what is encoded twice is still looked at
_LEET = str.maketrans("013457@$!|", "oieastasil")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,20000}={0,2}(?![A-Za-z0-9+/_=-])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?((?:[0-9A-Fa-f]{2}[ :]?){8,10000})(?![0-9A-Za-z])")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){3}")
_ESCAPES = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BACKWARDS = re.compile(r"backward|revers|倒着|反过来|倒序", re.IGNORECASE)
_ROT13 = re.compile(r"rot-?13", re.IGNORECASE)
_APART = re.compile(r"(?<!\w)\w(?:[^\w\s]|\s){1,2}(?:\w(?:[^\w\s]|\s){1,2}){2,400}\w(?!\w)")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])[\s.·•*_~|/\\-]{1,3}(?=[\u3400-\u9fff])")
_MIXED_WORD = re.compile(r"[A-Za-z][013457@$!|]+[A-Za-z]|[013457@$!|][A-Za-z]{2}")
_TALL = re.compile(r"(?<=[a-z])I(?=[a-z])")  # in print no other than a small l
_SPACES = re.compile(r"[^\S\n]+")


def plainly(text: str) -> str:
    """Return a text in one width and letter case, in Latin letters where it looks like them, without unseen characters.

    Traditional Chinese characters become simplified ones.
    """
    text = _TALL.sub("l", text)
    if not text.isascii():
        text = "".join(one for one in normalize("NFKD", text) if not "\u0300" <= one <= "\u036f")
        text = normalize("NFC", folded(text)).translate(LOOK_ALIKES)
        text = _BETWEEN_HAN.sub("", text)
    else:
        text = folded(text)
    return _SPACES.sub(" ", text)


def apart(text: str) -> str | None:
    """Return what letters say that stand apart, one by one, without spaces between; None: there are none."""
    said = [re.sub(r"\W", "", match[0]) for match in _APART.finditer(text)]
    return "\n".join(said) or None


def leet(text: str) -> str | None:
    """Return a text with letters for digits and signs that look like them; None: there are none among letters."""
    return text.translate(_LEET) if _MIXED_WORD.search(text) else None


def decoded(text: str, depth: int = DEEPEST) -> Iterator[tuple[str, str]]:
    """Yield what is encoded in a text: how, and what it says."""
    found: list[tuple[str, str]] = []
    for match in _some(_BASE64, text):
        if (said := _from_base64(match[0])) is not None:
            found.append(("base64", said))
    for match in _some(_HEX, text):
        if (said := _from_hex(match[1])) is not None:
            found.append(("hexadecimal", said))
    if _PERCENT.search(text):
        found.append(("percent signs", unquote(text[:LONGEST_PIECE])))
    if "&#" in text:
        found.append(("character references", html.unescape(text[:LONGEST_PIECE])))
    if len(_ESCAPES.findall(text)) >= 3:
        found.append(("escapes", _ESCAPES.sub(lambda match: chr(int(match[1], 16)), text[:LONGEST_PIECE])))
    if _BACKWARDS.search(text):
        found.append(("backwards", text[:LONGEST_PIECE][::-1]))
    if _ROT13.search(text):
        found.append(("rot13", codecs.decode(text[:LONGEST_PIECE], "rot13")))
    for how, said in found:
        yield how, said
        if depth > 1:
            yield from decoded(said, depth - 1)


def _some(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for number, match in enumerate(pattern.finditer(text)):
        if number == MOST_PIECES:
            return
        yield match


def _from_base64(piece: str) -> str | None:
    piece = piece.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _words(base64.b64decode(piece + "=" * (-len(piece) % 4), validate=True))
    except binascii.Error:
        return None


def _from_hex(piece: str) -> str | None:
    digits = re.sub(r"[ :]", "", piece)
    return _words(bytes.fromhex(digits)) if len(digits) % 2 == 0 else None


def _words(data: bytes) -> str | None:
    """Return what bytes say; None: nothing that anybody could read."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(character.isprintable() or character.isspace() for character in text) else None
