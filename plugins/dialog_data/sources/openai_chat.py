"""The reader `openai_chat`: JSON lines as the chat endpoints of OpenAI take and fine-tune on them."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
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
    turn_of,
)
from dialog_data.sources.records import Record, Unfit, shown

ROLES: Mapping[str, Role] = {
    "user": "user",
    "assistant": "bot",
    "system": "system",
    "developer": "system",
    "tool": "system",
    "function": "system",
}
CALLS = ("tool_calls", "function_call", "refusal", "audio")  # an assistant that says nothing does one of these


class OpenaiChatReader(DialogueSource):
    """Reads a dialogue a line, or a list of them; what it says beside the messages becomes metadata.

    Texts stay exactly as they are. A content in parts becomes the texts in it, and stays as `content` where there is
    more than one text; so do the calls of tools, names and roles other than those of the bot's own dialogues.
    """

    suffixes = (".jsonl", ".ndjson", ".json")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Messages with `role` and `content`, of roles that the endpoints know."""
        message = turn_of(first_element(sample), "messages")
        role = message.get("role")
        annotated = "dialog_act" in message
        return role in ROLES and not annotated and any(key in message for key in ("content", *CALLS))

    def elements(self, file: SourceFile, problems: FileProblems) -> Iterator[Element]:
        """Yield the elements of a list, or the objects of lines."""
        return elements_or_lines(file, problems)

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of a line."""
        turns = [_turn(message) for message in record.records("messages")]
        return a_dialogue(record.text("id", ""), turns, record.rest(), place, parts=False)


def _turn(message: Record) -> DialogueTurn:
    role = message.text("role")
    ours = ROLES.get(role)
    if ours is None:
        raise Unfit(f"the role {role[:40]!r} is not known", message.path("role"), remedy=f"Known: {', '.join(ROLES)}.")
    content = message.take("content")
    metadata = message.rest()
    if content is None and not any(metadata.get(key) for key in CALLS):
        raise Unfit("the message has no content, and calls nothing", message.place)
    text = _said(content, message.path("content"))
    if isinstance(content, list) and content != [{"type": "text", "text": text}]:
        metadata["content"] = content
    if role not in ("user", "assistant", "system"):
        metadata["role"] = role
    return DialogueTurn(ours, repair_text(text), metadata)


def _said(content: Any, path: str) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise Unfit(f"needs a text or a list of parts, not {shown(content)}", path)
    parts = [Record(part, f"{path}[{number}]") for number, part in enumerate(content)]
    return "".join(part.text("text") for part in parts if part.take("type") in ("text", "refusal") and "text" in part)
