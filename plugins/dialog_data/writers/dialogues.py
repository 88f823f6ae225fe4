"""The writer `dialogues`: JSON lines with everything a dialogue has; the reader of that name reads them."""

from collections.abc import Iterable
from typing import Any, TextIO

from dialog_core.configuration import Options
from dialog_core.datasets import DataItem, Dialogue, DialogueAct, DialogueTurn
from dialog_data.writers.json_rows import json_line, without
from dialog_data.writers.left_out import CountingWriter


class DialoguesWriter(CountingWriter[Options]):
    """Writes a dialogue a line: its id, its turns with acts and states, and all metadata but the line it stood on.

    Left out are dialogues without turns, of which there is nothing to read again.
    """

    accepts = (Dialogue,)
    suffix = ".jsonl"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write dialogues, one a line."""
        self.left_out.clear()
        for item in items:
            assert isinstance(item, Dialogue), "accepts"
            if item.turns:
                file.write(json_line(_row(item), f"the dialogue {item.id!r}"))
            else:
                self.left_out["dialogue without turns"] += 1


def _row(dialogue: Dialogue) -> dict[str, Any]:
    row: dict[str, Any] = {"id": dialogue.id} if dialogue.id.strip() else {}
    row["turns"] = [_turn(turn) for turn in dialogue.turns]
    if metadata := without(dialogue.metadata, "line"):
        row["metadata"] = metadata
    return row


def _turn(turn: DialogueTurn) -> dict[str, Any]:
    row: dict[str, Any] = {"role": turn.role, "text": turn.text}
    if turn.acts:
        row["acts"] = [_act(act) for act in turn.acts]
    if turn.state:
        row["state"] = turn.state
    if turn.metadata:
        row["metadata"] = turn.metadata
    return row


def _act(act: DialogueAct) -> dict[str, str]:
    row = {"act": act.act}
    if act.domain:
        row["domain"] = act.domain
    if act.slot:
        row["slot"] = act.slot
    if act.value:
        row["value"] = act.value
    return row
