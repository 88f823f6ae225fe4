"""Reads slot mappings: how a message fills a slot."""

from typing import Final, cast, get_args

from dialog_core.configuration import Node, did_you_mean
from dialog_rasa.dialogue.nodes import place_of, plain, text_of
from dialog_rasa.dialogue.values import REQUESTED_SLOT, MappingType, SlotMapping
from dialog_rasa.project.notes import Reader, key_place, keyed

_MAPPING_KEYS: Final = ("type", "entity", "role", "group", "intent", "not_intent", "value", "action", "conditions")
_USED: Final[dict[str, tuple[str, ...]]] = {
    "from_entity": ("entity", "role", "group"),
    "from_text": (),
    "from_intent": ("value",),
    "from_trigger_intent": ("value",),
    "custom": ("action",),
}


class MappingReader(Reader):
    """Reads one mapping after another."""

    def read(self, node: Node) -> SlotMapping | None:
        """Read one; None where it cannot be read, or means nothing."""
        kind = text_of(node.child("type")) or ""
        known = get_args(MappingType)
        at = node.child("type") or node
        if kind not in known:
            if kind in ("from_llm", "controlled"):
                message = f"`{kind}` needs a language model that Rasa Pro asks; only actions fill the slot"
                self.notes.approximated(f"slot mapping {kind}", message, place_of(at))
                return SlotMapping("custom", place=place_of(node))
            message = f"there is no slot mapping {kind!r}" if kind else "this slot mapping has no type"
            self.notes.wrong("slot mapping", message, place_of(at), did_you_mean(kind, known))
            return None
        self.unknown(node, _MAPPING_KEYS, f"slot mapping {kind}")
        for key in _MAPPING_KEYS:
            if key not in ("type", "intent", "not_intent", "conditions", *_USED[kind]) and node.child(key) is not None:
                message = f"`{key}:` means nothing in a mapping `{kind}`"
                self.notes.left_out(f"slot mapping {kind}", message, key_place(node, key))
        entity = text_of(node.child("entity")) or ""
        if kind == "from_entity" and not entity:
            message = "this slot mapping does not say which entity"
            self.notes.wrong("slot mapping", message, place_of(node), "Add `entity:`.")
            return None
        value = node.child("value")
        if "value" in _USED[kind] and value is None:
            message = "this slot mapping does not say which value"
            self.notes.wrong("slot mapping", message, place_of(node), "Add `value:`.")
            return None
        used = {key: text_of(node.child(key)) or "" for key in _USED[kind] if key != "value"}
        mapping = SlotMapping(
            cast(MappingType, kind),
            entity=used.get("entity", ""),
            role=used.get("role", ""),
            group=used.get("group", ""),
            intents=self.texts(given(node, "intent"), ("mappings", "intent")),
            not_intents=self.texts(given(node, "not_intent"), ("mappings", "not_intent")),
            value=plain(value) if value is not None and "value" in _USED[kind] else None,
            action=used.get("action", ""),
            conditions=tuple(self._conditions(node.child("conditions"))),
            place=place_of(node),
        )
        self.settle("slot mapping")
        return mapping

    def _conditions(self, node: Node | None) -> list[dict[str, str | None]]:
        found = []
        for child, _ in self.items(node, ("conditions",)):
            fields = keyed(child)
            condition = {key: text_of(value) for key, value in fields.items() if key in ("active_loop", REQUESTED_SLOT)}
            if "active_loop" not in condition:
                message = "a condition of a slot mapping does not say which loop is under way"
                remedy = "Write `- active_loop: a_form`, and `requested_slot: a_slot` below it where only then."
                self.notes.wrong("slot mapping", message, place_of(child), remedy)
                continue
            self.unknown(child, condition, "slot mapping condition")
            found.append(condition)
        return found


def given(node: Node, key: str) -> Node | None:
    """Return what stands under a key; `None` in quotes or without stands for nothing in older files."""
    child = node.child(key)
    return None if child is None or child.value in (None, "None") else child
