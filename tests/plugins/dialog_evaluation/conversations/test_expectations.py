"""Every expectation, against what a bot really did."""

from collections.abc import Iterator
from typing import Any

import pytest

from dialog_core import ActionCall, ActionResult, Bot, Candidate, Evidence, FlowStarted, HandedOver, SlotSet, Turn
from dialog_core.testing import ScriptedAnnotator, make_bot
from dialog_evaluation.conversations.expectations import Happened, mismatches
from dialog_evaluation.conversations.test_file import Step


class Clerk:
    """Looks orders up, and does a few other things."""

    def propose(self, turn: Turn) -> list[Candidate]:
        if turn.text == "look":
            return [Candidate("One moment.", 1.0, action=ActionCall("look_up"))]
        if turn.text == "start":
            effects = (FlowStarted("return_item", "clerk"), SlotSet("order", "AF1"), SlotSet("vip", True))
            return [Candidate("Which order?", 0.9, effects=effects, quick_replies=("AF1", "AF2"))]
        if turn.text == "person":
            return [Candidate("A colleague takes over.", 1.0, effects=(HandedOver(turn.now),))]
        if turn.text == "ask":
            evidence = (Evidence("opening", source="faq.yaml:3", metadata={"id": "hours"}),)
            return [Candidate("We open at **9**.\n\n- daily", 0.9, evidence=evidence)]
        return []

    def resume(self, turn: Turn, result: ActionResult) -> Candidate:
        return Candidate(f"It is {result.value}.", 1.0)


def understand(turn: Turn) -> dict[str, Any]:
    label = {"look": "order_status", "both": "cancel"}.get(turn.text)
    labels = ["cancel", "refund"] if turn.text == "both" else [label] if label else []
    return {"label": label, "probability": 0.9, "ranked": [], "labels": labels}


@pytest.fixture
def bot() -> Iterator[Bot]:
    parts = {"intents": ScriptedAnnotator(understand, mode="inline")}
    actions = {"look_up": lambda: "on its way"}
    with make_bot({"clerk": Clerk()}, annotators=parts, actions=actions, fallback="I do not know.") as made:
        yield made


def wrong_with(bot: Bot, user: str, /, **expected: Any) -> list[tuple[str, str, str]]:
    """Return what of a step is not as expected: what, expected, got."""
    before = bot.conversation("c")
    reply = bot.reply(user, conversation="c")
    happened = Happened(reply, bot.conversation("c"), bot.annotate(user, before))
    step = Step.model_validate({"user": user, **expected})
    return [(wrong.what, wrong.expected, wrong.got) for wrong in mismatches(step, happened)]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("start", {"bot": "Which order?"}),
        ("start", {"bot": ["Which one?", "Which order?"]}),
        ("ask", {"bot": "  We open at **9**.\n\n- daily\n"}),
        ("start", {"contains": ["Which", "/order\\?$/"], "lacks": ["sorry", "/^order/"]}),
        ("start", {"slots": {"order": "AF1", "name": None}}),
        ("start", {"flow": "return_item"}),
        ("ask", {"flow": None}),
        ("ask", {"policy": "clerk", "fallback": False, "handed_over": False}),
        ("ask", {"evidence": "hours"}),
        ("ask", {"evidence": "faq.yaml:3"}),
        ("start", {"evidence": None}),
        ("start", {"quick_replies": ["AF1", "AF2"]}),
        ("ask", {"quick_replies": []}),
        ("look", {"action": "look_up", "bot": "It is on its way.", "intent": "order_status"}),
        ("look", {"action": ["look_up"]}),
        ("ask", {"action": None, "intent": None}),
        ("both", {"intent": "cancel"}),
        ("both", {"intent": "refund"}),
        ("what?", {"fallback": True, "policy": "fallback", "probability": None}),
        ("look", {"probability": ">= 0.5"}),
        ("person", {"handed_over": True}),
    ],
)
def test_what_is_as_expected(bot: Bot, user: str, expected: dict[str, Any]) -> None:
    assert wrong_with(bot, user, **expected) == []


@pytest.mark.parametrize(
    ("user", "expected", "wrong"),
    [
        ("start", {"bot": "Which?"}, ("bot", '"Which?"', '"Which order?"')),
        ("start", {"bot": ["A", "B"]}, ("bot", 'one of ["A", "B"]', '"Which order?"')),
        ("start", {"contains": ["Which", "sorry"]}, ("contains", '"sorry"', '"Which order?"')),
        ("start", {"lacks": "/order/"}, ("lacks", 'no "/order/"', '"Which order?"')),
        ("start", {"slots": {"order": "AF2"}}, ("slots.order", '"AF2"', '"AF1"')),
        ("start", {"slots": {"order": None}}, ("slots.order", "null", '"AF1"')),
        ("start", {"slots": {"vip": 1}}, ("slots.vip", "1", "true")),
        ("start", {"flow": "quiz"}, ("flow", '"quiz"', '"return_item"')),
        ("start", {"flow": None}, ("flow", "null", '"return_item"')),
        ("ask", {"policy": "faq"}, ("policy", '"faq"', '"clerk"')),
        ("ask", {"evidence": "prices"}, ("evidence", '"prices"', '"hours"')),
        ("ask", {"evidence": None}, ("evidence", "null", '"hours"')),
        ("start", {"quick_replies": ["AF2", "AF1"]}, ("quick_replies", '["AF2", "AF1"]', '["AF1", "AF2"]')),
        ("look", {"action": None}, ("action", "[]", '["look_up"]')),
        ("ask", {"action": "refund"}, ("action", '["refund"]', "[]")),
        ("look", {"intent": "cancel"}, ("intent", '"cancel"', '"order_status" (0.90)')),
        ("both", {"intent": "order"}, ("intent", '"order"', '["cancel", "refund"] (0.90)')),
        ("look", {"intent": None}, ("intent", "null", '"order_status" (0.90)')),
        ("what?", {"fallback": False}, ("fallback", "false", "true")),
        ("what?", {"probability": ">= 0.5"}, ("probability", ">= 0.5", "none")),
        ("look", {"probability": "< 0.5"}, ("probability", "< 0.5", "0.800")),
        ("ask", {"handed_over": True}, ("handed_over", "true", "false")),
    ],
)
def test_what_is_not(bot: Bot, user: str, expected: dict[str, Any], wrong: tuple[str, str, str]) -> None:
    assert wrong_with(bot, user, **expected) == [wrong]


def test_everything_that_is_wrong_is_told_at_once(bot: Bot) -> None:
    found = wrong_with(bot, "start", bot="No.", slots={"order": "AF2", "vip": False}, flow=None, policy="clerk")
    assert [what for what, _, _ in found] == ["bot", "slots.order", "slots.vip", "flow"]


def test_an_intent_needs_an_annotator_that_finds_it() -> None:
    with make_bot("Hello!") as bot:
        ((_, _, got),) = wrong_with(bot, "hi", intent="greet")
    assert got == "no annotator 'intents' said anything"
