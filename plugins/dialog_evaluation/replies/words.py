"""The tokens that figures of generated texts are counted in, the same in every script."""

import re
import unicodedata
from collections.abc import Iterable

# Scripts without spaces between words are counted by the character: Han, kana, and those of South-East Asia.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_TOKEN = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ARTICLE = re.compile(r"\b(a|an|the)\b")
_ASCII_PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\]\\^`{|}~_']""")
MOSTLY = 0.1  # the share of texts from which on a file counts as Chinese


def words(text: str) -> list[str]:
    """Return words in lower case, without punctuation; of scripts without spaces the characters.

    Of ASCII texts they are those of the package rouge-score.
    """
    return _TOKEN.findall(text.lower())


def normalised(text: str) -> list[str]:
    """Return the tokens of a text as ParlAI compares them: lower case, no punctuation, no English articles.

    Beyond ParlAI, punctuation is that of all scripts, and scripts without spaces are compared by the character.
    """
    text = _ASCII_PUNCTUATION.sub(" ", text.lower())
    if text.isascii():
        return _ARTICLE.sub(" ", text).split()
    text = "".join(" " if unicodedata.category(character)[0] == "P" else character for character in text)
    return [token for part in _ARTICLE.sub(" ", text).split() for token in _by_character(part)]


def folded(text: str) -> str:
    """Return a text without what does not make it another one: capitals and blanks."""
    return " ".join(text.casefold().split())


def letters(text: str) -> str:
    """Return the letters and digits of a text, capitals aside: what is left where punctuation does not count either."""
    return "".join(character for character in text.casefold() if character.isalnum())


def has_han(text: str) -> bool:
    """Whether there are Chinese characters in a text."""
    return _HAN.search(text) is not None


def is_chinese(texts: Iterable[str]) -> bool:
    """Whether so many of the texts have Chinese characters that tokens have to be cut as Chinese is."""
    found = [has_han(text) for text in texts]
    return sum(found) > MOSTLY * len(found)


def ngrams(tokens: list[str], order: int) -> list[tuple[str, ...]]:
    """Return every run of so many tokens."""
    return [tuple(tokens[place : place + order]) for place in range(len(tokens) - order + 1)]


_PIECE = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")


def _by_character(part: str) -> list[str]:
    return _PIECE.findall(part)
