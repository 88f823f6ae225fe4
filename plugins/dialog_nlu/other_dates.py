"""Dates in all the other languages, read by the package dateparser.

Its search tries every stretch of a text, so it is only asked where a message has a word or a figure that can belong to
a date; and of what it finds, only what has one counts.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from threading import Lock
from typing import Any

from dialog_nlu.clock_times import clock_times
from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan

_FIGURES = r"[0-9]{1,2}[./-][0-9]{1,2}"
_SHORTEST_WORD = 3  # `mo` and `di` are short for days, and words of their own
_EDGES = re.compile(r"^\W*(?:am|den|der|le|el|il|op|on)\s+|(?:\s+(?:um|à|a|at|alle|om))?\W*$", re.IGNORECASE)


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
            "DATE_ORDER": "DMY",
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
            {re.escape(word.lower()) for word in words if len(word) >= _SHORTEST_WORD}, key=len, reverse=True
        )
        return re.compile(rf"{EDGE}(?:{'|'.join(usable)})(?!{SPACED})|{_FIGURES}")

    def find(self, scan: Scan) -> Iterator[Found]:
        """Yield the dates of a message."""
        if not self._trigger.search(scan.lower):
            return
        from dateparser.date import DateDataParser
        from dateparser.search import search_dates

        text = _without_times(scan)
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


def _without_times(scan: Scan) -> str:
    """Return the message with blanks for times of day, which are read elsewhere and lead dateparser astray."""
    text = scan.text
    for time in clock_times(scan):
        text = text[: time.start] + " " * (time.end - time.start) + text[time.end :]
    return text


_LENGTHS = {"year": 4, "month": 7}  # of an ISO 8601 date that is only so precise
_WORD_KEYS = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday day week month year".split()
)
