"""What a user sees of what is known about them, and how they have it forgotten."""

from collections.abc import Iterator

import pytest

from dialog_core import Bot, Candidate, ConsentGiven, Context, FactLearned
from dialog_core.configuration import Options
from dialog_core.profiles import FactRule
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.testing import ScriptedPolicy, make_bot
from dialog_core.turn import Turn
from dialog_terminal.phrases import CHINESE
from tests.plugins.dialog_terminal.screens import ChatOnScreen

FACTS = {"name": FactRule("What you want to be called"), "plan": FactRule(expires=86400 * 400)}


def answer(turn: Turn) -> Candidate:
    name, learns, value = turn.text.partition("=")
    if learns:
        return Candidate("Noted.", 1.0, effects=(FactLearned(name, value),))
    if turn.text in ("remember", "never"):
        return Candidate("Fine.", 1.0, effects=(ConsentGiven(given=turn.text == "remember", at=turn.now),))
    return Candidate(f"You are {turn.user.id or 'nobody'}.", 1.0)


@pytest.fixture
def bot() -> Iterator[Bot]:
    store = MemoryProfileStore(Options(), Context())
    with make_bot({"a": ScriptedPolicy(answer)}, profiles=store, facts=FACTS) as bot:
        yield bot


def test_everything_that_is_known_is_shown_with_how_long(bot: Bot) -> None:
    on_screen = ChatOnScreen(bot)
    assert on_screen.say("who am i") == "Test\n  You are terminal."
    assert "Nothing is known about you." in on_screen.say("/me")
    on_screen.say("name=Ann")
    shown = on_screen.say("/me")
    assert "name  Ann                         until this session ends" in shown
    assert "What you want to be called" in shown
    assert "You have not been asked" in shown
    on_screen.say("remember")
    on_screen.say("plan=gold")
    shown = on_screen.say("/me")
    assert "kept until 20" in shown
    assert "you agreed that this is kept" in shown
    on_screen.say("never")
    assert "you said that nothing is to be kept" in on_screen.say("/me")


def test_it_is_forgotten_after_asking(bot: Bot) -> None:
    on_screen = ChatOnScreen(bot)
    assert "Nothing is known about you." in on_screen.say("/forget")
    for line in ("name=Ann", "remember", "shoe size=43"):
        on_screen.say(line)
    assert "Forget what is known about you (2)" in on_screen.say("/forget")
    assert "Left as it is." in on_screen.say("No.")
    on_screen.say("/forget")
    shown = on_screen.say("who am i")
    assert "Left as it is." in shown
    assert "You are terminal." in shown, "another message is no answer, and is answered"
    assert bot.profile("terminal").facts
    on_screen.say("/forget")
    assert "Forgotten." in on_screen.say("yes")
    assert "Nothing is known about you." in on_screen.say("/me")
    assert not bot.profile("terminal").facts
    assert "You are terminal." in on_screen.say("who am i")


def test_a_bot_without_profiles_is_told_of_nobody(bot: Bot) -> None:
    with make_bot({"a": ScriptedPolicy(answer)}) as forgetful:
        on_screen = ChatOnScreen(forgetful)
        assert "You are nobody." in on_screen.say("who am i")
        on_screen.say("name=Ann")
        shown = on_screen.say("/me")
        assert "Ann" in shown
        assert "This bot keeps nothing about you beyond a session." in shown
        on_screen.say("/forget")
        on_screen.say("yes")
        assert "Nothing is known about you." in on_screen.say("/me")


def test_a_fact_cannot_steer_the_terminal_nor_fill_it(bot: Bot) -> None:
    on_screen = ChatOnScreen(bot)
    on_screen.say("\x1b[2Jname=\x1b[31mAnn" + "x" * 10_000)
    shown = on_screen.say("/me")
    assert "\x1b" not in shown
    assert len(shown) < 3_000
    assert "…" in shown


def test_it_is_said_in_chinese_to_who_speaks_chinese(bot: Bot) -> None:
    on_screen = ChatOnScreen(bot, phrases=CHINESE)
    on_screen.say("name=小安")
    shown = on_screen.say("/me")
    assert "本次会话结束后忘记" in shown
    assert "还没有征求过你的意见" in shown
    assert "要忘掉关于你的信息（1 条）" in on_screen.say("/forget")
    assert "已经忘掉了。" in on_screen.say("是的。")
