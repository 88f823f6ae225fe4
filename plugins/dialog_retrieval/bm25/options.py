"""The options of `bm25`."""

from typing import Any

from pydantic import Field

from dialog_core.configuration import Options
from dialog_retrieval.options import RetrievalOptions

BM25_K1 = 1.5  # within the 1.2 to 2 that Robertson & Zaragoza 2009, section 3.2, found good in most circumstances
# The same section recommends .5 to .8 for documents of running text. Here a document is a question, and how much of the
# question is left unsaid is judged by the score itself (`dialog_retrieval.bm25.index`). With .75 in addition, recall at
# 1 on reworded MedQuAD questions falls from .93 to .74.
BM25_B = 0.0


class FieldWeights(Options):
    """How much a word counts that does not stand in the phrasing being compared but elsewhere in its entry.

    A word of the phrasing itself counts 1. A weight is the frequency BM25 is given, so .7 brings .8 of the full score.
    """

    question: float = Field(default=0.7, ge=0, le=1, description="Words of the entry's other phrasings.")
    answer: float = Field(default=0.25, ge=0, le=1, description="Words of its answer.")
    tags: float = Field(default=0.25, ge=0, le=1, description="Words of its tags.")


class BM25Options(RetrievalOptions):
    """Answers from knowledge whose questions share words with the message."""

    analyzer: str | dict[str, Any] = Field(
        default="auto", description="What cuts text into terms: a registered name, or a mapping with `use` and options."
    )
    k1: float = Field(default=BM25_K1, ge=0, le=100, description="BM25: how soon repeating a word stops counting.")
    b: float = Field(default=BM25_B, ge=0, le=1, description="BM25: how much long texts are discounted.")
    fields: FieldWeights = Field(default=FieldWeights(), description="What words beside the phrasing's own count.")
