"""Reads a project's domain, of all its files together: intents, entities, actions, slots, forms, responses, session."""

from dataclasses import replace
from typing import Final

from dialog_core.configuration import Node
from dialog_rasa.dialogue.nodes import place_of, plain, text_of
from dialog_rasa.dialogue.values import Dialogue, IntentUse, Place, Session
from dialog_rasa.project.notes import Notes, Reader, key_place, keyed
from dialog_rasa.project.responses import ResponsesReader
from dialog_rasa.project.slots import SlotsReader

_INTENT_KEYS: Final = ("use_entities", "ignore_entities", "is_retrieval_intent")
_MINUTES: Final = "session_expiration_time"
_CARRIES: Final = "carry_over_slots_to_new_session"


class DomainReader(Reader):
    """Reads one file after another; `dialogue` is what stands in all of them together, without stories and rules."""

    def __init__(self, notes: Notes) -> None:
        """Take the notes for findings."""
        super().__init__(notes)
        self._intents: dict[str, tuple[Node | None, Place]] = {}
        self._entities: dict[str, bool] = {}  # whether predictions go by them
        self._actions: dict[str, Place] = {}
        self._session: Session | None = None
        self._slots = SlotsReader(notes)
        self._responses = ResponsesReader(notes)

    def read(self, node: Node, *, old: bool) -> None:
        """Read what a file says of the domain; `old`: in the way of 2.x."""
        fields = keyed(node)
        if "intents" in fields:
            self._read_intents(fields["intents"])
        if "entities" in fields:
            self._read_entities(fields["entities"])
        if "actions" in fields:
            self._read_actions(fields["actions"])
        if "slots" in fields:
            fills = fields["config"].child("store_entities_as_slots") if "config" in fields else None
            by_name = old and (fills is None or fills.value is not False)
            self._slots.gather_slots(fields["slots"], old=old, by_name=by_name)
        if "forms" in fields:
            self._slots.gather_forms(fields["forms"])
        for key in ("responses", "templates"):
            if key in fields:
                self._responses.gather(fields[key], key)
        if "session_config" in fields:
            self._read_session(fields["session_config"])

    def dialogue(self, labels: frozenset[str]) -> Dialogue:
        """Return the domain, given the labels of examples: `faq/opening_hours` makes `faq` a retrieval intent."""
        slots, forms = self._slots.read(self._entities)
        responses = self._responses.read(self._slots.names)
        several = {name.removeprefix("utter_").split("/")[0] for name in responses if "/" in name}
        several |= {label.split("/")[0] for label in labels if "/" in label}
        intents = {name: self._intent(name, node, place, several) for name, (node, place) in self._intents.items()}
        return Dialogue(
            intents=intents,
            entities=tuple(self._entities),
            actions=tuple(self._actions),
            slots=slots,
            forms=forms,
            responses=responses,
            session=self._session or Session(),
        )

    def _names(self, node: Node, what: str) -> list[tuple[str, Node | None, Place]]:
        """Return the names in a list, with the options of those that have some, reporting what stands there twice."""
        found: dict[str, tuple[str, Node | None, Place]] = {}
        for child, _ in self.items(node, (f"{what}s",)):
            for name, options in self._named(child, what):
                place = key_place(child, name) if isinstance(child.value, dict) else place_of(child)
                if name in found:
                    message = f"the {what} {name!r} is declared twice, first in {found[name][2]}"
                    self.notes.wrong(what, message, place, "Remove one of them.")
                else:
                    found[name] = (name, options, place)
        self.settle(what)
        return list(found.values())

    def _named(self, node: Node, what: str) -> list[tuple[str, Node | None]]:
        if isinstance(node.value, dict) and node.value:
            return [(name, None if options.value is None else options) for name, options in node.value.items()]
        name = text_of(node)
        if name and name.strip():
            return [(name.strip(), None)]
        self.notes.wrong(what, f"this is not the name of an {what}", place_of(node), "Write a name.")
        return []

    def _read_intents(self, node: Node) -> None:
        if isinstance(node.value, dict):  # `intents: {greet: {use_entities: []}}`
            for name, child in node.value.items():
                options = None if child.value is None else child
                self._intents.setdefault(name, (options, key_place(node, name)))
            return
        for name, options, place in self._names(node, "intent"):
            before, at = self._intents.setdefault(name, (options, place))
            if options is not None and (before is None or plain(before) != plain(options)):
                message = f"the options of the intent {name!r} here; it is declared in {at}, too, which counts"
                self.notes.left_out("intent", message, place, "Remove one of them.")

    def _read_entities(self, node: Node) -> None:
        for name, options, place in self._names(node, "entity"):
            path = ("entities", name)
            if options is not None and not isinstance(options.value, dict):
                self.notes.wrong("entity", f"the entity {name!r} has no roles or groups here", place, "Remove the `:`.")
                options = None
            for key in ("roles", "groups"):  # which messages are marked with; here they are only looked at
                names = self.texts(None if options is None else options.child(key), (*path, key))
                if names and options is not None:
                    message = f"{key} {', '.join(names)}: known from the marks of examples, without being listed"
                    self.notes.add("exact", "entity", f"{name}, {message}", key_place(options, key))
            asked = None if options is None else options.child("influence_conversation")
            counts = self.truth(asked, (*path, "influence_conversation"), True)
            if options is not None:
                self.unknown(options, ("roles", "groups", "influence_conversation"), "entity")
            self._entities[name] = counts and self._entities.get(name, True)
        self.settle("entity")

    def _read_actions(self, node: Node) -> None:
        for name, options, place in self._names(node, "action"):
            if options is not None:
                self.unknown(options, ("send_domain",), "action")
                if "send_domain" in keyed(options):
                    message = f"{name}: the domain is sent along with every action"
                    self.notes.add("exact", "send_domain", message, key_place(options, "send_domain"))
            self._actions.setdefault(name, place)

    def _read_session(self, node: Node) -> None:
        if node.value is None:
            return
        path = ("session_config",)
        if not isinstance(node.value, dict):
            self.notes.wrong("session_config", "this is no mapping", place_of(node), f"Write `{_MINUTES}: 60`.")
            return
        self.unknown(node, (_MINUTES, _CARRIES), "session_config")
        minutes = self.number(node.child(_MINUTES), (*path, _MINUTES), 60.0)
        carries = self.truth(node.child(_CARRIES), (*path, _CARRIES), True)
        self.settle("session_config")
        if minutes < 0:
            at = key_place(node, _MINUTES)
            self.notes.wrong("session_config", "a session cannot last less than no time", at, "0 means for ever.")
        session = Session(max(minutes, 0.0), carries)
        if self._session is None:
            self._session = session
        elif self._session != session:
            message = "another file gives other settings of sessions, and is read first"
            self.notes.left_out("session_config", message, place_of(node), "Remove one of them.")

    def _intent(self, name: str, options: Node | None, place: Place, several: set[str]) -> IntentUse:
        silent = tuple(entity for entity, counts in self._entities.items() if not counts)
        use = IntentUse(name, retrieval=name in several, ignore_entities=silent, place=place)
        if options is None:
            return use
        if not isinstance(options.value, dict):
            message = f"the intent {name!r} has no options here"
            self.notes.wrong("intent", message, place, "Write `{use_entities: [...]}`, or remove the `:`.")
            return use
        if "triggers" in options.value:
            message = f"the intent {name!r} triggers an action, which Rasa 2 and later leave to rules"
            at = key_place(options, "triggers")
            remedy = f"Write a rule: `- intent: {name}` and `- action: {text_of(options.child('triggers'))}`."
            self.notes.left_out("intent", message, at, remedy)
        self.unknown(options, (*_INTENT_KEYS, "triggers"), "intent")
        wanted = options.child("use_entities")
        only: tuple[str, ...] | None = None
        if wanted is not None and wanted.value is not True:
            nothing = wanted.value is None or wanted.value is False
            only = () if nothing else self.texts(wanted, (name, "use_entities"))
        ignored = self.texts(options.child("ignore_entities"), (name, "ignore_entities"))
        declared = self.truth(options.child("is_retrieval_intent"), (name, "is_retrieval_intent"), False)
        self.settle("intent")
        not_wanted = tuple(one for one in silent if one not in ignored and one not in (only or ()))
        return replace(
            use,
            use_entities=only,
            ignore_entities=(*ignored, *not_wanted),
            retrieval=use.retrieval or declared,
        )
