"""Dates in all the other languages, read by the package dateparser.

Its search tries every stretch of a text, so it is only asked where a message has a word or a figure that can belong to
a date; and of what it finds, only what has one counts.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from threading import Lock
from typing import Any

from dialog_nlu.clock_times import clock_times
from dialog_nlu.date_reckoning import plus
from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan
from dialog_nlu.other_date_words import DAYS, IN, NUMBERS, UNITS

_FIGURES = r"[0-9]{1,2}[./-][0-9]{1,2}"
MOST_CHARACTERS = 1_000  # of a message that dateparser is given: it takes a third of a second for as many dates
_SHORTEST_WORD = 3  # `mo` and `di` are short for days, and words of their own
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")  # 明日 and 내일 are whole words
_EDGES = re.compile(
    r"^\W*(?:am|den|der|le|el|il|op|on)\s+|(?:\s+(?:um|à|a(?:\s+las?)?|às|at|alle|om))?\W*$", re.IGNORECASE
)


class OtherDates:
    """Finds dates in languages dateparser knows.

    Args:
        languages: Their BCP 47 tags.
        past: Whether a day without a year has been, rather than is to come.
    """

    def __init__(self, languages: frozenset[str], *, past: bool) -> None:
        from dateparser.languages.loader import default_loader

        self._languages = sorted(language.split("-")[0] for language in languages)
        self._settings: dict[str, Any] = {
            "PREFER_DATES_FROM": "past" if past else "future",
            "RETURN_TIME_AS_PERIOD": True,
        }
        for language in self._languages:
            default_loader.get_locale(language)  # raises ValueError where it does not know the language
        self._lock = Lock()  # dateparser keeps what it read last in module variables

    @cached_property
    def _trigger(self) -> re.Pattern[str]:
        """A pattern of the words that can belong to a date, as dateparser's own tables have them."""
        from dateparser.languages.loader import default_loader

        words: set[str] = set()
        for language in self._languages:
            for key, value in default_loader.get_locale(language).info.items():
                if key == "relative-type":
                    words.update(*value.values())
                elif key in _WORD_KEYS:
                    words.update(value)
        usable = sorted(
            {re.escape(word.lower()) for word in words if len(word) >= _SHORTEST_WORD or _UNSPACED.match(word)},
            key=len,
            reverse=True,
        )
        return re.compile(rf"{EDGE}(?:{'|'.join(usable)})(?!{SPACED})|{_FIGURES}|[0-9][年月日년월일]")

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        """A pattern of the expressions that are read here, and not by dateparser."""
        days = [re.escape(words) for language in self._languages for words in DAYS.get(language, ())]
        parts = [rf"{EDGE}(?P<day>{'|'.join(sorted(days, key=len, reverse=True))})(?!{SPACED})"] if days else []
        for language in self._languages:
            if language in IN:
                number, unit = "|".join(NUMBERS[language]), "|".join(UNITS[language])
                parts.append(
                    rf"{EDGE}(?:{IN[language]})\s+(?P<number_{language}>{number}|[0-9]{{1,3}})"
                    rf"\s+(?P<unit_{language}>{unit})(?!{SPACED})"
                )
        return re.compile("|".join(parts)) if parts else None

    def find(self, scan: Scan) -> Iterator[Found]:
        """Yield the dates of a message."""
        known = list(self._read_here(scan))
        yield from known
        if not self._trigger.search(scan.lower):
            return
        from dateparser.date import DateDataParser
        from dateparser.search import search_dates

        text = _blanked(scan.text, [*clock_times(scan), *known])[:MOST_CHARACTERS]
        settings = {**self._settings, "RELATIVE_BASE": scan.now.replace(tzinfo=None)}
        with self._lock:
            pieces = search_dates(text, languages=self._languages, settings=settings) or []
            reader = DateDataParser(languages=self._languages, settings=settings)
            periods = [reader.get_date_data(piece).period for piece, _ in pieces]
        at = 0
        for (piece, day), period in zip(pieces, periods, strict=True):
            start = text.find(piece, at)
            if start < 0 or not self._trigger.search(piece.lower()):
                continue
            at = start + len(piece)
            bare = _EDGES.sub("", piece)
            start = text.index(bare, start)
            value = day.date().isoformat()
            yield Found(start, start + len(bare), value[: _LENGTHS.get(period or "", len(value))])

    def _read_here(self, scan: Scan) -> Iterator[Found]:
        """Yield the dates whose words dateparser would misread."""
        if self._known is None:
            return
        today = scan.now.date()
        for match in self._known.finditer(scan.lower):
            found = {name: written for name, written in match.groupdict().items() if written}
            if "day" in found:
                number = next(DAYS[tag][found["day"]] for tag in self._languages if found["day"] in DAYS.get(tag, ()))
                day = plus(today, number, "D")
            else:
                language = next(name for name in found if name.startswith("number_")).removeprefix("number_")
                written = found[f"number_{language}"]
                number = int(written) if written.isdecimal() else NUMBERS[language][written]
                day = plus(today, number, UNITS[language][found[f"unit_{language}"]])
            if day is not None:
                yield Found(match.start(), match.end(), day.isoformat())


def _blanked(text: str, known: Iterable[Found]) -> str:
    """Return a message with blanks for what is read elsewhere, and would lead dateparser astray."""
    for piece in known:
        text = text[: piece.start] + " " * (piece.end - piece.start) + text[piece.end :]
    return text


_LENGTHS = {"year": 4, "month": 7}  # of an ISO 8601 date that is only so precise
_WORD_KEYS = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday day week month year".split()
)
