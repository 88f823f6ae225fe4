import time
from typing import Any

import pytest

from dialog_core.candidate import Candidate
from dialog_core.events import BotSaid, FlowStarted, HandedOver, SessionStarted, UserSaid
from dialog_core.interfaces import Allow, Refuse, Rewrite
from dialog_core.testing import Hang, Rubbish, ScriptedGuard, ScriptedPolicy, make_manager
from dialog_core.testing.sample_events import texts
from dialog_core.testing.turns import NOON
from tests.talking import say, statuses_of, trace_of, verdict_on

LONG = 30.0
MODES = ("thread", "async", "inline")


# --- What comes in


@pytest.mark.parametrize("mode", MODES)
async def test_what_is_allowed_goes_on_as_it_is(mode: Any) -> None:
    guard = ScriptedGuard(input=Allow(), output=Allow(), mode=mode)
    reply = await say(make_manager("Hello", guards=[guard]), "hi")

    assert reply.text == "Hello"
    assert trace_of(reply)["parts"] == []
    assert (len(guard.inputs.asked), len(guard.outputs.asked)) == (1, 1)


@pytest.mark.parametrize("mode", MODES)
async def test_what_the_input_guards_make_of_a_message_is_what_is_stored_and_answered(mode: Any) -> None:
    policy = ScriptedPolicy(lambda turn: f"You said {turn.text}")
    guards = {
        "pii": ScriptedGuard(input=lambda turn: Rewrite(turn.text.replace("4711", "<number>")), mode=mode),
        "lower": ScriptedGuard(input=lambda turn: Rewrite(turn.text.lower()), mode=mode),
    }
    manager = make_manager(policy, guards=guards)

    reply = await say(manager, "My PIN is 4711")

    assert reply.text == "You said my pin is <number>"
    conversation = await manager.store.load("c")
    assert [event.message.text for event in conversation.messages if isinstance(event, UserSaid)] == [
        "my pin is <number>"
    ]
    assert verdict_on(reply, "guard pii") == "rewrote the text"


async def test_an_input_guard_answers_at_once_in_place_of_the_bot() -> None:
    policy, later = ScriptedPolicy("Hello"), ScriptedGuard(input=Refuse("rude", "Now, now."))
    emergency = ScriptedGuard(input=Refuse("an emergency", "Call 112 now."))
    manager = make_manager(policy, guards={"emergency": emergency, "later": later})

    reply = await say(manager, "my house is on fire")

    assert (reply.text, reply.policy, reply.probability) == ("Call 112 now.", "guard", None)
    assert policy.calls == 0
    assert trace_of(reply)["reason"] == "an input guard answered: an emergency"
    assert verdict_on(reply, "guard emergency") == "refused: an emergency"
    assert len((await manager.store.load("c")).replies_to(reply.message_id)) == 1


async def test_what_is_urgent_is_the_answer_whichever_guard_comes_first() -> None:
    guards = [ScriptedGuard(input=Refuse("rude", "Now, now.")), ScriptedGuard(input=Refuse("!", "Call.", urgent=True))]
    assert (await say(make_manager("Hello", guards=guards), "he does not breathe, you fool")).text == "Call."


async def test_a_message_that_is_refused_is_stored_as_all_guards_leave_it() -> None:
    guards = [ScriptedGuard(input=Refuse("rude", message="[rude]")), ScriptedGuard(input=Rewrite("[replaced]"))]
    manager = make_manager("Hello", guards=guards)
    await say(manager, "you fool, my number is 12345")
    assert texts(await manager.store.load("c"))[0] == "[replaced]"
    manager = make_manager("Hello", guards=guards[:1])
    await say(manager, "you fool, my number is 12345")
    assert texts(await manager.store.load("c"))[0] == "[rude]"


@pytest.mark.parametrize(("on_error", "stored"), [("refuse", "[withheld]"), ("allow", "my number is 12345")])
async def test_what_a_guard_that_withholds_could_not_judge_is_not_stored(on_error: str, stored: str) -> None:
    guard = ScriptedGuard(input=ValueError("broken"))
    guard.withholds = True  # type: ignore[attr-defined]
    manager = make_manager("Hello", guards=[guard], on_error=on_error)
    await say(manager, "my number is 12345")
    assert texts(await manager.store.load("c"))[0] == stored


async def test_a_refusal_may_have_effects_and_offer_replies() -> None:
    refusal = Refuse("an emergency", "Call 112.", (HandedOver(NOON, "emergency"),), ("I am safe",))
    manager = make_manager("Hello", guards=[ScriptedGuard(input=refusal)])
    reply = await say(manager, "help")

    assert reply.messages[0].quick_replies == ("I am safe",)
    assert (await manager.store.load("c")).handed_over


async def test_only_what_is_urgent_is_answered_where_a_person_has_taken_over() -> None:
    guard = ScriptedGuard(input=[Refuse("rude", "Now, now."), Refuse("an emergency", "Call 112.", urgent=True)])
    manager = make_manager("Hello", guards=[guard])
    await manager.record("c", [SessionStarted(NOON), HandedOver(NOON)])

    assert (await say(manager, "you fool")).messages == ()
    assert (await say(manager, "he does not breathe")).text == "Call 112."


@pytest.mark.parametrize("on_error", ["refuse", "allow"])
@pytest.mark.parametrize(
    ("extras", "told"),
    [
        ({"effects": ("hand over",)}, "left out: effects that are not events"),
        ({"effects": None}, "left out: effects that are not events"),
        ({"effects": (BotSaid("Hi", NOON),)}, "left out: effects that say that somebody said something"),
        ({"quick_replies": "I am safe"}, "left out: quick replies that are not texts"),
        ({"quick_replies": (1,)}, "left out: quick replies that are not texts"),
        ({"quick_replies": None}, "left out: quick replies that are not texts"),
    ],
)
async def test_what_a_refusal_has_to_say_is_said_whatever_is_wrong_with_the_rest(
    on_error: str, extras: dict[str, Any], told: str
) -> None:
    guard = ScriptedGuard(input=Refuse("an emergency", "Call 112.", urgent=True, **extras))
    manager = make_manager("Hello", guards=[guard], on_error=on_error)
    await manager.record("c", [SessionStarted(NOON), HandedOver(NOON)])
    reply = await say(manager, "help")

    assert (reply.text, reply.messages[0].quick_replies) == ("Call 112.", ())
    assert f"refused: an emergency; {told}" in verdict_on(reply, "guard guard1")


async def test_an_input_guard_without_words_of_its_own_says_the_fallback() -> None:
    manager = make_manager(
        "Hello", guards=[ScriptedGuard(input=[Refuse("abuse"), Refuse("abuse", " ")])], fallback="No."
    )
    assert [(await say(manager, "!!!")).text for _ in range(2)] == ["No.", "No."]


# --- What goes out


@pytest.mark.parametrize("mode", MODES)
async def test_an_output_guard_rewrites_what_is_said(mode: Any) -> None:
    guard = ScriptedGuard(output=lambda turn, candidate: Rewrite(candidate.text.upper()), mode=mode)
    reply = await say(make_manager({"p": "Hello"}, guards=[guard]), "hi")
    assert (reply.text, reply.policy) == ("HELLO", "p")
    assert trace_of(reply)["candidates"][0]["text"] == "Hello"


async def test_when_the_best_is_refused_the_next_best_is_said() -> None:
    def judge(turn: Any, candidate: Candidate) -> Any:
        return Refuse("rude") if "idiot" in candidate.text else Allow()

    policies = {
        "best": ScriptedPolicy("You idiot!", score=1.0),
        "second": ScriptedPolicy("idiot again", score=0.9),
        "third": ScriptedPolicy("I am sorry.", score=0.8),
    }
    reply = await say(make_manager(policies, guards={"tone": ScriptedGuard(output=judge)}), "hi")

    assert reply.policy == "third"
    assert trace_of(reply)["chosen"] == 2
    assert trace_of(reply)["reason"].endswith("after 2 better ones were refused")
    assert verdict_on(reply, "guard tone") == "refused: rude; refused: rude"


async def test_when_everything_is_refused_the_fallback_is_said() -> None:
    manager = make_manager(["a", "b"], guards=[ScriptedGuard(output=Refuse("no"))], fallback="I do not know.")
    reply = await say(manager, "hi")

    assert (reply.text, reply.policy) == ("I do not know.", "fallback")
    assert trace_of(reply)["chosen"] is None
    assert trace_of(reply)["reason"] == "what was better was refused"


async def test_the_next_best_must_be_good_enough_too() -> None:
    policies = {"best": ScriptedPolicy("rude", score=1.0), "worst": ScriptedPolicy("unsure", score=0.1)}
    guard = ScriptedGuard(output=[Refuse("rude"), Allow()])
    reply = await say(make_manager(policies, guards=[guard]), "hi")
    assert reply.policy == "fallback"


async def test_guards_are_asked_in_file_order_and_see_what_earlier_ones_made_of_it() -> None:
    first = ScriptedGuard(output=lambda turn, candidate: Rewrite(candidate.text + " one"))
    second = ScriptedGuard(output=lambda turn, candidate: Rewrite(candidate.text + " two"))
    assert (await say(make_manager("zero", guards=[first, second]), "hi")).text == "zero one two"


async def test_the_question_of_a_waiting_flow_is_judged_too() -> None:
    waiting = ScriptedPolicy(Candidate("What?", 0.1, follow_up="Which day, you idiot?"))
    guard = ScriptedGuard(output=lambda turn, candidate: Refuse("rude") if "idiot" in candidate.text else Allow())
    manager = make_manager({"faq": "At nine.", "flows": waiting}, guards={"tone": guard}, clock=lambda: NOON)
    await manager.record("c", [SessionStarted(NOON), FlowStarted("booking", "flows")])

    reply = await say(manager, "when do you open?")

    assert [message.text for message in reply.messages] == ["At nine."]
    assert verdict_on(reply, "guard tone") == "refused: rude"


# --- Guards that fail


@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize(
    ("step", "told"),
    [
        (ValueError("no list"), "failed (ValueError: no list)"),
        (Rubbish(True), "failed (TypeError: answered True instead of Allow, Rewrite or Refuse)"),
        (Rubbish(None), "failed (TypeError: answered None"),
        (Rewrite(None), "failed (TypeError"),  # type: ignore[arg-type]
        (Refuse(5, None), "failed (TypeError"),  # type: ignore[arg-type]
        (Hang(), "failed (took longer than 0.05 s)"),
    ],
)
async def test_what_a_guard_fails_to_judge_is_refused_unless_the_bot_says_otherwise(
    side: str, step: Any, told: str
) -> None:
    closed, opened = ScriptedGuard(**{side: step}), ScriptedGuard(**{side: step})

    refused = await say(make_manager("Hello", guards={"g": closed}, timeout=0.05), "hi")
    allowed = await say(make_manager("Hello", guards={"g": opened}, timeout=0.05, on_error="allow"), "hi")

    assert refused.policy == ("guard" if side == "input" else "fallback")
    assert allowed.text == "Hello"
    assert verdict_on(refused, "guard g").startswith(told)
    assert verdict_on(refused, "guard g").endswith("; refused")
    assert verdict_on(allowed, "guard g").endswith("; let through")
    for guard in (closed, opened):
        guard.release()


async def test_half_a_surrogate_pair_from_a_guard_is_repaired() -> None:
    guard = ScriptedGuard(input=Rewrite("in \ud83d"), output=Rewrite("out \ud83d"))
    manager = make_manager("Hello", guards=[guard])
    reply = await say(manager, "hi")

    said = (await manager.store.load("c")).last_user_message
    assert reply.text == "out \N{REPLACEMENT CHARACTER}"
    assert said is not None
    assert said.text == "in \N{REPLACEMENT CHARACTER}"


async def test_a_guard_that_hangs_holds_up_few_candidates_and_not_every_one() -> None:
    guard = ScriptedGuard(output=Hang())
    policy = ScriptedPolicy([Candidate(f"text {number}", 1.0) for number in range(50)], mode="inline")
    manager = make_manager(policy, guards={"g": guard}, timeout=0.1)

    started = time.monotonic()
    reply = await say(manager, "hi")

    assert reply.policy == "fallback"
    assert len(guard.outputs.asked) == 3
    assert verdict_on(reply, "guard g").endswith("failed (left alone after hanging repeatedly); refused")
    assert time.monotonic() - started < 50 * 0.1
    guard.release()


async def test_odd_texts_do_not_close_a_guard_for_the_others() -> None:
    guard = ScriptedGuard(input=[ValueError("odd")] * 5 + [Allow()])
    manager = make_manager("Hello", guards=[guard])
    replies = [await say(manager, "hi") for _ in range(6)]

    assert [reply.policy for reply in replies] == ["guard"] * 5 + ["policy1"]
    assert statuses_of(replies[-1]) == {"policy1": "proposed"}
