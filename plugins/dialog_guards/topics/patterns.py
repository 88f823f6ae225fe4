"""Topics that are known by words or expressions."""

from collections.abc import Iterator, Sequence
from typing import Any

import regex

from dialog_guards.blocklist.words import WordFinder
from dialog_guards.topics.options import Topic, is_expression

SECONDS = 0.1  # that one expression may take for one sentence; one that takes longer makes the guard fail


class Patterns:
    """The patterns of one topic."""

    def __init__(self, topic: Topic) -> None:
        """Take the topic."""
        plain = [pattern for pattern in topic.patterns if not is_expression(pattern)]
        self._words = WordFinder(plain, anywhere=False, disguised=False) if plain else None
        self._expressions: Sequence[Any] = [
            regex.compile(pattern[1:-1], regex.IGNORECASE) for pattern in topic.patterns if is_expression(pattern)
        ]

    def found(self, text: str) -> str:
        """Return what of a text is a pattern of the topic; empty: nothing is.

        Raises:
            TimeoutError: An expression takes too long.
        """
        return next(self._found(text), "")

    def _found(self, text: str) -> Iterator[str]:
        if self._words is not None:
            yield from (text[begin:end] for begin, end in self._words.find(text))
        for expression in self._expressions:
            match = expression.search(text, timeout=SECONDS)
            if match is not None and match[0]:
                yield match[0]
