"""Whether a question is another one in other words."""

import re
from collections import Counter
from typing import Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError

SHARED = 0.5  # more than so much of the terms of two questions (F1) are the same where it is one question
LONGEST = 2_000  # characters; who sends a letter does not put it in other words

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


class AskedAgain:
    """Compares questions by their terms, as the analyzer `auto` has them: stems, or in Chinese pairs of characters."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._analyzers: dict[str, Any] = {}

    def __call__(self, first: str, second: str) -> bool:
        """Whether two questions are the same in different words."""
        first, second = first[:LONGEST].casefold().strip(), second[:LONGEST].casefold().strip()
        if first == second:
            return False
        analyzer = self._analyzer("zh" if _HAN.search(first + second) else self._context.language)
        ours, theirs = Counter(analyzer.tokens(first)), Counter(analyzer.tokens(second))
        total = ours.total() + theirs.total()
        return total > 0 and 2 * (ours & theirs).total() / total > SHARED

    def _analyzer(self, language: str) -> Any:
        if language not in self._analyzers:
            try:
                found = self._context.create("analyzer", {"use": "auto", "language": language})
            except ConfigurationError:  # a language that nobody knows is analysed like any other
                found = self._context.create("analyzer", "auto")
            self._analyzers[language] = found
        return self._analyzers[language]
