from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.runs.questions import to_hold
from tests.plugins.dialog_evaluation.runs.talks import dialogue, held

FILE = Path("talks.jsonl")


def test_every_message_of_the_user_is_a_question_with_what_people_answered() -> None:
    (talk,) = held(dialogue("7", "hi", "Hello!", "a table", "For how many?"))
    assert [(one.number, one.text, one.reference) for one in talk.questions] == [
        (1, "hi", "Hello!"),
        (3, "a table", "For how many?"),
    ]


def test_two_messages_in_a_row_are_two_questions_of_which_only_the_second_was_answered() -> None:
    turns = (DialogueTurn("user", "hi"), DialogueTurn("user", "anybody there?"), DialogueTurn("bot", "Yes."))
    found, remarks = to_hold([(FILE, Dialogue("7", turns, {"line": 4}))])
    assert [(one.number, one.text, one.reference) for one in found[0].questions] == [
        (1, "hi", ""),
        (2, "anybody there?", "Yes."),
    ]
    assert remarks == [
        "A message that nobody answered was put to the bot, with no reply to compare its own with "
        "(the first: talks.jsonl:4)."
    ]


def test_what_the_bot_side_says_unasked_stands_before_the_next_question() -> None:
    turns = (
        DialogueTurn("bot", "Welcome."),
        DialogueTurn("user", "hi"),
        DialogueTurn("bot", "Hello!"),
        DialogueTurn("bot", "How can I help?"),
        DialogueTurn("user", "bye"),
    )
    found, _ = to_hold([(FILE, Dialogue("7", turns))])
    assert [[turn.text for turn in one.before] for one in found[0].questions] == [["Welcome."], ["How can I help?"]]


def test_what_is_to_be_known_stands_at_the_message_or_else_at_the_reply() -> None:
    turns = (
        DialogueTurn("user", "in the east", state={"area": "east"}),
        DialogueTurn("bot", "Cheap?", state={"area": "west"}),
        DialogueTurn("user", "yes"),
        DialogueTurn("bot", "Fine.", state={"area": "east", "price": "cheap"}),
    )
    found, _ = to_hold([(FILE, Dialogue("7", turns))])
    assert [dict(one.state) for one in found[0].questions] == [{"area": "east"}, {"area": "east", "price": "cheap"}]


def test_the_time_is_that_of_the_message_or_that_at_which_the_dialogue_began() -> None:
    turns = (DialogueTurn("user", "hi", {"at": "2026-03-01T12:00:00+00:00"}), DialogueTurn("user", "again"))
    found, _ = to_hold([(FILE, Dialogue("7", turns, {"at": "2026-02-01"}))])
    assert [one.at for one in found[0].questions] == [
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 2, 1, tzinfo=UTC),
    ]
    odd, _ = to_hold([(FILE, dialogue("8", "hi", at="last Tuesday"))])
    assert odd[0].questions[0].at is None


def test_empty_turns_and_instructions_are_passed_over_and_told() -> None:
    turns = (DialogueTurn("system", "Be kind."), DialogueTurn("user", " "), DialogueTurn("user", "hi"))
    found, remarks = to_hold([(FILE, Dialogue("7", turns)), (FILE, dialogue("8", " "))])
    assert [one.text for one in found[0].questions] == ["hi"]
    assert len(found) == 1
    assert [remark[:24] for remark in remarks] == [
        "A turn of `system` was n",
        "2 empty turns were passe",
        "A message that nobody an",
        "A dialogue has nothing s",
    ]


def test_a_file_in_which_no_user_speaks_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigurationError, match=r"talks\.jsonl:9: nothing is said by a user in it"):
        to_hold([(FILE, Dialogue("7", (DialogueTurn("bot", "Hello?"),), {"line": 9}))])
    with pytest.raises(ConfigurationError, match="there are no dialogues"):
        to_hold([])
