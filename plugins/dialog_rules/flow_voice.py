"""What a flow says and what its conditions and values come to, in one turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialog_rules.facts import Facts
from dialog_rules.flow import Ask, FlowBook
from dialog_rules.flow_slot import Slot, options_from
from dialog_rules.say import Text, Variant, pick
from dialog_rules.templates import Condition, Scope, Template, TemplateFailure

EXTRAS = ("value", "result", "error", "task", "other", "slot")

Warn = Callable[[object, str], None]


class Voice:
    """Renders texts, conditions and values in the language of the turn. What fails is left out, and reported once."""

    def __init__(self, book: FlowBook, facts: Facts, slots: dict[str, Any], warn: Warn) -> None:
        self._book = book
        self._facts = facts
        self._warn = warn
        self._scope = Scope(slots, {}, EXTRAS, facts.names())

    @property
    def language(self) -> str:
        """The language of the turn."""
        return self._facts.turn.language

    def slot_of(self, ask: Ask) -> Slot:
        """Return the slot of a question with what can be chosen at this point of the conversation."""
        slot = ask.slot
        return slot if slot.offer is None else replace(slot, options=options_from(self.native(slot.offer)))

    def question_of(self, ask: Ask) -> tuple[str, tuple[str, ...]]:
        """Return a question with the answers to offer."""
        text = self.pick(ask.ask, f"ask {ask.id}")
        if not text:
            text = self.message("ask", slot=ask.slot.name.replace("_", " "))
        offers = [self.render(reply) for reply in ask.quick_replies]
        if not offers:
            offers = [self.pick(option.label, option.value) for option in self.slot_of(ask).options]
        if not offers and ask.slot.type == "boolean":
            offers = [self.message("yes"), self.message("no")]
        return text, tuple(offer for offer in offers if offer)

    def message(self, name: str, **extras: Any) -> str:
        """Return one of the messages that no step has."""
        self._scope.values.update(extras)
        return self.pick(self._book.messages[name], name)

    def pick(self, variants: Sequence[Variant], name: str) -> str:
        """Return one of several texts; empty if none can be said."""
        turn = self._facts.turn
        said = turn.conversation.last_bot_message
        last = said.text if said is not None else None
        try:
            return pick(variants, self._scope, language=turn.language, seed=f"{turn.seed}/{name}", last=last)
        except TemplateFailure as error:
            self._warn(variants, f"a text is left out: {error}")
            return ""

    def render(self, text: Text) -> str:
        """Return a text; empty if it cannot be made."""
        try:
            return text.render(self._scope)
        except TemplateFailure as error:
            self._warn(text, f"a text is left out: {error}")
            return ""

    def extras(self, **extras: Any) -> None:
        """Say what `value`, `result` and `error` stand for from here on."""
        self._scope.values.update(extras)

    def know(self, facts: Mapping[str, Any], *, consent: bool | None) -> None:
        """Say what is known about the user from here on."""
        self._scope.know(facts, consent=consent)

    def holds(self, condition: Condition) -> bool:
        """Say whether a condition holds; one that fails does not."""
        try:
            return condition.holds(self._scope)
        except TemplateFailure as error:
            self._warn(condition, f"a condition is taken as false: {error}")
            return False

    def native(self, value: Any) -> Any:
        """Return what a value with templates in it comes to; None where one fails."""
        try:
            return self.strict(value)
        except TemplateFailure as error:
            self._warn(id(value), f"a value is left empty: {error}")
            return None

    def strict(self, value: Any) -> Any:
        """Return what a value with templates in it comes to.

        Raises:
            TemplateFailure: One of them fails.
        """
        if isinstance(value, dict):
            return {key: self.strict(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.strict(inner) for inner in value]
        if isinstance(value, Condition):
            return value.value(self._scope)
        return value.render(self._scope) if isinstance(value, Template) else value
