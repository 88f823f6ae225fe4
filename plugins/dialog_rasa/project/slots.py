"""Reads `slots:` and `forms:` of Rasa 2.x and 3.x.

In 2.x a form says how its slots are filled, and an entity fills the slot of its name. Both become mappings of the slot,
as `rasa data migrate` makes them: a form's mappings hold while it is under way, those that take the text or the intent
only while it asks for this slot; what an entity fills by its name comes last.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final, cast, get_args

from dialog_core.configuration import Node, did_you_mean
from dialog_rasa.dialogue.domain_reader import SLOT_KEYS
from dialog_rasa.dialogue.nodes import place_of, plain, text_of
from dialog_rasa.dialogue.values import REQUESTED_SLOT, Form, Place, Slot, SlotMapping, SlotType
from dialog_rasa.project.mappings import MappingReader, given
from dialog_rasa.project.notes import Notes, Reader, key_place, keyed

_SLOT_KEYS: Final = (*SLOT_KEYS, "auto_fill", "value_reset_delay")  # the last without effect in Rasa, too
_CLASSES: Final = {
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "FloatSlot": "float",
    "ListSlot": "list",
    "CategoricalSlot": "categorical",
    "UnfeaturizedSlot": "unfeaturized",
    "AnySlot": "any",
}
"""Rasa's own classes, which older projects name instead of types: `rasa.core.slots.TextSlot`."""
_ASKED: Final = ("from_text", "from_intent")
"""Mappings of a form that hold only while the form asks for the slot."""
_IGNORED: Final = "ignored_intents"
_REQUIRED: Final = "required_slots"


@dataclass(slots=True)
class _Slot:
    node: Node
    place: Place
    old: bool
    by_name: bool
    mappings: list[SlotMapping] = field(default_factory=list)


class SlotsReader(Reader):
    """Reads one file after another; of two slots or forms with one name the first counts, as in Rasa."""

    def __init__(self, notes: Notes) -> None:
        """Take the notes for findings."""
        super().__init__(notes)
        self._mappings = MappingReader(notes)
        self._slots: dict[str, _Slot] = {}
        self._forms: dict[str, tuple[Node | None, Place]] = {}

    @property
    def names(self) -> Collection[str]:
        """The names of all slots."""
        return self._slots.keys()

    def gather_slots(self, node: Node, *, old: bool, by_name: bool) -> None:
        """Take what stands under `slots:`; `old`: in a file of 2.x; `by_name`: where entities fill slots."""
        for name, child, _ in self.entries(node, ("slots",)):
            place = key_place(node, name)
            known = self._slots.get(name)
            if known is None:
                self._slots[name] = _Slot(child, place, old, by_name)
            elif plain(known.node) != plain(child):
                message = f"the slot {name!r} is declared in {known.place}, too, which counts"
                self.notes.left_out("slot", message, place, "Remove one of them.")
        self.settle("slots")

    def gather_forms(self, node: Node) -> None:
        """Take what stands under `forms:`."""
        if isinstance(node.value, list):
            for child in node.value:
                self._listed(child)
            return
        for name, child, _ in self.entries(node, ("forms",)):
            self._form(name, child, key_place(node, name))
        self.settle("forms")

    def _listed(self, node: Node) -> None:
        """Take a form of an older list, `forms: [a_form]`."""
        if isinstance(node.value, dict):
            for name, child in node.value.items():
                self._form(name, child, key_place(node, name))
        elif name := text_of(node) or "":
            self._form(name, None, place_of(node))
            message = f"the form {name!r} does not say here which slots it needs; it is read as a form without slots"
            remedy = f"Write `forms: {{{name}: {{required_slots: [...]}}}}`."
            self.notes.approximated("form", message, place_of(node), remedy)
        else:
            self.notes.wrong("form", "this is no form", place_of(node), "Write its name.")

    def _form(self, name: str, node: Node | None, place: Place) -> None:
        known = self._forms.get(name)
        if known is None:
            self._forms[name] = (node, place)
        elif (known[0] and plain(known[0])) != (node and plain(node)):
            message = f"the form {name!r} is declared in {known[1]}, too, which counts"
            self.notes.left_out("form", message, place, "Remove one of them.")

    def read(self, entities: Collection[str]) -> tuple[dict[str, Slot], dict[str, Form]]:
        """Return all slots and forms, given the names of the entities."""
        for slot in self._slots.values():
            slot.mappings = [
                mapping
                for child, _ in self.items(slot.node.child("mappings"), ("mappings",))
                if (mapping := self._mappings.read(child)) is not None
            ]
        forms = {name: self._read_form(name, node, place) for name, (node, place) in self._forms.items()}
        slots = {name: self._slot(name, slot, entities) for name, slot in self._slots.items()}
        return slots, forms

    def _slot(self, name: str, slot: _Slot, entities: Collection[str]) -> Slot:
        node, place = slot.node, slot.place
        if not isinstance(node.value, dict):
            self.notes.wrong("slot", f"the slot {name!r} is no mapping", place, "Write `type: text` below its name.")
            return Slot(name, place=place, influences=False)
        self.unknown(node, _SLOT_KEYS, "slot")
        kind, influences = self._type(name, node, place)
        minimum = self.number(node.child("min_value"), ("slots", name, "min_value"), 0.0)
        maximum = self.number(node.child("max_value"), ("slots", name, "max_value"), 1.0)
        values = tuple(plain(value) for value, _ in self.items(node.child("values"), ("slots", name, "values")))
        initial = node.child("initial_value")
        self.settle("slot")
        if kind == "categorical" and not values:
            message = f"the slot {name!r} is categorical and has no values; it is read as `text`, which counts alike"
            self.notes.approximated("slot", message, place, "Add `values: [...]`.")
            kind = "text"
        if kind == "float" and minimum >= maximum:
            message = f"`max_value` of the slot {name!r}, {maximum:g}, is not above its `min_value`, {minimum:g}"
            self.notes.wrong("slot", message, place, "Give both as the range of the slot.")
            minimum, maximum = 0.0, 1.0
        return Slot(
            name,
            kind,
            influences and name != REQUESTED_SLOT,
            None if initial is None else plain(initial),
            minimum,
            maximum,
            values,
            self._all_mappings(name, slot, entities),
            place,
        )

    def _type(self, name: str, node: Node, place: Place) -> tuple[SlotType, bool]:
        at = node.child("type")
        kind = text_of(at) or ""
        if kind.startswith("rasa."):
            kind = _CLASSES.get(kind.rsplit(".", 1)[-1], kind)
        known = get_args(SlotType)
        asked = node.child("influence_conversation")
        default = kind not in ("any", "unfeaturized")
        influences = self.truth(asked, ("slots", name, "influence_conversation"), default)
        self.settle("slot")
        if kind in known:
            if kind == "any" and influences and asked is not None:
                message = f"nothing can go by what the slot {name!r} of the type `any` holds"
                remedy = "Take another type, or `influence_conversation: false`."
                self.notes.wrong("slot", message, place_of(asked), remedy)
            return cast(SlotType, kind), influences and kind != "any"
        where = place if at is None else place_of(at)
        if kind == "unfeaturized":
            return "any", False
        if "." in kind:
            message = f"the class {kind} of the slot {name!r} is not there; the slot is read as `any`"
            remedy = "Predictions do not go by it; choose another type if they should."
            self.notes.approximated("slot", message, where, remedy)
        else:
            message = f"there is no slot type {kind!r}" if kind else f"the slot {name!r} has no type"
            remedy = did_you_mean(kind, known) or f"Known: {', '.join(known)}."
            self.notes.wrong("slot", message, where, remedy)
        return "any", False

    def _all_mappings(self, name: str, slot: _Slot, entities: Collection[str]) -> tuple[SlotMapping, ...]:
        found = list(slot.mappings)
        fills = slot.node.child("auto_fill")
        by_name = SlotMapping("from_entity", entity=name, place=slot.place)
        if slot.by_name and name in entities and (fills is None or fills.value is not False):
            if not any(not mapping.conditions and _alike(mapping, by_name) for mapping in found):
                found.append(by_name)
        elif not slot.old and slot.node.child("mappings") is None and not found and name != REQUESTED_SLOT:
            message = f"the slot {name!r} does not say how it is filled"
            remedy = "Add `mappings:`, for instance `- type: custom` where actions fill it."
            self.notes.wrong("slot", message, slot.place, remedy)
        return tuple(found or [SlotMapping("custom", place=slot.place)])

    def _read_form(self, name: str, node: Node | None, place: Place) -> Form:
        if node is None or node.value is None:
            return Form(name, place=place)
        if isinstance(node.value, list):  # `a_form: [a, b]`
            return Form(name, self._known(name, self.texts(node, ("forms", name)), place), place=place)
        if not isinstance(node.value, dict):
            message, remedy = f"the form {name!r} is no mapping", "Write `required_slots: [...]` below its name."
            self.notes.wrong("form", message, place, remedy)
            return Form(name, place=place)
        ignored = self.texts(given(node, _IGNORED), ("forms", name, _IGNORED))
        asked = node.child(_REQUIRED)
        self.settle("form")
        if asked is not None:
            self.unknown(node, (_REQUIRED, _IGNORED), "form")
        if asked is not None and isinstance(asked.value, list):
            required = self.texts(asked, ("forms", name, _REQUIRED))
        elif asked is not None and not isinstance(asked.value, dict):
            required = ()
            if asked.value is not None:
                message = f"`required_slots:` of the form {name!r} is no list"
                self.notes.wrong("form", message, place_of(asked), "Write `required_slots: [a_slot]`.")
        else:
            of_slots = keyed(asked if asked is not None else node)
            required = tuple(slot for slot in of_slots if slot != _IGNORED)
            for slot in required:
                self._fill_while(name, slot, of_slots[slot])
        self.settle("form")
        return Form(name, self._known(name, required, place), ignored, place)

    def _known(self, form: str, required: tuple[str, ...], place: Place) -> tuple[str, ...]:
        for slot in required:
            if slot not in self._slots:
                message = f"the form {form!r} needs the slot {slot!r}, which is not declared"
                remedy = did_you_mean(slot, self._slots) or "Declare it under `slots:`."
                self.notes.wrong("form", message, place, remedy)
        return tuple(dict.fromkeys(slot for slot in required if slot in self._slots))

    def _fill_while(self, form: str, name: str, node: Node) -> None:
        """Make the mappings that a form of 2.x has for a slot mappings of the slot."""
        slot = self._slots.get(name)
        if slot is None:
            return
        children = node.value if isinstance(node.value, list) else [] if node.value is None else [node]
        new = [mapping for child in children if (mapping := self._mappings.read(child)) is not None]
        for mapping in new:
            condition: dict[str, str | None] = {"active_loop": form}
            if mapping.type in _ASKED:
                condition[REQUESTED_SLOT] = name
            same = next((one for one in slot.mappings if one.conditions and _alike(one, mapping)), None)
            if same is None:
                slot.mappings.append(replace(mapping, conditions=(condition,)))
            elif condition not in same.conditions:
                at = slot.mappings.index(same)
                slot.mappings[at] = replace(same, conditions=(*same.conditions, condition))


def _alike(one: SlotMapping, other: SlotMapping) -> bool:
    """Whether two mappings differ at most in their conditions."""
    return replace(one, conditions=(), place=other.place) == replace(other, conditions=())
