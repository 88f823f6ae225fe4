"""The reader `convlab`: the unified format of ConvLab-3 (Zhu et al. 2022), into which many data sets have been put."""

from collections.abc import Mapping
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.sources.belief_states import filled
from dialog_data.sources.dialogue_source import DialogueSource, Place, Role, a_dialogue, a_turn, first_element, turn_of
from dialog_data.sources.dialogue_source import role_of as role_of_speaker
from dialog_data.sources.records import Record

SPEAKERS: Mapping[str, Role] = {"user": "user", "system": "bot"}
KINDS = ("binary", "categorical", "non-categorical")


class ConvlabReader(DialogueSource):
    """Reads `dialogues.json`, or the `data.zip` it stands in."""

    suffixes = ("dialogues.json",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """A list of dialogues with a `data_split`, whose turns have `dialogue_acts` of three kinds."""
        return is_unified(sample) and first_element(sample).get("dataset") != "camrest"

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of an element."""
        return unified_dialogue(record, place)

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder is the one with the dialogues."""
        return file.name.rpartition("/")[2] == "dialogues.json"


def is_unified(sample: Sample) -> bool:
    """Whether a file is of the unified format."""
    first = first_element(sample)
    turn = turn_of(first, "turns")
    return "data_split" in first and "utterance" in turn and "dialogue_acts" in turn


def unified_dialogue(record: Record, place: Place) -> Dialogue:
    """Return the dialogue of an element."""
    id, split = record.text("dialogue_id"), record.text("data_split")
    turns = [_turn(turn) for turn in record.records("turns")]
    return a_dialogue(id, turns, {**record.rest(), "split": split}, place)


def _turn(turn: Record) -> DialogueTurn:
    role = role_of_speaker(turn, "speaker", SPEAKERS)
    turn.take("utt_idx")  # the place of the turn
    acts: list[DialogueAct] = []
    spans: list[dict[str, Any]] = []
    kinds = turn.record("dialogue_acts")
    for kind in KINDS:
        for act in kinds.records(kind, []):
            value = act.text("value", "")
            acts.append(DialogueAct(act.text("intent"), act.text("domain", ""), act.text("slot", ""), value))
            if more := act.rest():
                spans.append({"act": len(acts) - 1, **more})
    state: dict[str, Any] = {}
    domains = turn.record("state", {})
    for domain in domains:
        slots = domains.record(domain)
        state |= filled(slots.rest(), f"{domain}-", slots.place)
    return a_turn(role, turn.text("utterance"), {**turn.rest(), **({"spans": spans} if spans else {})}, acts, state)
