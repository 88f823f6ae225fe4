"""What a bot has stored, as dialogues."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from dialog_core import (
    Bot,
    BotSaid,
    Context,
    Event,
    FeedbackGiven,
    FlowStarted,
    FlowStepped,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    ReplyEdited,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing import make_context
from dialog_core.testing.sample_events import EVERY_KIND_OF_EVENT, NOON
from tests.plugins.dialog_data.sources.reading import problems_of, read, said


async def store(path: Path, **conversations: Sequence[Event]) -> Path:
    """Store conversations, as a bot does."""
    kept = SQLiteStore(SQLiteOptions(path=path), Context())
    for id, events in conversations.items():
        await kept.append(id, events, expected_length=0)
    await kept.close()
    return path


def asked(text: str, id: str, user: str = "ada", minutes: int = 0) -> UserSaid:
    return UserSaid(Message(text, user_id=user, client_id=id, at=NOON + timedelta(minutes=minutes)))


async def test_a_turn_says_when_by_whom_and_what_was_known(tmp_path: Path) -> None:
    path = await store(
        tmp_path / "talks.db",
        ann=[
            SessionStarted(NOON),
            BotSaid("Welcome!", NOON, policy="greeting"),
            asked("a table in the east", "m1"),
            FlowStarted("book", "flows", "ask_area"),
            SlotSet("area", "east"),
            FlowStepped("book", "ask_people"),
            BotSaid("For how many?", NOON, "m1", "flows", 0.9),
        ],
    )
    (dialogue,) = read("auto", path)
    assert said(dialogue) == [("bot", "Welcome!"), ("user", "a table in the east"), ("bot", "For how many?")]
    assert [dict(turn.state) for turn in dialogue.turns] == [{}, {"area": "east"}, {"area": "east"}]
    last = dialogue.turns[-1].metadata
    assert {"policy": "flows", "probability": 0.9, "flow": "book", "step": "ask_people"}.items() <= last.items()
    assert dialogue.metadata == {"sessions": 1, "at": NOON.isoformat(), "user": "ada"}


def test_what_a_bot_has_just_said_can_be_read_while_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rules:\n  - {name: greet, when: [hello], say: Good morning.}\n")
    (tmp_path / "bot.yaml").write_text(
        "version: 1\nbot: {name: Aria}\npolicies: [{use: rules, path: rules.yaml}]\n"
        "store: {use: sqlite, path: talks.db}\n"
    )
    with Bot.load(tmp_path / "bot.yaml") as bot:
        bot.reply("hello", conversation="ann")
        (dialogue,) = read("auto", tmp_path / "talks.db")
        assert said(dialogue) == [("user", "hello"), ("bot", "Good morning.")]
        assert dialogue.turns[1].metadata["policy"] == "rules"
        bot.reply("hello", conversation="ann")
        assert len(read("auto", tmp_path / "talks.db")[0].turns) == 4


async def test_a_correction_is_what_was_said_and_what_the_bot_had_said_is_kept(tmp_path: Path) -> None:
    path = await store(
        tmp_path / "talks.db",
        ann=[
            asked("open?", "m1"),
            BotSaid("No.", NOON, "m1", "faq"),
            BotSaid("Anything else?", NOON, "m1", "flows"),
            asked("sure?", "m2"),
            BotSaid("Yes.", NOON, "m2", "faq"),
            ReplyEdited("m1", "Until six.", NOON, "Kim"),
            FeedbackGiven("m2", "bad", NOON, "rude"),
            ReplyEdited("m1", "Until seven.", NOON, "Kim"),
        ],
    )
    (dialogue,) = read("conversations", path)
    assert said(dialogue) == [("user", "open?"), ("bot", "Until seven."), ("user", "sure?"), ("bot", "Yes.")]
    corrected, judged = dialogue.turns[1].metadata, dialogue.turns[3].metadata
    assert corrected["original"] == ["No.", "Anything else?"]
    assert corrected["edited"] == {"at": NOON.isoformat(), "author": "Kim"}
    assert judged["feedback"] == {"verdict": "bad", "at": NOON.isoformat(), "comment": "rude"}


async def test_a_person_who_takes_over_is_the_speaker_of_the_bots_turn(tmp_path: Path) -> None:
    path = await store(
        tmp_path / "talks.db",
        ann=[
            asked("a person, please", "m1"),
            HandedOver(NOON, "asked for it"),
            HumanSaid("Kim here.", NOON, "kim"),
            HandedBack(NOON),
            asked("thanks", "m2"),
            BotSaid("Bye.", NOON, "m2"),
        ],
    )
    (dialogue,) = read("conversations", path)
    person = dialogue.turns[1]
    assert (person.role, person.metadata["speaker"], person.metadata["person"]) == ("bot", "kim", True)
    assert person.metadata["handed_over"]["reason"] == "asked for it"
    assert dialogue.turns[2].metadata["handed_back"] == {"at": NOON.isoformat()}


async def test_a_new_session_begins_with_nothing_known(tmp_path: Path) -> None:
    path = await store(
        tmp_path / "talks.db",
        ann=[
            SessionStarted(NOON),
            asked("east", "m1"),
            SlotSet("area", "east"),
            BotSaid("Fine.", NOON, "m1"),
            SessionStarted(NOON),
            asked("hi again", "m2"),
            BotSaid("Hello.", NOON, "m2"),
        ],
    )
    (dialogue,) = read("conversations", path)
    assert [dict(turn.state) for turn in dialogue.turns] == [{"area": "east"}, {"area": "east"}, {}, {}]
    assert dialogue.turns[2].metadata["session"] == 2
    assert dialogue.metadata["sessions"] == 2


async def test_every_kind_of_event_can_be_told_and_written(tmp_path: Path) -> None:
    path = await store(tmp_path / "talks.db", ann=EVERY_KIND_OF_EVENT)
    (dialogue,) = read("conversations", path)
    own = tmp_path / "own.jsonl"
    with own.open("w", encoding="utf-8") as file:
        make_context("data").create("writer", "dialogues").write([dialogue], file)
    (again,) = read("dialogues", own)
    assert (again.id, again.turns) == (dialogue.id, dialogue.turns)


async def test_conversations_of_one_user_can_be_picked(tmp_path: Path) -> None:
    path = await store(
        tmp_path / "talks.db",
        ann=[asked("hi", "m1", user="ada"), BotSaid("Hello.", NOON, "m1")],
        bob=[asked("hi", "m1", user="bob"), BotSaid("Hello.", NOON, "m1")],
    )
    assert {dialogue.id for dialogue in read("conversations", path)} == {"ann", "bob"}
    assert [dialogue.id for dialogue in read("conversations", path, user="bob")] == ["bob"]
    (told,) = problems_of("conversations", path, user="eve")
    assert "there are no conversations of the user 'eve' in it" in told


async def test_a_conversation_that_is_damaged_costs_only_itself(tmp_path: Path) -> None:
    path = await store(
        tmp_path / "talks.db",
        ann=[asked("hi", "m1"), BotSaid("Hello.", NOON, "m1")],
        bob=[asked("hi", "m1"), BotSaid("Hello.", NOON, "m1")],
    )
    with sqlite3.connect(path) as database:
        database.execute("UPDATE events SET body = '{' WHERE conversation = 1 AND seq = 1")
    database.close()
    assert any("'ann' cannot be read" in problem for problem in problems_of("conversations", path))
    assert [dialogue.id for dialogue in read("conversations", path, on_error="skip")] == ["bob"]


def test_what_is_no_database_of_conversations_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "talks.db"
    (told,) = problems_of("conversations", path)
    assert "there is no such file" in told
    path.write_text("hello, this is a text and no database at all, of any kind\n" * 100)
    (told,) = problems_of("conversations", path)
    assert "talks.db" in told
