"""The options of `faiss` and of the encoders."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from dialog_core.configuration import ModelSource, Options
from dialog_retrieval.options import RetrievalOptions

MODEL = "sentence-transformers/all-MiniLM-L6-v2"

HNSW_M = 32  # Malkov & Yashunin 2018, section 4.1: 5 to 48 are reasonable, more for many dimensions and high recall
HNSW_EF_CONSTRUCTION = 100  # the same section: where recall at building exceeds .95; measured at 600,000 vectors


Model = Annotated[Path | str, ModelSource(MODEL)]

Auto = Annotated[int, Field(ge=1)] | Literal["auto"]


class FaissOptions(RetrievalOptions):
    """Answers from knowledge whose questions mean what the message means."""

    encoder: str | dict[str, Any] = Field(
        default="lsa",
        description="What turns texts into vectors: a registered name, or a mapping with `use` and options.",
    )
    index: Literal["auto", "flat", "ivf", "hnsw"] = Field(
        default="auto",
        description="How vectors are searched: `flat` looks at all of them, `ivf` at the nearest groups, `hnsw` "
        "follows a graph. `auto`: `flat` up to 50,000 vectors, beyond that `hnsw`.",
    )
    recall: float = Field(
        default=0.95,
        gt=0,
        le=1,
        description="How many of the ten nearest vectors `ivf` and `hnsw` have to find: what they do for it is "
        "measured when the index is built.",
    )
    hnsw_m: int = Field(default=HNSW_M, ge=2, le=256, description="HNSW: how many neighbours a vector is linked to.")
    hnsw_ef_construction: int = Field(
        default=HNSW_EF_CONSTRUCTION, ge=8, le=2000, description="HNSW: how thoroughly they are looked for."
    )
    ef_search: Auto = Field(
        default="auto", description="HNSW: how many vectors a search keeps an eye on; `auto`: measured, see `recall`."
    )
    ivf_lists: Auto = Field(
        default="auto", description="IVF: how many groups; `auto`: four times the square root of the number of vectors."
    )
    nprobe: Auto = Field(
        default="auto", description="IVF: how many groups a search looks at; `auto`: measured, see `recall`."
    )


class LsaOptions(Options):
    """Latent semantic analysis of the bot's own knowledge: no model, no download."""

    analyzer: str | dict[str, Any] = Field(
        default="auto", description="What cuts text into terms: a registered name, or a mapping with `use` and options."
    )
    dimensions: Annotated[int, Field(ge=2, le=4096)] | Literal["auto"] = Field(
        default="auto", description="How long vectors are at most; `auto`: 512 up to 5,000 texts, beyond that 256."
    )
    letters: float = Field(
        default=0.5,
        ge=0,
        le=10,
        description="How much the letters of a word count beside the word itself, so that typing errors do not "
        "hide it.",
    )


class SentenceTransformersOptions(Options):
    """A model of sentence-transformers."""

    model: Model = Field(
        default=MODEL,
        description="A directory that holds the model, or the id of one on the Hugging Face hub, which is fetched "
        "once.",
    )
    question_prefix: str = Field(default="", description="What the model wants before a question: `query: `, say.")
    passage_prefix: str = Field(default="", description="What it wants before what is searched: `passage: `, say.")
    max_tokens: int = Field(default=256, ge=8, le=32768, description="How much of a text is looked at.")
    dimensions: int | None = Field(
        default=None,
        ge=2,
        description="To how many numbers vectors are cut; for models that were trained to bear it (Matryoshka). "
        "Default: they stay whole.",
    )
    batch_size: int = Field(default=64, ge=1, le=4096, description="How many texts are encoded together.")
    precision: Literal["float32", "bfloat16"] = Field(
        default="float32",
        description="How exactly it computes on a CPU. `bfloat16` comes to nearly the same vectors, on processors that "
        "have it two to three times as fast, on others more slowly.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where it computes; `auto`: on a GPU, in half precision, if there is one."
    )
