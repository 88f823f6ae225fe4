"""Labelled dialogues: who would have been right in each of their turns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ActionCall, Candidate, Evidence, Message, TrainingError, UserSaid
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import Hang, ScriptedPolicy, make_bot
from dialog_ranking.choices import Choice, Label
from tests.plugins.dialog_ranking_training.gathering.shop import dialogue, gathered, labels, shop, write_lines


def choices_of(directory: Path, *turns: Any, **more: Any) -> tuple[Choice, ...]:
    shop(directory)
    return gathered(directory, write_lines(directory / "talks.jsonl", dialogue(*turns, **more))).choices


def said(choice: Choice) -> list[str]:
    messages = choice.turn.conversation.messages
    return [event.message.text if isinstance(event, UserSaid) else event.text for event in messages]


def test_a_candidate_with_the_words_of_the_reference_is_right_and_the_others_are_wrong(tmp_path: Path) -> None:
    (choice,) = choices_of(tmp_path, "when are you open, and how do I return a lamp?", "from nine TO five")

    assert labels(choice)["faq", "From nine to five."] == 1.0
    assert labels(choice)["faq", "Send it back within 30 days."] == 0.0
    assert (choice.nobody, choice.tiers["faq"], choice.labels[1]) == (None, 1, Label(1.0, 1.0, "reference"))


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("We are open from nine to five every day.", 1.0),
        ("We open every day but Sunday, when you had better come back some other time.", 0.0),
        ({"text": "", "entry": "hours"}, 1.0),
        ({"text": "", "entry": "faq:hours"}, 1.0),
        ({"text": "", "entry": ["returns", "hours"]}, 1.0),
        ({"text": "", "entry": "our"}, 0.0),
        ({"text": "Quite other words.", "entry": "hours"}, 1.0),
        ({"text": "", "policy": "faq"}, 1.0),
        ({"text": "", "policy": ["rules"]}, 0.0),
        ({"text": "No.", "references": ["From nine to five.", "Nine to five."]}, 1.0),
        ({"text": "From nine to five.", "label": "wrong"}, 0.0),
        ({"text": "No idea.", "label": "wrong"}, None),
        ({"text": "From nine to five.", "label": "good"}, 1.0),
    ],
)
def test_there_are_many_ways_to_say_what_is_right(tmp_path: Path, reply: Any, right: float | None) -> None:
    (choice,) = choices_of(tmp_path, "when are you open?", reply)

    assert labels(choice)["faq", "From nine to five."] == right


@pytest.mark.parametrize("mark", ["nobody", "fallback"])
def test_where_nobody_should_answer_every_candidate_is_wrong(tmp_path: Path, mark: str) -> None:
    (choice,) = choices_of(tmp_path, "when are you open on Mars?", {"text": "Sorry?", mark: True})

    assert set(labels(choice).values()) == {0.0}
    assert choice.nobody == Label(1.0)


def test_the_references_are_the_history_and_not_what_the_bot_would_have_said(tmp_path: Path) -> None:
    first, second = choices_of(tmp_path, "hello", "Good day to you!", "when are you open?", "Nine to five.")

    said = [
        event.message.text if isinstance(event, UserSaid) else event.text for event in second.turn.conversation.messages
    ]
    assert said == ["hello", "Good day to you!", "when are you open?"]
    assert first.conversation == second.conversation
    assert first.turn.now < second.turn.now


def test_a_dialogue_says_who_asks_when_and_in_which_language(tmp_path: Path) -> None:
    (choice,) = choices_of(
        tmp_path, "你们几点开门？", "From nine to five.", user="ann", at="2026-03-01T12:00:00Z", language="zh"
    )

    assert (choice.user, choice.turn.language) == ("ann", "zh")
    assert choice.turn.now == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert labels(choice)["faq", "From nine to five."] == 1.0


def test_a_policy_that_should_answer_is_right_with_what_it_finds_best(tmp_path: Path) -> None:
    policies = {
        "faq": ScriptedPolicy([Candidate("Second.", 0.3), Candidate("First.", 0.8)]),
        "llm": ScriptedPolicy("?"),
    }
    file = write_lines(tmp_path / "talks.jsonl", dialogue("well?", {"text": "", "policy": "faq"}))

    (choice,) = gathered(tmp_path, file, open_bot=lambda: make_bot(policies)).choices

    assert labels(choice) == {("faq", "First."): 1.0, ("faq", "Second."): None, ("llm", "?"): 0.0}


def test_chinese_replies_are_compared_by_the_character(tmp_path: Path) -> None:
    policies = {"faq": ScriptedPolicy("我们早上九点开门。"), "llm": ScriptedPolicy("我不知道。")}
    file = write_lines(tmp_path / "talks.jsonl", dialogue("几点开门？", "早上九点开门"))

    (choice,) = gathered(tmp_path, file, open_bot=lambda: make_bot(policies)).choices

    assert labels(choice) == {("faq", "我们早上九点开门。"): 1.0, ("llm", "我不知道。"): 0.0}


def test_messages_without_a_reply_are_left_out_and_counted(tmp_path: Path) -> None:
    shop(tmp_path)
    turns = [
        {"role": "bot", "text": "Welcome!"},
        {"role": "user", "text": "hello?"},
        {"role": "user", "text": "hello"},
        {"role": "bot", "text": "Hello!"},
        {"role": "system", "text": "a note"},
        {"role": "user", "text": "when are you open?"},
        {"role": "bot", "text": ""},
        {"role": "user", "text": "bye"},
    ]

    found = gathered(tmp_path, write_lines(tmp_path / "talks.jsonl", {"turns": turns}))

    assert [choice.turn.text for choice in found.choices] == ["hello"]
    assert "talks.jsonl: 3 messages left out that say nothing of the right reply." in found.remarks


def test_a_reply_in_several_turns_may_be_any_of_them_or_all(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "text": "hi"},
        {"role": "bot", "text": "Hello!"},
        {"role": "bot", "text": "What can I do for you today?"},
    ]
    policies = {
        "short": ScriptedPolicy("Hello!"),
        "whole": ScriptedPolicy("Hello! What can I do for you today?"),
        "other": ScriptedPolicy("Go away."),
    }

    (choice,) = gathered(
        tmp_path, write_lines(tmp_path / "talks.jsonl", {"turns": turns}), open_bot=lambda: make_bot(policies)
    ).choices

    assert [label.right for label in choice.labels if label] == [1.0, 1.0, 0.0]


def test_what_an_action_will_say_is_not_known_before(tmp_path: Path) -> None:
    policies = {
        "acts": ScriptedPolicy(Candidate("", 0.9, action=ActionCall("look_up"))),
        "says": ScriptedPolicy("Take an umbrella."),
    }
    file = write_lines(
        tmp_path / "talks.jsonl",
        dialogue("weather?", "It is sunny.", "weather?", {"text": "It is sunny.", "policy": "acts"}),
    )

    first, second = gathered(tmp_path, file, open_bot=lambda: make_bot(policies)).choices

    assert [label and label.right for label in first.labels] == [None, 0.0]
    assert [label and label.right for label in second.labels] == [1.0, 0.0]


def test_a_reply_too_long_to_be_kept_is_judged_as_a_whole(tmp_path: Path) -> None:
    beginning = "word " * 200
    policies = {"one": ScriptedPolicy(beginning + "yes " * 150), "other": ScriptedPolicy(beginning + "no " * 150)}
    file = write_lines(tmp_path / "talks.jsonl", dialogue("well?", beginning + "yes " * 150))

    (choice,) = gathered(tmp_path, file, open_bot=lambda: make_bot(policies), right_at=0.9).choices

    assert [label.right for label in choice.labels if label] == [1.0, 0.0]
    assert len(choice.candidates[0].text) == 300


def test_the_entry_may_be_the_last_of_many_that_a_reply_rests_on(tmp_path: Path) -> None:
    evidence = tuple(Evidence(str(number), f"manual.md#{number}", 0.5) for number in range(10))
    policies = {"llm": ScriptedPolicy(Candidate("It depends.", 0.5, evidence=evidence))}
    file = write_lines(
        tmp_path / "talks.jsonl",
        dialogue("a?", {"text": "", "entry": "9"}, "b?", {"text": "", "entry": "manual.md#10"}),
    )

    first, second = gathered(tmp_path, file, open_bot=lambda: make_bot(policies)).choices

    assert [choice.labels[0] and choice.labels[0].right for choice in (first, second)] == [1.0, 0.0]


def test_a_policy_that_fails_costs_its_own_candidate_and_is_told(tmp_path: Path) -> None:
    broken = ScriptedPolicy(ValueError("out of order"))
    policies = {"rules": ScriptedPolicy("Hello!"), "llm": broken}
    file = write_lines(tmp_path / "talks.jsonl", *[dialogue("hi", "Hello!", id=str(number)) for number in range(5)])

    found = gathered(tmp_path, file, open_bot=lambda: make_bot(policies))

    assert [labels(choice) for choice in found.choices] == [{("rules", "Hello!"): 1.0}] * 5
    assert "talks.jsonl: the policy llm failed for 5 messages; they count without it." in found.remarks


def test_a_policy_that_never_answers_in_time_is_not_waited_for_a_thousand_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialog_ranking_training.gathering.asking.PATIENCE", 0.01)
    slow = ScriptedPolicy(Hang())
    file = write_lines(tmp_path / "talks.jsonl", *[dialogue("hi", "Hello!", id=str(number)) for number in range(50)])

    with pytest.raises(TrainingError, match=r"the policy 'llm' took more than .* for 1\d messages in a row"):
        gathered(tmp_path, file, open_bot=lambda: make_bot({"rules": ScriptedPolicy("Hello!"), "llm": slow}))

    slow.release()


def test_entries_and_policies_that_are_not_there_are_told(tmp_path: Path) -> None:
    shop(tmp_path)
    turns = ["when are you open?", {"text": "", "entry": "huors"}, "do you deliver?", {"text": "", "policy": "fqa"}]
    file = write_lines(tmp_path / "talks.jsonl", dialogue(*turns), dialogue(*turns))

    remarks = gathered(tmp_path, file).remarks

    told = "talks.jsonl: no policy finds these entries for the messages they should answer: huors (2)."
    assert told in remarks
    assert "talks.jsonl: 2 replies should come from 'fqa', and no policy is called that." in remarks


def test_what_was_asked_while_a_policy_was_out_of_order_is_asked_again(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "talks.jsonl", dialogue("hi", "Hello!"))
    gathered(tmp_path, file, open_bot=lambda: make_bot({"llm": ScriptedPolicy(ValueError("out of order"))}))

    (choice,) = gathered(tmp_path, file, open_bot=lambda: make_bot({"llm": ScriptedPolicy("Hello!")})).choices

    assert labels(choice) == {("llm", "Hello!"): 1.0}


@pytest.mark.parametrize(
    ("turns", "more", "told"),
    [
        (["hi", {"text": "Hello!", "label": "rigth"}], {}, "the label 'rigth' is not known. Did you mean 'right'?"),
        (["hi", {"text": "Hello!", "nobody": "yes"}], {}, "'nobody' is neither true nor false"),
        (["hi", {"text": "Hello!", "entry": {"id": 1}}], {}, "'entry' is neither a name nor a list of names"),
        (["hi", "Hello!"], {"at": "yesterday"}, "at: this is no time"),
        (["hi", "Hello!"], {"user": ["ann"]}, "user: this is no name"),
    ],
)
def test_a_label_that_is_none_is_told_with_its_line(
    tmp_path: Path, turns: list[Any], more: dict[str, Any], told: str
) -> None:
    shop(tmp_path)
    file = write_lines(tmp_path / "talks.jsonl", dialogue("hi", "Hello!"), dialogue(*turns, **more))

    with pytest.raises(ConfigurationError) as caught:
        gathered(tmp_path, file)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (file, 2)
    assert told in str(problem)


def test_a_message_of_a_book_s_length_is_asked_like_any_other(tmp_path: Path) -> None:
    (choice,) = choices_of(tmp_path, "when are you open? " * 20_000, "From nine to five. " * 5_000)

    assert len(choice.turn.text) == 20_000  # as much as the bot accepts


def test_yaml_is_read_as_well(tmp_path: Path) -> None:
    shop(tmp_path)
    file = tmp_path / "talks.yaml"
    turns = "    - user: 你们几点开门？\n    - {role: bot, text: '', entry: hours}\n"
    file.write_text(f"- user: ann\n  turns:\n{turns}", encoding="utf-8")

    (choice,) = gathered(tmp_path, file).choices

    assert (choice.user, labels(choice)["faq", "From nine to five."]) == ("ann", 1.0)
    assert isinstance(choice.turn.message, Message)
