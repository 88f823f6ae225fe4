"""The options of the trainer of `transformers`. They stand beside `component` in `training:`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from dialog_core.configuration import InputPath, ModelSource, Names, Options
from dialog_core.training import SpeedOnly, Split, ValidationSplit

Method = Literal["scratch", "continue", "full", "lora", "dpo", "seq2seq"]


class DataSource(Options):
    """Something to learn from."""

    path: InputPath = Field(description="A file or folder.")
    use: str = Field(default="", description="The reader; default: chosen by the file's ending, or by what is in it.")
    options: Mapping[str, Any] = Field(default={}, description="Options of the reader.")


def _as_sources(value: Any) -> Any:
    single = value if isinstance(value, list | tuple) else (value,)
    return tuple({"path": one} if isinstance(one, str) else one for one in single)


Base = Annotated[Path | str, ModelSource("Qwen/Qwen3-0.6B", bare=True)]
DataSources = Annotated[tuple[DataSource, ...], BeforeValidator(_as_sources)]


class LoraOptions(Options):
    """Small matrices beside the weights learn, and the weights stay (Hu et al. 2021)."""

    rank: int = Field(default=16, ge=1, le=1024, description="How large they are.")
    alpha: float = Field(default=32, gt=0, description="How much they count.")
    dropout: float = Field(default=0.05, ge=0, lt=1, description="How much of them is left out at random.")
    targets: Names = Field(default=("all-linear",), description="Beside which layers they stand.")
    merge: bool = Field(default=False, description="Whether they are added to the weights in the end.")


_Rate = Annotated[float, Field(gt=0, le=1)]
_BatchSize = Annotated[int, Field(ge=1, le=65_536)]


def _rising(rates: tuple[float, float]) -> tuple[float, float]:
    if rates[0] >= rates[1]:
        raise ValueError("the first rate has to be below the second")
    return rates


class SearchOptions(Options):
    """Tries settings and takes the best, as the loss on held-out dialogues tells (Optuna)."""

    trials: int = Field(default=10, ge=1, le=1000, description="How many.")
    learning_rate: Annotated[tuple[_Rate, _Rate], AfterValidator(_rising)] | None = Field(
        default=(1e-5, 1e-3), description="Between which rates."
    )
    batch_size: tuple[_BatchSize, ...] = Field(default=(), description="Among which batch sizes; default: as it is.")
    steps: int = Field(default=200, ge=1, description="How many steps each trial takes.")


class LanguageModelTraining(Options):
    """Trains a language model."""

    method: Method = Field(
        description="`scratch`: a small model from nothing. `continue`: go on with plain text of the domain. `full`: "
        "all weights learn from dialogues. `lora`: only small matrices beside them. `dpo`: from which of two replies "
        "people preferred. `seq2seq`: encoder-decoders, from dialogues.",
    )
    data: DataSources = Field(
        default=(),
        description="Dialogues, knowledge or plain text; of `dpo` pairs of replies, or ratings: a path, or a mapping "
        "with `path`, `use` and `options`, or several; dialogues and knowledge in any known format.",
    )
    split: Split = ()
    validation: DataSources = Field(
        default=(), description="The same to measure on; default: a part of the dialogues is held out for that."
    )
    validation_split: ValidationSplit = ()
    held_out: float = Field(default=0.1, gt=0, lt=1, description="How large that part is.")
    logs: InputPath | None = Field(
        default=None,
        description="Of `dpo`: a database of conversations, as the store `sqlite` keeps them, with feedback and edits.",
    )
    size: Literal["nano", "tiny", "small", "base", "gpt2"] = Field(
        default="tiny", description="Of `scratch`: how large the model is."
    )
    vocabulary: int = Field(default=8192, ge=300, le=200_000, description="Of `scratch`: how many tokens it knows.")
    base: Base = Field(
        default="", description="The model to begin with, a folder or its name on a hub; default: the policy's own."
    )
    loss_on: Literal["replies", "everything"] | None = Field(
        default=None,
        description="What is learnt of a dialogue; default: `everything` with `scratch` and `continue`, otherwise "
        "`replies`.",
    )
    epochs: float = Field(default=3.0, gt=0, le=10_000, description="How often everything is looked at.")
    steps: int = Field(default=0, ge=0, description="How many steps instead; 0: as `epochs` says.")
    learning_rate: float | None = Field(
        default=None, gt=0, le=1, description="The highest learning rate; default: what the method usually takes."
    )
    batch_size: int = Field(default=8, ge=1, le=65_536, description="How many examples are looked at together.")
    accumulation: int = Field(default=1, ge=1, description="How many batches make a step.")
    max_length: int = Field(default=512, ge=16, description="How many tokens an example has at most.")
    packing: bool = Field(default=False, description="Whether short examples share a row, kept apart from each other.")
    warmup: float = Field(default=0.05, ge=0, lt=1, description="The part of all steps in which the rate rises.")
    weight_decay: float = Field(default=0.01, ge=0, le=1, description="How weights are kept small.")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        default="auto", description="`auto`: bfloat16 where the GPU has it, float32 on a CPU."
    )
    gradient_checkpointing: bool = Field(default=False, description="Whether to save memory by computing things twice.")
    evaluate_every: int = Field(default=0, ge=0, description="After how many steps to measure; 0: ten times in all.")
    patience: int = Field(
        default=3, ge=0, description="After how many measurements without progress to stop; 0: never."
    )
    lora: LoraOptions = Field(default=LoraOptions(), description="Of `lora`, and of `dpo` where `adapter` is true.")
    adapter: bool = Field(default=False, description="Of `dpo` and `continue`: whether only LoRA matrices learn.")
    beta: float = Field(default=0.1, gt=0, description="Of `dpo`: how close it stays to where it began.")
    search: SearchOptions | None = Field(default=None, description="Settings to be found by trying.")
    report_to: Annotated[Names, SpeedOnly] = Field(
        default=("tensorboard",), description="Where curves are reported: `tensorboard`, `wandb`, ...; none: `[]`."
    )
    license: str = Field(default="", description="Of the data, for the model card.")
    device: Annotated[Literal["auto", "cpu", "cuda"], SpeedOnly] = Field(
        default="auto", description="Where it is trained; `auto`: on a GPU if there is one."
    )
