"""The writers `openai_chat` and `sharegpt`, read again with the readers of the same name."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.testing import NASTY_TEXTS, make_context
from dialog_core.text import repair_text
from tests.plugins.dialog_data.sources.formats import MULTIWOZ, OPENAI_CHAT, SHAREGPT
from tests.plugins.dialog_data.sources.reading import read_text, said


def written(format: str, dialogues: Sequence[Dialogue], **options: Any) -> tuple[str, dict[str, int]]:
    """Return what a writer writes, and what it leaves out."""
    writer = make_context("data").create("writer", {"use": format, **options})
    file = io.StringIO()
    writer.write(iter(dialogues), file)
    return file.getvalue(), dict(writer.left_out)


def turns_of(dialogue: Dialogue) -> list[tuple[str, str, dict[str, Any]]]:
    return [(turn.role, turn.text, dict(turn.metadata)) for turn in dialogue.turns]


def test_chats_come_back_as_they_were(tmp_path: Path) -> None:
    content = "".join(f"{item}\n" for item in OPENAI_CHAT.items)
    dialogues = read_text("openai_chat", tmp_path / "chats.jsonl", content)
    text, left_out = written("openai_chat", dialogues)
    assert [json.loads(line) for line in text.splitlines()] == [json.loads(item) for item in OPENAI_CHAT.items]
    assert left_out == {}


def test_conversations_come_back_as_they_were(tmp_path: Path) -> None:
    dialogues = read_text("sharegpt", tmp_path / "one.json", SHAREGPT.text(SHAREGPT.items))
    text, left_out = written("sharegpt", dialogues)
    again = read_text("sharegpt", tmp_path / "two.json", text)
    assert [(one.id, turns_of(one)) for one in again] == [(one.id, turns_of(one)) for one in dialogues]
    assert left_out == {}
    assert json.loads(text)[0] == json.loads(SHAREGPT.items[0])


def test_calls_of_tools_are_the_same_in_both_ways_of_writing_them(tmp_path: Path) -> None:
    chats = read_text("openai_chat", tmp_path / "chats.jsonl", OPENAI_CHAT.items[1])
    text, left_out = written("sharegpt", chats)
    (row,) = json.loads(text)
    assert [turn["from"] for turn in row["conversations"]] == ["system", "human", "function_call", "observation", "gpt"]
    assert json.loads(row["conversations"][2]["value"]) == {"name": "clock", "arguments": {}}
    assert left_out == {"content of a turn": 1, "role of a turn": 1, "tool_call_id of a turn": 1}

    back, _ = written("openai_chat", read_text("sharegpt", tmp_path / "chats.json", text))
    messages = json.loads(back)["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "tool", "assistant"]
    (call,) = messages[2]["tool_calls"]
    assert call["function"] == {"name": "clock", "arguments": "{}"}
    assert messages[3]["tool_call_id"] == call["id"]


def test_what_has_no_place_is_counted(tmp_path: Path) -> None:
    dialogues = read_text("multiwoz", tmp_path / "data.json", MULTIWOZ.text(MULTIWOZ.items[:2]))
    for format, ids in (("openai_chat", {"id": 2}), ("sharegpt", {})):
        text, left_out = written(format, dialogues)
        expected = {"act": 12, "state": 4, "goal of a dialogue": 2, "span_info of a turn": 6, "booked of a turn": 2}
        assert left_out == {**expected, **ids}
        assert "QX7" in text


def test_metadata_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    given = Dialogue("a", (DialogueTurn("user", "hi", {"weight": 2, "from": "x"}),), {"topic": "Work", "line": 7})
    text, left_out = written("sharegpt", [given], metadata=True)
    assert json.loads(text) == [
        {"id": "a", "conversations": [{"from": "human", "value": "hi", "weight": 2}], "topic": "Work"}
    ]
    assert left_out == {"from of a turn": 1}


def test_parts_say_what_the_turn_says_now() -> None:
    """A text that was cleaned since it was read must not come back from the parts it came in."""
    parts = [{"type": "text", "text": "call 555-0100"}, {"type": "image_url", "image_url": {"url": "data:,x"}}]
    text, _ = written("openai_chat", [Dialogue("a", (DialogueTurn("user", "call <PHONE>", {"content": parts}),))])
    (message,) = json.loads(text)["messages"]
    assert message["content"] == [{"type": "text", "text": "call <PHONE>"}, parts[1]]


def test_no_dialogues_are_an_empty_list_and_no_lines() -> None:
    assert written("sharegpt", []) == ("[]\n", {})
    assert written("openai_chat", []) == ("", {})


NASTY = [text for text in NASTY_TEXTS.values() if len(text) < 10_000]
TURNS = st.lists(
    st.builds(
        DialogueTurn,
        role=st.sampled_from(["user", "bot", "system"]),
        text=st.text() | st.sampled_from(NASTY),
        acts=st.lists(st.just(DialogueAct("inform"))).map(tuple),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize(("format", "name"), [("openai_chat", "x.jsonl"), ("sharegpt", "x.json")])
def test_whatever_is_said_comes_back(format: str, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("chats") / name

    @given(st.lists(TURNS, min_size=1, max_size=3))
    def comes_back(several: list[list[DialogueTurn]]) -> None:
        dialogues = [Dialogue(f"d{number}", tuple(turns)) for number, turns in enumerate(several)]
        text, _ = written(format, dialogues)
        again = read_text(format, path, text)
        assert [said(one) for one in again] == [
            [(role, repair_text(text)) for role, text in said(one)] for one in dialogues
        ]

    comes_back()
