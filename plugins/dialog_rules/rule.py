"""A rule, ready to be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dialog_rules.patterns import Patterns

if TYPE_CHECKING:
    from dialog_rules.templates import Condition, Scope

JsonValue = Any


class Text(Protocol):
    """Something to say."""

    def render(self, scope: Scope | None) -> str:
        """Return the words; `scope` is what templates can use, None for a rule that has none."""
        ...


@dataclass(frozen=True, slots=True)
class PlainText:
    """Words that are always the same."""

    text: str

    def render(self, scope: Scope | None) -> str:
        """Return the words."""
        return self.text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a file.

    Attributes:
        name: Its name, unique within the file.
        file: The name of its file.
        line: Its line there.
        patterns: What it looks for.
        say: What it says: one of these.
        slots: What it sets; a value may hold a `Text` wherever a string can be. None clears.
        quick_replies: What to offer.
        condition: Applies only where this is true.
        priority: Of the rules that match, only those of the highest priority are proposed.
        names: The entities its patterns may capture; None if nothing in it is a template.
    """

    name: str
    file: str
    line: int
    patterns: Patterns
    say: tuple[Text, ...]
    slots: Mapping[str, JsonValue]
    quick_replies: tuple[Text, ...]
    condition: Condition | None
    priority: int
    names: frozenset[str] | None

    @property
    def source(self) -> str:
        """Where it is written, as in `rules.yaml:12`."""
        return f"{self.file}:{self.line}"
