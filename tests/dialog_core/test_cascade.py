"""Asking tier after tier: who is asked, what each sees, and how things stood after each tier."""

from dialog_core import Candidate, Evidence
from dialog_core.breaker import CircuitBreaker
from dialog_core.cascade import Cascade, Stage
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.decision import Notes
from dialog_core.dispatch import PolicyRunner
from dialog_core.ranking import TableRanker
from dialog_core.ranking_stage import RankingStage
from dialog_core.testing import Hang, ScriptedPolicy, ScriptedRanker, make_turn

FACT = Evidence("It opens at nine.", "faq.yaml:3", 0.8)


def cascade(
    tiers: list[dict[str, ScriptedPolicy]], *, accept_at: float = 0.8, ranker: object = None, timeout: float = 5.0
) -> Cascade:
    runners, position = [], 0
    for tier in tiers:
        runners.append([])
        for name, policy in tier.items():
            runners[-1].append(
                PolicyRunner(
                    name, policy, kind="test", position=position, timeout=timeout, breaker=CircuitBreaker(1, 60.0)
                )
            )
            position += 1
    stage = RankingStage("test", ranker or TableRanker(Options(), Context()), timeout=timeout)
    return Cascade(runners, stage, accept_at=accept_at)


def statuses(notes: Notes) -> dict[str, str]:
    return {report.policy: report.status for report in notes.policies}


async def test_later_tiers_are_asked_only_where_nobody_is_sure_enough() -> None:
    later = ScriptedPolicy("So: hello")
    asked = cascade([{"rules": ScriptedPolicy("Hello!", score=1.0)}, {"llm": later}], accept_at=0.8)
    notes = Notes(0.0)
    await asked.ask(make_turn("hi"), notes)

    assert statuses(notes) == {"rules": "proposed", "llm": "not asked"}
    assert later.calls == 0
    assert [stage.policies for stage in notes.stages] == [("rules",)]


async def test_everybody_is_asked_who_is_to_be_and_each_stage_is_noted_down() -> None:
    asked = cascade(
        [{"rules": ScriptedPolicy("Hello!", score=1.0)}, {"llm": ScriptedPolicy("So: hello", score=0.2)}], accept_at=0.1
    )
    notes = Notes(0.0)
    await asked.ask(make_turn("hi"), notes, everybody=True)

    assert statuses(notes) == {"rules": "proposed", "llm": "proposed"}
    assert [[ranked.candidate.policy for ranked in stage.ranked] for stage in notes.stages] == [
        ["rules"],
        ["rules", "llm"],
    ]
    assert notes.stages[0].best == notes.stages[1].best > 0.5
    assert tuple(notes.ranked) == notes.stages[-1].ranked


async def test_a_tier_that_finds_nothing_is_no_reason_to_stop_even_if_nothing_has_to_be_sure() -> None:
    asked = cascade([{"rules": ScriptedPolicy(None)}, {"llm": ScriptedPolicy("So: hello")}], accept_at=0.0)
    notes = Notes(0.0)
    await asked.ask(make_turn("hi"), notes)
    assert statuses(notes) == {"rules": "nothing", "llm": "proposed"}
    assert Stage(("rules",), ()).best == 0.0


async def test_a_later_tier_sees_what_earlier_ones_rest_on() -> None:
    llm = ScriptedPolicy("So: at nine")
    faq = ScriptedPolicy(Candidate("At nine.", 0.1, evidence=(FACT,)))
    turn = await cascade([{"faq": faq}, {"llm": llm}]).ask(make_turn("when?"), Notes(0.0))
    assert llm.turns[0].evidence["faq"] == (FACT,)
    assert turn.evidence["faq"] == (FACT,)


async def test_what_befalls_it_apart_has_no_bearing_on_turns() -> None:
    policy = ScriptedPolicy(*[ValueError("no model")] * 3, "Here I am.")
    ranker = ScriptedRanker(*[ValueError("no idea")] * 3, [0.7])
    asked = cascade([{"rules": ScriptedPolicy("Hello!")}, {"llm": policy}], ranker=ranker)
    for _ in range(3):  # one failure of a policy or three of the ranker would open the breaker of turns
        await asked.apart(None).ask(make_turn("hi"), Notes(0.0), everybody=True)
    policy_asked = policy.calls
    notes = Notes(0.0)
    await asked.ask(make_turn("hi"), notes)
    assert policy_asked == 3
    assert statuses(notes) == {"rules": "proposed", "llm": "proposed"}
    assert [ranked.probability for ranked in notes.ranked] == [0.7, 0.7]


async def test_apart_it_waits_for_policies_and_ranker_as_long_as_it_is_told() -> None:
    slow = ScriptedPolicy(Hang(0.2), mode="async")
    asked = cascade([{"slow": slow}], timeout=0.01)
    for seconds, status in ((None, "timed out"), (60.0, "nothing")):
        notes = Notes(0.0)
        await asked.apart(seconds).ask(make_turn("hi", seconds=60.0), notes)
        assert statuses(notes) == {"slow": status}
    slow.release()
