"""The reader `crosswoz`: CrossWOZ (Zhu et al. 2020), Chinese task dialogues over five domains."""

from collections.abc import Mapping
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.sources.belief_states import an_act, filled
from dialog_data.sources.dialogue_source import (
    DialogueSource,
    Place,
    Role,
    a_dialogue,
    a_turn,
    first_element,
    first_entry,
    role_of,
    turn_of,
)
from dialog_data.sources.records import Record, Unfit, as_text
from dialog_data.sources.splits import split_of

SPEAKERS: Mapping[str, Role] = {"usr": "user", "sys": "bot", "user": "user", "system": "bot"}
BEFORE = "sys_state_init"
FOUND = "selectedResults"  # in a state, the entities of the database that fit it


class CrosswozReader(DialogueSource):
    """Reads `train.json`, `val.json`, `test.json`, zipped or not, and JSON lines with the same acts.

    With the system's turn the source has the state before its query to the database (`sys_state_init`), which becomes
    the state of the user's turn before it, and that of the query itself (`sys_state`), which stays where it is.
    """

    suffixes = (".json", ".jsonl")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Dialogues whose turns have acts as lists of four texts."""
        message = turn_of(first_entry(sample), "messages")
        turn = turn_of(first_element(sample), "turns")
        return ("content" in message and "dialog_act" in message) or (
            "text" in turn and isinstance(turn.get("dialog_act"), list)
        )

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder is a part of the data set; its databases are none."""
        return super().reads(file) and split_of(file) is not None and not file.name.endswith("_db.json")

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue under a key, or of a line."""
        compact = "turns" in record
        given = record.records("turns" if compact else "messages")
        roles = [role_of(turn, "speaker" if compact else "role", SPEAKERS) for turn in given]
        before = [_state_before(turn) for turn in given]
        states: list[dict[str, Any]] = [{} for _ in given]
        for number, state in enumerate(before):
            # A system's turn that no user's turn precedes keeps its state itself.
            states[number - 1 if number and roles[number - 1] == "user" else number] |= state
        turns = [_turn(*parts) for parts in zip(given, roles, states, strict=True)]
        id = place.key or record.text("id", "")
        return a_dialogue(id, turns, record.rest(), place)


def _turn(turn: Record, role: Role, state: Mapping[str, Any]) -> DialogueTurn:
    acts = [_act(act, turn.path(f"dialog_act[{number}]")) for number, act in enumerate(turn.items("dialog_act"))]
    text = turn.text("content" if "content" in turn else "text")
    found = {domain: {FOUND: slots[FOUND]} for domain, slots in (turn.take(BEFORE) or {}).items() if slots.get(FOUND)}
    return a_turn(role, text, {**turn.rest(), **({BEFORE: found} if found else {})}, acts, state)


def _act(act: Any, path: str) -> DialogueAct:
    """Return `["Inform", "餐馆", "评分", "4.5分"]`, or `["General", "greet", "none", "none"]`, which greets."""
    if not isinstance(act, list) or len(act) != 4:
        raise Unfit("needs an act of four parts: intent, domain, slot, value", path)
    intent, domain, slot, value = (as_text(part, path) for part in act)
    return DialogueAct(domain, intent) if intent == "General" else an_act(intent, domain, slot, value)


def _state_before(turn: Record) -> dict[str, Any]:
    domains = turn.record(BEFORE, {})
    state: dict[str, Any] = {}
    for domain in domains:
        slots = domains.record(domain)
        slots.take(FOUND)
        state |= filled(slots.rest(), f"{domain}-", slots.place)
    return state
