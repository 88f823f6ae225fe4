"""The options all policies have in common that let a language model answer."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import InputPath, Names, Options


class MemoryOptions(Options):
    """How long conversations are kept in mind."""

    recent_turns: int = Field(
        default=20, ge=1, description="How many turns are given to the model word for word, as far as they fit."
    )
    summary: bool = Field(
        default=False, description="Whether the model sums up what came before them; it is told that instead."
    )
    summary_tokens: int = Field(default=200, ge=20, description="How long the summary may be.")


class EntailmentOptions(Options):
    """A cross-encoder for natural language inference that judges whether evidence says what a reply says."""

    model: str = Field(description="The model: a folder, or its name on a hub.")
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="Where to run it.")


class GenerativeOptions(Options):
    """Lets a language model answer."""

    persona: str = Field(
        default="", description="Who the model is to be and what it is there for, in a sentence or two of the prompt."
    )
    prompt: InputPath | None = Field(
        default=None,
        description="A Jinja2 file with the blocks `system` and `question`; it may extend `default`.",
    )
    grounded_in: Names = Field(
        default=(), description="Policies of earlier tiers whose evidence the model answers from and cites."
    )
    evidence_limit: int = Field(default=4, ge=1, le=20, description="How many pieces of evidence it is given at most.")
    answer_ungrounded: bool = Field(
        default=True,
        description="Whether it may answer when there is no evidence and it has looked nothing up; otherwise it "
        "proposes nothing.",
    )
    entailment: EntailmentOptions | None = Field(
        default=None,
        description="A model that judges how well replies are grounded; default: by words shared with the evidence.",
    )
    tools: Names = Field(
        default=(),
        description="Registered actions the model may call. One that only looks things up runs at once; one that "
        "changes something runs when the reply has won.",
    )
    max_tool_steps: int = Field(default=4, ge=1, le=20, description="How many times it may call in one turn.")
    candidates: int = Field(
        default=1,
        ge=1,
        le=16,
        description="How many replies to propose for the ranker. Several are not shown piece by piece; while the model "
        "may call actions, it is one.",
    )
    memory: MemoryOptions = Field(default=MemoryOptions(), description="How long conversations are kept in mind.")
