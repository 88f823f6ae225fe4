"""The options of `bm25`."""

from typing import Any, Literal

from pydantic import Field

from dialog_core.configuration import Options
from dialog_retrieval.options import RetrievalOptions

BM25_K1 = 1.5  # within the 1.2 to 2 that Robertson & Zaragoza 2009, section 3.2, found good in most circumstances
BM25_DELTA = 1.0  # Lv & Zhai 2011, section 4.3
# Robertson & Zaragoza recommend a b of .5 to .8 for documents of running text; .75 is what nearly everybody takes, and
# with it SciFact's claims find their abstracts best. Where a document is a question, how much of it is left unsaid is
# judged by the score itself (`dialog_retrieval.bm25.index`). With .75 in addition, recall at 1 on reworded MedQuAD
# questions falls from .93 to .74.
PASSAGE_B = 0.75
QUESTION_B = 0.0


class FieldWeights(Options):
    """How much a word counts by where it stands.

    For entries with questions: a word of the phrasing being compared counts 1, and these are the frequencies BM25 is
    given for a word that stands elsewhere in the entry, so .7 brings .8 of the full score. For passages: how often a
    word counts each time it stands there.
    """

    question: float | None = Field(
        default=None,
        ge=0,
        le=10,
        description="Words of the entry's other phrasings; words of a passage's headings. Default: .7, for passages 1.",
    )
    answer: float | None = Field(
        default=None,
        ge=0,
        le=10,
        description="Words of its answer; words of a passage's text. Default: .25, for passages 1.",
    )
    tags: float | None = Field(
        default=None, ge=0, le=10, description="Words of its tags. Default: .25, for passages 1."
    )


class BM25Options(RetrievalOptions):
    """Answers from knowledge whose questions, or whose passages, share words with the message."""

    analyzer: str | dict[str, Any] = Field(
        default="auto", description="What cuts text into terms: a registered name, or a mapping with `use` and options."
    )
    engine: Literal["auto", "rank-bm25", "bm25s"] = Field(
        default="auto",
        description="What counts and adds up: `rank-bm25` is quick with thousands of entries, `bm25s` with a million. "
        "Both find the same, in memory and on the disk. `auto` takes `bm25s`, where it is installed, from 20,000 "
        "questions or passages on.",
    )
    variant: Literal["lucene", "bm25+"] = Field(
        default="lucene",
        description="Which BM25: with Lucene's inverse document frequency; or BM25+ with its own, where a word that is "
        "there at all counts for something even in a long text.",
    )
    k1: float = Field(default=BM25_K1, ge=0, le=100, description="BM25: how soon repeating a word stops counting.")
    b: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="BM25: how much long texts are discounted. Default: not at all, for passages .75.",
    )
    delta: float = Field(
        default=BM25_DELTA, ge=0, le=10, description="BM25+: how much a word counts for being there, beside how often."
    )
    fields: FieldWeights = Field(default=FieldWeights(), description="How much words count by where they stand.")
