from collections.abc import Iterator

import pytest

from dialog_core import Bot, Candidate, HandedOver, HumanSaid, SlotSet
from dialog_core.testing import ScriptedPolicy, TestChat, make_bot
from dialog_core.testing.turns import NOON


@pytest.fixture
def bot() -> Iterator[Bot]:
    rules = ScriptedPolicy(
        Candidate("Hello! Who are you?", 1.0, quick_replies=("Ann", "Bob")),
        Candidate("Hello Ann.", 1.0, effects=(SlotSet("name", "Ann"),)),
        None,
    )
    with make_bot({"rules": rules, "broken": ScriptedPolicy(ValueError("no"))}, greeting="Good day.") as made:
        yield made


def test_a_conversation_reads_as_one(bot: Bot) -> None:
    chat = (
        TestChat(bot)
        .greeted("Good day.")
        .user("hi")
        .bot("Hello! Who are you?")
        .quick_replies("Ann", "Bob")
        .user("Ann")
        .bot_contains("Hello", "Ann")
        .policy("rules")
        .slots(name="Ann", age=None)
        .user("who knows?")
        .fallback()
    )
    assert chat.reply.policy == "fallback"


def test_chats_have_conversations_of_their_own(bot: Bot) -> None:
    TestChat(bot, "one", user="ann").user("hi", client_id="1").user("hi", client_id="1").bot("Hello! Who are you?")
    TestChat(bot, "two").user("hi").bot("Hello Ann.")
    said = bot.conversation("one").last_user_message
    assert said is not None
    assert said.user_id == "ann"


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (lambda chat: chat.bot("Bye."), "expected the bot to say 'Bye.', not 'Hello! Who are you?'"),
        (lambda chat: chat.bot(), "expected the bot to say nothing, not 'Hello! Who are you?'"),
        (lambda chat: chat.bot("a", "b"), "expected the bot to say 'a' and 'b', not"),
        (lambda chat: chat.bot_contains("Who", "Bye"), "expected 'Bye' in 'Hello! Who are you?'"),
        (lambda chat: chat.policy("faq"), "expected the policy 'faq' to answer, not 'rules'"),
        (lambda chat: chat.fallback(), "expected the policy 'fallback' to answer, not 'rules'"),
        (lambda chat: chat.quick_replies("Ann"), "expected the quick replies 'Ann', not 'Ann' and 'Bob'"),
        (lambda chat: chat.slots(name="Bob"), "expected the slot 'name' to be 'Bob', not None"),
        (lambda chat: chat.greeted("Good day."), "expected the greeting 'Good day.', but there was none"),
    ],
)
def test_a_check_that_fails_shows_the_conversation_and_why(bot: Bot, check: object, told: str) -> None:
    bot.record("test", [HumanSaid("Wait.", NOON)])
    chat = TestChat(bot).user("hi")
    with pytest.raises(AssertionError) as caught:
        check(chat)  # type: ignore[operator]
    text = str(caught.value)
    assert text.startswith(told)
    assert "\n  bot: Wait.\n  user: hi\n  rules: Hello! Who are you?\n" in text
    assert "\nWhy: rules: accepted at 0.80\n" in text
    assert "\n  broken: failed (ValueError: no)\n" in text
    assert "\n  0.80 rules: 'Hello! Who are you?'" in text


def test_when_a_person_has_taken_over_the_bot_says_nothing(bot: Bot) -> None:
    chat = TestChat(bot).user("hi")
    bot.record("test", [HandedOver(NOON)])
    chat.user("hello?").bot()
    with pytest.raises(AssertionError, match="expected the bot to say 'Hello', not nothing"):
        chat.bot("Hello")


def test_nothing_can_be_checked_before_anything_is_said(bot: Bot) -> None:
    with pytest.raises(AssertionError, match="nobody has said anything yet"):
        TestChat(bot).bot("Hello")


def test_it_is_no_test_itself() -> None:
    assert TestChat.__test__ is False
