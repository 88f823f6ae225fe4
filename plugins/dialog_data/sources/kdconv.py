"""The reader `kdconv`: KdConv (Zhou et al. 2020), Chinese conversations about films, music and travel, with facts."""

from dialog_core.datasets import Dialogue
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.sources.dialogue_source import (
    DialogueSource,
    Place,
    a_dialogue,
    a_turn,
    alternating,
    first_element,
    turn_of,
)
from dialog_data.sources.records import Record
from dialog_data.sources.splits import split_of


class KdconvReader(DialogueSource):
    """Reads `train.json`, `dev.json`, `test.json`; the facts a turn rests on are its `attrs`, as in the source."""

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """A list of dialogues whose messages have a `message`, and nobody who says it."""
        message = turn_of(first_element(sample), "messages")
        return "message" in message and not {"role", "content", "from"} & set(message)

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder is a part of the data set; what is known about its topics is none."""
        return super().reads(file) and split_of(file) is not None and "kb_" not in file.name

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of an element; two people take turns, and the first is the user."""
        turns = [
            a_turn(alternating(number), turn.text("message"), turn.rest())
            for number, turn in enumerate(record.records("messages"))
        ]
        return a_dialogue("", turns, record.rest(), place)
