"""Slots of flows: what kind of value each holds, and where in a message it may stand."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dialog_rules.flow_numbers import number_of
from dialog_rules.pattern_reader import Entity
from dialog_rules.patterns import Pattern
from dialog_rules.say import PlainText, Variant

if TYPE_CHECKING:
    from dialog_rules.templates import Condition


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things a user can choose.

    Attributes:
        value: What the slot is set to.
        label: What the user sees.
        when: Patterns of other ways to say it.
        ways: Other ways to say it, word for word.
    """

    value: str
    label: tuple[Variant, ...]
    when: tuple[Pattern, ...] = ()
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A slot.

    Attributes:
        name: Its name.
        type: What kind of value it holds: text, integer, number, boolean, date, email, choice, entity or any.
        entities: What annotators, or the file's `entities:`, call such a value.
        role: The part the entity must play, where that is said.
        forms: Regular expressions of values.
        patterned: Whether a text must have one of these forms.
        options: What can be chosen.
        offer: What makes the options, where they are known only in the conversation.
        convert: What a value is turned into before it is stored.
        keep: Whether a flow takes the value that is there when it begins.
    """

    name: str
    type: str = "text"
    entities: tuple[str, ...] = ()
    role: str = ""
    forms: tuple[Entity, ...] = ()
    patterned: bool = False
    options: tuple[Option, ...] = ()
    offer: Condition | None = None
    convert: Condition | None = None
    keep: bool = False

    @property
    def is_free(self) -> bool:
        """Whether any words at all may be a value."""
        return self.type in ("text", "any") and not self.patterned

    def coerced(self, value: Any) -> Any:
        """Return a value as this slot holds it; None clears.

        Raises:
            ValueError: It is of another kind.
        """
        if value is None:
            return None
        try:
            return _coerced(self, value)
        except (TypeError, ValueError, OverflowError) as error:
            shown = repr(value)[:60]
            raise ValueError(f"the slot {self.name!r} ({self.type}) cannot hold {shown}") from error


def _coerced(slot: Slot, value: Any) -> Any:
    kind = slot.type
    if kind == "any":
        json.dumps(value, allow_nan=False)
        return value
    if kind == "boolean":
        if isinstance(value, str) and value.strip().casefold() in ("true", "false"):
            return value.strip().casefold() == "true"
        if not isinstance(value, bool):
            raise TypeError
        return value
    if isinstance(value, bool):
        raise TypeError
    if kind in ("number", "integer"):
        return _number(value, kind == "integer")
    if isinstance(value, int | float) and kind != "date":
        value = str(value)
    if kind == "entity":
        json.dumps(value, allow_nan=False)
        return value
    if not isinstance(value, str):
        raise TypeError
    if kind == "date":
        return date.fromisoformat(value[:10]).isoformat()
    if kind == "choice" and slot.options and value not in [option.value for option in slot.options]:
        raise ValueError
    return value.strip()


def _number(value: Any, whole: bool) -> int | float:
    if isinstance(value, str):
        value = number_of(value)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    if isinstance(value, float) and (whole or value.is_integer()):
        if not value.is_integer():
            raise ValueError
        return int(value)
    return value


def options_from(value: Any) -> tuple[Option, ...]:
    """Return what can be chosen according to a value: a list of labels, or a label for each value.

    In the place of a label may stand a list of it and of other ways to say it.
    """
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, list | tuple):
        pairs = [(label, label) for label in value]
    else:
        return ()
    made: dict[str, Option] = {}
    for key, label in pairs:
        ways = [str(one).strip() for one in (label if isinstance(label, list | tuple) else (label,))]
        if ways and ways[0]:
            made.setdefault(str(key), Option(str(key), (Variant(PlainText(ways[0])),), ways=tuple(ways[1:])))
    return tuple(made.values())
