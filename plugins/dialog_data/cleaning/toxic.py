"""The step `toxic`: texts with words that no bot should learn go."""

import re
from pathlib import Path
from unicodedata import normalize

from dialog_core import Component, Context
from dialog_core.datasets import DataItem
from dialog_core.interfaces import Removed
from dialog_data.cleaning.options import ToxicOptions
from dialog_data.cleaning.toxic_words import CHINESE, CHINESE_HARMLESS, ENGLISH
from dialog_data.cleaning.turns import without
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems

_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


class ToxicCleaner(Component[ToxicOptions]):
    """Removes texts with words of a list: whole words, so that nobody is from Scunthorpe in vain.

    Chinese has no spaces between words: there a word counts wherever it stands, but for compounds known as harmless.
    """

    def __init__(self, options: ToxicOptions, context: Context) -> None:
        super().__init__(options, context)
        words = [*ENGLISH, *CHINESE] if options.builtin else []
        for path in options.words:
            context.files.add(path)
            words += _words(path)
        self._pattern = _pattern(words)

    def clean(self, item: DataItem) -> DataItem | Removed:
        """Return the item, without such turns, or why it goes."""
        return without(item, self._wrong, removes=self.options.removes, roles=self.options.roles)

    def _wrong(self, text: str) -> Removed | None:
        if self._pattern is None:
            return None
        text = text.casefold() if text.isascii() else normalize("NFKC", text).casefold()
        for match in self._pattern.finditer(text):
            if match.lastgroup != "harmless":
                return Removed("a word of the list", match[0])
        return None


def _words(path: Path) -> list[str]:
    problems = FileProblems(path)
    lines = [" ".join(normalize("NFKC", line).casefold().split()) for _, line in read_lines(problems)]
    problems.finish()
    return [line for line in lines if line and not line.startswith("#")]


def _pattern(words: list[str]) -> re.Pattern[str] | None:
    """Return one expression for all words, longest first; spaces in a phrase stand for any run of spaces."""
    spaced = {word for word in words if not _HAN.search(word)}
    unspaced = set(words) - spaced
    parts = []
    if unspaced:
        parts += [f"(?P<harmless>{_any(set(CHINESE_HARMLESS) - unspaced)})", _any(unspaced)]
    if spaced:
        parts.append(rf"(?<![\w-])(?:{_any(spaced)})(?![\w-])")
    return re.compile("|".join(parts)) if parts else None


def _any(words: set[str]) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in ordered)
