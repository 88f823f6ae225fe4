"""Reads what a bot knows: intents, entities, slots and how messages fill them, forms, synonyms, sessions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast, get_args

from dialog_core import JsonValue
from dialog_core.configuration import Node, Problem, did_you_mean
from dialog_rasa.dialogue.nodes import Keys, Nodes, place_of, plain, problem_at
from dialog_rasa.dialogue.values import (
    REQUESTED_SLOT,
    Form,
    IntentUse,
    MappingType,
    Place,
    Session,
    Slot,
    SlotMapping,
    SlotType,
)

SLOT_KEYS: Final = (
    "type",
    "influence_conversation",
    "initial_value",
    "min_value",
    "max_value",
    "values",
    "mappings",
)
_OF_EVERY_MAPPING: Final = ("type", "intent", "not_intent", "conditions")
_OF_MAPPING: Final[Mapping[str, tuple[str, ...]]] = {
    "from_entity": ("entity", "role", "group"),
    "from_text": (),
    "from_intent": ("value",),
    "from_trigger_intent": ("value",),
    "custom": ("action",),
}


class DomainReader(Nodes):
    """Reads one file after another; what stands in all of them together is in its attributes."""

    def __init__(self, problems: list[Problem]) -> None:
        """Take the list that problems are added to."""
        super().__init__(problems)
        self.intents: dict[str, IntentUse] = {}
        self.entities: dict[str, Place] = {}
        self.actions: dict[str, Place] = {}
        self.slots: dict[str, Slot] = {}
        self.forms: dict[str, Form] = {}
        self.synonyms: dict[str, str] = {}
        self.session = Session()
        self._silent: set[str] = set()  # entities that no prediction goes by
        self._roles: dict[str, frozenset[str]] = {}

    def new(self, kind: str, name: str, known: Mapping[str, object], node: Node, path: Keys) -> bool:
        """Whether there is none of this name yet; a second one is reported, naming both places."""
        first = known.get(name)
        if first is None:
            return True
        place = first if isinstance(first, Place) else getattr(first, "place", None)
        at = f": first in {place}" if place is not None else ""
        self.report(node, f"the {kind} {name!r} is declared twice{at}", path, "Remove one of them, or rename it.")
        return False

    def read_intents(self, node: Node | None) -> None:
        """Read `intents:`: names, or `name: {use_entities: [...], ignore_entities: [...]}`."""
        for child, path in self.items(node, ("intents",)):
            name, options, path = self._named(child, path, "an intent")
            if not name or not self.new("intent", name, self.intents, child, path):
                continue
            use: tuple[str, ...] | None = None
            ignore: tuple[str, ...] = ()
            retrieval = False
            if options is not None and self.keys(
                options, ("use_entities", "ignore_entities", "is_retrieval_intent"), path
            ):
                wanted = options.child("use_entities")
                if wanted is not None and wanted.value is not True and wanted.value is not None:
                    use = () if wanted.value is False else self.texts(wanted, (*path, "use_entities"))
                ignore = self.texts(options.child("ignore_entities"), (*path, "ignore_entities"))
                retrieval = self.truth(options.child("is_retrieval_intent"), (*path, "is_retrieval_intent"), False)
            self.intents[name] = IntentUse(name, use, ignore, retrieval, place_of(child))

    def read_entities(self, node: Node | None) -> None:
        """Read `entities:`: names, or `name: {roles: [...], groups: [...]}`."""
        for child, path in self.items(node, ("entities",)):
            name, options, path = self._named(child, path, "an entity")
            if not name or not self.new("entity", name, self.entities, child, path):
                continue
            self.entities[name] = place_of(child)
            if options is not None and self.keys(options, ("roles", "groups", "influence_conversation"), path):
                roles = self.texts(options.child("roles"), (*path, "roles"))
                groups = self.texts(options.child("groups"), (*path, "groups"))
                self._roles[name] = frozenset((*roles, *groups))
                if not self.truth(options.child("influence_conversation"), (*path, "influence_conversation"), True):
                    self._silent.add(name)

    def read_actions(self, node: Node | None) -> None:
        """Read `actions:`: names, or `name: {send_domain: true}`, which is passed over."""
        for child, path in self.items(node, ("actions",)):
            name, options, path = self._named(child, path, "an action")
            if options is not None:
                self.keys(options, ("send_domain",), path)
            if name and self.new("action", name, self.actions, child, path):
                self.actions[name] = place_of(child)

    def _named(self, node: Node, path: Keys, what: str) -> tuple[str, Node | None, Keys]:
        """Return the name of an entry of a list, its options if it has some, and the path of these."""
        if isinstance(node.value, dict) and len(node.value) == 1:
            name, options = next(iter(node.value.items()))
            return name, (None if options.value is None else options), (*path, name)
        if isinstance(node.value, str) and node.value:
            return node.value, None, path
        self.report(node, f"this is not {what}", path, "Write its name, or `name: {...}` with its options.")
        return "", None, path

    def read_slots(self, node: Node | None) -> None:
        """Read `slots:`."""
        for name, child, path in self.entries(node, ("slots",)):
            if self.new("slot", name, self.slots, child, path) and self.keys(child, SLOT_KEYS, path):
                at = cast(Node, node).key_position(name)
                self.slots[name] = replace(self._slot(name, child, path), place=Place(at.file, at.line))

    def _slot(self, name: str, node: Node, path: Keys) -> Slot:
        given = self.text(node.child("type"), (*path, "type"))
        known = get_args(SlotType)
        if not given:
            remedy = f"Add `type:` with one of {', '.join(known)}."
            self.report(node, f"the slot {name!r} has no type", path, remedy)
        elif given not in known:
            remedy = did_you_mean(given, known) or f"Known: {', '.join(known)}."
            if "." in given:
                remedy = "Slots have no classes of their own here. Take `any`, or `text` or `float` with an action."
            self.report(cast(Node, node.child("type")), f"there is no slot type {given!r}", (*path, "type"), remedy)
        kind = cast(SlotType, given if given in known else "any")
        influences = self.truth(node.child("influence_conversation"), (*path, "influence_conversation"), kind != "any")
        if kind == "any" and influences and given == "any":
            message = "nothing can go by what a slot of the type `any` holds"
            remedy = "Take another type, or leave `influence_conversation` out."
            self.report(node, message, (*path, "influence_conversation"), remedy)
        values = tuple(plain(value) for value, _ in self.items(node.child("values"), (*path, "values")))
        if kind == "categorical" and not values:
            remedy = "Add `values: [low, high]`."
            self.report(node, f"the slot {name!r} is categorical and has no values", (*path, "values"), remedy)
        minimum = self.number(node.child("min_value"), (*path, "min_value"), 0.0)
        maximum = self.number(node.child("max_value"), (*path, "max_value"), 1.0)
        if minimum >= maximum:
            message = f"the largest value, {maximum:g}, is not above the smallest, {minimum:g}"
            self.report(node, message, path, "Give `min_value` and `max_value` as the range the slot has.")
        initial = node.child("initial_value")
        mappings = tuple(
            mapping
            for child, where in self.items(node.child("mappings"), (*path, "mappings"))
            if (mapping := self._mapping(child, where)) is not None
        )
        return Slot(
            name,
            kind,
            influences and name != REQUESTED_SLOT,
            None if initial is None else plain(initial),
            minimum,
            maximum,
            values,
            mappings,
        )

    def _mapping(self, node: Node, path: Keys) -> SlotMapping | None:
        kind = self.text(node.child("type"), (*path, "type"))
        known = get_args(MappingType)
        if kind not in known:
            at = node.child("type") or node
            remedy = did_you_mean(kind, known) or f"Known: {', '.join(known)}."
            message = f"there is no mapping {kind!r}" if kind else "this mapping has no type"
            self.report(at, message, (*path, "type"), remedy)
            return None
        self.keys(node, (*_OF_EVERY_MAPPING, *_OF_MAPPING[kind]), path)
        entity = self.text(node.child("entity"), (*path, "entity"))
        role, group = (self.text(node.child(key), (*path, key)) for key in ("role", "group"))
        if kind == "from_entity" and not entity:
            self.report(node, "this mapping does not say which entity", path, "Add `entity:`.")
        labels = self._roles.get(entity)
        for label in (role, group):
            if label and labels and label not in labels:
                self.report(node, f"the entity {entity!r} has no role {label!r}", path, did_you_mean(label, labels))
        value: JsonValue = None
        if "value" in _OF_MAPPING[kind]:
            given = node.child("value")
            if given is None:
                self.report(node, "this mapping does not say which value", path, "Add `value:`.")
            else:
                value = plain(given)
        return SlotMapping(
            cast(MappingType, kind),
            entity if kind == "from_entity" else "",
            role,
            group,
            self.texts(node.child("intent"), (*path, "intent")),
            self.texts(node.child("not_intent"), (*path, "not_intent")),
            value,
            self.text(node.child("action"), (*path, "action")),
            tuple(self._conditions(node.child("conditions"), (*path, "conditions"))),
            place_of(node),
        )

    def _conditions(self, node: Node | None, path: Keys) -> list[dict[str, str | None]]:
        found = []
        for child, where in self.items(node, path):
            if self.keys(child, ("active_loop", "requested_slot"), where):
                given = cast(dict[str, Node], child.value)
                found.append(
                    {
                        key: None if value.value is None else self.text(value, (*where, key))
                        for key, value in given.items()
                        if key in ("active_loop", "requested_slot")
                    }
                )
        return found

    def read_forms(self, node: Node | None) -> None:
        """Read `forms:`."""
        for name, child, path in self.entries(node, ("forms",)):
            at = cast(Node, node).key_position(name)
            if not self.new("form", name, self.forms, child, path):
                continue
            required: tuple[str, ...] = ()
            ignored: tuple[str, ...] = ()
            if child.value is not None and self.keys(child, ("required_slots", "ignored_intents"), path):
                required = self.texts(child.child("required_slots"), (*path, "required_slots"))
                ignored = self.texts(child.child("ignored_intents"), (*path, "ignored_intents"))
            for slot in dict.fromkeys(slot for slot in required if required.count(slot) > 1):
                message = f"the slot {slot!r} is required twice"
                problem = child.problem(message, path=(*path, "required_slots"), remedy="Remove one of them.")
                self.problems.append(problem_at(at, problem))
            self.forms[name] = Form(name, required, ignored, Place(at.file, at.line))

    def read_synonyms(self, node: Node | None) -> None:
        """Read `synonyms:`: a value, and what else it is called."""
        for value, child, path in self.entries(node, ("synonyms",)):
            for other in self.texts(child, path):
                first = self.synonyms.setdefault(other.lower(), value)
                if first != value:
                    message = f"{other!r} is another name of {first!r} and of {value!r}"
                    self.report(child, message, path, "Remove it in one place.")

    def read_session(self, node: Node | None) -> None:
        """Read `session_config:`."""
        keys = ("session_expiration_time", "carry_over_slots_to_new_session")
        path: Keys = ("session_config",)
        if node is None or node.value is None or not self.keys(node, keys, path):
            return
        minutes = self.number(node.child(keys[0]), (*path, keys[0]), 60.0)
        if minutes < 0:
            self.report(node, "a session cannot last less than no time", (*path, keys[0]), "0 means for ever.")
        self.session = Session(max(minutes, 0.0), self.truth(node.child(keys[1]), (*path, keys[1]), True))

    def intents_as_used(self, retrieval: set[str]) -> dict[str, IntentUse]:
        """Return the intents: those with several answers marked, and entities that never count left out.

        Args:
            retrieval: Intents with responses of their own for what stands behind a slash.
        """
        found = {}
        for name, intent in self.intents.items():
            silent = sorted(self._silent - set(intent.ignore_entities) - set(intent.use_entities or ()))
            found[name] = replace(
                intent,
                ignore_entities=(*intent.ignore_entities, *silent),
                retrieval=intent.retrieval or name in retrieval,
            )
        return found
