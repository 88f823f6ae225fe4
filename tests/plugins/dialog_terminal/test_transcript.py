"""A saved conversation can be read by people and by programs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog_core import BotSaid, Conversation, HumanSaid, Message, UserSaid
from dialog_terminal.phrases import CHINESE, ENGLISH
from dialog_terminal.transcript import as_json_line, as_markdown, save

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
CONVERSATION = Conversation(
    "terminal",
    [
        UserSaid(Message("Where is my order?\x1b[2J", client_id="m1", at=AT)),
        BotSaid("On its *way*. 在路上 \x9b31m \u202e", AT, "m1", "faq", 0.9),
        HumanSaid("It arrives today.", AT, author="Kim"),
    ],
)


def test_markdown_names_who_said_what_and_when() -> None:
    local = AT.astimezone()

    assert as_markdown(CONVERSATION, "Aria", ENGLISH) == (
        f"# Aria\n\n## {local:%Y-%m-%d}\n\n"
        f"**You** {local:%H:%M}\n\nWhere is my order?\n\n"
        f"**Aria** {local:%H:%M}\n\nOn its *way*. 在路上  \n\n"
        f"**Kim** {local:%H:%M}\n\nIt arrives today.\n"
    )
    assert "**你**" in as_markdown(CONVERSATION, "Aria", CHINESE)


def test_json_lines_hold_the_dialogue_with_every_character_of_it() -> None:
    line = as_json_line(CONVERSATION, "Aria", ENGLISH)

    dialogue = json.loads(line)
    assert dialogue["id"] == "terminal"
    assert [(turn["role"], turn["text"]) for turn in dialogue["turns"]] == [
        ("user", "Where is my order?\x1b[2J"),
        ("bot", "On its *way*. 在路上 \x9b31m \u202e"),
        ("bot", "It arrives today."),
    ]
    assert dialogue["turns"][1]["metadata"]["policy"] == "faq"
    assert dialogue["turns"][2]["metadata"]["author"] == "Kim"


def test_json_lines_are_harmless_where_they_are_listed() -> None:
    line = as_json_line(CONVERSATION, "Aria", ENGLISH)

    assert "在路上" in line
    assert line.count("\n") == 1
    assert not any(character in line for character in "\x1b\x9b\u202e")


def test_a_lone_surrogate_does_not_keep_a_conversation_from_being_saved(tmp_path: Path) -> None:
    conversation = Conversation("c", [UserSaid(Message("half \ud83d", client_id="m1", at=AT))])

    save(conversation, tmp_path / "c.JSONL", "Aria", ENGLISH, overwrite=False)

    assert json.loads((tmp_path / "c.JSONL").read_text(encoding="utf-8"))["turns"]


def test_a_failed_overwrite_costs_neither_the_old_file_nor_leaves_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.md"
    file.write_text("old", encoding="utf-8")

    def full(*names: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        save(CONVERSATION, file, "Aria", ENGLISH, overwrite=True)

    assert [path.name for path in tmp_path.iterdir()] == ["c.md"]
    assert file.read_text(encoding="utf-8") == "old"
