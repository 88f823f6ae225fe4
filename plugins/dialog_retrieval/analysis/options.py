"""The options of the analyzers."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import Options


class AutoAnalyzerOptions(Options):
    """Chooses the analyzer by language."""

    language: str = Field(default="", description="A BCP 47 tag such as `de`; empty: the bot's language.")


class EnglishAnalyzerOptions(Options):
    """English words, stemmed."""


class ChineseAnalyzerOptions(Options):
    """Chinese without spaces."""

    segmenter: Literal["bigrams", "jieba"] = Field(
        default="bigrams", description="Pairs of characters, or the words the package jieba finds."
    )
