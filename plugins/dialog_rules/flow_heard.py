"""What a message says: which values for slots stand in it, and whether it asks, agrees, corrects or cancels."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from dialog_rules.automaton import longest
from dialog_rules.facts import Facts
from dialog_rules.flow_dates import dates_in
from dialog_rules.flow_numbers import numbers_in, place_in
from dialog_rules.flow_slot import Option, Slot
from dialog_rules.patterns import PlainPattern
from dialog_rules.scan import Scan
from dialog_rules.utterance import Utterance

LONGEST_ANSWER = 2_000  # characters of a free text
TYPING_ERRORS = 0.8  # how alike a word and a label must be; of "broken" and "brocken" the figure is .92
_MOST_NUMBER_WORDS = 6  # a number among more words than this is hardly the answer

_QUESTION_MARK = re.compile(r"[?？]\s*$")
_QUESTION_WORD = re.compile(
    r"(?:and |but |so |ok |well |hi |hello |sorry |wait )*"
    r"(?:what|how|where|when|why|who|which|whose|can|could|do|does|did|is|are|was|will|would|should|may)\b(?!.*\bplease$)"
)
_QUESTION_ZH = re.compile(
    "吗|呢|什么|怎么|怎样|多少|多久|(?<!随便)(?<!不管)(?<!无论)哪|为什么|谁|能不能|可不可以|是不是|有没有|几点|几天"
)


_FIRST_UNSPACED = "\u2e80"  # from here on Unicode has the writing systems without spaces
_SMALL_WORDS = frozenset(
    "the and but for with not one was are its too has had did does have don didn isn this that these those them they "
    "please want would like just you your can could all other none from".split()
)
_NUMERALS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half quarter".split()
) | frozenset("零〇一二两三四五六七八九十百千万半")

_LONGEST_NUMBER = 4  # digits


@dataclass(frozen=True, slots=True)
class Reading:
    """A value for a slot that stands in a message.

    Attributes:
        value: The value.
        text: As it stands there.
        sure: Whether it is one for certain, whatever was asked; a mere number might be anything.
        partial: Whether it is told by a word of it only.
        whole: Of a choice, whether the message says nothing else.
    """

    value: Any
    text: str
    sure: bool = True
    partial: bool = False
    whole: bool = False


class Heard:
    """One message."""

    def __init__(
        self,
        text: str,
        facts: Facts,
        words: Mapping[str, Sequence[Any]],
        *,
        limit: float,
        captures: Mapping[str, str] | None = None,
        annotated: bool = True,
    ) -> None:
        self.text = text.strip()[:LONGEST_ANSWER]
        self.facts = facts
        self.scan = Scan(text, limit)
        self.captures = captures or {}
        self._words = words
        self._limit = limit
        self._annotated = annotated
        self._taken: set[str] = set()

    @property
    def is_question(self) -> bool:
        """Whether it asks something."""
        folded = self.scan.utterance.folded
        return bool(_QUESTION_MARK.search(self.text) or _QUESTION_WORD.match(folded) or _QUESTION_ZH.search(folded))

    def means(self, word: str) -> bool:
        """Whether the whole message is one of the words for `yes`, `no`, `cancel` ..."""
        return any(pattern.match(self.scan, True) is not None for pattern in self._words[word])

    def corrected(self) -> Heard | None:
        """Return what is said behind the words that begin a correction; None if it begins with none of them."""
        rest = self._behind("correction")
        for _ in range(3):
            further = rest._behind("correction") if rest is not None else None
            if further is None:
                return rest
            rest = further
        return rest

    def _behind(self, word: str) -> Heard | None:
        utterance = self.scan.utterance
        end = 0
        for pattern in self._words[word]:
            if isinstance(pattern, PlainPattern) and utterance.tokens:
                found = longest(pattern.first, self.scan, 0, whole=False)
                end = max(end, found[0] if found else 0)
        if not end:
            return None
        rest = utterance.text[utterance.places[end - 1][1] :].lstrip(" ,.;:!-，。；：！、…")
        return Heard(rest, self.facts, self._words, limit=self._limit, annotated=self._annotated)

    def take(self, reading: Reading) -> None:
        """Keep what was read for one slot from being read for another."""
        self._taken.update((reading.text.casefold(), str(reading.value).casefold()))

    def read(self, slot: Slot, *, asked: bool, but: Any = None) -> Reading | None:
        """Return the value for a slot that stands in the message.

        Args:
            slot: The slot.
            asked: Whether it is what was asked for; otherwise only what is one for certain is a value.
            but: The value that is known and not wanted, as in "not the red one, the blue one".
        """
        found = self._named(slot, but)
        if found is None and slot.type == "choice":
            options = [option for option in slot.options if option.value != but]
            found = self._chosen(options, asked, offered=slot.offer is not None)
        elif found is None and slot.type == "date":
            found = self._dated(asked, but)
        elif found is None and asked:
            found = self._answer(slot)
        if found is None or (not asked and not found.sure):
            return None
        try:
            return replace(found, value=slot.coerced(found.value))
        except ValueError:
            return None

    def _named(self, slot: Slot, but: Any) -> Reading | None:
        """Look for what patterns captured, annotators found, and the slot's regular expressions match."""
        for name in (slot.name, *slot.entities):
            if name in self.captures and self._is_free(self.captures[name]):
                return self._as_option(slot, self.captures[name], self.captures[name])
        if self._annotated and not slot.patterned:
            for mention in self.facts.mentions:
                if mention["entity"] not in slot.entities or (slot.role and mention.get("role") != slot.role):
                    continue
                text = str(mention.get("text") or mention["value"])
                if self._is_free(text) and text.casefold() in self.text.casefold():
                    sure = mention["entity"] not in ("number", "date") or slot.type == "date"
                    reading = self._as_option(slot, mention["value"], text)
                    if reading is not None and reading.value != but:
                        return Reading(reading.value, reading.text, sure)
        for form in slot.forms:
            for start in range(len(self.scan.utterance.tokens)) if self.scan.has(form) else ():
                for _, text in self.scan.ends(form, start):
                    if self._is_free(text) and text.casefold() != str(but).casefold():
                        return self._as_option(slot, text, text)
        return None

    def _is_free(self, text: str) -> bool:
        return text.casefold() not in self._taken

    @staticmethod
    def _as_option(slot: Slot, value: Any, text: str) -> Reading | None:
        if slot.type != "choice" or not slot.options:
            return Reading(value, text)
        for option in slot.options:
            if str(value).casefold() in (option.value.casefold(), *(label.casefold() for label in _labels(option))):
                return Reading(option.value, text)
        return None

    def _chosen(self, options: Sequence[Option], asked: bool, *, offered: bool) -> Reading | None:
        utterance = self.scan.utterance
        tokens = utterance.tokens
        if not tokens:
            return None
        # What has been read for one slot is not read for another: of two sizes, a "large" is the first one's.
        options = [option for option in options if self._is_free(option.value)]
        labels = {option.value: [Utterance(label).tokens for label in _labels(option)] for option in options}
        for option in options:
            if tokens in labels[option.value] or utterance.folded == option.value.casefold():
                return Reading(option.value, self.text, whole=True)
        named = [option for option in options if any(pattern.match(self.scan, False) for pattern in option.when)]
        if len(named) == 1:  # "where is the Riverside practice?" may be no answer to "which practice?"
            whole = any(pattern.match(self.scan, True) for pattern in named[0].when)
            return Reading(named[0].value, self.text, sure=not (asked and self.is_question), whole=whole)
        contained = _longest_contained(tokens, labels)
        if len(contained) == 1:
            return Reading(contained[0], self.text, sure=not self.is_question)
        if (asked or offered) and not self.is_question:
            known = _by_own_words(tokens, labels)
            if len(known) == 1:
                return Reading(known[0], self.text, sure=not asked, partial=True)
        if not asked:
            return None
        number = place_in(tokens)
        if number is not None:
            return Reading(options[number - 1].value, self.text) if 1 <= number <= len(options) else None
        close = [
            value
            for value, ways in labels.items()
            if len(utterance.folded) > 3
            and any(_alike(utterance.folded, " ".join(way)) and _numerals(tokens) == _numerals(way) for way in ways)
        ]
        return Reading(close[0], self.text, sure=False) if len(close) == 1 else None

    def _dated(self, asked: bool, but: Any) -> Reading | None:
        for day in map(date.isoformat, dates_in(self.scan.utterance.folded, self.facts.turn.now.date())):
            if self._is_free(day) and day != but:
                return Reading(day, day, sure=not (asked and self.is_question))
        return None

    def _answer(self, slot: Slot) -> Reading | None:
        """Take the message as the answer to the question for a slot."""
        if slot.type == "boolean":
            if self.means("yes"):
                return Reading(True, self.text)
            if self.means("no"):
                return Reading(False, self.text)
            return None
        if slot.type in ("number", "integer"):
            return self._counted()
        if slot.is_free and self.text:
            return Reading(self.text, self.text, sure=False)
        return None

    def _counted(self) -> Reading | None:
        utterance = self.scan.utterance
        numbers = numbers_in(utterance.folded, utterance.tokens)
        if len(numbers) != 1 or (self.is_question and len(utterance.tokens) > _MOST_NUMBER_WORDS):
            return None
        return Reading(numbers[0], self.text, sure=False)


def _labels(option: Option) -> Sequence[str]:
    return [label for variant in option.label if (label := variant.render(None))] + list(option.ways)


def _contains(tokens: Sequence[str], part: Sequence[str]) -> bool:
    size = len(part)
    return bool(size) and any(list(tokens[at : at + size]) == list(part) for at in range(len(tokens) - size + 1))


def _longest_contained(tokens: Sequence[str], labels: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Return the options that stand in a message, but of `9` and `9:30` in "at 9:30" only the longer one."""
    said = {value: [way for way in ways if _contains(tokens, way)] for value, ways in labels.items()}
    found = {value: max(ways, key=len) for value, ways in said.items() if ways}
    return [
        value
        for value, way in found.items()
        if not any(len(other) > len(way) and _contains(other, way) for other in found.values())
    ]


def _by_own_words(tokens: Sequence[str], labels: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Return the options of which a message has a word that no other option has: the lamp, of a lamp and a rug."""
    said = _pieces(tokens)
    words = {value: {piece for way in ways for piece in _pieces(way)} for value, ways in labels.items()}
    own = {
        value: pieces.difference(*(others for other, others in words.items() if other != value))
        for value, pieces in words.items()
    }
    numbers = {value: set().union(*map(_numerals, ways)) for value, ways in labels.items()}
    told = _numerals(tokens)  # of something else, such as an order, where the options have none
    others = {value for value, known in numbers.items() if known and told and not known & told}
    return [value for value, pieces in own.items() if pieces & said and value not in others]


def _pieces(tokens: Sequence[str]) -> set[str]:
    """Return the words that tell something, and of writing without spaces each two neighbours.

    A number is none of them: of 9:30 and 10:00 neither is meant by "nine o'clock".
    """
    words = {token for token in tokens if len(token) > 2 and token.isascii() and token not in _SMALL_WORDS | _NUMERALS}
    unspaced = [len(token) == 1 and token > _FIRST_UNSPACED and token not in _NUMERALS for token in tokens]
    pairs = {one + two for (one, two), both in zip(pairwise(tokens), pairwise(unspaced), strict=True) if all(both)}
    return words | pairs


def _numerals(tokens: Sequence[str]) -> set[str]:
    """Return the numbers among some words. Nobody mistypes `nine` as `ten`, however alike they look.

    Longer ones are the number of something, such as an order, that is said beside the choice.
    """
    return {
        token
        for before, token in zip(["", *tokens], tokens, strict=False)
        if (token in _NUMERALS or (token.isdecimal() and len(token) <= _LONGEST_NUMBER))
        and (token != "one" or before in ("", "at"))  # the brass one
    }


def _alike(text: str, label: str) -> bool:
    return len(text) < 2 * len(label) + 4 and difflib.SequenceMatcher(None, text, label).ratio() >= TYPING_ERRORS
