"""The reader `sharegpt`: conversations as ShareGPT has them, and those who fine-tune on such."""

from collections.abc import Iterator, Mapping

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import Element
from dialog_data.files.problems import FileProblems
from dialog_data.sources.dialogue_source import (
    DialogueSource,
    Place,
    Role,
    a_dialogue,
    elements_or_lines,
    first_element,
    role_of,
    turn_of,
)
from dialog_data.sources.records import Record

ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("human", "user"), "user"),
    **dict.fromkeys(("gpt", "assistant", "bot", "model", "chatgpt", "bing", "bard"), "bot"),
    **dict.fromkeys(("system", "tool", "observation", "function_call", "function"), "system"),
}
USUAL = ("human", "gpt", "system")


class SharegptReader(DialogueSource):
    """Reads a list of conversations, or one a line; what they say beside that becomes metadata.

    Texts stay exactly as they are. A `system` prompt beside the conversation is its first turn, and a `from` other than
    `human`, `gpt` and `system` stays with its turn as `role`.
    """

    suffixes = (".json", ".jsonl", ".ndjson")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Conversations of `from` and `value`."""
        turn = turn_of(first_element(sample), "conversations")
        return "from" in turn and "value" in turn

    def elements(self, file: SourceFile, problems: FileProblems) -> Iterator[Element]:
        """Yield the elements of a list, or the objects of lines."""
        return elements_or_lines(file, problems)

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of a conversation."""
        given = record.records("conversations")
        turns = [_turn(turn) for turn in given]
        system = record.text("system", "")
        if system.strip():
            turns.insert(0, DialogueTurn("system", system))
        return a_dialogue(record.text("id", ""), turns, record.rest(), place, parts=False)


def _turn(turn: Record) -> DialogueTurn:
    role = role_of(turn, "from", ROLES)
    said_by = turn.text("from")
    other = {} if said_by in USUAL else {"role": said_by}
    return DialogueTurn(role, turn.text("value"), {**turn.rest(), **other})
