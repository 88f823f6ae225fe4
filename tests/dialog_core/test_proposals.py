"""What a policy tells beside its candidates: notes for the trace, what to keep in mind, what went wrong."""

import math
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from dialog_core import ActionCall, Candidate, Evidence, Proposal, Refuse, Remembered
from dialog_core.soundness import MAX_MEMORY, MAX_NOTES, sound_proposal
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing import Hang, Rubbish, ScriptedGuard, ScriptedPolicy, make_context, make_manager
from tests.talking import reports_of, say, statuses_of, trace_of

HELLO = Candidate("Hello", 0.9)
CIRCLE: dict[str, Any] = {}
CIRCLE["again"] = CIRCLE


class Screen:
    def __init__(self) -> None:
        self.items: list[Any] = []

    def __call__(self, item: Any) -> None:
        self.items.append(item)


# --- Notes


@pytest.mark.parametrize("mode", ["thread", "async", "inline"])
async def test_a_policys_notes_stand_in_the_trace(mode: Any) -> None:
    proposal = Proposal((HELLO,), notes={"tokens_in": 12, "tools": ["weather(city='Ulm')"], "cost": 0.01})
    manager = make_manager({"llm": ScriptedPolicy(proposal, mode=mode), "other": "Hi"})

    reports = reports_of(await say(manager, "hi", client_id="1"))

    assert reports["llm"]["notes"] == {"tokens_in": 12, "tools": ["weather(city='Ulm')"], "cost": 0.01}
    assert "notes" not in reports["other"]
    stored = await manager.store.load_trace("c", "1")
    assert stored is not None
    assert stored["policies"][0]["notes"]["tokens_in"] == 12


async def test_a_policy_may_tell_why_it_proposes_nothing() -> None:
    reply = await say(make_manager({"llm": ScriptedPolicy(Proposal(notes={"abstained": "no evidence"}))}), "hi")

    assert reply.policy == "fallback"
    assert reports_of(reply)["llm"]["status"] == "nothing"
    assert reports_of(reply)["llm"]["notes"] == {"abstained": "no evidence"}


async def test_what_resume_notes_stands_among_the_parts() -> None:
    policy = ScriptedPolicy(
        Candidate("", 1.0, action=ActionCall("pay")), resume=[Proposal((HELLO,), notes={"tokens_out": 5})]
    )
    reply = await say(make_manager({"llm": policy}, actions={"pay": lambda: 1}), "hi")

    assert reply.text == "Hello"
    (part,) = [part for part in trace_of(reply)["parts"] if part["part"] == "policy llm"]
    assert part["verdict"] == "went on from the result"
    assert part["notes"] == {"tokens_out": 5}


async def test_the_last_item_of_a_stream_may_be_a_proposal() -> None:
    policy = ScriptedPolicy(
        Proposal((Candidate("Hello there", 0.9),), notes={"tokens_out": 2}, remember={"n": 1}),
        pieces=["Hello ", "there"],
    )
    manager = make_manager({"llm": policy})
    screen = Screen()

    reply = await say(manager, "hi", watch=screen)

    assert reply.text == "Hello there"
    assert [item.text for item in screen.items if hasattr(item, "text")] == ["Hello ", "there"]
    assert reports_of(reply)["llm"]["notes"] == {"tokens_out": 2}
    assert (await manager.store.load("c")).memory == {"llm": {"n": 1}}


async def test_a_stream_that_ends_in_a_proposal_of_nothing_proposes_nothing() -> None:
    policy = ScriptedPolicy(Proposal(error="the line was lost", remember={"spent": 3}), pieces=["Hel"])
    manager = make_manager({"llm": policy}, fallback="I pass.")

    reply = await say(manager, "hi", watch=Screen())

    assert (reply.text, reports_of(reply)["llm"]["error"]) == ("I pass.", "the line was lost")
    assert (await manager.store.load("c")).memory == {"llm": {"spent": 3}}


@pytest.mark.parametrize("candidates", [None, HELLO, [HELLO], (HELLO,)])
async def test_however_the_candidates_of_a_streamed_proposal_are_given(candidates: Any) -> None:
    policy = ScriptedPolicy(Proposal(candidates, notes={"n": 1}), pieces=[])
    report = reports_of(await say(make_manager({"llm": policy}), "hi", watch=Screen()))["llm"]
    assert report["notes"] == {"n": 1}
    assert bool(report["error"]) == (candidates is None)


# --- What is remembered


async def test_what_a_policy_remembers_it_finds_in_the_next_turn() -> None:
    seen: list[Any] = []

    def count(turn: Any) -> Proposal:
        seen.append(dict(turn.conversation.memory.get("llm", {})))
        return Proposal((HELLO,), remember={"turns": len(seen), "last": turn.text})

    manager = make_manager({"llm": ScriptedPolicy(count)})
    for text in ("a", "b", "c"):
        await say(manager, text)

    assert seen == [{}, {"turns": 1, "last": "a"}, {"turns": 2, "last": "b"}]


async def test_it_is_remembered_whoever_answers() -> None:
    policies = {
        "llm": ScriptedPolicy(Proposal((Candidate("Perhaps", 0.2),), remember={"spent": 7})),
        "rules": ScriptedPolicy("Yes", score=1.0),
    }
    manager = make_manager(policies)

    assert (await say(manager, "hi")).policy == "rules"
    assert (await manager.store.load("c")).memory == {"llm": {"spent": 7}}


@pytest.mark.parametrize(
    "step",
    [
        Proposal((Candidate("Perhaps", 0.01),), remember={"spent": 7}),
        Proposal(remember={"spent": 7}),
        Proposal(error="no answer", remember={"spent": 7}),
    ],
)
async def test_it_is_remembered_also_when_nobody_answers(step: Any) -> None:
    manager = make_manager({"llm": ScriptedPolicy(step)}, fallback="I pass.")
    assert (await say(manager, "hi")).text == "I pass."
    assert (await manager.store.load("c")).memory == {"llm": {"spent": 7}}


async def test_it_is_remembered_also_when_the_reply_is_refused() -> None:
    policy = ScriptedPolicy(Proposal((HELLO,), remember={"spent": 7}))
    manager = make_manager({"llm": policy}, guards=[ScriptedGuard(output=Refuse("rude"))])
    assert (await say(manager, "hi")).policy == "fallback"
    assert (await manager.store.load("c")).memory == {"llm": {"spent": 7}}


async def test_several_policies_remember_apart() -> None:
    policies = {name: ScriptedPolicy(Proposal((HELLO,), remember={"n": name})) for name in ("a", "b")}
    manager = make_manager(policies)
    await say(manager, "hi")
    assert (await manager.store.load("c")).memory == {"a": {"n": "a"}, "b": {"n": "b"}}


async def test_resume_sees_what_propose_remembered_so_that_costs_add_up() -> None:
    def go_on(turn: Any, result: Any) -> Proposal:
        return Proposal((HELLO,), remember={"spent": turn.conversation.memory["llm"]["spent"] + 2})

    acting = Proposal((Candidate("", 1.0, action=ActionCall("pay")),), remember={"spent": 5})
    manager = make_manager({"llm": ScriptedPolicy(acting, resume=[go_on])}, actions={"pay": lambda: 1})

    assert (await say(manager, "hi")).text == "Hello"
    assert (await manager.store.load("c")).memory == {"llm": {"spent": 7}}


async def test_it_is_there_when_the_conversation_is_read_from_the_disk(tmp_path: Path) -> None:
    def store() -> SQLiteStore:
        return SQLiteStore(SQLiteOptions(path=tmp_path / "c.db"), make_context("store"))

    policy = ScriptedPolicy(
        Proposal((HELLO,), remember={"summary": "About an order. 订单", "forgotten": 1}),
        Proposal((HELLO,), remember={"forgotten": None}),
    )
    first = store()
    manager = make_manager({"llm": policy}, store=first)
    await say(manager, "one")
    await say(manager, "two")
    await first.close()

    again = store()
    conversation = await again.load("c")
    await again.close()
    assert conversation.memory == {"llm": {"summary": "About an order. 订单"}}
    assert [event for event in conversation.events if isinstance(event, Remembered)] == [
        Remembered("llm", {"summary": "About an order. 订单", "forgotten": 1}),
        Remembered("llm", {"forgotten": None}),
    ]


async def test_what_is_said_and_what_is_remembered_are_stored_together() -> None:
    manager = make_manager({"llm": ScriptedPolicy(Proposal((HELLO,), remember={"n": 1}))})
    await say(manager, "hi", client_id="1")
    await say(manager, "hi", client_id="1")  # sent again: not asked again
    assert sum(isinstance(event, Remembered) for event in (await manager.store.load("c")).events) == 1


# --- Failing, and telling what it had cost


async def test_a_proposal_that_failed_is_a_failure_like_an_exception() -> None:
    policy = ScriptedPolicy(Proposal(error="the endpoint\nis down", notes={"tokens_in": 4}))
    manager = make_manager({"llm": policy, "other": "Hi"}, breaker=(2, 60.0))

    replies = [await say(manager, "hi") for _ in range(3)]

    assert [reply.text for reply in replies] == ["Hi"] * 3
    assert [statuses_of(reply)["llm"] for reply in replies] == ["failed", "failed", "breaker open"]
    assert reports_of(replies[0])["llm"]["error"] == "the endpoint is down"
    assert reports_of(replies[0])["llm"]["notes"] == {"tokens_in": 4}


async def test_a_policy_with_a_timeout_of_its_own_is_told_so() -> None:
    policies = {mode: ScriptedPolicy("Hi", mode=mode) for mode in ("thread", "async")}
    manager = make_manager(policies, timeout=3.0, deadline=100.0)
    await say(manager, "hi")
    told = [policy.turns[0].deadline for policy in policies.values()]

    manager = make_manager({"slow": (slow := ScriptedPolicy("Hi"))}, timeout=1000.0, deadline=100.0)
    await say(manager, "hi")
    assert all(90 < slow.turns[0].deadline - deadline < 100 for deadline in told)


# --- Rubbish


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        (None, "its notes are a NoneType and not a mapping"),
        (["tokens"], "its notes are a list and not a mapping"),
        ("tokens", "its notes are a str"),
        ({"cost": math.nan}, "its notes cannot be told"),
        ({"cost": object()}, "its notes cannot be told: a value of type object is not a JSON value"),
        ({("a",): 1}, "its notes cannot be told"),
        ({"n": 10**5000}, "its notes cannot be told"),
        (CIRCLE, "its notes cannot be told"),
        ({"text": "x" * (MAX_NOTES + 1)}, f"characters; at most {MAX_NOTES:,} are told"),
    ],
)
async def test_rubbish_in_notes_costs_nobody_anything(notes: Any, told: str) -> None:
    manager = make_manager({"llm": ScriptedPolicy(Proposal((HELLO,), notes=notes, remember={"n": 1}))})

    replies = [await say(manager, "hi") for _ in range(5)]

    assert [reply.policy for reply in replies] == ["llm"] * 5, "not even the breaker"
    report = reports_of(replies[-1])["llm"]
    assert told in report["error"]
    assert (report["status"], "notes" in report) == ("proposed", False)
    assert (await manager.store.load("c")).memory == {"llm": {"n": 1}}


@pytest.mark.parametrize(
    ("remember", "told"),
    [
        (None, "wants to remember a NoneType and not a mapping"),
        ([1], "wants to remember a list and not a mapping"),
        ({"cost": math.inf}, "cannot be stored: Remembered.values['cost']: JSON has no notation for inf"),
        ({"cost": object()}, "cannot be stored: Remembered.values['cost']: an object is not a JSON value"),
        ({3: 1}, "cannot be stored: Remembered.values: the key 3 is an int"),
        ({"n": 10**5000}, "cannot be stored"),
        (CIRCLE, "cannot be stored"),
        ({"text": "x" * MAX_MEMORY}, f"at most {MAX_MEMORY:,} are kept"),
    ],
)
async def test_rubbish_to_be_remembered_costs_nobody_anything(remember: Any, told: str) -> None:
    policy = ScriptedPolicy(
        Proposal((HELLO,), notes={"n": 1}, remember={"kept": "before"}),
        Proposal((HELLO,), notes={"n": 1}, remember=remember),
    )
    manager = make_manager({"llm": policy})

    replies = [await say(manager, "hi") for _ in range(6)]

    assert [reply.policy for reply in replies] == ["llm"] * 6
    report = reports_of(replies[-1])["llm"]
    assert told in report["error"]
    assert report["notes"] == {"n": 1}
    assert (await manager.store.load("c")).memory == {"llm": {"kept": "before"}}


async def test_rubbish_of_resume_does_not_turn_what_was_done_into_a_failure() -> None:
    acting = Candidate("Paid.", 1.0, action=ActionCall("pay"))
    policy = ScriptedPolicy(acting, resume=[Proposal(notes=[1], remember=[2])])  # type: ignore[arg-type]
    reply = await say(make_manager({"llm": policy}, actions={"pay": lambda: 1}), "hi")

    assert reply.text == "Paid."
    assert "its notes are a list" in str(trace_of(reply)["parts"])


@pytest.mark.parametrize("error", [3, ["x"], "x" * 10_000])
def test_an_error_that_is_none_is_one_all_the_same(error: Any) -> None:
    sound = sound_proposal(Proposal(error=error), "llm", "")
    assert sound.failure
    assert len(sound.failure) <= 1000


def test_rubbish_within_a_proposal_is_found_like_outside_of_it() -> None:
    sound = sound_proposal(Proposal(("Hello", HELLO)), "llm", "generative")  # type: ignore[arg-type]
    assert [candidate.text for candidate in sound.candidates] == ["Hello"]
    assert sound.failure == "proposed a str instead of a Candidate"


def test_nobody_keeps_hold_of_notes() -> None:
    inner = [1]
    notes = {"inner": inner, "frozen": MappingProxyType({"a": MappingProxyType({"b": 2})})}
    sound = sound_proposal(Proposal((HELLO,), notes=notes), "llm", "")
    inner.append(2)
    assert sound.notes == {"inner": [1], "frozen": {"a": {"b": 2}}}


async def test_a_proposal_is_one_also_in_a_later_tier() -> None:
    found = Candidate("Perhaps", 0.3, evidence=(Evidence("a fact", "faq"),))
    policies = {"faq": ScriptedPolicy(Proposal((found,), remember={"n": 1})), "llm": ScriptedPolicy("Yes", score=0.9)}
    manager = make_manager(policies, tiers=[["faq"], ["llm"]], accept_at=0.9)

    await say(manager, "hi")

    assert policies["llm"].turns[0].evidence == {"faq": (Evidence("a fact", "faq"),)}


async def test_a_policy_that_hangs_leaves_what_it_remembers_as_it_was() -> None:
    policy = ScriptedPolicy(Proposal((HELLO,), remember={"n": 1}), Hang(), Rubbish(Proposal))
    manager = make_manager({"llm": policy}, timeout=0.05)
    for text in ("a", "b", "c"):
        await say(manager, text)
    policy.release()
    assert (await manager.store.load("c")).memory == {"llm": {"n": 1}}
