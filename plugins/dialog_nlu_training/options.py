"""The options of the trainers of `intents` and `classifier`. They stand beside `component` in the bot's `training:`."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialog_core.configuration import InputPath, Options


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


InputPaths = Annotated[tuple[InputPath, ...], BeforeValidator(_as_list)]


class LabelTraining(Options):
    """Examples, and how to learn from them."""

    data: InputPaths = Field(
        min_length=1,
        description="Examples with their labels: YAML, CSV (`text,intent`) or JSON lines; one file or several.",
    )
    validation: InputPath | None = Field(
        default=None,
        description="More of them, on which the outcome is calibrated and measured; default: a part of `data` is held "
        "out for that, and after it everything is learnt from.",
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
        default=1.0, gt=0, le=1000, description="How closely the light engine follows the examples (an SVM's C)."
    )
    contradictions: Literal["refuse", "drop"] = Field(
        default="refuse", description="What becomes of a text that stands under two labels, and so can never be right."
    )


class IntentsTraining(LabelTraining):
    """Trains what the user may want. Examples labelled `out_of_scope` are welcome, not needed."""

    out_of_scope: bool = Field(
        default=True, description="Whether it learns to tell messages that are none of the intents."
    )


class ClassifierTraining(LabelTraining):
    """Trains a property of messages."""

    out_of_scope: bool = Field(
        default=False, description="Whether it learns to tell messages that have none of the labels."
    )
