"""Pairs of replies from conversations and from files: what makes one, what does not, what is told of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dialog_core import (
    Bot,
    BotSaid,
    Conversation,
    Event,
    FeedbackGiven,
    Message,
    ReplyEdited,
    SessionStarted,
    TrainingError,
    UserSaid,
)
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context, write_bot
from dialog_generative_training.material import Preference
from dialog_generative_training.preference_lines import read_preferences
from dialog_generative_training.preference_logs import MOST_TURNS, judge
from dialog_generative_training.preferences import collect_preferences
from dialog_generative_training.splitting import split_material

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOT = """
version: 1
bot: {name: Aria}
policies: [{name: rules, use: rules, path: rules.yaml}]
store: {use: sqlite, path: talks.db}
"""
RULES = "rules: [{name: any, when: /how.+/, say: I see.}]"


def talk(id: str, *said: tuple[str, str], then: tuple[Event, ...] = ()) -> Conversation:
    """Return a conversation of questions with their replies; messages are called 1, 2, ..."""
    events: list[Event] = [SessionStarted(NOW)]
    for number, (question, reply) in enumerate(said, start=1):
        events += [UserSaid(Message(question, client_id=str(number))), BotSaid(reply, NOW, str(number))]
    return Conversation(id, [*events, *then])


def judged(message: str, verdict: Any) -> FeedbackGiven:
    return FeedbackGiven(message, verdict, NOW)


def edited(message: str, text: str) -> ReplyEdited:
    return ReplyEdited(message, text, NOW, "Ann")


def texts(pairs: Any) -> list[tuple[str, str, str]]:
    return [(pair.dialogue.turns[-1].text, pair.chosen, pair.rejected) for pair in pairs]


def test_what_a_person_put_right_is_preferred_to_what_the_bot_said() -> None:
    conversation = talk("a", ("hello", "hi"), ("how much?", "I see."), then=(judged("2", "good"), edited("2", "Ten.")))
    found = judge([conversation])
    assert texts(found.pairs) == [("how much?", "Ten.", "I see.")]
    said = [(turn.role, turn.text) for turn in found.pairs[0].dialogue.turns]
    assert said == [("user", "hello"), ("bot", "hi"), ("user", "how much?")]
    assert (found.edited, found.good, found.bad) == (1, 0, 0)


def test_good_and_bad_replies_to_the_same_question_make_pairs_across_conversations() -> None:
    found = judge(
        [
            talk("a", ("How much  is it?", "Ten."), then=(judged("1", "good"),)),
            talk("b", ("how much is it?", "I see."), then=(judged("1", "bad"),)),
            talk("c", ("hello", "hi"), ("HOW MUCH IS IT?", "Why?"), then=(judged("2", "bad"),)),
        ]
    )
    assert texts(found.pairs) == [("how much is it?", "Ten.", "I see."), ("HOW MUCH IS IT?", "Ten.", "Why?")]


def test_what_makes_sense_only_in_its_context_is_compared_only_there() -> None:
    """Yes to one question is not yes to another."""
    found = judge(
        [
            talk("a", ("a lamp?", "Shall I send it?"), ("yes", "It is on its way."), then=(judged("2", "good"),)),
            talk("b", ("a desk?", "A large one?"), ("yes", "What?"), then=(judged("2", "bad"),)),
            talk("c", ("A lamp?", "shall I send it?"), ("Yes", "What?"), then=(judged("2", "bad"),)),
        ]
    )
    assert texts(found.pairs) == [("Yes", "It is on its way.", "What?")]
    assert found.alone == 1
    assert "Of 1 bad replies nobody said what is better." in found.told


def test_a_bad_reply_is_paired_with_what_somebody_wrote_elsewhere() -> None:
    found = judge(
        [
            talk("a", ("how much", "I see."), then=(edited("1", "Ten."),)),
            talk("b", ("how much", "Why?"), then=(judged("1", "bad"),)),
        ]
    )
    assert texts(found.pairs) == [("how much", "Ten.", "I see."), ("how much", "Ten.", "Why?")]


def test_a_reply_found_good_as_often_as_bad_says_nothing() -> None:
    found = judge(
        [
            talk("a", ("how much", "Ten."), then=(judged("1", "good"),)),
            talk("b", ("how much", "Ten."), then=(judged("1", "bad"),)),
            talk("c", ("how much", "I see."), then=(judged("1", "bad"),)),
        ]
    )
    assert found.pairs == ()
    assert (found.disputed, found.alone) == (1, 1)
    assert "1 replies were found good as often as bad" in found.told


def test_only_the_last_verdict_on_a_reply_counts() -> None:
    changed = talk("a", ("how much", "Ten."), then=(judged("1", "bad"), judged("1", "good")))
    found = judge([changed, talk("b", ("how much", "I see."), then=(judged("1", "bad"),))])
    assert texts(found.pairs) == [("how much", "Ten.", "I see.")]


def test_judgements_of_what_was_never_said_are_passed_over() -> None:
    nothing = talk("a", ("  ", "hi"), then=(judged("1", "bad"), judged("7", "good"), edited("9", "Ten.")))
    assert judge([nothing]).pairs == ()


def test_a_dialogue_begins_with_its_session_and_is_not_longer_than_a_model_reads() -> None:
    old = talk("a", ("long ago", "yes"))
    now = old.append(
        [
            SessionStarted(NOW),
            BotSaid("Welcome back", NOW),
            UserSaid(Message("new", client_id="n")),
            BotSaid("What?", NOW, "n"),
            edited("n", "Sit."),
        ]
    )
    (pair,) = judge([now]).pairs
    assert [turn.text for turn in pair.dialogue.turns] == ["new"]
    long = talk("b", *((f"question {number}", "yes") for number in range(1, 61)), then=(edited("60", "No."),))
    (pair,) = judge([long]).pairs
    assert len(pair.dialogue.turns) == MOST_TURNS - 1
    assert pair.dialogue.turns[0].role == "user"


def test_the_store_of_a_running_bot_is_read_and_not_changed(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, BOT, **{"rules.yaml": RULES})) as bot:
        bot.reply("how much is it?", conversation="a", client_id="1")
        bot.record("a", [edited("1", "Ten euros.")])
        before = (tmp_path / "talks.db").read_bytes()
        material = collect_preferences([], tmp_path / "talks.db", make_context("llm"))
        assert (tmp_path / "talks.db").read_bytes() == before
    assert texts(material.preferences) == [("how much is it?", "Ten euros.", "I see.")]
    assert material.remarks == (
        "In 1 conversations 1 replies were edited, 0 judged good and 0 bad; that makes 1 pairs.",
    )


def test_what_is_no_database_of_conversations_is_named(tmp_path: Path) -> None:
    (tmp_path / "talks.db").write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(TrainingError, match=r"talks\.db cannot be read: file is not a database"):
        collect_preferences([], tmp_path / "talks.db", make_context("llm"))


def write(file: Path, *rows: object) -> Path:
    file.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def pair(prompt: object = "how much", chosen: object = "Ten.", rejected: object = "I see.") -> dict[str, object]:
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected}


def test_lines_have_a_text_or_messages_as_their_prompt(tmp_path: Path) -> None:
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "hi"},
        {"role": "user", "content": "how much"},
    ]
    chosen = [{"role": "assistant", "content": "Ten."}]
    file = write(tmp_path / "pairs.jsonl", pair(), "", pair(messages, chosen) | {"source": "kept out"})
    first, second = read_preferences([file], make_context("llm"))
    assert isinstance(first, Preference)
    assert [(turn.role, turn.text) for turn in first.dialogue.turns] == [("user", "how much")]
    assert [turn.role for turn in second.dialogue.turns] == ["system", "user", "bot", "user"]
    assert second.chosen == "Ten."


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    file = write(
        tmp_path / "pairs.jsonl",
        "{",
        "[]",
        {"prompt": "a", "choosen": "b", "rejected": "c"},
        pair(prompt=[]),
        pair(prompt=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]),
        pair(prompt=[{"role": "usr", "content": "a"}]),
        pair(prompt=[{"role": "user", "content": 7}]),
        pair(rejected=None),
        "[" * 100_000,
        "1" * 5_000,
        pair(),
    )
    with pytest.raises(ConfigurationError) as error:
        read_preferences([file, tmp_path / "pairz.jsonl"], make_context("llm"))
    told = [str(problem).partition("pairs.jsonl:")[2] for problem in error.value.problems]
    for expected in (
        "1: is no JSON: Expecting property name",
        "2: is no object",
        "3: 'chosen' is missing. Did you mean 'choosen'?",
        "4: 'prompt' is neither a text nor a list of messages",
        "5: the last message of 'prompt' is not the user's",
        "6: 'prompt[0]' has no role that is known. Did you mean 'user'?",
        "7: 'prompt[0]' has no text as its 'content'",
        "8: 'rejected' is neither a text nor a list of one message",
        "9: is no JSON that can be read",
        "10: is no JSON that can be read",
    ):
        assert any(text.startswith(expected) for text in told), expected
    assert any(
        "pairz.jsonl: there is no such file. Did you mean 'pairs.jsonl'?" in str(p) for p in error.value.problems
    )


def test_of_a_file_full_of_mistakes_only_the_first_are_told(tmp_path: Path) -> None:
    file = write(tmp_path / "pairs.jsonl", *["{}"] * 1000)
    with pytest.raises(ConfigurationError, match="has 950 more lines with mistakes") as error:
        read_preferences([file], make_context("llm"))
    assert len(error.value.problems) == 51


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"pairs\.jsonl: is not UTF-8"):
        read_preferences([tmp_path / "pairs.jsonl"], make_context("llm"))


def test_pairs_that_teach_nothing_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [pair(), pair(), pair(rejected=" Ten. "), pair(chosen=" "), pair(prompt=" "), pair(rejected="ten.")]
    material = collect_preferences([write(tmp_path / "pairs.jsonl", *rows)], None, make_context("llm"))
    assert texts(material.preferences) == [("how much", "Ten.", "I see."), ("how much", "Ten.", "ten.")]
    assert material.remarks == (
        "Left out: 1 found twice, 1 with the same reply as chosen and rejected, 2 without a text.",
    )


def test_pairs_of_one_question_are_not_divided_into_what_is_learnt_and_what_is_measured_on(tmp_path: Path) -> None:
    rows = [pair(prompt=f"question {number // 3}", rejected=f"{number}") for number in range(30)]
    material = collect_preferences([write(tmp_path / "pairs.jsonl", *rows)], None, make_context("llm"))
    split = split_material(material, 0.3, 1)
    learnt, held = ({asked for asked, _, _ in texts(part.preferences)} for part in (split.train, split.validation))
    assert len(held) == 3
    assert not learnt & held


def test_a_model_is_told_who_it_is_as_it_is_when_it_serves(tmp_path: Path) -> None:
    told = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "how much"}]
    file = write(tmp_path / "pairs.jsonl", pair(), pair(prompt=told))
    material = collect_preferences([file], None, make_context("llm"), "You are Aria.")
    assert [one.dialogue.turns[0].text for one in material.preferences] == ["You are Aria.", "Be brief."]


def test_without_a_pair_it_is_told_what_was_found(tmp_path: Path) -> None:
    file = write(tmp_path / "pairs.jsonl", pair(rejected="Ten."))
    with pytest.raises(TrainingError) as error:
        collect_preferences([file], None, make_context("llm"))
    assert "pairs.jsonl to learn from. Left out: 1 with the same reply as chosen and rejected. Name" in str(error.value)
