"""The reader `multiwoz22`: MultiWOZ 2.2 (Zang et al. 2020), in the form of schema-guided dialogues (Rastogi et al.)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.sources.belief_states import domain_acts, filled
from dialog_data.sources.dialogue_source import (
    DialogueSource,
    Place,
    Role,
    a_dialogue,
    a_turn,
    first_element,
    role_of,
    turn_of,
)
from dialog_data.sources.records import Record

SPEAKERS: Mapping[str, Role] = {"user": "user", "system": "bot"}
ACTS = "dialog_acts.json"  # beside the folders `train`, `dev` and `test`
_DIALOGUES = re.compile(r"dialogues_\d+\.json$")


class Multiwoz22Reader(DialogueSource):
    """Reads `dialogues_001.json` and so on, with the acts of `dialog_acts.json` where that is there."""

    def __init__(self, options: Any, context: Any) -> None:
        super().__init__(options, context)
        self._acts: dict[Path, Mapping[str, Any]] = {}

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """A list of dialogues with `services`, and `frames` in their turns."""
        if sample.names:
            return any(_DIALOGUES.search(name) for name in sample.names)
        first = first_element(sample)
        turn = turn_of(first, "turns")
        return "services" in first and "frames" in turn and "utterance" in turn

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder is one of dialogues."""
        return _DIALOGUES.search(file.name) is not None

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of an element."""
        id = record.text("dialogue_id")
        acts = self._acts_of(id, place.file)
        turns = [_turn(turn, acts, number) for number, turn in enumerate(record.records("turns"))]
        return a_dialogue(id, turns, record.rest(), place)

    def _acts_of(self, id: str, file: SourceFile) -> Mapping[str, Any]:
        folder = file.shown.parent
        if folder not in self._acts:
            beside = (self.mapping_beside(file, name) for name in (ACTS, f"../{ACTS}"))
            self._acts = {folder: next((acts for acts in beside if acts), {})}  # of one folder at a time
        found = self._acts[folder].get(id)
        return found if isinstance(found, dict) else {}


def _turn(turn: Record, acts: Mapping[str, Any], number: int) -> DialogueTurn:
    role = role_of(turn, "speaker", SPEAKERS)
    id, text = turn.text("turn_id", str(number)), turn.text("utterance")
    state: dict[str, Any] = {}
    done: list[DialogueAct] = []
    frames: list[dict[str, Any]] = []
    for frame in turn.records("frames"):
        service = frame.text("service")
        told = frame.record("state", {})
        state |= _slots(told.record("slot_values", {}), service)
        done += _actions(frame.records("actions", []), service)
        if kept := {key: value for key, value in {**told.rest(), **frame.rest()}.items() if value not in ([], "NONE")}:
            frames.append({"service": service, **kept})
    metadata = {**turn.rest(), **({"frames": frames} if frames else {})}
    beside = Record(acts.get(id) or {}, f"{ACTS}.{id}")
    done += domain_acts(beside.take("dialog_act"), beside.path("dialog_act"))
    if spans := beside.items("span_info", []):
        metadata["span_info"] = spans
    return a_turn(role, text, metadata, done, state)


def _slots(values: Record, service: str) -> dict[str, Any]:
    """Return the slots with their service before them, which some files write there themselves."""
    found = filled(values.rest(), "", values.place)
    return {slot if slot.startswith(f"{service}-") else f"{service}-{slot}": value for slot, value in found.items()}


def _actions(actions: list[Record], service: str) -> list[DialogueAct]:
    """Return acts as schema-guided dialogues have them: with several values, or none, for a slot."""
    found: list[DialogueAct] = []
    for action in actions:
        act, slot = action.text("act"), action.text("slot", "")
        found += [DialogueAct(act, service, slot, value) for value in action.texts("values", []) or [""]]
    return found
