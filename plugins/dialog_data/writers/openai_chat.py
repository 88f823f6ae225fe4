"""The writer `openai_chat`: JSON lines as the chat endpoints of OpenAI take and fine-tune on them."""

from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from dialog_core.configuration import Options
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn
from dialog_data.writers.json_rows import json_line
from dialog_data.writers.left_out import CountingWriter, count_left_out
from dialog_data.writers.tool_calls import calls_of

DIALOGUE_FIELDS = ("tools", "functions", "parallel_tool_calls")
MESSAGE_FIELDS = (
    *("name", "tool_calls", "function_call", "tool_call_id"),
    *("refusal", "audio", "weight", "annotations"),
)
ROLES = {"user": "user", "bot": "assistant", "system": "system"}
OTHER_ROLES = ("developer", "tool", "function")


class OpenaiChatWriter(CountingWriter[Options]):
    """Writes a dialogue a line: its messages, and the tools, calls and names it has.

    Calls as ShareGPT has them, `function_call` and `observation`, become calls of tools and what they return.
    """

    accepts = (Dialogue,)
    suffix = ".jsonl"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write dialogues, one a line."""
        self.left_out.clear()
        for item in items:
            assert isinstance(item, Dialogue), "accepts"
            file.write(json_line(self._row(item), f"the dialogue {item.id!r}"))

    def _row(self, dialogue: Dialogue) -> dict[str, Any]:
        count_left_out(self.left_out, dialogue, DIALOGUE_FIELDS, (*MESSAGE_FIELDS, "content", "role"), with_id=False)
        fields = {name: dialogue.metadata[name] for name in DIALOGUE_FIELDS if name in dialogue.metadata}
        return {"messages": list(_messages(dialogue.turns)), **fields}


def _messages(turns: Iterable[DialogueTurn]) -> Iterator[dict[str, Any]]:
    made = 0  # calls that had no id
    open_calls: list[str] = []  # ids of those that have not returned anything
    for turn in turns:
        said_by = turn.metadata.get("role")
        fields: dict[str, Any] = {name: turn.metadata[name] for name in MESSAGE_FIELDS if name in turn.metadata}
        if said_by == "function_call":
            calls = calls_of(turn.text)
            if calls:
                open_calls = [f"call_{made + number}" for number in range(1, len(calls) + 1)]
                made += len(calls)
                made_calls = [
                    {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}
                    for id, (name, arguments) in zip(open_calls, calls, strict=True)
                ]
                yield {"role": "assistant", "content": None, "tool_calls": made_calls, **fields}
                continue
            role = "assistant"
        elif said_by == "observation" or (said_by == "tool" and "tool_call_id" not in fields and open_calls):
            role = "tool" if open_calls else "function"
            if open_calls:
                fields["tool_call_id"] = open_calls.pop(0)
        else:
            role = str(said_by) if said_by in OTHER_ROLES and turn.role == "system" else ROLES[turn.role]
        yield {"role": role, "content": _content(turn, fields), **fields}


def _content(turn: DialogueTurn, fields: dict[str, Any]) -> Any:
    """Return what is said; in parts where it came so, with the text as it is now: it may have been cleaned since."""
    parts = turn.metadata.get("content")
    if not isinstance(parts, list):
        return None if not turn.text and ("tool_calls" in fields or "function_call" in fields) else turn.text
    texts = [part for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
    if "".join(str(part["text"]) for part in texts) == turn.text:
        return parts
    others = [part for part in parts if part not in texts]
    return [{"type": "text", "text": turn.text}, *others] if turn.text else others
