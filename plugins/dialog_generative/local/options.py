"""The options of the policy `transformers`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dialog_core.configuration import Duration, ModelSource, Options
from dialog_generative.options import GenerativeOptions

Model = Annotated[Path | str, ModelSource("Qwen/Qwen3-0.6B", bare=True)]
"""A folder, relative to the bot file, or a hub id."""


class Decoding(Options):
    """How tokens are chosen."""

    strategy: Literal["greedy", "sample", "beam", "diverse_beam"] = Field(
        default="greedy",
        description="The most likely token each time, by chance, or the most likely of several lines. Where more than "
        "one candidate is wanted, `greedy` takes the best lines of a beam search.",
    )
    max_tokens: int = Field(default=200, ge=1, description="How long a reply may be.")
    min_tokens: int = Field(default=0, ge=0, description="How long it has to be at least.")
    temperature: float = Field(default=0.7, gt=0, le=10, description="Of `sample`: how daring it is.")
    top_k: int = Field(default=0, ge=0, description="Of `sample`: only among so many tokens; 0: all.")
    top_p: float = Field(default=0.95, gt=0, le=1, description="Of `sample`: only among the most likely, up to this.")
    min_p: float = Field(
        default=0.0, ge=0, lt=1, description="Of `sample`: none less likely than this part of the top one."
    )
    beams: int = Field(default=4, ge=2, le=32, description="Of the beam strategies: how many lines.")
    beam_groups: int = Field(default=2, ge=2, le=16, description="Of `diverse_beam`: how many groups they form.")
    diversity_penalty: float = Field(default=0.5, gt=0, description="Of `diverse_beam`: how different groups are.")
    length_penalty: float = Field(default=1.0, description="Of the beam strategies: above 0 favours long replies.")
    repetition_penalty: float = Field(default=1.0, gt=0, description="Above 1 makes tokens it has used less likely.")
    no_repeat_ngram: int = Field(default=0, ge=0, description="No sequence of so many tokens twice; 0: any.")
    stop: tuple[str, ...] = Field(default=(), description="Texts a reply ends before.")

    @model_validator(mode="after")
    def _groups_divide_beams(self) -> "Decoding":
        if self.strategy == "diverse_beam" and self.beams % self.beam_groups:
            raise ValueError(f"`beams` ({self.beams}) has to be a multiple of `beam_groups` ({self.beam_groups})")
        return self


class CacheOptions(Options):
    """What is kept of conversations so that they need not be read again."""

    conversations: int = Field(default=32, ge=0, description="Of how many at most, the latest; 0: of none.")
    megabytes: int = Field(default=2048, ge=0, description="How much memory it may take together.")


class BatchOptions(Options):
    """How conversations that wait at the same time are answered together."""

    size: int = Field(default=8, ge=1, le=256, description="How many at most.")
    wait: Duration = Field(
        default=0.005,
        description="How long an encoder-decoder waits for more before beginning; others join at any time.",
    )


class TransformersOptions(GenerativeOptions):
    """Answers with a language model that runs here."""

    model: Model = Field(
        default="",
        description="A folder with a model of transformers, or the id of one on the Hugging Face hub, which is fetched "
        "once; or a folder with an adapter of PEFT. May be left out where the policy is trained from nothing.",
    )
    revision: str = Field(default="", description="Of a model on a hub: which revision; default: its latest.")
    trust_remote_code: bool = Field(default=False, description="Whether code that comes with the model may be run.")
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="Where to run it.")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        default="auto", description="In which precision; `auto`: float32 on a CPU, bfloat16 on a GPU that has it."
    )
    attention: Literal["auto", "sdpa", "eager", "flash_attention_2"] = Field(
        default="auto", description="Which implementation of attention."
    )
    compile: bool = Field(default=False, description="Whether to compile the model: slow to start, quicker on a GPU.")
    template: Literal["auto", "chat", "dialogpt", "plain"] = Field(
        default="auto",
        description="How a chat becomes text: `chat`: by the tokenizer's template; `dialogpt`: what was said, joined "
        "by ends of text, as DialoGPT was trained, which knows no instructions; `plain`: line by line with the "
        "speaker's name. `auto`: the first that the model is made for.",
    )
    context_tokens: int = Field(default=0, ge=0, description="How much the model reads; 0: as much as it can.")
    decoding: Decoding = Field(default=Decoding(), description="How tokens are chosen.")
    cache: CacheOptions = Field(default=CacheOptions(), description="What is kept so as not to read it again.")
    batch: BatchOptions = Field(default=BatchOptions(), description="How conversations are answered together.")
