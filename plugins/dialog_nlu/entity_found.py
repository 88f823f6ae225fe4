"""What finders of entities are given and what they return."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dialog_nlu.numerals import Numeral

# Letters and digits of scripts that write spaces. A Chinese, Japanese or Thai word may stand right beside another one.
SPACED = "[^\\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
# True at every place that is not inside a word.
EDGE = f"(?:(?<!{SPACED})|(?!{SPACED}))"
HAN = re.compile("[\u3400-\u9fff]")

# Full-width letters, digits and the signs of addresses and dates; punctuation stays, for it parts Chinese sentences.
_NARROW = {
    code: code - 0xFEE0
    for start, end in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for code in range(ord(start), ord(end) + 1)
} | {ord(wide): narrow for wide, narrow in zip("＠．－／＋＄％＿", "@.-/+$%_", strict=True)}


def narrow(text: str) -> str:
    """Return a text, as long as it was, with full-width letters and digits as narrow ones."""
    return text if text.isascii() else text.translate(_NARROW)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a message that a finder takes for an entity.

    Attributes:
        start: Where it begins, in characters.
        end: Where it ends, exclusive.
        value: Its normal form.
        exact: Whether it stands there as expected, and not just something like it.
        entity: Its kind, where one finder knows several.
        role: Its role, where the finder knows it.
    """

    start: int
    end: int
    value: Any  # a JSON value
    exact: bool = True
    entity: str = ""
    role: str = ""


@dataclass
class Scan:
    """A message with what several finders want to know about it, found out once.

    Attributes:
        text: The message.
        now: When it was said, in the time zone dates are meant in.
        languages: What languages it may be in.
        comma_decimals: Whether `1.234,5` is a little more than a thousand.
    """

    text: str
    now: datetime
    languages: frozenset[str] = frozenset({"en"})
    comma_decimals: bool = False
    stopped: list[str] = field(default_factory=list)

    @cached_property
    def lower(self) -> str:
        """The message in lower case, as long as it was: characters whose lower case is longer stay."""
        lower = self.text.lower()
        if len(lower) != len(self.text):
            lower = "".join(low if len(low := char.lower()) == 1 else char for char in self.text)
        return lower

    @cached_property
    def has_han(self) -> bool:
        """Whether there is a Chinese character in it."""
        return HAN.search(self.text) is not None

    @cached_property
    def numerals(self) -> "list[Numeral]":
        """Every number in it, however it is written, in text order."""
        from dialog_nlu.numerals import find_numerals

        return find_numerals(self)

    @cached_property
    def numeral_at(self) -> "dict[int, Numeral]":
        """The numbers by where they begin."""
        return {numeral.start: numeral for numeral in self.numerals}


class Finder(Protocol):
    """Finds one kind of entity."""

    def find(self, scan: Scan) -> Iterable[Found]:
        """Return what it finds, in any order; pieces may overlap."""
        ...


def apart(found: Iterable[Found]) -> list[Found]:
    """Return what is left in text order when of overlapping pieces the longest stays, of equally long ones the first.

    What stands there exactly goes before what is only like it.
    """
    kept: list[Found] = []
    starts: list[int] = []
    for piece in sorted(found, key=lambda piece: (not piece.exact, piece.start - piece.end)):
        place = bisect_right(starts, piece.start)
        if (
            piece.start < piece.end
            and (place == 0 or kept[place - 1].end <= piece.start)
            and (place == len(kept) or piece.end <= kept[place].start)
        ):
            starts.insert(place, piece.start)
            kept.insert(place, piece)
    return kept
