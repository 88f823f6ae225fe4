"""A rule says how one kind of personal data is written, and how to be sure of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialog_core.interfaces import Recognized

WINDOW = 40  # characters before a number in which words say what it is
_SENTENCE_END = re.compile(r"[!?。！？；;\n]|(?<![Nn]o)(?<![Nn]r)(?<![Tt]el)(?<![Mm]ob)\.\s")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of writing one kind.

    Patterns have no repetition without a limit, so that the time grows with the length of the text alone.

    Attributes:
        kind: What is found.
        pattern: How it is written; its group `it`, if it has one, is what is found.
        sure: Says of a match how sure it is, from 0 to 1; 0: it is something else.
        needs: Characters of which one has to be in the text; empty: any text may have it.
        hint: What has to be somewhere in the text, where it takes less time to look for than the pattern.
    """

    kind: str
    pattern: re.Pattern[str]
    sure: Callable[[re.Match[str]], float]
    needs: str = ""
    hint: re.Pattern[str] | None = None

    def find(self, text: str) -> Iterator[Recognized]:
        """Yield what it finds."""
        if self.needs and not any(character in text for character in self.needs):
            return
        if self.hint is not None and self.hint.search(text) is None:
            return
        group = "it" if "it" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            score = self.sure(match)
            if score > 0 and match.start(group) < match.end(group):
                yield Recognized(self.kind, match.start(group), match.end(group), score)


def before(match: re.Match[str], window: int = WINDOW) -> str:
    """Return the words of the sentence before a match, as far as they matter."""
    start = match.start()
    words = match.string[max(start - window, 0) : start]
    ends = [end.end() for end in _SENTENCE_END.finditer(words)]
    return words[ends[-1] :] if ends else words


def around(match: re.Match[str], window: int = WINDOW) -> tuple[str, str]:
    """Return what stands before and behind a match, in sentences beside its own as well."""
    return match.string[max(match.start() - 2 * window, 0) : match.start()], match.string[
        match.end() : match.end() + window
    ]


def after(match: re.Match[str], window: int = 12) -> str:
    """Return what follows a match."""
    return match.string[match.end() : match.end() + window]


def said_last(words: str, *patterns: re.Pattern[str]) -> int:
    """Return which of several patterns is found last in the words; -1: none of them is."""
    best, which = -1, -1
    for number, pattern in enumerate(patterns):
        for found in pattern.finditer(words):
            if found.end() > best:
                best, which = found.end(), number
    return which


def said_first(words: str, *patterns: re.Pattern[str]) -> int:
    """Return which of several patterns is found first in the words; -1: none of them is."""
    found = [(match.start(), number) for number, pattern in enumerate(patterns) if (match := pattern.search(words))]
    return min(found)[1] if found else -1


def said_directly(match: re.Match[str], pattern: re.Pattern[str], window: int = WINDOW) -> bool:
    """Whether the words before a match say what it is, with no other number between."""
    words = before(match, window)
    ends = [found.end() for found in pattern.finditer(words)]
    return bool(ends) and not any(map(str.isdigit, words[ends[-1] :]))


def always(score: float) -> Callable[[re.Match[str]], float]:
    """Return a `sure` of a pattern that says enough by itself."""
    return lambda match: score


def digits_of(written: str) -> str:
    """Return the digits of a number, however it is grouped."""
    return "".join(filter(str.isdigit, written))


def longest_first(words: str) -> str:
    """Return words as alternatives of an expression, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words.split(), key=lambda word: (-len(word), word)))
