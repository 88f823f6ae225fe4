"""What features see of a text: its terms, and what it is written in. Looked at once and remembered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

# Letters of a word that count, without an s at their end, so that "deliveries" meets "delivery" and "orders" "order":
# a blunt stemmer, but a quick one, and for any language.
STEM = 6
LONGEST_KEY = 2000  # characters of a text that is remembered as a whole
REMEMBERED = 2048  # texts; about 5 KB each where they are long

# Writing systems that put no spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese. Korean does, but its
# words carry endings, which pairs of characters see through.
_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_UNSPACED = f"{_CJK}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(r"[a-z0-9]+")  # of ASCII
_SPACED_WORD = re.compile(rf"[^\W_{_UNSPACED}]+")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_EAST_ASIAN_RUN = re.compile(f"[{_CJK}]+")

# What nearly every message has in it and none is about.
FUNCTION_WORDS = frozenset(
    """
    a an the this that these those there it its i me my mine we us our ours you your yours he him his she her they them
    their am is are was were be been being do does did doing done has have had having can could will would shall should
    may might must and or but if so than then as at by for from in into of on onto to with about what which who whom
    whose when where why how please also any some s t re ve ll d m
    的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 是 在 我 你 您 他 她 它 请 就 都 也 还 和 与 或 这 那
    """.split()
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as features see it.

    Attributes:
        cut: As much of it as is looked at.
        terms: Its words, cut to their first letters, and the characters and pairs of characters of writing without
            spaces; function words only where there is nothing else.
        size: How many terms.
        east_asian: The share of its letters in Chinese, Japanese or Korean writing; None: it has no letters.
    """

    cut: str
    terms: frozenset[str]
    size: int
    east_asian: float | None


def look_at(text: str, most: int) -> Text:
    """Return what features see of a text.

    Args:
        text: The text.
        most: How many of its characters are looked at.
    """
    return _look_at(text if len(text) <= LONGEST_KEY else text[:most], most)


@lru_cache(maxsize=REMEMBERED)
def _look_at(text: str, most: int) -> Text:
    """Look at a text; it is remembered as a whole, for whoever says it again says the same string, hash and all."""
    cut = text[:most]
    if not cut.isascii():
        return _look_closely(cut)
    terms = _cut(set(_WORD.findall(cut.lower())))
    return Text(cut, terms, len(terms), 0.0 if any(map(str.isalpha, cut)) else None)


def union(texts: Sequence[Text]) -> frozenset[str]:
    """Return the terms of several texts."""
    return texts[0].terms if len(texts) == 1 else frozenset().union(*[text.terms for text in texts])


def _look_closely(text: str) -> Text:
    folded = normalize("NFKC", text).casefold()
    runs = _UNSPACED_RUN.findall(folded)
    terms = _cut(set(_SPACED_WORD.findall(folded)), bool(runs))
    if runs:
        pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
        terms = (terms | pairs | set("".join(runs)) - FUNCTION_WORDS) or frozenset(runs)
    letters = sum(map(str.isalpha, text))
    east_asian = sum(map(len, _EAST_ASIAN_RUN.findall(text)))
    return Text(text, terms, len(terms), min(east_asian / letters, 1.0) if letters else None)


def _cut(words: set[str], optional: bool = False) -> frozenset[str]:
    """Return the terms that words are; numbers stay whole. Of function words alone there are some if there must be."""
    telling = words - FUNCTION_WORDS
    chosen = telling or (() if optional else words)
    return frozenset([word[:STEM].rstrip("s") or word if word[0] > "9" else word for word in chosen])
