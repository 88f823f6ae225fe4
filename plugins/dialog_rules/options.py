"""Options of the components of this plugin."""

from os import PathLike
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from dialog_core.configuration import Duration, InputPath, Options


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str | PathLike) else value


InputPaths = Annotated[
    tuple[InputPath, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


class AnnotatorNames(Options):
    """Which annotators to believe."""

    intents: str = Field(default="intents", description="The annotator that says what a message is meant to do.")
    entities: str = Field(default="entities", description="The annotator that finds what a message names.")


class RulesOptions(AnnotatorNames):
    """Options of the policy `rules`."""

    path: Annotated[InputPaths, Field(min_length=1)] = Field(description="The file of rules, or a list of files.")
    candidates: int = Field(default=3, ge=1, le=20, description="How many rules to propose at most.")
    pattern_timeout: Duration = Field(
        default=0.05, gt=0, le=10, description="How long one regular expression may take over a message."
    )
