"""What the guard does with a message: what it says, to whom it hands over, and what becomes of the flows under way."""

from typing import Any

import pytest

from dialog_core import HandedOver, Reply, SessionStarted, SlotSet
from dialog_core.events import FlowStarted
from dialog_core.interfaces import Allow, Refuse
from dialog_core.testing import make_context, make_manager, make_turn
from dialog_core.testing.turns import NOON
from dialog_guards.emergencies import wording_en, wording_zh, wording_zh_hant
from dialog_guards.emergencies.guard import EmergenciesGuard
from dialog_guards.emergencies.kinds import KINDS
from dialog_guards.emergencies.options import EmergenciesOptions
from tests.talking import say

DYING = "my dad collapsed and he isn't breathing"
SUICIDAL = "I want to kill myself"
SWALLOWED = "my toddler drank some bleach"
BEATEN = "my husband is hitting me again and I locked myself in the bathroom"
ON_FIRE = "the kitchen is on fire"
QUIET = "where is my order?"


def make_guard(**options: Any) -> EmergenciesGuard:
    given = {"number": "112", "crisis_line": "116 123", "poison_line": "0800 555", "police": "110", **options}
    return EmergenciesGuard(EmergenciesOptions.model_validate(given), make_context("emergencies"))


def refused(text: str, *, guard: EmergenciesGuard | None = None, **turn: Any) -> Refuse:
    verdict = (guard or make_guard()).check_input(make_turn(text, **turn))
    assert isinstance(verdict, Refuse), f"{text!r} was let through"
    return verdict


# --- What is said


def test_an_emergency_is_answered_with_the_number_and_what_to_do() -> None:
    verdict = refused(DYING)
    assert "Call 112 now" in verdict.reply
    assert "middle of the chest" in verdict.reply
    assert verdict.urgent
    assert verdict.reason.startswith("medical (")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [(SUICIDAL, ("112", "116 123")), (SWALLOWED, ("112", "0800 555")), (BEATEN, ("110", "112")), (ON_FIRE, ("112",))],
)
def test_each_kind_names_whom_to_call(text: str, numbers: tuple[str, ...]) -> None:
    reply = refused(text).reply
    assert all(number in reply for number in numbers)
    assert "{" not in reply


@pytest.mark.parametrize("text", [SUICIDAL, SWALLOWED, BEATEN, ON_FIRE, DYING, "我不想活了", "孩子误喝了洁厕灵"])
def test_without_further_numbers_no_line_stands_empty(text: str) -> None:
    reply = refused(text, guard=make_guard(crisis_line="", poison_line="", police="")).reply
    assert "112" in reply
    assert "{" not in reply
    assert all(line.strip() for line in reply.split("\n"))
    assert not any(line.rstrip().endswith((":", "：")) for line in reply.split("\n"))


def test_the_language_of_the_message_decides_not_that_of_the_conversation() -> None:
    assert "请现在就拨打 112" in refused("我爷爷突然倒在地上叫不醒了", language="en").reply
    assert "Call 112 now" in refused(DYING, language="zh").reply
    assert "请现在就拨打 112" in refused("我老公 heart attack 了，叫不醒，救命", language="en").reply


def test_traditional_characters_are_understood_and_answered() -> None:
    assert "請現在就撥打 112" in refused("爺爺突然倒在地上叫不醒，怎麼辦").reply
    assert refused("我不想活了，今晚就從頂樓跳下去，對不起").quick_replies[0] == "我現在安全"


def test_traditional_wordings_of_the_operator_are_for_traditional_messages() -> None:
    guard = make_guard(say={"medical": {"zh": "拨打 {number}", "zh-TW": "撥打 {number}"}})
    assert refused("爺爺突然倒在地上叫不醒，怎麼辦", guard=guard).reply == "撥打 112"
    assert refused("我爷爷突然倒在地上叫不醒了", guard=guard).reply == "拨打 112"


def test_every_wording_says_the_same_kinds_and_measures() -> None:
    for words in (wording_zh, wording_zh_hant):
        assert set(words.REPLIES) == set(wording_en.REPLIES) == set(KINDS)
        assert set(words.ADVICE) == set(wording_en.ADVICE)


def test_nobody_is_told_that_a_person_is_told_where_none_is() -> None:
    assert "letting a person" in refused(DYING).reply
    assert "letting a person" not in refused(DYING, guard=make_guard(hand_over=False)).reply


def test_the_operators_words_are_said_with_the_numbers_filled_in() -> None:
    medical = {"en": "Ring {number}!\n{advice}", "zh": "拨打 {number}"}
    guard = make_guard(say={"medical": medical, "violence": "Ring {police}"})
    reply = refused(DYING, guard=guard).reply
    assert reply.startswith("Ring 112!\n")
    assert "chest" in reply
    assert refused("我爷爷突然倒在地上叫不醒了", guard=guard).reply == "拨打 112"
    assert refused(BEATEN, guard=guard).reply == "Ring 110"
    assert refused("他又在打我，我躲在厕所里", guard=guard).reply == "Ring 110"


def test_a_language_the_operator_has_no_words_for_is_answered_with_the_built_in_ones() -> None:
    guard = make_guard(say={"medical": {"en": "Ring {number}!"}})
    assert "请现在就拨打 112" in refused("我爷爷突然倒在地上叫不醒了", guard=guard).reply


# --- What happens


def test_what_is_harmless_goes_on() -> None:
    assert make_guard().check_input(make_turn(QUIET)) == Allow()


async def talk(manager: Any, *texts: str) -> list[Reply]:
    return [await say(manager, text) for text in texts]


async def test_a_person_takes_over_and_the_kind_stands_in_a_slot() -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()}, clock=lambda: NOON)
    replies = await talk(manager, SUICIDAL, QUIET)

    conversation = await manager.store.load("c")
    assert conversation.handed_over
    assert conversation.slots["emergency"] == "self_harm"
    assert HandedOver(NOON, "emergency: self_harm") in conversation.events
    assert replies[0].messages[0].quick_replies == ("I am safe right now", "I am not safe", "Show me the numbers again")
    assert replies[1].messages == ()


async def test_where_nobody_is_to_take_over_the_bot_goes_on() -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard(hand_over=False)})
    replies = await talk(manager, DYING, QUIET)
    assert replies[1].text == "Hello"


async def test_every_flow_under_way_ends() -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()}, clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), FlowStarted("order", "flows"), FlowStarted("address", "flows")])
    await say(manager, DYING)
    assert (await manager.store.load("c")).flows == ()


async def test_an_emergency_is_answered_also_where_a_person_has_taken_over_and_handed_over_once() -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()}, clock=lambda: NOON)
    replies = await talk(manager, DYING, "he still isn't breathing help")
    assert "Call 112 now" in replies[1].text
    events = (await manager.store.load("c")).events
    assert sum(isinstance(event, HandedOver) for event in events) == 1


# --- Afterwards


@pytest.mark.parametrize(
    ("text", "said"),
    [("I am safe right now", "glad you are safe"), ("i'm ok now", "glad you are safe"), ("我现在安全", "我很高兴")],
)
async def test_who_is_safe_is_told_that_help_stays_there(text: str, said: str) -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()})
    reply = (await talk(manager, SUICIDAL, text))[1]
    assert said in reply.text
    assert "116 123" in reply.text


@pytest.mark.parametrize("text", ["I am not safe", "no", "i don't feel safe", "我不安全"])
async def test_who_is_not_safe_is_told_whom_to_call_once_more(text: str) -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()})
    reply = (await talk(manager, SUICIDAL, text))[1]
    assert "116 123" in reply.text
    assert "glad you are safe" not in reply.text


async def test_a_bare_no_answers_the_question_that_was_asked_last_and_no_earlier_one() -> None:
    manager = make_manager("Do you smoke?", guards={"emergencies": make_guard(hand_over=False)})
    replies = await talk(manager, SUICIDAL, QUIET, "no")
    assert [reply.policy for reply in replies] == ["guard", "policy1", "policy1"]


async def test_an_emergency_after_an_emergency_goes_before_the_wish_for_numbers() -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()})
    reply = (await talk(manager, SUICIDAL, "which number please, my dad collapsed and isn't breathing"))[1]
    assert "Call 112 now" in reply.text


@pytest.mark.parametrize("text", ["Show me the numbers again", "what was the number", "再告诉我一次电话"])
async def test_the_numbers_are_told_again(text: str) -> None:
    manager = make_manager("Hello", guards={"emergencies": make_guard()})
    reply = (await talk(manager, SUICIDAL, text))[1]
    assert "112" in reply.text
    assert "116 123" in reply.text


@pytest.mark.parametrize("text", ["I am safe right now", "no", "show me the numbers again"])
def test_without_an_emergency_before_such_words_are_nothing_special(text: str) -> None:
    assert make_guard().check_input(make_turn(text)) == Allow()


def test_that_somebody_is_safe_is_not_believed_of_a_message_that_goes_on_with_an_emergency() -> None:
    slot = [SlotSet("emergency", "violence")]
    verdict = refused("i'm ok but he stabbed my mum and she isn't breathing", events=slot)
    assert "says they are safe" not in verdict.reason


# --- The operator's patterns and threshold


def test_words_of_the_operator_are_emergencies_too() -> None:
    guard = make_guard(also={"medical": ["pump alarm E4", "/code (blue|red)/"], "danger": "氯气泄漏"})
    assert refused("the Pump alarm  E4 is on", guard=guard).reason == "medical (1.00): pump alarm E4"
    assert refused("CODE RED in ward 3", guard=guard).reason.startswith("medical")
    assert refused("三号车间氯气泄漏", guard=guard).reason.startswith("danger")


def test_words_of_the_operator_make_a_message_none() -> None:
    guard = make_guard(unless="/^drill:/", also={"medical": "really"})
    assert guard.check_input(make_turn(f"Drill: {DYING}")) == Allow()
    assert isinstance(guard.check_input(make_turn(f"Drill: really, {DYING}")), Refuse)
    assert isinstance(guard.check_input(make_turn(DYING)), Refuse)


def test_an_expression_that_takes_too_long_does_not_hold_up_the_turn() -> None:
    guard = make_guard(unless="/(a+)+$/")
    assert guard.check_input(make_turn("a" * 5_000 + "!")) == Allow()


def test_the_threshold_decides() -> None:
    assert isinstance(make_guard(threshold=0).check_input(make_turn(QUIET)), Refuse)
    assert make_guard(threshold=1).check_input(make_turn(DYING)) == Allow()
