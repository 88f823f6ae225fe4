"""The writer `sharegpt`: a list of conversations as ShareGPT has them."""

from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from dialog_core.datasets import DataItem, Dialogue, DialogueTurn
from dialog_data.writers.json_rows import json_line
from dialog_data.writers.left_out import NOT_TOLD, CountingWriter, count_left_out
from dialog_data.writers.sharegpt_options import SharegptWriterOptions
from dialog_data.writers.tool_calls import calls_as_text

SPEAKERS = {"user": "human", "bot": "gpt", "system": "system"}
OTHER_SPEAKERS = {
    "function_call": "function_call",
    "observation": "observation",
    "tool": "observation",
    "function": "observation",
    **{name: name for name in ("user", "assistant", "bot", "model", "chatgpt", "bing", "bard")},
}
DIALOGUE_FIELDS = ("tools",)
OWN = ("id", "conversations", "system")  # keys that say something else
TAKEN = ("role", "from", "value", "tool_calls")  # of turns; what is not written under its name


class SharegptWriter(CountingWriter[SharegptWriterOptions]):
    """Writes one JSON list, a conversation on each line: `id`, `conversations`, and `tools` where it has any.

    Calls of tools become turns of `function_call`, and what they return turns of `observation`.
    """

    accepts = (Dialogue,)
    suffix = ".json"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write dialogues."""
        self.left_out.clear()
        before = "[\n"
        for item in items:
            assert isinstance(item, Dialogue), "accepts"
            file.write(before + json_line(self._row(item), f"the dialogue {item.id!r}").rstrip("\n"))
            before = ",\n"
        file.write("\n]\n" if before == ",\n" else "[]\n")

    def _row(self, dialogue: Dialogue) -> dict[str, Any]:
        every = self.options.metadata
        known = [name for name in dialogue.metadata if name not in OWN] if every else DIALOGUE_FIELDS
        of_turns = {name for turn in dialogue.turns for name in turn.metadata if every and name not in TAKEN}
        count_left_out(self.left_out, dialogue, known, {"role", "tool_calls", *of_turns}, with_id=True)
        fields = {name: dialogue.metadata[name] for name in known if name in dialogue.metadata and name not in NOT_TOLD}
        turns = [row for turn in dialogue.turns for row in self._turns(turn)]
        return {"id": dialogue.id, "conversations": turns, **fields}

    def _turns(self, turn: DialogueTurn) -> Iterator[dict[str, Any]]:
        said_by = str(turn.metadata.get("role", ""))
        if said_by and said_by not in OTHER_SPEAKERS:
            self.left_out["role of a turn"] += 1
        more = {}
        if self.options.metadata:
            more = {name: value for name, value in turn.metadata.items() if name not in TAKEN}
        calls = calls_as_text(turn.metadata.get("tool_calls"))
        if turn.text or not calls:
            speaker = OTHER_SPEAKERS.get(said_by, SPEAKERS[turn.role])
            yield {"from": speaker, "value": turn.text, **more}
        if calls:
            yield {"from": "function_call", "value": calls}
