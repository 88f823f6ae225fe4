"""The options of the annotators that label a message."""

from typing import Annotated, Literal

from pydantic import Field

from dialog_core.configuration import Options
from dialog_core.training import ServingOnly

# Above this, the parts of a message are believed to say different things. Of CLINC150's validation queries, which say
# one thing each, .9 % are then taken for several; of two of them joined by "and", 72 % for both.
SEVERAL_FROM = 0.8


class LabelOptions(Options):
    """What every annotator that labels a message can be told."""

    engine: Literal["light", "encoder"] = Field(
        default="light",
        description="What judges: `light`, a linear model over words and their pieces; `encoder`, a sentence encoder "
        "(which one, says its entry under `training:`).",
    )
    device: Annotated[Literal["auto", "cpu", "cuda"], ServingOnly] = Field(
        default="auto", description="Where the encoder engine computes; `auto`: on a GPU if there is one."
    )
    ranked: Annotated[int, ServingOnly] = Field(
        default=5, ge=1, le=1000, description="How many of the likeliest labels are told."
    )
    threshold: Annotated[float | None, ServingOnly] = Field(
        default=None,
        ge=0,
        le=1,
        description="From which probability on a message counts as out of scope; default: what training chose.",
    )
    several_from: Annotated[float, ServingOnly] = Field(
        default=SEVERAL_FROM,
        ge=0,
        le=1,
        description="How sure it must be of a part of a message to tell it as one of several labels.",
    )


class IntentsOptions(LabelOptions):
    """What the user wants: one intent of those it was trained with, several of them, or none."""

    several: Annotated[bool, ServingOnly] = Field(
        default=True, description='Whether a message may have several: "cancel it and give me the money back".'
    )


class ClassifierOptions(LabelOptions):
    """Any other labelled property of a message: its sentiment, its urgency, its topic."""

    several: Annotated[bool, ServingOnly] = Field(
        default=False, description="Whether a message may have several labels, one for each of its parts."
    )
