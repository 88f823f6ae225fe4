from typing import Any

import pytest

from dialog_core.candidate import ActionCall, Candidate
from dialog_core.events import (
    Attachment,
    BotSaid,
    Evidence,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    HandedOver,
    SessionStarted,
    SlotSet,
)
from dialog_core.testing import ScriptedPolicy, ScriptedRanker, make_manager
from dialog_core.testing.turns import NOON
from tests.talking import say, trace_of, verdict_on

FLOW = FlowStarted("booking", "flows", "ask_day")


# --- Who answers


async def test_the_most_probable_candidate_is_said_with_all_it_carries() -> None:
    picture = Attachment("image/png", url="http://a/b.png")
    policies = {
        "worse": ScriptedPolicy("Hello", score=0.5),
        "better": ScriptedPolicy(
            Candidate(
                "Look.",
                0.9,
                evidence=(Evidence("a page", "faq.yaml:3"),),
                quick_replies=("Yes", "No"),
                attachments=(picture,),
            )
        ),
    }
    reply = await say(make_manager(policies, clock=lambda: NOON), "hi", client_id="m1")

    assert reply.messages == (
        BotSaid(
            "Look.",
            NOON,
            "m1",
            "better",
            reply.probability,
            (Evidence("a page", "faq.yaml:3"),),
            ("Yes", "No"),
            (picture,),
        ),
    )
    assert reply.evidence == (Evidence("a page", "faq.yaml:3"),)


async def test_ties_go_to_the_policy_that_stands_first_in_the_file() -> None:
    policies = {name: ScriptedPolicy(name, score=0.9) for name in ("z", "a", "m")}
    assert (await say(make_manager(policies), "hi")).policy == "z"
    assert (await say(make_manager(policies, tiers=[["m"], ["a", "z"]], accept_at=1.0), "hi")).policy == "z"


async def test_a_reply_is_not_said_twice_in_a_row_if_there_is_another() -> None:
    manager = make_manager({"a": ScriptedPolicy("As I said.", score=0.9), "b": ScriptedPolicy("Or else.", score=0.7)})
    assert [(await say(manager, "hi")).policy for _ in range(3)] == ["a", "b", "a"]


@pytest.mark.parametrize(("probability", "answers"), [(0.3, "p"), (0.29, "fallback"), (0.0, "fallback")])
async def test_below_the_floor_nobody_answers(probability: float, answers: str) -> None:
    manager = make_manager({"p": "Perhaps."}, ranker=ScriptedRanker([probability]), answer_at=0.3, fallback="I pass.")
    reply = await say(manager, "hi")

    assert reply.policy == answers
    if answers == "fallback":
        assert (reply.text, reply.probability) == ("I pass.", None)
        assert trace_of(reply)["reason"] == "the best candidate is below answer_at 0.3"
        assert trace_of(reply)["candidates"][0]["text"] == "Perhaps."


@pytest.mark.parametrize("step", [None, ValueError("no")])
async def test_when_nobody_has_anything_to_say_the_fallback_is_said(step: Any) -> None:
    reply = await say(make_manager([ScriptedPolicy(step), ScriptedPolicy(step)], fallback="I pass."), "hi")
    assert (reply.text, reply.policy) == ("I pass.", "fallback")
    assert trace_of(reply)["reason"] == "no policy proposed anything"
    assert trace_of(reply)["chosen"] is None


@pytest.mark.parametrize(("probability", "told"), [(0.9, "accepted at 0.90"), (0.5, "the best there is at 0.50")])
async def test_the_trace_says_why(probability: float, told: str) -> None:
    reply = await say(make_manager({"p": "Hello"}, ranker=ScriptedRanker([probability])), "hi")
    assert trace_of(reply)["reason"] == f"p: {told}"
    assert trace_of(reply)["chosen"] == 0
    assert reply.probability == probability


# --- What happens with it


async def test_effects_happen_to_the_winner_only() -> None:
    policies = {
        "winner": ScriptedPolicy(Candidate("Hello Ann", 0.9, effects=(SlotSet("name", "Ann"), FLOW))),
        "loser": ScriptedPolicy(Candidate("Hello Bob", 0.8, effects=(SlotSet("name", "Bob"), HandedOver(NOON)))),
    }
    manager = make_manager(policies)
    await say(manager, "hi")

    conversation = await manager.store.load("c")
    assert conversation.slots == {"name": "Ann"}
    assert [flow.name for flow in conversation.flows] == ["booking"]
    assert not conversation.handed_over


@pytest.mark.parametrize(
    "odd",
    [
        Candidate("odd", 1.0, effects=(SlotSet("odd", object()),)),
        Candidate("odd", 1.0, effects=(SlotSet("odd", float("nan")),)),
        Candidate("odd", 1.0, effects=(SlotSet(None, 1),)),  # type: ignore[arg-type]
        Candidate("odd", 1.0, effects=(FlowStepped("f", "s", {"odd": {1, 2}}),)),
        Candidate("odd", 1.0, evidence=(Evidence("page", metadata={"odd": object()}),)),
        Candidate("odd", 1.0, attachments=(Attachment("image/png", data="text"),)),  # type: ignore[arg-type]
    ],
)
async def test_what_cannot_be_stored_loses_to_the_next_best(odd: Candidate) -> None:
    manager = make_manager({"odd": ScriptedPolicy(odd), "sound": ScriptedPolicy("Hello", score=0.9)})
    reply = await say(manager, "hi")

    assert (reply.text, reply.policy) == ("Hello", "sound")
    assert verdict_on(reply, "policy odd").startswith("its candidate cannot be stored: ")
    assert len((await manager.store.load("c")).replies_to(reply.message_id)) == 1


@pytest.mark.parametrize(
    "odd",
    [
        Candidate("odd", 0.5, features={"odd": float("nan")}),
        Candidate("odd", 0.5, features={"odd": 10**5000}),
        Candidate("odd", 0.5, features={("odd", 1): 1.0}),  # type: ignore[dict-item]
        Candidate("odd", 0.5, action=ActionCall("act", {"odd": {1, 2}})),
        Candidate("odd", 0.5, features={"odd": object()}),  # type: ignore[dict-item]
        Candidate("odd", 0.5, evidence=(Evidence("page", metadata={"odd": object()}),)),
        Candidate("odd \ud83d", 0.5, evidence=(Evidence("half \ud83d"),)),
    ],
)
async def test_what_a_loser_carries_cannot_spoil_the_trace(odd: Candidate) -> None:
    manager = make_manager({"odd": ScriptedPolicy(odd), "sound": "Hello"})
    reply = await say(manager, "hi")

    assert reply.policy == "sound"
    assert await manager.store.load_trace("c", reply.message_id) is not None


# --- When a flow is under way


async def test_a_waiting_flow_asks_its_question_again_after_another_policys_answer() -> None:
    waiting = ScriptedPolicy(
        Candidate("I did not get that.", 0.2, follow_up="Which day?", quick_replies=("Mon", "Tue"))
    )
    manager = make_manager({"faq": ScriptedPolicy("We open at nine.", score=0.9), "flows": waiting}, clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), FLOW])

    reply = await say(manager, "when do you open?", client_id="m1")

    assert [(message.text, message.policy) for message in reply.messages] == [
        ("We open at nine.", "faq"),
        ("Which day?", "flows"),
    ]
    assert reply.text == "We open at nine.\n\nWhich day?"
    assert (reply.policy, reply.quick_replies) == ("faq", ("Mon", "Tue"))
    conversation = await manager.store.load("c")
    assert conversation.replies_to("m1") == reply.messages
    assert conversation.active_flow is not None


async def test_a_waiting_flow_asks_its_question_again_after_the_fallback() -> None:
    waiting = ScriptedPolicy(Candidate("What?", 0.1, follow_up="Which day?"))
    manager = make_manager({"flows": waiting}, fallback="I pass.", clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), FLOW])
    assert [message.text for message in (await say(manager, "hm")).messages] == ["I pass.", "Which day?"]


@pytest.mark.parametrize(
    ("events", "winner", "waiting"),
    [
        ([], "At nine.", Candidate("What?", 0.2, follow_up="Which day?")),
        ([FLOW, FlowEnded("booking")], "At nine.", Candidate("What?", 0.2, follow_up="Which day?")),
        ([FLOW], "At nine.", Candidate("What?", 0.2)),
        ([FLOW], None, Candidate("On Monday, then.", 0.9, follow_up="Which day?")),
        (
            [FLOW],
            Candidate("A colleague takes over.", 1.0, effects=(HandedOver(NOON),)),
            Candidate("What?", 0.2, follow_up="Which day?"),
        ),
    ],
    ids=["no flow", "a flow that is over", "no question", "the flow itself answers", "a person takes over"],
)
async def test_otherwise_nothing_is_asked_again(events: Any, winner: Any, waiting: Candidate) -> None:
    manager = make_manager({"faq": ScriptedPolicy(winner), "flows": ScriptedPolicy(waiting)}, clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), *events])
    assert len((await say(manager, "hi")).messages) == 1


ASIDE = Candidate("May I remember that?", 0.1, aside="May I remember that?", quick_replies=("Yes", "No"))


async def test_what_can_wait_is_said_beside_the_answer_of_another_policy() -> None:
    manager = make_manager({"faq": ScriptedPolicy("At nine."), "profile": ScriptedPolicy(ASIDE)})
    reply = await say(manager, "hi")
    assert [(said.policy, said.text) for said in reply.messages] == [
        ("faq", "At nine."),
        ("profile", "May I remember that?"),
    ]
    assert reply.quick_replies == ("Yes", "No")


@pytest.mark.parametrize(
    ("events", "winner"),
    [
        ([FLOW], "At nine."),
        ([], None),
        ([], Candidate("Which day?", 1.0, effects=(FLOW,))),
        ([], Candidate("A colleague takes over.", 1.0, effects=(HandedOver(NOON),))),
    ],
    ids=["a flow under way", "nobody knows", "a flow begins", "a person takes over"],
)
async def test_what_can_wait_waits(events: Any, winner: Any) -> None:
    manager = make_manager({"faq": ScriptedPolicy(winner), "profile": ScriptedPolicy(ASIDE)}, clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), *events])
    assert len((await say(manager, "hi")).messages) == 1
