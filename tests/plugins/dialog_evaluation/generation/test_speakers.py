from collections.abc import Sequence
from typing import Any

import pytest

from dialog_core import ActionCall, Candidate, Proposal, Turn
from dialog_core.configuration import ConfigurationError
from dialog_core.interfaces import Likelihood
from dialog_core.testing import Hang, ScriptedPolicy, make_bot
from dialog_evaluation.generation.speakers import PolicySpeaker, find_policy
from tests.plugins.dialog_evaluation.generation.conftest import cases, dialogue, flat

TALK = flat(cases(dialogue("7", "hi", "Hello!", "a table", "For how many?")))


class Parrot:
    """A language model that repeats what it hears, and finds long replies unlikely."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.warmed = 0

    def warm(self) -> None:
        self.warmed += 1

    def propose(self, turn: Turn) -> Proposal:
        self.turns.append(turn)
        candidates = (Candidate("worse", 0.2), Candidate(turn.text, 0.9, features={"groundedness": 0.5}))
        return Proposal(candidates, notes={"tokens_out": 4, "first_token_seconds": 0.25, "model": "parrot"})

    def likelihoods(self, asked: Sequence[tuple[Turn, str]]) -> list[Likelihood]:
        return [Likelihood(-float(len(reply)), len(turn.conversation.messages)) for turn, reply in asked]


def kinds(**found: str) -> dict[str, str]:
    return found


# --- Which one


def test_the_only_language_model_is_measured_unless_another_policy_is_named() -> None:
    with make_bot({"faq": "x", "llm": "y"}) as bot:
        both = kinds(faq="retrieval", llm="generative")
        assert find_policy(bot, both, "") == "llm"
        assert find_policy(bot, both, "faq") == "faq"


@pytest.mark.parametrize(
    ("found", "name", "told"),
    [
        (kinds(faq="retrieval"), "", "none of the bot's policies is a language model. Add one to `policies:`"),
        (kinds(a="generative", b="generative"), "", "more than one language model: a, b. Say which one with --policy"),
        (kinds(llm="generative"), "lm", "there is no policy 'lm'. Did you mean 'llm'?"),
    ],
)
def test_where_it_is_not_clear_which_is_meant_it_is_told(found: dict[str, str], name: str, told: str) -> None:
    with make_bot("x") as bot, pytest.raises(ConfigurationError) as raised:
        find_policy(bot, found, name)
    assert told in str(raised.value)


# --- A policy


def test_a_policy_is_asked_with_what_people_said_before() -> None:
    parrot = Parrot()
    with make_bot({"llm": parrot}) as bot:
        speaker = PolicySpeaker(bot, "llm", 5)
        speaker.warm(TALK[0])
        said = [speaker.answer(case) for case in TALK]
        assert speaker.likelihoods(TALK) == [Likelihood(-6.0, 1), Likelihood(-13.0, 3)]
        assert bot.conversations() == []
    assert parrot.warmed == 1
    assert parrot.turns.pop(0).conversation.id == "warming up"
    assert [one.text for one in said] == ["hi", "a table"]
    assert said[0].groundedness == 0.5
    assert (said[0].cost["tokens_out"], said[0].cost["first_token_seconds"]) == (4, 0.25)
    assert "model" not in said[0].cost
    second = parrot.turns[1].conversation
    assert second.id == parrot.turns[0].conversation.id == "7"
    assert [getattr(event, "text", "") or event.message.text for event in second.messages] == [  # type: ignore[union-attr]
        "hi",
        "Hello!",
        "a table",
    ]


def test_what_earlier_tiers_find_is_evidence_for_it() -> None:
    from dialog_core import Evidence

    parrot = Parrot()
    faq = ScriptedPolicy(Candidate("At nine.", 0.5, evidence=(Evidence("We open at nine."),)))
    with make_bot({"faq": faq, "llm": parrot}, tiers=[["faq"], ["llm"]]) as bot:
        PolicySpeaker(bot, "llm", 5).answer(TALK[0])
    assert [one.text for one in parrot.turns[0].evidence["faq"]] == ["We open at nine."]


@pytest.mark.parametrize(
    ("step", "status", "reason"),
    [
        (None, "abstained", "proposed nothing"),
        (ValueError("boom"), "failed", "ValueError: boom"),
        (Hang(), "failed", "took longer than"),
        (Candidate("", 1.0, action=ActionCall("refund")), "abstained", "wanted refund run first"),
    ],
)
def test_where_there_is_no_reply_the_reason_is_kept(step: Any, status: str, reason: str) -> None:
    policy = ScriptedPolicy(step, resume=["Done."])
    with make_bot({"llm": policy}, actions={"refund": lambda: pytest.fail("nothing is done")}) as bot:
        said = PolicySpeaker(bot, "llm", 0.2).answer(TALK[0])
        policy.release()
    assert (said.status, said.text) == (status, "")
    assert reason in said.reason


def test_a_policy_that_says_why_it_abstains_is_quoted() -> None:
    class Careful:
        def propose(self, turn: Turn) -> Proposal:
            return Proposal(notes={"abstained": "no evidence"})

    with make_bot({"llm": Careful()}) as bot:
        speaker = PolicySpeaker(bot, "llm", 5)
        assert (speaker.answer(TALK[0]).status, speaker.answer(TALK[0]).reason) == ("abstained", "no evidence")
        assert speaker.likelihoods(TALK) == [None, None]  # it cannot tell
