"""The analyzer that chooses another one by language."""

from collections.abc import Sequence

import Stemmer

from dialog_core import Context
from dialog_retrieval.analysis.chinese import ChineseAnalyzer
from dialog_retrieval.analysis.english import EnglishAnalyzer
from dialog_retrieval.analysis.options import AutoAnalyzerOptions, ChineseAnalyzerOptions, EnglishAnalyzerOptions
from dialog_retrieval.analysis.terms import SplittingAnalyzer, Terms
from dialog_retrieval.analysis.words import WordAnalyzer

_CHINESE = frozenset({"cmn", "yue", "zh"})
_ALIASES = {"nb": "no", "nn": "no"}  # Snowball knows one Norwegian


class AutoAnalyzer:
    """Chinese for `zh`, English for `en`; else Snowball stems where there is an algorithm, or plain words."""

    def __init__(self, options: AutoAnalyzerOptions, context: Context) -> None:
        self._chosen = _for_language(options.language or context.language, context)

    def tokens(self, text: str) -> Sequence[str]:
        """Return the terms of `text` in order."""
        return self._chosen.tokens(text)

    def split(self, text: str) -> Terms:
        """Return the main and the minor terms of `text`."""
        return self._chosen.split(text)


def _for_language(language: str, context: Context) -> SplittingAnalyzer:
    primary = language.partition("-")[0].casefold()
    if primary in _CHINESE:
        return ChineseAnalyzer(ChineseAnalyzerOptions(), context)
    if primary == "en":
        return EnglishAnalyzer(EnglishAnalyzerOptions(), context)
    return WordAnalyzer(_stemmer(_ALIASES.get(primary, primary)))


def _stemmer(code: str) -> str:
    try:
        Stemmer.Stemmer(code)
    except KeyError:  # no algorithm for this language
        return ""
    return code
