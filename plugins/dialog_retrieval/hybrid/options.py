"""The options of `hybrid`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from dialog_core.configuration import Duration, Options, Parts
from dialog_retrieval.dense.options import Model
from dialog_retrieval.follow_ups.options import FollowUpOptions
from dialog_retrieval.options import RetrievalOptions

RRF_K = 60  # Cormack, Clarke & Büttcher 2009, section 3: found in a pilot study, and hardly critical
DEPTH = 20  # entries of each retriever that are fused; 50 take .2 ms more, and nDCG@10 on half of SciFact rises by .003

INHERITED = ("knowledge", "filters")
RETRIEVERS: tuple[Mapping[str, str], ...] = ({"use": "bm25"}, {"use": "faiss"})


class RerankOptions(Options):
    """A cross-encoder that reads the question together with each of the best entries, and puts them in order anew."""

    model: Model = Field(
        description="A cross-encoder of sentence-transformers: a directory, or a hub id such as "
        "`cross-encoder/ms-marco-MiniLM-L6-v2`."
    )
    top_k: int = Field(default=20, ge=1, le=200, description="How many entries it reads.")
    weight: float = Field(
        default=0.7, ge=0, le=1, description="How much its verdict counts; the rest is what the retrievers say."
    )
    budget: Duration = Field(
        default=1.0,
        gt=0,
        description="How long it may take in a turn. Entries it has not come to by then, or shortly before the turn's "
        "deadline, keep the order the retrievers gave them.",
    )
    max_tokens: int = Field(default=256, ge=8, description="Of a question and an entry together; the rest is not read.")
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where it computes; `auto`: on a GPU if there is one."
    )


class HybridOptions(RetrievalOptions):
    """Answers from knowledge that several retrievers search together."""

    retrievers: Annotated[tuple[str | dict[str, Any], ...], Parts("policy", inherit=INHERITED)] = Field(
        default=tuple(dict(part) for part in RETRIEVERS),
        min_length=1,
        description="What searches: policies that retrieve, each a registered name, or a mapping with `use` and "
        "options. They search the same knowledge with the same filters unless they say otherwise.",
    )
    fusion: Literal["auto", "rrf", "weighted"] = Field(
        default="auto",
        description="How results are put together: `rrf` by their ranks alone (reciprocal rank fusion), `weighted` by "
        "their scores and ranks. `auto`: `weighted`.",
    )
    weights: Mapping[str, Annotated[float, Field(ge=0)]] = Field(
        default={},
        description="How much each retriever counts, by its name; default: what training found, or 1. "
        "`NAME.rank` is for `weighted` how much its ranks count beside its scores.",
    )
    depth: int = Field(default=DEPTH, ge=1, le=1000, description="How many entries of each retriever are fused.")
    rerank: RerankOptions | None = Field(
        default=None, description="A cross-encoder that puts the best entries in order anew; default: none."
    )
    diversity: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="How much entries that say the same as better ones are put back: from 0, not at all, to 1. "
        "The best entry always stays the first.",
    )
    analyzer: str | dict[str, Any] = Field(
        default="auto", description="What cuts entries into terms, to tell which ones say the same (see `diversity`)."
    )
    follow_ups: bool | FollowUpOptions = Field(
        default=True,
        description="Whether questions that lean on what was said before (`And how much is it?`) are also searched for "
        "together with it: `true`, `false`, or a mapping that says how they are told.",
    )
