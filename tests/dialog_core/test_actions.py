import asyncio
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from dialog_core.actions import MAX_RETRIES, ActionContext
from dialog_core.candidate import ActionCall, ActionResult, Candidate
from dialog_core.decision import MAX_ACTION_STEPS
from dialog_core.errors import DialogError
from dialog_core.events import SessionStarted, SlotSet
from dialog_core.interfaces import Allow, Refuse
from dialog_core.testing import Hang, ScriptedGuard, ScriptedPolicy, make_manager
from dialog_core.testing.scripted import Script
from dialog_core.user import User
from tests.talking import say, trace_of, verdict_on

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def calls(name: str, text: str = "Doing it.", score: float = 1.0, **arguments: Any) -> Candidate:
    return Candidate(text, score, action=ActionCall(name, arguments))


# --- When they run


async def test_the_action_of_a_losing_policy_never_runs() -> None:
    lost, won = [], []
    policies = {
        "loser": ScriptedPolicy(calls("cancel_order", score=0.5), resume=["Cancelled."]),
        "winner": ScriptedPolicy(calls("look_up", score=0.9), resume=["It is on its way."]),
    }
    actions = {"cancel_order": lambda: lost.append(1), "look_up": lambda: won.append(1)}

    reply = await say(make_manager(policies, actions=actions), "where is my order?")

    assert reply.text == "It is on its way."
    assert (lost, won) == ([], [1])
    assert policies["loser"].results == []


async def test_the_action_of_a_reply_that_is_refused_never_runs() -> None:
    ran: list[int] = []
    policy = ScriptedPolicy(calls("pay", "You idiot, I am paying."), resume=["Paid."])
    guard = ScriptedGuard(output=lambda turn, candidate: Refuse("rude") if "idiot" in candidate.text else Allow())
    reply = await say(make_manager(policy, actions={"pay": lambda: ran.append(1)}, guards=[guard]), "pay")

    assert reply.policy == "fallback"
    assert ran == []


async def test_nothing_runs_below_the_floor() -> None:
    ran: list[int] = []
    policy = ScriptedPolicy(calls("pay", score=0.1), resume=["Paid."])
    await say(make_manager(policy, actions={"pay": lambda: ran.append(1)}), "hm")
    assert ran == []


# --- What they are given


async def test_an_action_gets_its_arguments_and_a_context_if_it_asks_for_one() -> None:
    seen: list[Any] = []

    def refund(order: int, context: ActionContext, reason: str = "none") -> dict[str, Any]:
        seen.append((order, reason, context))
        return {"refunded": order}

    policy = ScriptedPolicy(calls("refund", order=12), resume=["Done."])
    manager = make_manager({"p": policy}, actions={"refund": refund}, clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), SlotSet("name", "Ann")])
    await say(manager, "refund, please", client_id="m1", user_id="u1")

    ((order, reason, context),) = seen
    assert (order, reason) == (12, "none")
    assert context == ActionContext("c", "u1", {"name": "Ann"}, "en", NOON, "c/m1/0", User("u1"))
    (result,) = policy.results
    assert result == ActionResult(ActionCall("refund", {"order": 12}), {"refunded": 12})
    assert result.ok


async def test_an_action_may_be_async() -> None:
    async def look_up(number: int) -> int:
        await asyncio.sleep(0)
        return number + 1

    policy = ScriptedPolicy(calls("look_up", number=1), resume=[lambda turn, result: f"It is {result.value}."])
    assert (await say(make_manager(policy, actions={"look_up": look_up}), "hi")).text == "It is 2."


async def test_a_plain_action_does_not_block_the_loop() -> None:
    threads: list[str] = []
    policy = ScriptedPolicy(calls("where"), resume=["Done."])
    await say(make_manager(policy, actions={"where": lambda: threads.append(threading.current_thread().name)}), "hi")
    assert threads == ["action-where-1"]


async def test_every_step_has_a_key_of_its_own_and_the_same_when_the_turn_is_taken_again() -> None:
    keys: list[str] = []
    policy = ScriptedPolicy(calls("step"), resume=[calls("step"), calls("step"), "Done."])

    def step(context: ActionContext) -> None:
        keys.append(context.idempotency_key)

    manager = make_manager({"p": policy}, actions={"step": step})
    await say(manager, "go", client_id="m1")
    assert keys == ["c/m1/0", "c/m1/1", "c/m1/2"]


# --- What comes of them


async def test_what_the_policy_makes_of_the_result_takes_the_winners_place() -> None:
    resumed = Candidate("Order 12 is cancelled.", 1.0, effects=(SlotSet("order", None),), quick_replies=("Thanks",))
    policy = ScriptedPolicy(
        Candidate("One moment.", 1.0, effects=(SlotSet("order", 12),), action=ActionCall("cancel")), resume=[resumed]
    )
    manager = make_manager({"p": policy}, actions={"cancel": lambda: True})

    reply = await say(manager, "cancel")

    assert (reply.text, reply.quick_replies, reply.policy) == ("Order 12 is cancelled.", ("Thanks",), "p")
    conversation = await manager.store.load("c")
    assert list(conversation.events)[-3:-1] == [SlotSet("order", 12), SlotSet("order", None)]
    assert conversation.slots == {}


async def test_the_policy_goes_on_from_the_effects_so_far() -> None:
    seen: list[dict[str, Any]] = []

    def resume(turn: Any, result: ActionResult) -> str:
        seen.append(dict(turn.slots))
        return "Done."

    policy = ScriptedPolicy(
        Candidate("", 1.0, effects=(SlotSet("order", 12),), action=ActionCall("cancel")), resume=[resume]
    )
    await say(make_manager(policy, actions={"cancel": lambda: True}), "cancel")
    assert seen == [{"order": 12}]


async def test_a_policy_with_nothing_to_add_keeps_its_reply() -> None:
    policy = ScriptedPolicy(calls("look_up", "I had a look."), resume=[None])
    assert (await say(make_manager(policy, actions={"look_up": lambda: 1}), "hi")).text == "I had a look."


async def test_at_most_ten_actions_run_in_a_turn() -> None:
    ran: list[int] = []
    policy = ScriptedPolicy(calls("again"), resume=[calls("again", "and again")])
    reply = await say(make_manager({"p": policy}, actions={"again": lambda: ran.append(1)}), "hi")

    assert len(ran) == MAX_ACTION_STEPS == 10
    assert reply.text == "and again"
    assert [part["part"] for part in trace_of(reply)["parts"]] == ["action again"] * 10


async def test_what_is_said_after_an_action_is_judged_by_the_guards() -> None:
    guard = ScriptedGuard(output=lambda turn, candidate: Refuse("a secret") if "PIN" in candidate.text else Allow())
    policy = ScriptedPolicy(calls("look_up", ""), resume=[Candidate("Your PIN is 1.", 1.0, effects=(SlotSet("a", 1),))])
    manager = make_manager(policy, actions={"look_up": lambda: 1}, guards=[guard], fallback="I may not say.")

    assert (await say(manager, "hi")).text == "I may not say."
    assert (await manager.store.load("c")).slots == {}


# --- What goes wrong


def raising() -> None:
    raise ConnectionError("no route to host")


def nameless() -> None:
    raise DialogError


@pytest.mark.parametrize(
    ("action", "arguments", "error"),
    [
        (raising, {}, "ConnectionError: no route to host"),
        (nameless, {}, "DialogError"),
        (lambda: object(), {}, "TypeError: Object of type object is not JSON serializable"),
        (lambda: float("nan"), {}, "ValueError: Out of range float values are not JSON compliant"),
        (lambda: None, {"unknown": 1}, "TypeError: got an unexpected keyword argument 'unknown'"),
        (lambda order: None, {}, "TypeError: missing a required argument: 'order'"),
    ],
)
async def test_an_action_that_fails_is_told_to_its_policy_and_the_conversation_goes_on(
    action: Any, arguments: dict[str, Any], error: str
) -> None:
    policy = ScriptedPolicy(calls("act", **arguments), "And then?", resume=["That did not work."])
    manager = make_manager({"p": policy}, actions={"act": action})

    reply = await say(manager, "do it")

    (result,) = policy.results
    assert not result.ok
    assert result.error.startswith(error)
    assert reply.text == "That did not work."
    assert verdict_on(reply, "action act").startswith(f"failed: {error}")
    assert (await say(manager, "go on")).text == "And then?"


@pytest.mark.parametrize("mode", ["thread", "async"])
async def test_an_action_that_hangs_is_left_behind(mode: Any) -> None:
    script = Script([Hang(stubborn=True)])
    policy = ScriptedPolicy(calls("hang"), resume=["That takes too long."])
    reply = await say(make_manager(policy, actions={"hang": script.verb(mode)}, action_timeout=0.05), "hi")

    assert reply.text == "That takes too long."
    assert policy.results[0].error == "took longer than 0.05 s"
    script.release()


async def test_an_action_is_tried_again_as_often_as_its_call_says_with_the_same_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dialog_core.actions.PAUSE", 0.0)
    keys: list[str] = []

    def busy(context: ActionContext) -> str:
        keys.append(context.idempotency_key)
        if len(keys) < 3:
            raise ConnectionError("busy")
        return "there"

    policy = ScriptedPolicy(Candidate("", 1.0, action=ActionCall("busy", retries=2)), resume=["Done."])
    reply = await say(make_manager(policy, actions={"busy": busy}), "go", client_id="m1")

    assert keys == ["c/m1/0"] * 3
    assert policy.results[0].value == "there"
    assert verdict_on(reply, "action busy") == "ran, tried 3 times"


async def test_retries_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_core.actions.PAUSE", 0.0)
    ran: list[int] = []

    def busy() -> None:
        ran.append(1)
        raise ConnectionError("busy")

    policy = ScriptedPolicy(Candidate("", 1.0, action=ActionCall("busy", retries=1_000_000)), resume=["Sorry."])
    reply = await say(make_manager(policy, actions={"busy": busy}), "go")
    assert (reply.text, len(ran)) == ("Sorry.", MAX_RETRIES + 1)


async def test_a_wrong_call_is_not_tried_again() -> None:
    policy = ScriptedPolicy(Candidate("", 1.0, action=ActionCall("act", {"no": 1}, retries=5)), resume=["Sorry."])
    reply = await say(make_manager(policy, actions={"act": lambda: None}), "go")
    assert verdict_on(reply, "action act") == "failed: TypeError: got an unexpected keyword argument 'no'"


async def test_a_call_may_have_a_time_limit_of_its_own() -> None:
    script = Script([Hang()])
    policy = ScriptedPolicy(Candidate("", 1.0, action=ActionCall("hang", timeout=0.05)), resume=["Too long."])
    manager = make_manager(policy, actions={"hang": script.verb("thread")}, action_timeout=60)
    assert (await say(manager, "hi")).text == "Too long."
    assert policy.results[0].error == "took longer than 0.05 s"
    script.release()


async def test_a_policy_may_bring_actions_along() -> None:
    policy = ScriptedPolicy(calls("shop.look"), resume=["Found."])
    policy.actions = {"look": lambda: "here"}  # type: ignore[attr-defined]
    other = ScriptedPolicy(calls("look", score=0.2))
    reply = await say(make_manager({"shop": policy, "other": other}), "look")
    assert reply.text == "Found."
    assert policy.results[0].value == "here"


async def test_an_action_nobody_registered_is_told_with_the_likely_name() -> None:
    policy = ScriptedPolicy(calls("cancel_ordr"), resume=["That did not work."])
    await say(make_manager(policy, actions={"cancel_order": lambda: 1}), "hi")
    assert policy.results[0].error == "there is no action named 'cancel_ordr'. Did you mean 'cancel_order'?"


@pytest.mark.parametrize("resume", [None, [ValueError("no")], [Candidate("", 0.5)]])
async def test_nobody_claims_that_a_failed_action_succeeded(resume: Any) -> None:
    """Given a text written for success and nobody to say otherwise, when the action fails, the fallback is said."""
    policy = ScriptedPolicy(calls("cancel", "Your order is cancelled."), resume=resume)
    manager = make_manager(policy, actions={"cancel": raising}, fallback="I do not know.")
    assert (await say(manager, "cancel")).text == "I do not know."


@pytest.mark.parametrize("step", [ValueError("no"), Hang(), Candidate("", 0.5)])
async def test_a_policy_that_fails_to_go_on_keeps_its_reply(step: Any) -> None:
    policy = ScriptedPolicy(calls("cancel", "Your order is cancelled."), resume=[step])
    manager = make_manager({"p": policy}, actions={"cancel": lambda: True}, timeout=0.5)

    reply = await say(manager, "cancel")

    assert reply.text == "Your order is cancelled."
    if not isinstance(step, Hang):
        assert verdict_on(reply, "policy p").startswith("resume failed: ")
    policy.release()


async def test_an_action_without_words_before_or_after_it_says_the_fallback() -> None:
    policy = ScriptedPolicy(calls("look_up", ""))
    reply = await say(make_manager(policy, actions={"look_up": lambda: 1}, fallback="I do not know."), "hi")
    assert reply.text == "I do not know."


async def test_what_cannot_be_stored_after_an_action_is_replaced_by_the_fallback() -> None:
    odd = Candidate("Done.", 1.0, effects=(SlotSet("odd", object()),))
    policy = ScriptedPolicy(calls("act", ""), resume=[odd])
    manager = make_manager({"p": policy}, actions={"act": lambda: 1}, fallback="I do not know.")

    reply = await say(manager, "hi")

    assert reply.text == "I do not know."
    assert "its candidate cannot be stored" in verdict_on(reply, "policy p")
    assert (await manager.store.load("c")).slots == {}


async def test_resume_has_its_own_time_however_long_the_action_took() -> None:
    policy = ScriptedPolicy(calls("slow"), resume=[lambda turn, result: f"{turn.deadline - time.monotonic():.0f} s"])

    async def slow() -> None:
        await asyncio.sleep(0.2)

    manager = make_manager({"p": policy}, actions={"slow": slow}, deadline=0.15, timeout=50.0)
    assert (await say(manager, "go")).text == "50 s"
