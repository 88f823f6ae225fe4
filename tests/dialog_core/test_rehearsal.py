"""Rehearsing a turn: what a bot would do with a message, exactly as it would do it, and with nothing coming of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dialog_core import (
    ActionCall,
    Answer,
    BotSaid,
    Candidate,
    Conversation,
    Event,
    Evidence,
    FlowEnded,
    FlowStarted,
    HandedOver,
    Message,
    PolicyReport,
    Refuse,
    Rewrite,
    SessionStarted,
    SlotSet,
    UserSaid,
    hookimpl,
)
from dialog_core.testing import Hang, ScriptedAnnotator, ScriptedGuard, ScriptedPolicy, ScriptedRanker, make_bot
from dialog_core.testing.turns import NOON

FACT = Evidence("It opens at nine.", "faq.yaml:3", 0.8)
LATER = NOON + timedelta(days=2)


class Observer:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @hookimpl
    def dialog_turn_started(self) -> None:
        self.told.append("started")

    @hookimpl
    def dialog_policy_failed(self) -> None:
        self.told.append("failed")


def said(text: str, id: str, at: Any = NOON) -> UserSaid:
    return UserSaid(Message(text, client_id=id, at=at))


# --- What it returns


def test_every_candidate_is_told_how_they_rank_after_each_tier_and_who_would_be_chosen() -> None:
    policies = {
        "rules": ScriptedPolicy(None),
        "faq": ScriptedPolicy(Candidate("At nine.", 0.6, evidence=(FACT,))),
        "llm": ScriptedPolicy("I guess at nine.", score=0.5),
        "last": ScriptedPolicy("Never asked"),
    }
    ranker = ScriptedRanker([0.5], [0.5, 0.9])
    with make_bot(
        policies, tiers=[["rules"], ["faq"], ["llm"], ["last"]], ranker=ranker, annotators={"i": ScriptedAnnotator(7)}
    ) as bot:
        found = bot.rehearse("when do you open?")

        assert (found.policy, found.text, found.probability) == ("llm", "I guess at nine.", 0.9)
        assert found.winner is not None
        assert found.winner.policy == "llm"
        assert [[ranked.probability for ranked in stage.ranked] for stage in found.stages] == [[], [0.5], [0.9, 0.5]]
        assert found.ranked == found.stages[-1].ranked
        assert [(report.policy, report.tier, report.status) for report in found.policies] == [
            ("rules", 0, "nothing"),
            ("faq", 1, "proposed"),
            ("llm", 2, "proposed"),
            ("last", 3, "not asked"),
        ]
        assert found.turn.annotations == {"i": 7}
        assert found.turn.evidence["faq"] == (FACT,)
        assert found.reason == "llm: accepted at 0.90"
        assert bot.conversations() == []


def test_everybody_may_be_asked_although_somebody_is_sure() -> None:
    policies = {"rules": ScriptedPolicy("Hello!", score=1.0), "llm": ScriptedPolicy("Hi.", score=0.9)}
    with make_bot(policies, tiers=[["rules"], ["llm"]]) as bot:
        assert [ranked.candidate.policy for ranked in bot.rehearse("hi", everybody=True).ranked] == ["rules", "llm"]
        assert len(bot.rehearse("hi").ranked) == 1


def test_nothing_happens() -> None:
    done: list[str] = []
    observer = Observer()
    policies = {
        "acts": ScriptedPolicy(Candidate("", 0.9, action=ActionCall("refund", {"order": 7}))),
        "breaks": ScriptedPolicy(ValueError("no model")),
    }
    with make_bot(policies, actions={"refund": lambda order: done.append(order)}, plugins=[observer]) as bot:
        found = bot.rehearse("my money back", "ann")

        assert found.winner is not None
        assert found.winner.action == ActionCall("refund", {"order": 7})
        assert (found.policy, found.text) == ("acts", "")
        assert (done, observer.told, bot.conversations()) == ([], [], [])


def test_below_the_floor_the_fallback_would_answer_in_the_language_of_the_message() -> None:
    with make_bot(
        {"faq": ScriptedPolicy("Maybe.", score=0.1)},
        fallback={"en": "Pardon?", "zh": "请再说一遍。"},
        languages=("en", "zh"),
        annotators={"language": ScriptedAnnotator({"language": "zh", "probability": 1.0})},
    ) as bot:
        found = bot.rehearse("你好")
        assert (found.policy, found.text, found.winner, found.probability) == ("fallback", "请再说一遍。", None, None)
        assert "below answer_at" in found.reason


def test_a_flow_under_way_would_ask_again_after_the_answer_of_another() -> None:
    flows = ScriptedPolicy(Candidate("Sorry?", 0.1, follow_up="For which day?"))
    events = [said("a table", "m1"), FlowStarted("booking", "flows"), BotSaid("For which day?", NOON, "m1", "flows")]
    for other, follow_up in (
        (Candidate("At nine.", 0.9), "For which day?"),
        (Candidate("A colleague comes.", 0.9, effects=(HandedOver(NOON),)), ""),
        (Candidate("", 0.9, action=ActionCall("call")), ""),
    ):
        with make_bot({"faq": ScriptedPolicy(other), "flows": flows}, actions={"call": lambda: None}) as bot:
            found = bot.rehearse("when do you open?", Conversation("c", events))
            assert (found.policy, found.follow_up) == ("faq", follow_up)


def test_the_flows_question_is_asked_after_the_fallback_too() -> None:
    flows = ScriptedPolicy(Candidate("Sorry?", 0.1, follow_up="For which day?"))
    with make_bot({"flows": flows}, ranker=ScriptedRanker([0.0]), fallback="Pardon?", clock=lambda: NOON) as bot:
        found = bot.rehearse("hm", Conversation("c", [said("a table", "m1"), FlowStarted("booking", "flows")]))
        bot.record("c", [said("a table", "m1"), FlowStarted("booking", "flows")])
        assert [found.text, found.follow_up] == [m.text for m in bot.reply("hm", conversation="c").messages]


# --- Guards


def test_guards_judge_as_in_a_turn() -> None:
    guard = ScriptedGuard(
        input=lambda turn: Rewrite(turn.text.replace("ann@example.com", "[email]")),
        output=lambda turn, candidate: Refuse("rude") if "fool" in candidate.text else Rewrite(f"{candidate.text}!"),
    )
    policies = {"rude": ScriptedPolicy("You fool", score=0.9), "polite": ScriptedPolicy("Hello", score=0.8)}
    with make_bot(policies, guards=[guard]) as bot:
        found = bot.rehearse("I am ann@example.com")

        assert (found.policy, found.text) == ("polite", "Hello!")
        assert found.turn.text == "I am [email]"
        assert "after 1 better ones were refused" in found.reason
        last = found.turn.conversation.last_user_message
        assert last is not None
        assert last.text == "I am [email]", "nobody may find in the conversation what a guard took out of the message"


def test_a_guard_that_answers_keeps_the_policies_from_being_asked() -> None:
    policy = ScriptedPolicy("Hello!")
    with make_bot(policy, guards=[ScriptedGuard(input=Refuse("abuse", "Please be polite."))]) as bot:
        found = bot.rehearse("you fool")
        assert (found.policy, found.text) == ("guard", "Please be polite.")
        assert found.reason == "an input guard answered: abuse"
        assert (found.stages, found.ranked, policy.calls) == ((), (), 0)


def test_what_would_happen_with_a_reply_is_told_whoever_gives_it() -> None:
    ends = (FlowEnded("book"), HandedOver(NOON, "emergency"))
    booking = (FlowStarted("book", "flows"),)
    with make_bot(ScriptedPolicy(Candidate("When?", 1.0, effects=booking))) as bot:
        assert bot.rehearse("a table").effects == booking
    with make_bot("Hello!", guards=[ScriptedGuard(input=Refuse("emergency", "Call 112.", ends, urgent=True))]) as bot:
        assert bot.rehearse("help").effects == ends


def test_a_guard_without_words_leaves_them_to_the_fallback() -> None:
    with make_bot("Hello!", guards=[ScriptedGuard(input=Refuse("abuse"))], fallback="Pardon?") as bot:
        assert bot.rehearse("you fool").text == bot.reply("you fool").text == "Pardon?"


# --- The same turn again


TURNS: Sequence[Any] = (
    ("hello", NOON),
    ("and now?", NOON + timedelta(seconds=20)),
    ("a new day", LATER),  # a session begins
    ("bye", LATER + timedelta(seconds=5)),
)


def test_a_stored_turn_is_rehearsed_with_its_clock_its_seed_and_all_it_knew() -> None:
    def tell(turn: Any) -> str:
        conversation = turn.conversation
        return (
            f"{turn.seed} {turn.now:%d %H:%M:%S} {turn.language} {dict(turn.slots)} {conversation.active_flow} "
            f"{len(conversation)} {conversation.last_user_message.text} {len(conversation.messages)}"
        )

    time = [NOON]
    policy = ScriptedPolicy(tell)
    with make_bot(policy, clock=lambda: time[0], seed=7, ranker=ScriptedRanker([0.9])) as bot:
        for text, at in TURNS:
            time[0] = at
            bot._loop.call(bot._manager.take("ann", Message(text, at=at)))
            bot.record("ann", [SlotSet("locale", "zh"), SlotSet("mood", text)])
        stored = bot.conversation("ann")
        seen = 0
        for position, event in enumerate(stored.events):
            if not isinstance(event, UserSaid):
                continue
            (reply,) = stored.replies_to(event.message.client_id)
            before = Conversation("ann", stored.events[:position])
            assert bot.rehearse(event.message, before, now=reply.at).text == reply.text
            seen += 1
        assert seen == len(TURNS)
        assert bot.conversation("ann") == stored


def test_a_session_may_begin_as_in_a_turn() -> None:
    policy = ScriptedPolicy(lambda turn: str(dict(turn.slots)))
    old = [SessionStarted(NOON), said("hi", "m1"), SlotSet("name", "Ann"), SlotSet("locale", "zh")]
    with make_bot(policy, session_expiry=3600.0) as bot:
        new = bot.rehearse("hi", Conversation("c", old), now=LATER)
        assert (new.text, new.turn.language) == ("{}", "en")
        assert new.turn.conversation.events[4] == SessionStarted(LATER)
        same = bot.rehearse("hi", Conversation("c", old), now=NOON + timedelta(minutes=5))
        assert (same.turn.slots["name"], same.turn.language) == ("Ann", "zh")
        given = bot.rehearse("hi", Conversation("c", old))
        assert given.turn.slots["name"] == "Ann", "who gives a conversation and no time wants it to go on"
        bot.record("c", old)
        assert bot.rehearse("hi", "c").turn.slots == {}, "but a stored one is years old by now"


def test_a_message_that_stands_there_unanswered_is_taken_up_again() -> None:
    policy = ScriptedPolicy(lambda turn: f"{turn.seed} {len(turn.conversation)}")
    left: list[Event] = [SessionStarted(NOON), said("hi", "m1"), said("hello?", "m2"), BotSaid("Yes?", NOON, "m2", "p")]
    with make_bot(policy, ranker=ScriptedRanker([0.9]), clock=lambda: LATER) as bot:
        bot.record("ann", left)
        found = bot.rehearse(Message("hi", client_id="m1", at=NOON), Conversation("ann", left), now=LATER)
        reply = bot.reply("hi", conversation="ann", client_id="m1")
        assert found.text == reply.text
        assert [*found.turn.conversation.events] == left


def test_a_draw_is_repeated_where_chance_is_to_have_its_part() -> None:
    policies = {name: ScriptedPolicy(name, score=0.9) for name in ("a", "b", "c")}
    with make_bot(policies, explore=1.0, ranker=ScriptedRanker([0.5, 0.49, 0.48])) as bot:
        drawn = set()
        for number in range(12):
            id = f"c{number}"
            reply = bot.reply("hi", conversation=id, client_id="m1")
            stored = bot.conversation(id)
            message, at = stored.events[1], reply.messages[0].at
            assert isinstance(message, UserSaid)
            before = Conversation(id, stored.events[:1])
            again = bot.rehearse(message.message, before, now=at, explore=True)
            assert (again.policy, again.explored) == (reply.policy, True)
            assert bot.rehearse(message.message, before, now=at).policy == "a"
            drawn.add(reply.policy)
        assert drawn == {"a", "b", "c"}


# --- Recorded answers


def recording(status: Any = "proposed", *candidates: Candidate) -> Answer:
    return Answer(PolicyReport("llm", 0, status, 1.5, notes={"tokens_out": 9}), candidates)


def test_who_is_on_record_is_not_asked_and_competes_with_what_was_said() -> None:
    llm, last = ScriptedPolicy(ValueError("must not be asked")), ScriptedPolicy(None)
    kept = Candidate("On record.", 0.9, policy="llm", kind="generative", evidence=(FACT,))
    policies = {"rules": ScriptedPolicy("Hm.", score=0.2), "llm": llm, "last": last}
    with make_bot(policies, tiers=[["rules"], ["llm"], ["last"]], ranker=ScriptedRanker([0.2, 0.7])) as bot:
        found = bot.rehearse("hi", recorded={"llm": recording("proposed", kept), "gone": recording()})

        assert (found.text, found.probability, llm.calls) == ("On record.", 0.7, 0)
        assert last.turns[0].evidence["llm"] == (FACT,)
        report = found.policies[1]
        assert (report.policy, report.tier, report.seconds) == ("llm", 1, 1.5)
        assert report.notes == {"tokens_out": 9}


def test_who_is_on_record_in_a_tier_that_is_not_reached_has_no_say() -> None:
    kept = Candidate("On record.", 1.0, policy="llm")
    policies = {"rules": ScriptedPolicy("Hello!", score=1.0), "llm": ScriptedPolicy(None)}
    with make_bot(policies, tiers=[["rules"], ["llm"]], ranker=ScriptedRanker([0.9, 1.0])) as bot:
        found = bot.rehearse("hi", recorded={"llm": recording("proposed", kept)})
        assert found.text == "Hello!"
        assert [report.status for report in found.policies] == ["proposed", "not asked"]
        assert [stage.policies for stage in found.stages] == [("rules",)]


@pytest.mark.parametrize(
    ("kept", "whole"),
    [
        (Evidence("It op…", "faq.yaml:3", 0.7, {"title": "Ho…"}), True),
        (Evidence("It opens at nine.", "faq.yaml:3", 0.7, {"title": "Hours"}), True),
        (Evidence("It op…", "faq.yaml:4", 0.7), False),
        (Evidence("It cl…", "faq.yaml:3", 0.7), False),
        (Evidence("It op…", "faq.yaml:3", 0.7, {"title": "Prices"}), False),
        (Evidence("It op", "faq.yaml:3", 0.7), False),
    ],
)
def test_what_was_cut_of_its_evidence_is_completed_from_what_is_found_now(kept: Evidence, whole: bool) -> None:
    found = Evidence("It opens at nine.", "faq.yaml:3", 0.8, {"title": "Hours"})
    guard = ScriptedGuard(output=lambda turn, candidate: Rewrite("; ".join(e.text for e in candidate.evidence)))
    policies = {"faq": ScriptedPolicy(Candidate("At nine.", 0.1, evidence=(found,))), "llm": ScriptedPolicy("-")}
    answer = recording("proposed", Candidate("At nine, I am told.", 0.9, policy="llm", evidence=(kept,)))
    with make_bot(policies, tiers=[["faq"], ["llm"]], ranker=ScriptedRanker([0.1, 0.9]), guards=[guard]) as bot:
        rehearsed = bot.rehearse("when?", recorded={"llm": answer})
        assert rehearsed.text == (found.text if whole else kept.text)
        assert rehearsed.ranked[0].candidate.evidence[0].score == 0.7


def test_of_a_tier_those_on_record_and_the_others_keep_their_order() -> None:
    policies = {name: ScriptedPolicy(name, score=0.5) for name in ("a", "b", "c")}
    kept = replace(
        recording("proposed", Candidate("b on record", 0.5, policy="b")), report=PolicyReport("b", 5, "proposed")
    )
    with make_bot(policies, ranker=ScriptedRanker([0.5])) as bot:
        found = bot.rehearse("hi", recorded={"b": kept})
        assert [ranked.candidate.text for ranked in found.ranked] == ["a", "b on record", "c"]
        assert [(report.policy, report.tier) for report in found.policies] == [("a", 0), ("b", 0), ("c", 0)]


# --- Failures and patience


def test_who_fails_there_is_told_every_time_and_has_a_clean_record_in_turns() -> None:
    guard = ScriptedGuard(output=[*[Hang()] * 6, Rewrite("Hello, guarded.")], mode="async")
    policy = ScriptedPolicy(*[ValueError("no")] * 4, "Hello!")
    parts: dict[str, Any] = {
        "annotators": {"broken": ScriptedAnnotator(*[ValueError("no model")] * 10, "found")},
        "ranker": ScriptedRanker(*[ValueError("no idea")] * 6, [0.9]),
        "guards": [guard],
        "on_error": "allow",
    }
    with make_bot({"p": policy}, timeout=0.03, **parts) as bot:
        told = [bot.rehearse("hi") for _ in range(10)]
        assert [found.policies[0].status for found in told] == ["failed"] * 4 + ["proposed"] * 6
        assert [[part.part for part in found.parts] for found in told[4:]] == [
            ["annotator broken", "ranker scripted", "guard guard1"]
        ] * 6
        reply = bot.reply("hi")
        assert (reply.text, reply.probability) == ("Hello, guarded.", 0.9)


@pytest.mark.parametrize("slow", ["policy", "annotator", "input guard", "output guard", "ranker"])
def test_a_slow_machine_changes_nothing_for_those_who_have_patience(slow: str) -> None:
    def late(name: str, result: Any) -> Any:
        return lambda *asked: _after(0.12, result) if name == slow else result

    def _after(seconds: float, result: Any) -> Any:
        import time

        time.sleep(seconds)
        return result

    policy = ScriptedPolicy(late("policy", "Hello!"))
    parts: dict[str, Any] = {
        "annotators": {"intent": ScriptedAnnotator(late("annotator", "greet"))},
        "guards": [
            ScriptedGuard(input=late("input guard", Rewrite("hi!")), output=late("output guard", Rewrite("Hi!")))
        ],
        "ranker": ScriptedRanker(late("ranker", [0.77])),
    }
    with make_bot({"p": policy}, timeout=0.06, deadline=0.06, **parts) as bot:
        hurried, patient = bot.rehearse("hi"), bot.rehearse("hi", seconds=60.0)
    assert (patient.text, patient.probability, patient.turn.annotations) == ("Hi!", 0.77, {"intent": "greet"})
    assert patient.turn.text == "hi!"
    assert not patient.parts or {part.verdict for part in patient.parts} == {"rewrote the text"}
    assert (hurried.text, hurried.probability, hurried.turn.annotations, hurried.turn.text) != (
        "Hi!",
        0.77,
        {"intent": "greet"},
        "hi!",
    )


async def test_it_has_an_async_twin_and_takes_a_whole_message() -> None:
    policy = ScriptedPolicy(lambda turn: f"{turn.message.user_id}: {turn.text}")
    async with make_bot(policy, max_message=3) as bot:
        assert (await bot.arehearse(Message("abcdef", user_id="ann"))).text == "ann: abc"
