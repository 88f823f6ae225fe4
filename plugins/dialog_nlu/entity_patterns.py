"""Entities that regular expressions describe, each with a limit to the time it may take."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import regex

from dialog_nlu.entity_found import EDGE, Found, Scan

_MOST_FOUND = 100  # in one message, by one expression


class PatternError(Exception):
    """An expression that cannot be used: what is wrong, and what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


class PatternFinder:
    """Finds what regular expressions match as whole words, without regard to case.

    The value is the group named `value`, or the whole match where there is none.

    Args:
        expressions: As written.
        timeout: Seconds they may take together over a message. What was found until then counts.

    Raises:
        PatternError: One of them cannot be used.
    """

    def __init__(self, expressions: Sequence[str], *, timeout: float) -> None:
        self._patterns = [compiled(expression) for expression in expressions]
        self._sources = tuple(expressions)
        self._timeout = timeout

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the matches in the message; what ran out of time is named in `scan.stopped`."""
        left = self._timeout
        for source, pattern in zip(self._sources, self._patterns, strict=True):
            started = time.perf_counter()
            try:
                if left <= 0:
                    raise TimeoutError
                for count, match in enumerate(pattern.finditer(scan.text, timeout=left)):
                    if count >= _MOST_FOUND:
                        break
                    name = "value" if "value" in pattern.groupindex and match["value"] is not None else 0
                    start, end = match.span(name)
                    if start < end:
                        yield Found(start, end, match[name])
            except TimeoutError:
                scan.stopped.append(source)
            left -= time.perf_counter() - started


def compiled(expression: str) -> Any:
    """Return an expression ready to use: whole words only, without regard to case."""
    try:
        pattern = regex.compile(f"{EDGE}(?:{expression}){EDGE}", regex.IGNORECASE)
        alone = regex.compile(expression, regex.IGNORECASE)
    except regex.error as error:
        raise PatternError(f"is no regular expression: {error.msg}") from error
    try:
        empty = alone.fullmatch("", timeout=1.0) is not None
    except TimeoutError:
        empty = False
    if empty:
        raise PatternError(
            "matches an empty text, and so every message",
            "Make one part of it necessary: `+` instead of `*`, no `?` behind it.",
        )
    return pattern
