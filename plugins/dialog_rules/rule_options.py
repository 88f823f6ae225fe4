"""What may stand in a file of rules."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dialog_core.configuration import Names, Options

Texts = Annotated[Names, Field(min_length=1)]


class RuleOptions(Options):
    """One rule: what it looks for, and what it says."""

    name: str = Field(min_length=1, description="Its name, unique in the file; traces and evidence show it.")
    when: Texts = Field(description="Patterns, any of which is enough.")
    unless: Names = Field(default=(), description="Patterns that keep the rule from applying.")
    match: Literal["anywhere", "whole"] = Field(
        default="anywhere", description="Whether a pattern may be any part of the message or must be the whole."
    )
    if_: str | None = Field(
        default=None, alias="if", description="A Jinja2 expression over `slots` and captured entities that must hold."
    )
    priority: int = Field(
        default=0, ge=-1000, le=1000, description="Of the matching rules only those of the highest are proposed."
    )
    say: Texts = Field(description="What to say. Of several texts one is picked, not the one said last.")
    set: dict[str, Any] = Field(default_factory=dict, description="Slots to set; null clears one.")
    quick_replies: Names = Field(default=(), description="Texts the user may pick instead of typing.")


class RulesFileOptions(Options):
    """A file of rules."""

    entities: dict[str, str] = Field(
        default_factory=dict, description="Regular expressions of pieces that patterns may capture, by name."
    )
    rules: list[Any] = Field(min_length=1, description="The rules.")
