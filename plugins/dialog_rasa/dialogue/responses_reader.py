"""Reads what a bot says: responses, each with one variation or several."""

from typing import Final, cast

from dialog_core import JsonValue
from dialog_core.configuration import Node, Problem
from dialog_rasa.dialogue.nodes import Keys, Nodes, place_of, plain, problem_at, text_of
from dialog_rasa.dialogue.values import Button, Place, Variation

_KEPT: Final = ("button_type", "elements")  # what goes to a channel as it is
_VARIATION_KEYS: Final = (
    "text",
    "id",
    "channel",
    "condition",
    "buttons",
    "quick_replies",
    "image",
    "attachment",
    "custom",
    "metadata",
    *_KEPT,
)
_CONTENT: Final = ("text", "custom", "image", "attachment", "elements")


class ResponsesReader(Nodes):
    """Reads one file after another; the responses of all of them are in `responses`."""

    def __init__(self, problems: list[Problem]) -> None:
        """Take the list that problems are added to."""
        super().__init__(problems)
        self.responses: dict[str, tuple[Variation, ...]] = {}
        self._places: dict[str, Place] = {}

    def read(self, node: Node | None) -> None:
        """Read `responses:`."""
        for name, child, path in self.entries(node, ("responses",)):
            at = cast(Node, node).key_position(name)
            if name in self._places:
                message = f"the response {name!r} is defined twice: first in {self._places[name]}"
                problem = child.problem(message, path=path, remedy="Make the variations of one the other's.")
                self.problems.append(problem_at(at, problem))
                continue
            self._places[name] = Place(at.file, at.line)
            if not name.startswith("utter_"):
                remedy = f"Call it `utter_{name}`, here and in stories and rules."
                message = f"the name of a response begins with `utter_`, not {name!r}"
                self.problems.append(problem_at(at, child.problem(message, path=path, remedy=remedy)))
            if child.value is None or child.value == []:
                problem = child.problem(f"the response {name!r} is empty", path=path, remedy="Add `- text: ...`.")
                self.problems.append(problem_at(at, problem))
            if text_of(child) is not None:
                self.report(child, "a response is a list of variations", path, "Write `- text: ...` below its name.")
                continue
            self.responses[name] = tuple(self._variation(one, where) for one, where in self.items(child, path))

    def _variation(self, node: Node, path: Keys) -> Variation:
        if (text := text_of(node)) is not None:
            return Variation(text, place=place_of(node))
        if not self.keys(node, _VARIATION_KEYS, path):
            return Variation(place=place_of(node))
        if not any((one := node.child(key)) is not None and one.value is not None for key in _CONTENT):
            self.report(node, "this variation says nothing", path, "Add `text:` or `custom:`.")
        metadata: dict[str, JsonValue] = {}
        given = node.child("metadata")
        if given is not None and given.value is not None:
            written = plain(given)
            metadata.update(written if isinstance(written, dict) else {"metadata": written})
        metadata.update({key: plain(kept) for key in _KEPT if (kept := node.child(key)) is not None})
        attachment, custom = node.child("attachment"), node.child("custom")
        return Variation(
            text=self.text(node.child("text"), (*path, "text")),
            id=self.text(node.child("id"), (*path, "id")),
            channel=self.text(node.child("channel"), (*path, "channel")),
            conditions=tuple(self._conditions(node.child("condition"), (*path, "condition"))),
            buttons=(*self._buttons(node, "buttons", path), *self._buttons(node, "quick_replies", path)),
            image=self.text(node.child("image"), (*path, "image")),
            attachment=None if attachment is None else plain(attachment),
            custom=None if custom is None else plain(custom),
            metadata=metadata,
            place=place_of(node),
        )

    def _conditions(self, node: Node | None, path: Keys) -> list[tuple[str, JsonValue]]:
        found: list[tuple[str, JsonValue]] = []
        for child, where in self.items(node, path):
            if not self.keys(child, ("type", "name", "value"), where):
                continue
            kind = self.text(child.child("type"), (*where, "type"), "slot")
            name, value = self.text(child.child("name"), (*where, "name")), child.child("value")
            if kind != "slot":
                self.report(child, f"there is no condition on a {kind!r}", where, "Write `type: slot`.")
            elif not name or value is None:
                remedy = "Write `{type: slot, name: vip, value: true}`."
                self.report(child, "this condition does not say which slot has which value", where, remedy)
            else:
                found.append((name, plain(value)))
        return found

    def _buttons(self, node: Node, key: str, path: Keys) -> list[Button]:
        found = []
        for child, where in self.items(node.child(key), (*path, key)):
            if not self.keys(child, ("title", "payload"), where):
                continue
            title = self.text(child.child("title"), (*where, "title"))
            if not title:
                self.report(child, "this button has no title", where, "Add `title:` with what it says.")
                continue
            found.append(Button(title, self.text(child.child("payload"), (*where, "payload"), title)))
        return found
