"""The reader `camrest`: CamRest676 (Wen et al. 2017), task dialogues about restaurants."""

from collections.abc import Iterator
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.sources.convlab import is_unified, unified_dialogue
from dialog_data.sources.dialogue_source import DialogueSource, Place, a_dialogue, a_turn, first_element, turn_of
from dialog_data.sources.records import Record, Unfit

DOMAIN = "restaurant"
_FILES = ("camrest676.json", "dialogues.json")


class CamrestReader(DialogueSource):
    """Reads `CamRest676.json`, or `dialogues.json` as ConvLab-3 has put it into its unified format.

    In the original, what the user has said they want makes the state: each turn adds to it.
    """

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """A list of dialogues with a `dial`, or of ones in the unified format that say they are CamRest's."""
        first = first_element(sample)
        turn = turn_of(first, "dial")
        return ("usr" in turn and "sys" in turn) or (is_unified(sample) and first.get("dataset") == "camrest")

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder is the one with the dialogues."""
        return file.name.rpartition("/")[2].lower() in _FILES

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of an element."""
        if "dial" not in record:
            return unified_dialogue(record, place)
        state: dict[str, Any] = {}
        turns = [turn for pair in record.records("dial") for turn in _turns(pair, state)]
        return a_dialogue(record.text("dialogue_id", ""), turns, record.rest(), place)


def _turns(pair: Record, state: dict[str, Any]) -> Iterator[DialogueTurn]:
    """Yield the user's and the system's turn, and add to the state what the user wants."""
    user, system = pair.record("usr"), pair.record("sys")
    pair.take("turn")  # the number of the pair
    acts = [act for given in user.records("slu", []) for act in _acts(given)]
    state |= {f"{DOMAIN}-{act.slot}": act.value for act in acts if act.act == "inform" and act.value}
    yield a_turn("user", user.text("transcript"), {**user.rest(), **pair.rest()}, acts, dict(state))
    done = [DialogueAct(act, DOMAIN) for act in system.texts("DA", [])]
    yield a_turn("bot", system.text("sent"), system.rest(), done)


def _acts(given: Record) -> Iterator[DialogueAct]:
    """Yield an act for each slot; `request` with `["slot", "address"]` asks for the slot `address`."""
    act = given.text("act")
    slots = given.items("slots", [])
    for number, pair in enumerate(slots):
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise Unfit("needs a slot and a value", given.path(f"slots[{number}]"))
        slot, value = pair
        yield DialogueAct(act, DOMAIN, value, "") if slot == "slot" else DialogueAct(act, DOMAIN, slot, value)
    if not slots:
        yield DialogueAct(act, DOMAIN)
