"""What may stand in a file of rules."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from dialog_core.configuration import Names, Options

Texts = Annotated[Names, Field(min_length=1)]


class VariantOptions(Options):
    """One way to say something."""

    text: str = Field(min_length=1, description="The words.")
    if_: str | None = Field(
        default=None,
        alias="if",
        description="A Jinja2 expression that must hold. A text whose condition holds goes before those without one.",
    )
    language: str | None = Field(
        default=None, description="The language it is in (a BCP 47 tag). A text in the right one goes before others."
    )


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float | dict) else value


Say = Annotated[
    tuple[str | VariantOptions, ...],
    BeforeValidator(_as_list),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object"},
                {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}, "minItems": 1},
            ]
        }
    ),
]


class RuleOptions(Options):
    """One rule: what it looks for, and what it says."""

    name: str = Field(min_length=1, description="Its name, unique in the file; traces and evidence show it.")
    when: Names = Field(default=(), description="Patterns, any of which is enough.")
    intent: Names = Field(
        default=(), description="Intents, any of which is enough as well, however it is put in words."
    )
    unless: Names = Field(default=(), description="Patterns that keep the rule from applying.")
    match: Literal["anywhere", "whole"] = Field(
        default="anywhere", description="Whether a pattern may be any part of the message or must be the whole."
    )
    entities: Names = Field(default=(), description="Entities that must have been found in the message, all of them.")
    last_action: Names = Field(
        default=(), description="Policies, rules or flows, one of which must have been the last to speak."
    )
    if_: str | None = Field(
        default=None,
        alias="if",
        description="A Jinja2 expression over `slots`, `user`, captured entities and annotations that must hold.",
    )
    priority: int = Field(
        default=0, ge=-1000, le=1000, description="Of the matching rules only those of the highest are proposed."
    )
    say: Annotated[Say, Field(min_length=1)] = Field(
        description="What to say. Of several texts one is picked, not the one said last."
    )
    set: dict[str, Any] = Field(default_factory=dict, description="Slots to set; null clears one.")
    learn: dict[str, Any] = Field(
        default_factory=dict, description="Facts about the user that the message tells; null forgets one."
    )
    consent: bool | None = Field(
        default=None,
        description="What the user says to facts being kept across conversations; `false` also forgets all.",
    )
    quick_replies: Names = Field(default=(), description="Texts the user may pick instead of typing.")


class RulesFileOptions(Options):
    """A file of rules."""

    entities: dict[str, str] = Field(
        default_factory=dict, description="Regular expressions of pieces that patterns may capture, by name."
    )
    rules: list[Any] = Field(min_length=1, description="The rules.")
