"""Asking one policy of a bot alone, as evaluation and data tools do."""

from typing import Any

import pytest

from dialog_core import Answer, Candidate, Conversation, Evidence, HandedOver, Proposal, Remembered, SlotSet
from dialog_core.errors import DialogError, UnknownComponentError
from dialog_core.testing import Hang, ScriptedAnnotator, ScriptedGuard, ScriptedPolicy, make_bot
from dialog_core.testing.turns import NOON

FACT = Evidence("It opens at nine.", "faq.yaml:3", 0.8)


def cascade(**settings: Any) -> tuple[dict[str, ScriptedPolicy], Any]:
    policies = {
        "rules": ScriptedPolicy("Hello!", score=1.0),
        "faq": ScriptedPolicy(Candidate("At nine.", 0.9, evidence=(FACT,))),
        "llm": ScriptedPolicy(
            lambda turn: Proposal((Candidate(f"So: {turn.text}", 0.7),), notes={"tokens_in": 3}, remember={"n": 1})
        ),
        "last": ScriptedPolicy("Never asked"),
    }
    bot = make_bot(policies, tiers=[["rules"], ["faq"], ["llm"], ["last"]], accept_at=0.1, **settings)
    return policies, bot


def test_one_policy_is_asked_with_what_the_tiers_before_it_find() -> None:
    policies, made = cascade(annotators={"intent": ScriptedAnnotator("ask_hours")})
    with made as bot:
        answer = bot.propose("when do you open?", "llm")

        assert isinstance(answer, Answer)
        assert [candidate.text for candidate in answer.candidates] == ["So: when do you open?"]
        assert (answer.report.status, answer.report.notes) == ("proposed", {"tokens_in": 3})
        assert answer.remembered == Remembered("llm", {"n": 1})
        (turn,) = policies["llm"].turns
        assert turn.evidence["faq"] == (FACT,)
        assert turn.annotations == {"intent": "ask_hours"}
        assert policies["last"].calls == 0
        assert bot.conversations() == [], "nothing is stored"


def test_the_turn_it_would_get_can_be_had_without_asking_it() -> None:
    policies, made = cascade()
    with made as bot:
        turn = bot.turn_for("when do you open?", "llm")

        assert turn.text == "when do you open?"
        assert turn.evidence["faq"] == (FACT,)
        assert policies["llm"].calls == 0
        assert bot.turn_for("hi", "rules").evidence == {}
        assert bot.conversations() == []


def test_a_conversation_may_be_given_or_named() -> None:
    remembered = [Remembered("llm", {"summary": "About opening hours."}), SlotSet("name", "Ann")]
    with cascade()[1] as bot:
        bot.record("stored", remembered)
        for conversation in ("stored", Conversation("own", remembered)):
            turn = bot.turn_for("hi", "llm", conversation)
            assert turn.conversation.memory["llm"]["summary"] == "About opening hours."
            assert turn.slots == {"name": "Ann"}
        assert len(bot.conversation("stored")) == 2


def test_it_answers_also_in_a_conversation_that_a_person_has_taken_over() -> None:
    with cascade()[1] as bot:
        handed_over = Conversation("c", [HandedOver(NOON, "asked for a person")])
        assert bot.propose("hi", "llm", handed_over).candidates


def test_no_guard_judges_what_is_only_proposed() -> None:
    guard = ScriptedGuard(output=ValueError("must not be asked"))
    with cascade(guards=[guard])[1] as bot:
        assert bot.propose("hi", "llm").candidates
    assert guard.outputs.asked == []


@pytest.mark.parametrize("method", ["propose", "turn_for"])
def test_a_policy_the_bot_does_not_have_is_refused_with_the_likely_name(method: str) -> None:
    with cascade()[1] as bot, pytest.raises(UnknownComponentError, match=r"'lm'.*Did you mean 'llm'"):
        getattr(bot, method)("hi", "lm")


def test_an_annotator_that_fails_is_not_passed_over() -> None:
    with (
        cascade(annotators={"broken": ScriptedAnnotator(ValueError("no model"))})[1] as bot,
        pytest.raises(DialogError, match="the annotator 'broken' failed"),
    ):
        bot.propose("hi", "llm")


def test_failing_there_is_told_and_does_not_open_the_breaker_for_turns() -> None:
    policy = ScriptedPolicy(*[ValueError("no model")] * 9, "Here I am.", score=0.9)
    with make_bot({"llm": policy}) as bot:
        answers = [bot.propose("hi", "llm") for _ in range(9)]
        assert {answer.report.error for answer in answers} == {"ValueError: no model"}
        assert bot.reply("hi").text == "Here I am."


@pytest.mark.parametrize(("seconds", "status"), [(None, "timed out"), (0.01, "timed out"), (60.0, "nothing")])
def test_it_may_be_given_more_time_than_a_turn_has(seconds: float | None, status: str) -> None:
    slow = ScriptedPolicy(Hang(0.3))
    with make_bot({"slow": slow}, timeout=0.05, deadline=0.05) as bot:
        assert bot.propose("hi", "slow", seconds=seconds).report.status == status
    slow.release()


async def test_it_has_an_async_twin() -> None:
    async with cascade()[1] as bot:
        assert [candidate.text for candidate in (await bot.apropose("hi", "llm")).candidates] == ["So: hi"]


def test_the_policies_are_there_by_name_in_the_order_of_the_file() -> None:
    policies, made = cascade()
    with made as bot:
        assert list(bot.policies) == list(policies)
        assert bot.policies["llm"] is policies["llm"]
