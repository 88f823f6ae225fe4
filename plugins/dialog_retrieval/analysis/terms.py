"""What every analyzer does first: one form for each character, and text cut into words.

Writing systems that put no spaces between words (Chinese, Japanese, Thai, ...) are cut into runs, which the analyzers
turn into character n-grams; so every analyzer copes with mixed text, whatever language it is for.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable
from unicodedata import normalize

import regex

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)"
    r"|\p{N}+(?:[.,]\p{N}+)+"  # 3.5 and 1,000 are one word
    rf"|[[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]]+(?:['’][[\p{{L}}\p{{M}}]--[{_UNSPACED}]]+)*",
    regex.VERSION1,
)


class Terms(NamedTuple):
    """A text as retrieval sees it.

    Attributes:
        main: The terms that say what the text is about, in order.
        minor: Terms that count for less, in order: words that only hold a text together, pairs of characters that
            confirm what the characters say.
    """

    main: list[str]
    minor: list[str]


Split: TypeAlias = Callable[[str], Terms]


@runtime_checkable
class SplittingAnalyzer(Protocol):
    """An analyzer that tells main terms from minor ones. BM25 counts every term of any other analyzer in full."""

    def tokens(self, text: str) -> Sequence[str]:
        """Return the terms of `text` in order, for whoever counts them all alike."""
        ...

    def split(self, text: str) -> Terms:
        """Return the main and the minor terms of `text`."""
        ...


def scan(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words and unspaced runs of `text` (NFKC, case folded) in order, with whether it is such a run."""
    # Folding can undo the normal form (İ becomes i with a dot), hence once more; almost always there is nothing to do.
    for match in _TOKEN.finditer(normalize("NFKC", normalize("NFKC", text).casefold())):
        yield match[0], match.lastgroup is not None


def bigrams(run: str) -> list[str]:
    """Return the pairs of neighbouring characters of a run; a single character stands alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def splitter(analyzer: Any) -> Split:
    """Return what splits text into main and minor terms; of an analyzer that does not, all terms are main ones."""
    if isinstance(analyzer, SplittingAnalyzer):
        return analyzer.split
    return lambda text: Terms(list(analyzer.tokens(text)), [])
