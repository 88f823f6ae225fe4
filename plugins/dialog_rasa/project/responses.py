"""Reads `responses:` (`templates:` in older files): what the bot says, each with one variation or several."""

from collections.abc import Collection
from typing import Final

from dialog_core import JsonValue
from dialog_core.configuration import Node
from dialog_rasa.dialogue.nodes import place_of, plain, text_of
from dialog_rasa.dialogue.values import Button, Place, Variation
from dialog_rasa.project.notes import Notes, Reader, key_place, keyed
from dialog_rasa.project.templates import template, templates

_PREFIX: Final = "utter_"
_CONTENT: Final = ("text", "custom", "image", "attachment", "elements", "buttons", "quick_replies")
_KEPT: Final = ("button_type", "elements")
_KEYS: Final = (*_CONTENT, "id", "channel", "condition", "metadata", "button_type")
_REMEDY: Final = "Write `- text: what the bot says`."


class ResponsesReader(Reader):
    """Reads one file after another; of two responses with one name the first counts, as in Rasa."""

    def __init__(self, notes: Notes) -> None:
        """Take the notes for findings."""
        super().__init__(notes)
        self._nodes: dict[str, tuple[Node, Place]] = {}

    def gather(self, node: Node, key: str) -> None:
        """Take what stands under `responses:` or `templates:`; it is read when everything is known."""
        for name, child, _ in self.entries(node, (key,)):
            place = key_place(node, name)
            called = name
            if not name.startswith(_PREFIX):
                called = f"{_PREFIX}{name}"
                message = f"the response {name!r} is not called `{_PREFIX}...`; read as {called!r}"
                self.notes.approximated("response", message, place, "Call it so where actions say it, too.")
            if called in self._nodes:
                first, at = self._nodes[called]
                if plain(first) != plain(child):
                    message = f"the response {called!r} stands in {at}, too, which counts"
                    self.notes.left_out("response", message, place, "Remove one of them.")
                continue
            self._nodes[called] = (child, place)
        self.settle("responses")

    def read(self, slots: Collection[str]) -> dict[str, tuple[Variation, ...]]:
        """Return all responses, given the names of the slots their texts may show."""
        found = {}
        for name, (node, place) in self._nodes.items():
            variations = tuple(self._variations(name, node, place, slots))
            if variations:
                found[name] = variations
        return found

    def _variations(self, name: str, node: Node, place: Place, slots: Collection[str]) -> list[Variation]:
        if node.value is None or node.value == []:
            self.notes.wrong("response", f"the response {name!r} is empty", place, _REMEDY)
            return []
        children = node.value if isinstance(node.value, list) else [node]
        if not isinstance(node.value, list):
            self.notes.wrong("response", f"the response {name!r} is no list of variations", place, _REMEDY)
        found = [self._variation(name, child, slots) for child in children]
        return [variation for variation in found if variation is not None]

    def _variation(self, name: str, node: Node, slots: Collection[str]) -> Variation | None:
        place = place_of(node)
        words = text_of(node)
        if words is not None:
            message = f"a variation of the response {name!r} is a text without its key"
            self.notes.wrong("response", message, place, _REMEDY)
            return Variation(template(words, slots), place=place)
        fields = keyed(node)
        if not any(key in fields and fields[key].value is not None for key in _CONTENT):
            known = ", ".join(fields) or "nothing"
            message = f"a variation of the response {name!r} says nothing: it has {known} and no `text:`"
            self.notes.wrong("response", message, place, _REMEDY)
            return None
        self.unknown(node, _KEYS, "response")
        conditions = self._conditions(name, node)
        if conditions is None:
            return None
        attachment, custom = (self._data(node, key, slots) for key in ("attachment", "custom"))
        return Variation(
            text=template(self._words(name, node, "text"), slots),
            id=self._words(name, node, "id"),
            channel=self._words(name, node, "channel"),
            conditions=conditions,
            buttons=(*self._buttons(name, node, "buttons", slots), *self._buttons(name, node, "quick_replies", slots)),
            image=template(self._words(name, node, "image"), slots),
            attachment=attachment,
            custom=custom,
            metadata=self._metadata(node),
            place=place,
        )

    def _words(self, name: str, node: Node, key: str) -> str:
        child = node.child(key)
        if child is None or child.value is None:
            return ""
        text = text_of(child)
        if text is None or (key == "text" and not isinstance(child.value, str)):
            message = f"`{key}:` of the response {name!r} is no text"
            self.notes.wrong("response", message, place_of(child), "Put it in quotes.")
        return text or ""

    def _data(self, node: Node, key: str, slots: Collection[str]) -> JsonValue:
        child = node.child(key)
        return None if child is None else templates(plain(child), slots)

    def _metadata(self, node: Node) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {}
        given = node.child("metadata")
        if given is not None and given.value is not None:
            written = plain(given)
            found.update(written if isinstance(written, dict) else {"metadata": written})
        for key in _KEPT:
            kept = node.child(key)
            if kept is not None and kept.value is not None:
                found[key] = plain(kept)
                message = f"`{key}:` is kept beside the text, for channels that know what to do with it"
                self.notes.approximated("response", message, key_place(node, key))
        return found

    def _conditions(self, name: str, node: Node) -> tuple[tuple[str, JsonValue], ...] | None:
        given = node.child("condition")
        if given is None or given.value is None:
            return ()
        if not isinstance(given.value, list):
            message = f"a variation of the response {name!r} has a condition of another kind than `type: slot`"
            self.notes.left_out("response condition", f"{message}; the variation is left out", place_of(given))
            return None
        found: list[tuple[str, JsonValue]] = []
        for child in given.value:
            fields = keyed(child)
            kind, slot, value = (fields.get(key) for key in ("type", "name", "value"))
            if (text_of(kind) or "slot") != "slot" or not text_of(slot) or value is None:
                message = f"a condition of the response {name!r} does not say which slot has which value"
                remedy = "Write `{type: slot, name: vip, value: true}`."
                self.notes.wrong("response condition", message, place_of(child), remedy)
                return None
            found.append((text_of(slot) or "", plain(value)))
        return tuple(found)

    def _buttons(self, name: str, node: Node, key: str, slots: Collection[str]) -> list[Button]:
        given = node.child(key)
        if given is None or given.value is None:
            return []
        found = []
        for child in given.value if isinstance(given.value, list) else [given]:
            fields = keyed(child)
            title = text_of(fields.get("title")) if fields else text_of(child)
            if not title:
                message = f"a button of the response {name!r} has no title"
                self.notes.wrong("button", message, place_of(child), "Write `- title: Yes` and `payload: /affirm`.")
                continue
            self.unknown(child, ("title", "payload", "content_type", "type"), "button")
            payload = text_of(fields.get("payload")) or title
            found.append(Button(template(title, slots), template(payload, slots)))
        return found
