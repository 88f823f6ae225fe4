"""The options of the trainer `entities`. They stand beside `component` in the bot's `training:`."""

from pydantic import Field

from dialog_core.configuration import InputPath, InputPaths, Options
from dialog_core.training import Split, ValidationSplit


class EntityTrainingOptions(Options):
    """Trains what is marked in examples: `fly from [Berlin](city:from) to [NYC](city:to=New York)`."""

    data: InputPaths = Field(
        min_length=1,
        description="Examples with marked entities: the files intents are trained with, a list in YAML, lines of text, "
        "JSON lines with `text` and `entities`, or a data set in any known format; one file or several.",
    )
    split: Split = ()
    validation: InputPath | None = Field(
        default=None, description="More of them to measure on; default: parts of `data` are held out in turns."
    )
    validation_split: ValidationSplit = ()
    epochs: int = Field(default=15, ge=1, le=200, description="How often it goes through the examples.")
    models: int = Field(
        default=3, ge=1, le=20, description="How many models are averaged, each having seen them in another order."
    )
