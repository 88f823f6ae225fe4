"""A rule, ready to be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialog_core import JsonValue
from dialog_rules.patterns import Patterns
from dialog_rules.say import Text, Variant
from dialog_rules.triggers import Trigger

if TYPE_CHECKING:
    from dialog_rules.templates import Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a file.

    Attributes:
        name: Its name, unique within the file.
        file: The name of its file.
        line: Its line there.
        trigger: What it looks for.
        say: What it says: one of these.
        slots: What it sets; a value may hold a `Text` wherever a string can be. None clears.
        learn: The facts about the user it tells, likewise.
        consent: What the user says to facts being kept; None: nothing.
        quick_replies: What to offer.
        condition: Applies only where this is true.
        priority: Of the rules that match, only those of the highest priority are proposed.
        names: The entities its patterns may capture; None if nothing in it is a template.
    """

    name: str
    file: str
    line: int
    trigger: Trigger
    say: tuple[Variant, ...]
    slots: Mapping[str, JsonValue]
    learn: Mapping[str, JsonValue]
    consent: bool | None
    quick_replies: tuple[Text, ...]
    condition: Condition | None
    priority: int
    names: frozenset[str] | None

    @property
    def patterns(self) -> Patterns:
        """The patterns it looks for."""
        return self.trigger.patterns

    @property
    def source(self) -> str:
        """Where it is written, as in `rules.yaml:12`."""
        return f"{self.file}:{self.line}"
