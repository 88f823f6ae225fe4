"""Exploration: now and then chance chooses among the good candidates, and says how likely that was."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from dialog_core.candidate import ActionCall, Candidate, Ranked
from dialog_core.events import FlowStarted, SlotSet
from dialog_core.exploration import Exploration
from dialog_core.testing import ScriptedPolicy, ScriptedRanker, make_manager, make_turn
from dialog_core.turn import Turn
from tests.talking import say, trace_of


class Probabilities:
    """A ranker that is told its probabilities."""

    calibrated = True

    def __init__(self, of: Callable[[Sequence[Candidate]], list[float]]) -> None:
        self._of = of

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        found = map(Ranked, candidates, self._of(candidates))
        return sorted(found, key=lambda verdict: -verdict.probability)


def turns(count: int) -> list[Turn]:
    return [make_turn("hi", seed=seed) for seed in range(count)]


def ranked(*probabilities: float) -> list[Ranked]:
    return [Ranked(Candidate(f"{place}", 0.5, f"p{place}"), value) for place, value in enumerate(probabilities)]


def test_a_bot_that_explores_nothing_leaves_nothing_to_chance() -> None:
    exploration = Exploration(0.0, answer_at=0.3)
    assert not any(map(exploration.explores, turns(100)))
    assert exploration.propensity(make_turn("hi"), ranked(0.9, 0.8), 0) is None


def test_about_the_stated_share_of_the_turns_is_explored_and_always_the_same_ones() -> None:
    exploration = Exploration(0.2, answer_at=0.3)
    explored = [exploration.explores(turn) for turn in turns(2_000)]
    assert 0.17 < sum(explored) / len(explored) < 0.23
    assert explored == [exploration.explores(turn) for turn in turns(2_000)]


def test_each_candidate_is_drawn_as_often_as_its_propensity_says() -> None:
    exploration, verdicts = Exploration(1.0, answer_at=0.3), ranked(0.8, 0.6, 0.4, 0.2)
    drawn = Counter(exploration.draw(turn, verdicts) for turn in turns(6_000))
    for place in range(3):
        expected = exploration.propensity(make_turn("hi"), verdicts, place)
        assert expected is not None
        assert drawn[place] / 6_000 == pytest.approx(expected, abs=0.02)
    assert drawn[3] == 0  # below answer_at nothing is said, by chance neither


def test_propensities_add_up_to_one() -> None:
    exploration, verdicts = Exploration(0.1, answer_at=0.3), ranked(0.8, 0.6, 0.4)
    told = [exploration.propensity(make_turn("hi"), verdicts, place) for place in range(3)]
    assert sum(filter(None, told)) == pytest.approx(1.0)
    assert told[0] == pytest.approx(0.9 + 0.1 * 0.8 / 1.8)


def test_whoever_would_do_something_is_neither_put_off_nor_tried() -> None:
    exploration = Exploration(1.0, answer_at=0.3)
    acting = replace(ranked(0.9)[0], candidate=Candidate("", 0.9, action=ActionCall("refund")))
    setting = replace(ranked(0.8)[0], candidate=Candidate("set", 0.8, effects=(SlotSet("a", 1),)))
    for turn in turns(50):
        assert exploration.draw(turn, [acting, *ranked(0.8, 0.7)]) == 0
        assert exploration.draw(turn, [*ranked(0.9, 0.8), setting]) < 2
    assert exploration.propensity(make_turn("hi"), [acting, *ranked(0.8)], 0) == 1.0


def test_a_flow_is_not_a_matter_of_taste() -> None:
    turn = make_turn("hi", events=(FlowStarted("refund", "flows"),))
    assert not Exploration(1.0, answer_at=0.3).explores(turn)


async def test_in_an_explored_turn_everybody_is_asked_and_the_trace_tells_how_likely_the_choice_was() -> None:
    second = ScriptedPolicy("second")
    manager = make_manager(
        {"one": "first", "two": second},
        tiers=[["one"], ["two"]],
        ranker=ScriptedRanker([0.9, 0.9]),
        explore=1.0,
    )
    texts = Counter()
    for number in range(40):
        reply = await say(manager, f"message {number}")
        trace = trace_of(reply)
        assert trace["explored"] is True
        assert trace["propensity"] == pytest.approx(0.5)
        assert "drawn at 0.90, to learn from it" in trace["reason"]
        texts[reply.text] += 1
    assert min(texts.values()) > 5
    assert texts.keys() == {"first", "second"}


async def test_what_an_earlier_tier_would_have_settled_is_the_usual_choice_and_not_the_best_of_all() -> None:
    def better(ranked: Sequence[Candidate]) -> list[float]:
        return [0.9 if candidate.policy == "one" else 0.95 for candidate in ranked]

    manager = make_manager(
        {"one": "first", "two": "second"}, tiers=[["one"], ["two"]], ranker=Probabilities(better), explore=0.2
    )
    said, told = Counter(), {}
    for number in range(1_000):
        reply = await say(manager, "hi", conversation=f"c{number}")
        said[reply.text] += 1
        if trace_of(reply)["explored"]:
            told[reply.text] = trace_of(reply)["propensity"]
    assert told["second"] == pytest.approx(0.2 * 0.95 / 1.85, abs=1e-5)
    assert told["first"] == pytest.approx(0.8 + 0.2 * 0.9 / 1.85, abs=1e-5)
    assert said["second"] / 1_000 == pytest.approx(told["second"], abs=0.03)


async def test_an_action_that_an_earlier_tier_would_have_settled_on_is_not_put_off() -> None:
    manager = make_manager(
        {"one": ScriptedPolicy(Candidate("done", 0.9, effects=(SlotSet("a", 1),))), "two": "second"},
        tiers=[["one"], ["two"]],
        ranker=Probabilities(lambda ranked: [0.9 if each.policy == "one" else 0.95 for each in ranked]),
        explore=1.0,
    )
    reply = await say(manager, "hi")
    assert (reply.text, trace_of(reply)["propensity"]) == ("done", 1.0)


async def test_where_there_is_nothing_to_choose_the_reason_is_the_usual_one() -> None:
    reply = await say(make_manager({"one": "first"}, explore=1.0), "hi")
    assert "drawn" not in trace_of(reply)["reason"]
    assert trace_of(reply)["propensity"] == 1.0
