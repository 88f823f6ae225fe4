"""Asking a bot's annotators alone, as evaluation and data tools do."""

from typing import Any

import pytest

from dialog_core import Conversation, DialogError, SlotSet
from dialog_core.testing import Hang, ScriptedAnnotator, ScriptedPolicy, make_bot


@pytest.mark.parametrize("mode", ["thread", "async", "inline"])
def test_the_annotators_are_asked_in_order_and_nobody_else_is(mode: Any) -> None:
    policy = ScriptedPolicy("Hello")
    later = ScriptedAnnotator(lambda turn: [turn.text, turn.annotations["intent"]], mode=mode)
    with make_bot(policy, annotators={"intent": ScriptedAnnotator("greet", mode=mode), "later": later}) as bot:
        found = bot.annotate("hi there")

        assert found == {"intent": "greet", "later": ["hi there", "greet"]}
        assert bot.conversations() == []
    assert policy.turns == []


def test_a_conversation_may_be_given_or_named() -> None:
    slots = ScriptedAnnotator(lambda turn: [dict(turn.slots), len(turn.conversation.messages)])
    with make_bot("Hello", annotators={"slots": slots}) as bot:
        bot.record("stored", [SlotSet("name", "Ann")])

        assert bot.annotate("hi") == {"slots": [{}, 1]}
        assert bot.annotate("hi", "stored") == {"slots": [{"name": "Ann"}, 1]}
        assert bot.annotate("hi", Conversation("own", [SlotSet("name", "Ben")])) == {"slots": [{"name": "Ben"}, 1]}
        assert len(bot.conversation("stored")) == 1


async def test_it_has_an_async_twin() -> None:
    async with make_bot("Hello", annotators={"intent": ScriptedAnnotator("greet")}) as bot:
        assert await bot.aannotate("hi") == {"intent": "greet"}


def test_an_annotator_that_fails_is_not_passed_over() -> None:
    with (
        make_bot("Hello", annotators={"broken": ScriptedAnnotator(ValueError("no model"))}) as bot,
        pytest.raises(DialogError, match="the annotator 'broken' failed: ValueError: no model"),
    ):
        bot.annotate("hi")


def test_failing_there_does_not_open_the_breaker_for_turns() -> None:
    annotator = ScriptedAnnotator(ValueError("no model"))
    with make_bot("Hello", annotators={"broken": annotator}) as bot:
        for _ in range(5):
            with pytest.raises(DialogError):
                bot.annotate("hi")
        bot.reply("hi")
    assert len(annotator.script.asked) == 6


def test_it_waits_longer_than_a_turn_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_core.annotating.PATIENCE", 0.3)
    hanging = ScriptedAnnotator(Hang())
    with (
        make_bot("Hello", annotators={"slow": hanging}, timeout=0.01) as bot,
        pytest.raises(DialogError, match=r"took longer than 0.3 s"),
    ):
        bot.annotate("hi")
    hanging.script.release()


def test_a_text_is_repaired_and_cut_as_in_a_turn() -> None:
    texts = ScriptedAnnotator(lambda turn: turn.text)
    with make_bot("Hello", annotators={"text": texts}, max_message=3) as bot:
        assert bot.annotate("\ud800abcdef") == {"text": "\ufffdab"}
