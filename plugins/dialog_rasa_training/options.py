"""The options of the trainer of `stories`. They stand beside `component` in the bot's `training:`."""

from pydantic import Field

from dialog_core.configuration import Options


class StoriesTraining(Options):
    """Learns from the policy's own stories and rules what comes next where none of them says it."""

    regularisation: float = Field(
        default=10.0, gt=0, le=10_000, description="How closely the model follows the stories: C of the logistic model."
    )
    folds: int = Field(
        default=5,
        ge=2,
        le=50,
        description="Into how many parts the stories are dealt; each is predicted by a model of the others, to measure "
        "it and to find out how sure it may be.",
    )
