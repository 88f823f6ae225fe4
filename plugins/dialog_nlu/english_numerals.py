"""Reads English number words: `twenty-five`, `three hundred and two`, `two and a half million`, `a dozen`."""

import re
from collections.abc import Iterator

_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_COUNTED = {"dozen": 12, "hundred": 100, **_SCALES}  # what `a` may stand before

NUMBER_WORD = "|".join(
    [*_UNITS, *_TENS, *_COUNTED, rf"an?(?=\s+(?:{'|'.join(_COUNTED)})\b)", r"a\s+half(?=\b)", "point"]
)
"""A pattern of one word of a number, in lower case."""

_WORD = re.compile(r"a\s+half|[a-z]+")


def read_words(text: str, start: int, end: int) -> Iterator[tuple[int, int, int | float]]:
    """Yield the numbers in a stretch of number words: where each begins and ends, and what it is.

    "five six" is two numbers, "twenty five" is one.
    """
    words = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text, start, end)]
    at = 0
    while at < len(words):
        reader = _Reader()
        last, here = at, at
        while here < len(words) and reader.take(words[here][2]):
            if reader.complete:
                last = here + 1
                value = reader.value
            here += 1
        if last > at:
            yield words[at][0], words[last - 1][1], value
            at = last
        else:
            at += 1


class _Reader:
    """Takes one word after the other for as long as they make one number.

    Attributes:
        complete: Whether what it has is a number, and not only the beginning of one.
    """

    def __init__(self) -> None:
        self.complete = False
        self._total: float = 0
        self._group: float = 0  # what a scale would multiply
        self._room = 10**12  # only smaller scales may follow
        self._below = 1000.0  # only smaller words may follow within the group
        self._any = False
        self._digits = ""  # after `point`
        self._pointed = self._halved = False

    @property
    def value(self) -> int | float:
        value = self._total + self._group
        if self._digits:
            value = float(f"{int(value)}.{self._digits}")
        return int(value) if value == int(value) else value

    def take(self, word: str) -> bool:
        """Take a word; say whether it could go on the number."""
        if self._pointed:
            if _UNITS.get(word, 10) > 9:
                return False
            self._digits += str(_UNITS[word])
            self.complete = True
            return True
        if word in _UNITS or word in _TENS:
            number = _UNITS.get(word, _TENS.get(word, 0))
            if self._halved or number >= self._below or (number == 0 and self._any):
                return False
            self._group += number
            self._below = 10 if word in _TENS else 1
        elif word.endswith("half"):
            if not self._any or self._halved:
                return False
            self._group += 0.5
            self._halved = True
        elif word == "and":
            if not self._any:
                return False
            self.complete = False
            return True
        elif word in ("a", "an"):
            if self._any:
                return False
            self._group, self._below, self._any = 1, 1, True
            return True
        elif word in ("hundred", "dozen"):
            times = _COUNTED[word]
            if not 0 < self._group < (10 if word == "hundred" else 100) and self._any:
                return False
            self._group = (self._group or 1) * times
            self._below = 100 if word == "hundred" else 1
        elif word in _SCALES:
            if _SCALES[word] >= self._room or (self._any and self._group == 0):
                return False
            self._total += (self._group or 1) * _SCALES[word]
            self._group, self._room, self._below, self._halved = 0, _SCALES[word], 1000, False
        elif word == "point":
            if not self._any or self._halved:
                return False
            self._pointed, self.complete = True, False
            return True
        else:
            return False
        self._any = self.complete = True
        return True
