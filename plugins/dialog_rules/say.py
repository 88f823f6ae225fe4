"""What to say, in variants: texts with conditions and languages, of which one is picked."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dialog_rules.templates import Condition, Scope


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
class Variant:
    """One way to say something.

    Attributes:
        text: The words.
        condition: Where it may be said; None: everywhere.
        language: The language it is in (a BCP 47 tag); empty: of no matter.
    """

    text: Text
    condition: Condition | None = None
    language: str = ""

    def render(self, scope: Scope | None) -> str:
        """Return the words."""
        return self.text.render(scope)


def pick(variants: Sequence[Variant], scope: Scope | None, *, language: str, seed: str, last: str | None) -> str:
    """Return one of the texts that fit; empty if none does.

    Those whose condition holds go before those without one; of these, those in the language go before those in none,
    and only where there are neither is a text in another language better than silence. Of several, one is picked by
    the seed, but not the one said last.
    """
    fitting = variants if len(variants) == 1 and variants[0].condition is None else _fitting(variants, scope, language)
    if not fitting:
        return ""
    count = len(fitting)
    start = zlib.crc32(seed.encode()) % count if count > 1 else 0
    text = fitting[start].render(scope)
    return fitting[(start + 1) % count].render(scope) if count > 1 and text == last else text


def _fitting(variants: Sequence[Variant], scope: Scope | None, language: str) -> Sequence[Variant]:
    spoken = _in_language(variants, language)
    holding = [variant for variant in spoken if variant.condition is not None and _holds(variant.condition, scope)]
    return holding or [variant for variant in spoken if variant.condition is None]


def _in_language(variants: Sequence[Variant], language: str) -> Sequence[Variant]:
    """Return those in the language, and those in none beside them only where there is none in it."""
    if not any(variant.language for variant in variants):
        return variants
    wanted = language.casefold()
    primary = wanted.split("-")[0]
    for matches in (
        lambda tag: tag == wanted,
        lambda tag: tag.split("-")[0] == primary,
        lambda tag: not tag,
    ):
        found = [variant for variant in variants if matches(variant.language.casefold())]
        if found:
            return found
    return variants


def _holds(condition: Condition, scope: Scope | None) -> bool:
    return scope is not None and condition.holds(scope)
