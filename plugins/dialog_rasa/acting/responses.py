"""What a response says: which of its variations, with what its templates stand for."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import Dialogue, Variation

if TYPE_CHECKING:
    from jinja2 import Template

Said = dict[str, Any]
"""A message of the bot: `{"response", "text", "buttons": [{"title", "payload"}], "image", "attachment", "custom"}`.

What else a channel may know stands in it too: `elements`, `button_type`, `metadata`."""

AS_IT_IS: Final = ("elements", "button_type")
"""What a channel that knows it is handed as it was written."""
_SLOT = re.compile(r"\{\{\s*slots\.(\w+)\s*\}\}")
_TEMPLATE: Final = re.compile(r"\{\{|\{%|\{#")


class TemplateError(Exception):
    """A text cannot be made; the message says which and why."""


class Responses:
    """The responses of a bot, on one channel."""

    def __init__(self, dialogue: Dialogue, channel: str = "") -> None:
        self._responses = dialogue.responses
        self._channel = channel
        self._templates = [text for text in _all_texts(dialogue) if _is_template(text)]
        self._compiled: dict[str, Template] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._responses

    def __iter__(self) -> Iterator[str]:
        return iter(self._responses)

    def warm(self) -> None:
        """Compile every template that is more than the name of a slot."""
        for text in self._templates:
            self._template(text)

    @property
    def slow(self) -> bool:
        """Whether there are templates that are more than the name of a slot."""
        return bool(self._templates)

    def say(self, name: str, values: Mapping[str, JsonValue], seed: int) -> Said | None:
        """Return what a response says; None: there is none of this name, or none of its variations is for now.

        Args:
            name: Its name.
            values: The slots.
            seed: For the choice among several; the same gives the same.

        Raises:
            TemplateError: Its text cannot be made.
        """
        fitting = self._fitting(self._responses.get(name, ()), values)
        if not fitting:
            return None
        chosen = fitting[zlib.crc32(f"{seed}/{name}".encode()) % len(fitting)]
        return self._said(name, chosen, values)

    def _fitting(self, variations: Sequence[Variation], slots: Mapping[str, JsonValue]) -> list[Variation]:
        """Return the variations to choose from: those for this channel and for these slots before the others."""
        best: tuple[int, list[Variation]] = (-1, [])
        for one in variations:
            if one.channel and one.channel != self._channel:
                continue
            if not all(_is(slots.get(slot), value) for slot, value in one.conditions):
                continue
            rank = 2 * bool(one.channel) + bool(one.conditions)
            if rank > best[0]:
                best = (rank, [one])
            elif rank == best[0]:
                best[1].append(one)
        return best[1]

    def _said(self, name: str, one: Variation, values: Mapping[str, JsonValue]) -> Said:
        said: Said = {"response": name}
        if one.text:
            said["text"] = self._filled(one.text, values)
        if one.buttons:
            said["buttons"] = [
                {"title": self._filled(button.title, values), "payload": self._filled(button.payload, values)}
                for button in one.buttons
            ]
        if one.image:
            said["image"] = self._filled(one.image, values)
        for key, value in (("attachment", one.attachment), ("custom", one.custom)):
            if value not in (None, "", [], {}):
                said[key] = self._filled_in(value, values)
        kept = dict(one.metadata)
        for key in AS_IT_IS:
            if kept.get(key):
                said[key] = self._filled_in(kept.pop(key), values)
        if kept:
            said["metadata"] = self._filled_in(kept, values)
        return said

    def _filled_in(self, value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
        if isinstance(value, str):
            return self._filled(value, values)
        if isinstance(value, Mapping):
            return {key: self._filled_in(one, values) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled_in(one, values) for one in value]
        return value

    def _filled(self, text: str, values: Mapping[str, JsonValue]) -> str:
        if "{" not in text:
            return text
        if not _is_template(text):
            return _SLOT.sub(lambda match: _shown(values.get(match[1])), text)
        try:
            return self._template(text).render(slots=values)
        except TemplateError:
            raise
        except Exception as error:  # whatever a template can raise
            raise TemplateError(f"the text {text[:60]!r} cannot be made: {error}") from error

    def _template(self, text: str) -> "Template":
        """Return a text as a template; Jinja2 is imported only here, where there is more than names of slots."""
        if text not in self._compiled:
            from jinja2 import TemplateSyntaxError

            from dialog_core.sandbox import Sandbox

            try:
                self._compiled[text] = Sandbox().from_string(text)
            except TemplateSyntaxError as error:
                raise TemplateError(f"the text {text[:60]!r} is no template: {error}") from error
        return self._compiled[text]


def _is_template(text: str) -> bool:
    """Whether it takes more than filling in slots to make a text."""
    return "{" in text and _TEMPLATE.search(_SLOT.sub("", text)) is not None


def _shown(value: JsonValue) -> str:
    return "" if value is None else str(value)


def _is(value: JsonValue, wanted: JsonValue) -> bool:
    """Whether a slot has a value; words are compared without regard to case."""
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def _all_texts(dialogue: Dialogue) -> Iterator[str]:
    for variations in dialogue.responses.values():
        for one in variations:
            buttons = [text for button in one.buttons for text in (button.title, button.payload)]
            yield from _texts([one.text, one.image, one.attachment, one.custom, one.metadata, buttons])


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return []
