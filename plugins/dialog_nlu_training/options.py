"""The options of the trainers of `intents` and `classifier`. They stand beside `component` in the bot's `training:`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from dialog_core.configuration import InputPath, InputPaths, ModelSource, Options
from dialog_core.training import OnlyIfSet, SpeedOnly, Split, ValidationSplit

ENCODER = "sentence-transformers/all-MiniLM-L6-v2"


EncoderSource = Annotated[Path | str, ModelSource(ENCODER, bare=True)]


class LabelTraining(Options):
    """Examples, and how to learn from them."""

    data: InputPaths = Field(
        min_length=1,
        description="Examples with their labels: YAML, CSV (`text,intent`), JSON lines, or a data set in any known "
        "format; one file or several.",
    )
    split: Split = ()
    validation: InputPath | None = Field(
        default=None,
        description="More of them, on which the outcome is calibrated and measured; default: a part of `data` is held "
        "out for that, and after it everything is learnt from.",
    )
    validation_split: ValidationSplit = ()
    label_level: Annotated[Literal["whole", "first", "rest"], OnlyIfSet] = Field(
        default="whole",
        description="Which part of labels such as `faq/opening_hours` is learnt: all of it, what stands before the "
        "slash (labels without one are learnt too), or what stands behind it (of labels with one alone; if the "
        "annotator is called like what stands before it in some of them, of those alone).",
    )
    held_out: float = Field(
        default=0.2, gt=0, lt=1, description="How large that part is. Small data is held out in turns, part by part."
    )
    out_of_scope_share: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="How many of the messages are expected to be out of scope. The more, the more readily it says so.",
    )
    regularisation: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="How closely the model follows the examples: C, of the light engine's SVM; of the "
        "linear head on a frozen encoder in tens.",
    )
    encoder: EncoderSource = Field(
        default=ENCODER,
        description="Which sentence encoder the encoder engine takes: a directory, or a hub id. What is trained holds "
        "a copy of it.",
    )
    head: Literal["linear", "nearest"] = Field(
        default="linear",
        description="What judges the encoder's vectors: a linear model, or the nearest examples of each label.",
    )
    fine_tune: bool = Field(
        default=False,
        description="Whether the encoder learns too. That takes minutes instead of seconds, and does better.",
    )
    epochs: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Fine-tuning: how often each example is looked at; default: 6 times, 3 times if there are 2,000.",
    )
    learning_rate: float | None = Field(
        default=None, gt=0, le=1, description="Fine-tuning: the highest learning rate; default: 5e-5 or 1e-4, likewise."
    )
    models: int = Field(
        default=1,
        ge=1,
        le=20,
        description="Fine-tuning: of how many models, each from another seed, the mean is taken. It takes so many "
        "times as long and does a little better; serving costs the same.",
    )
    batch_size: int = Field(default=32, ge=2, le=4096, description="Fine-tuning: how many examples are compared.")
    device: Annotated[Literal["auto", "cpu", "cuda"], SpeedOnly] = Field(
        default="auto", description="Where the encoder engine is trained; `auto`: on a GPU if there is one."
    )
    contradictions: Literal["refuse", "drop"] = Field(
        default="refuse", description="What becomes of a text that stands under two labels, and so can never be right."
    )
    fewest: Annotated[int, OnlyIfSet] = Field(
        default=2,
        ge=1,
        description="How many examples a label must have. With 1, labels that have a single one are learnt too; how "
        "well they are understood cannot be measured.",
    )


class IntentsTraining(LabelTraining):
    """Trains what the user may want. Examples labelled `out_of_scope` are welcome, not needed."""

    out_of_scope: bool = Field(
        default=True, description="Whether it learns to tell messages that are none of the intents."
    )
    everyday: Annotated[bool, OnlyIfSet] = Field(
        default=False,
        description="Whether fifty everyday remarks (`what is the weather like`, `thank you`) are learnt as out of "
        "scope too, but for those that have a word of the examples. Small bots answer less that they are not for then, "
        "and refuse less that they are for. In English and Chinese.",
    )


class ClassifierTraining(LabelTraining):
    """Trains a property of messages."""

    out_of_scope: bool = Field(
        default=False, description="Whether it learns to tell messages that have none of the labels."
    )
