"""Regular expressions that people wrote: compiled, and run so that none of them can hold up a turn.

An expression that is provably quick runs on Python's own engine. Every other one runs on `regex`, which gives up when
its time is over; it is imported only where a file has such an expression.
"""

import re
import time
from collections.abc import Callable
from typing import Any

from dialog_rules.expression_shape import shape_of

ALL_TOGETHER = 4  # times the limit of one expression: what all of them may take for one message


class ExpressionError(Exception):
    """An expression that cannot be used: what is wrong, at which character of it (None: all of it), what to do."""

    def __init__(self, message: str, offset: int | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.remedy = message, offset, remedy


class Expression:
    """A regular expression, used without regard to case.

    Attributes:
        source: As written.
        quick: Whether it needs no time limit.
        literal: A text that every match contains, in lower case; empty if none is known.
        groups: The names of its groups.
    """

    __slots__ = ("_compiled", "groups", "literal", "quick", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        shape = shape_of(source)
        self.literal = shape.literal
        self._compiled: Any = _compile(source) if shape.quick else None
        self.quick = self._compiled is not None
        if not self.quick:
            self._compiled = _compile_with_limit(source)
        self.groups: tuple[str, ...] = tuple(self._compiled.groupindex)
        if Stopwatch(1.0).search(self, "") is not None:
            raise ExpressionError(
                "matches an empty text, and so every message",
                remedy="Make one part of it necessary: `+` instead of `*`, no `?` behind it.",
            )

    @property
    def search(self) -> Callable[..., Any]:
        """Find the first match; to be called through a stopwatch."""
        method: Callable[..., Any] = self._compiled.search
        return method

    @property
    def match(self) -> Callable[..., Any]:
        """Match at a place; to be called through a stopwatch."""
        method: Callable[..., Any] = self._compiled.match
        return method

    @property
    def fullmatch(self) -> Callable[..., Any]:
        """Match all between two places; to be called through a stopwatch."""
        method: Callable[..., Any] = self._compiled.fullmatch
        return method


class Stopwatch:
    """Runs the expressions for one message, each for `limit` seconds and all together for a few times that.

    Attributes:
        stopped: The expressions that ran out of time. Whether they match is not known.
    """

    __slots__ = ("_left", "_left_of", "_limit", "stopped")

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._left = limit * ALL_TOGETHER
        self._left_of: dict[Expression, float] = {}
        self.stopped: dict[Expression, None] = {}

    def search(self, expression: Expression, text: str) -> Any:
        """Return the first match in `text`, or None."""
        return self._run(expression, expression.search, text, 0, len(text))

    def match(self, expression: Expression, text: str, start: int, end: int) -> Any:
        """Return the match that begins at `start` and ends at `end` or before, or None."""
        return self._run(expression, expression.match, text, start, end)

    def fullmatch(self, expression: Expression, text: str, start: int, end: int) -> Any:
        """Return the match from `start` to `end`, or None."""
        return self._run(expression, expression.fullmatch, text, start, end)

    def _run(self, expression: Expression, method: Callable[..., Any], text: str, start: int, end: int) -> Any:
        if expression.quick:
            return method(text, start, end)
        if expression in self.stopped:
            return None
        left = min(self._left_of.get(expression, self._limit), self._left)
        started = time.perf_counter()
        try:
            if left > 0:
                return method(text, start, end, timeout=left)
        except TimeoutError:
            left = 0.0
        finally:
            taken = time.perf_counter() - started
            self._left -= taken
            self._left_of[expression] = left - taken
        self.stopped[expression] = None
        return None


def _compile(source: str) -> Any:
    try:
        return re.compile(source, re.IGNORECASE)
    except re.error:  # the other engine may know better, and says what is wrong otherwise
        return None


def _compile_with_limit(source: str) -> Any:
    import regex

    try:
        return regex.compile(source, regex.IGNORECASE)
    except regex.error as error:
        raise ExpressionError(f"is no regular expression: {error.msg}", error.pos) from error
