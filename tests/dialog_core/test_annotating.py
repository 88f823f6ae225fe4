from typing import Any

import pytest

from dialog_core import Message, SlotSet
from dialog_core.testing import Hang, ScriptedAnnotator, ScriptedPolicy, make_manager
from tests.talking import say, verdict_on

LONG = 30.0


@pytest.mark.parametrize("mode", ["thread", "async", "inline"])
async def test_policies_and_later_annotators_see_what_was_found(mode: Any) -> None:
    later = ScriptedAnnotator(lambda turn: {"and then": turn.annotations["intent"]}, mode=mode)
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, annotators={"intent": ScriptedAnnotator("greet", mode=mode), "later": later})

    await say(manager, "hi")

    (turn,) = policy.turns
    assert turn.annotations == {"intent": "greet", "later": {"and then": "greet"}}


async def test_an_annotator_that_raises_costs_the_turn_only_its_findings() -> None:
    policy = ScriptedPolicy("Hello")
    annotators = {"broken": ScriptedAnnotator(ValueError("no model")), "sound": ScriptedAnnotator("greet")}

    reply = await say(make_manager(policy, annotators=annotators), "hi")

    assert reply.text == "Hello"
    assert policy.turns[0].annotations == {"sound": "greet"}
    assert verdict_on(reply, "annotator broken") == "failed: ValueError: no model"


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_annotators_that_hang_leave_time_for_the_policies(mode: Any) -> None:
    annotators = [ScriptedAnnotator(Hang(stubborn=True), mode=mode) for _ in range(3)]
    manager = make_manager(ScriptedPolicy("Hello"), annotators=annotators, timeout=0.5, deadline=2.0)

    reply = await say(manager, "hi")

    assert reply.text == "Hello"
    assert verdict_on(reply, "annotator annotator1") == "failed: took longer than 0.5 s"
    assert verdict_on(reply, "annotator annotator3") == "not asked: the turn is late"
    for annotator in annotators:
        annotator.script.release()


async def test_an_annotator_that_keeps_failing_is_left_alone() -> None:
    broken = ScriptedAnnotator(ValueError("no model"))
    manager = make_manager("Hello", annotators={"broken": broken})
    replies = [await say(manager, "hi") for _ in range(4)]

    assert len(broken.script.asked) == 3
    assert verdict_on(replies[-1], "annotator broken") == "not asked: breaker open"


async def test_nobody_can_change_what_others_found() -> None:
    def scribble(turn: Any) -> str:
        turn.annotations["intent"] = "mine"
        return "Hello"

    reply = await say(make_manager({"p": scribble}, annotators={"intent": ScriptedAnnotator("greet")}), "hi")
    assert reply.policy == "fallback"


# --- The language of a message


def guess_by_script(turn: Any) -> dict[str, Any]:
    han = any("\u4e00" <= char <= "\u9fff" for char in turn.text)
    letters = any(char.isascii() and char.isalpha() for char in turn.text)
    return {"language": "zh-Hans" if han else "fr" if letters else None, "probability": 0.9}


async def language_of_turn(text: str, events: Any = (), **rules: Any) -> str:
    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, annotators={"tongue": ScriptedAnnotator(guess_by_script)}, **rules)
    if events:
        await manager.record("c", events)
    await manager.take("c", Message(text))
    return policy.turns[0].language


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("你好", "zh"), ("bonjour", "en"), ("204817", "en")],
    ids=["one the bot speaks, another region", "one it does not speak", "none that can be told"],
)
async def test_a_bot_of_several_languages_answers_in_that_of_the_message(text: str, spoken: str) -> None:
    assert await language_of_turn(text, language="en", languages=("en", "zh")) == spoken


async def test_a_bot_of_one_language_stays_in_it() -> None:
    assert await language_of_turn("你好", language="en") == "en"


async def test_a_conversation_set_to_a_language_stays_in_it() -> None:
    english = [SlotSet("locale", "en")]
    assert await language_of_turn("你好", english, language="zh", languages=("zh", "en")) == "en"


async def test_the_fallback_and_the_greeting_are_in_the_language_they_are_needed_in() -> None:
    manager = make_manager(
        ScriptedPolicy([]),
        annotators=[ScriptedAnnotator(guess_by_script)],
        language="en",
        languages=("en", "zh"),
        greeting={"en": "Hello!", "zh": "你好！"},
        fallback={"en": "I pass.", "zh": "我不知道。"},
    )
    greeting = await manager.greet("c")

    assert greeting is not None
    assert greeting.text == "Hello!"
    assert (await say(manager, "月亮多大")).text == "我不知道。"
    assert (await say(manager, "!?")).text == "I pass."
