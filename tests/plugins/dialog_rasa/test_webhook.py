import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Attachment, BotSaid, Evidence, Reply
from dialog_rasa.acting.said import NOTHING_TO_SAY, as_said, attachments_of, text_of, titles_of
from dialog_rasa.webhook import json_of, message_of

AT = datetime(2026, 3, 4, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=20)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"text": WORDS},
        optional={
            "buttons": st.lists(st.fixed_dictionaries({"title": WORDS, "payload": WORDS}), min_size=1, max_size=3),
            "image": WORDS.map(lambda word: f"https://example.org/{word}.png"),
            "attachment": st.just({"type": "video", "payload": {"src": "https://example.org/film.mp4"}}),
            "custom": st.dictionaries(WORDS, st.integers(), min_size=1, max_size=3),
        },
    ),
    min_size=1,
    max_size=4,
)


def reply(*said: BotSaid) -> Reply:
    return Reply("anna", "m1", said)


def by_stories(messages: list[dict[str, Any]], **changes: Any) -> BotSaid:
    """What the policy `stories` makes of messages."""
    evidence = Evidence("", metadata={"cite": False, "actions": ["utter_x"], "messages": messages})
    parts = {"quick_replies": titles_of(messages), "attachments": attachments_of(messages)}
    return BotSaid(**{"text": text_of(messages), "at": AT, "evidence": (evidence,), **parts, **changes})


def test_a_client_says_who_writes_and_what() -> None:
    received = message_of({"sender": "anna", "message": "hällo", "metadata": {"page": "/shop"}, "input_channel": "web"})
    assert received.conversation_id == received.message.user_id == "anna"
    assert received.message.text == "hällo"
    assert received.message.metadata == {"page": "/shop", "input_channel": "web"}


@pytest.mark.parametrize("sender", [{}, {"sender": None}, {"sender": ""}])
def test_who_does_not_say_who_they_are_is_called_default(sender: dict[str, Any]) -> None:
    assert message_of({**sender, "message": "hi"}).conversation_id == "default"


def test_a_number_will_do_for_a_sender() -> None:
    assert message_of({"sender": 4711, "message": ""}).conversation_id == "4711"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (None, 'expected an object like {"sender": "anna", "message": "hi"}, and got nothing'),
        ([], "and got a list"),
        ({"sender": "anna"}, 'there is no "message", what the user wrote; there is "sender"'),
        ({"message": None}, 'there is no "message"'),
        ({}, "there is nothing"),
        ({"message": ["hi"]}, '"message" has to be a text, what the user wrote, and is a list'),
        ({"message": "hi", "sender": {"id": 1}}, '"sender" has to be a text, who writes, and is an object'),
        ({"message": "hi", "sender": True}, '"sender" has to be a text'),
        ({"message": "hi", "sender": "x" * 501}, "no more than 500 characters"),
        ({"message": "hi", "metadata": "page"}, '"metadata" has to be an object, and is a text'),
        ({"message": "hi", "metadata": {"x": float("nan")}}, '"metadata" has to be JSON'),
        ({"message": "hi", "metadata": {"x": {1, 2}}}, '"metadata" has to be JSON'),
        ({"message": "hi", "input_channel": 5}, '"input_channel" has to be a text, and is a number'),
    ],
)
def test_what_is_no_message_is_refused_in_words(sent: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        message_of(sent)


def test_metadata_as_deep_as_a_well_is_refused() -> None:
    deep: Any = 1
    for _ in range(20_000):
        deep = [deep]
    with pytest.raises(ValueError, match="no more than 50 objects and lists deep"):
        message_of({"message": "hi", "metadata": {"x": deep}})


@given(
    JSON | st.fixed_dictionaries({"message": JSON}, optional={"sender": JSON, "metadata": JSON, "input_channel": JSON})
)
def test_whatever_is_sent_it_is_a_message_or_refused(sent: Any) -> None:
    try:
        received = message_of(sent)
    except ValueError:
        return
    assert received.message.text == sent["message"]
    assert received.conversation_id
    json.dumps(dict(received.message.metadata), allow_nan=False)


def test_each_message_of_a_response_is_an_object_of_its_own() -> None:
    buttons = [{"title": "Yes", "payload": "/affirm"}]
    messages = [{"text": "One"}, {"text": "Two?", "buttons": buttons}, {"image": "https://example.org/a.png"}]
    assert json_of(reply(by_stories(messages)), "anna") == [
        {"recipient_id": "anna", "text": "One"},
        {"recipient_id": "anna", "text": "Two?", "buttons": buttons},
        {"recipient_id": "anna", "image": "https://example.org/a.png"},
    ]


def test_what_another_policy_says_has_buttons_that_say_what_they_send() -> None:
    files = (
        Attachment("image/png", url="https://example.org/a.png"),
        Attachment("application/pdf", url="https://example.org/b.pdf", name="Terms"),
        Attachment("image/png", data=b"..."),
    )
    said = BotSaid("Which?", AT, evidence=(Evidence("faq", "faq.yaml:3"),), quick_replies=("A", "B"), attachments=files)
    assert json_of(reply(said, BotSaid("And now?", AT)), "anna") == [
        {
            "recipient_id": "anna",
            "text": "Which?",
            "buttons": [{"title": "A", "payload": "A"}, {"title": "B", "payload": "B"}],
        },
        {"recipient_id": "anna", "image": "https://example.org/a.png"},
        {
            "recipient_id": "anna",
            "attachment": {"type": "application", "payload": {"src": "https://example.org/b.pdf", "name": "Terms"}},
        },
        {"recipient_id": "anna", "text": "And now?"},
    ]


def test_what_a_guard_has_masked_stays_masked() -> None:
    messages = [
        {"text": "Your card is 4111 1111"},
        {"text": "All right?", "buttons": [{"title": "Yes", "payload": "/y"}]},
    ]
    masked = by_stories(messages, text="Your card is [CARD]\n\nAll right?")
    told = json_of(reply(masked), "anna")
    assert told == [
        {"recipient_id": "anna", "text": "Your card is [CARD]\n\nAll right?"},
        {"recipient_id": "anna", "buttons": [{"title": "Yes", "payload": "/y"}]},
    ]


def test_a_turn_without_a_word_is_no_message() -> None:
    assert json_of(reply(by_stories([], text=NOTHING_TO_SAY)), "anna") == []
    custom = [{"custom": {"kind": "card"}}]
    told = json_of(reply(by_stories(custom, text=NOTHING_TO_SAY)), "anna")
    assert told == [{"recipient_id": "anna", "custom": {"kind": "card"}}]


def test_a_person_has_taken_over_and_the_bot_says_nothing() -> None:
    assert json_of(reply(), "anna") == []


@given(MESSAGES)
def test_everything_that_stories_say_arrives_once(messages: list[dict[str, Any]]) -> None:
    told = json_of(reply(by_stories([as_said(message) for message in messages])), "anna")
    assert json.loads(json.dumps(told)) == [{"recipient_id": "anna", **as_said(message)} for message in messages]


@given(st.lists(st.builds(BotSaid, st.text(), st.just(AT), quick_replies=st.lists(WORDS).map(tuple)), max_size=4))
def test_everything_that_others_say_arrives_in_order(said: list[BotSaid]) -> None:
    told = json_of(reply(*said), "anna")
    assert [one.get("text", "") for one in told] == [one.text for one in said if one.text or one.quick_replies]
    titles = [button["title"] for one in told for button in one.get("buttons", ())]
    assert titles == [title for one in said for title in one.quick_replies]
