"""What a cascade would do at any threshold, found out without running it."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import Candidate, Ranked, Ranking, Turn
from dialog_core.testing import ScriptedPolicy, ScriptedRanker, make_bot
from dialog_ranking.choices import Choice, Label, choice_of_rehearsed
from dialog_ranking_training.tuning import Simulated, simulate
from dialog_ranking_training.tuning.simulating import NO_WEIGHT, NOT_EVERYBODY, NOT_KNOWN
from tests.plugins.dialog_ranking_training.tuning.cascades import by_score, made, make_choice, one_by_one

LEVELS = st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.5000000001, 0.8, 0.9, 1.0])
CANDIDATE = st.tuples(LEVELS, st.sampled_from([0.0, 1.0, 0.5]))
TIERS = st.lists(st.lists(CANDIDATE, max_size=2), min_size=3, max_size=3)
FIGURES = ("accuracy", "right", "wrong", "unanswered", "calls", "seconds", "cost")


@st.composite
def choices(draw: st.DrawFn) -> list[Choice]:
    rows = draw(st.lists(st.tuples(TIERS, st.sampled_from([0.5, 1.0, 3.0])), min_size=1, max_size=6))
    return [
        make_choice(
            *tiers,
            id=str(number),
            weight=weight,
            nobody=draw(st.sampled_from([None, 0.0, 1.0])) if any(tiers) else 1.0,
            seconds=draw(st.tuples(*[st.sampled_from([0.0, 0.5, 2.0])] * 3)),
            costs={"llm": 0.01, "faq": 0.001},
        )
        for number, (tiers, weight) in enumerate(rows)
    ]


@settings(max_examples=150, deadline=None)
@given(choices(), LEVELS, LEVELS)
def test_thresholds_bring_what_going_through_every_turn_finds(
    made: list[Choice], accept_at: float, answer_at: float
) -> None:
    simulated = simulate(made, by_score)
    assert len(simulated) == len(made)
    figures, expected = simulated.at(accept_at, answer_at), one_by_one(made, accept_at, answer_at)
    for name in FIGURES:
        assert getattr(figures, name) == pytest.approx(getattr(expected, name), abs=1e-9), name


@settings(max_examples=100, deadline=None)
@given(choices(), LEVELS)
def test_the_curve_is_exact_at_every_threshold_there_can_be(made: list[Choice], answer_at: float) -> None:
    simulated = simulate(made, by_score)
    curve = simulated.curve(answer_at)
    assert list(curve.low[1:]) == list(curve.high[:-1])
    for place in range(len(curve)):
        threshold = curve.accept_at[place]
        assert curve.low[place] < threshold <= curve.high[place] or threshold == np.inf
        for accept_at in (threshold, min(curve.high[place], 2.0)):
            expected = one_by_one(made, accept_at, answer_at)
            for name in FIGURES:
                assert getattr(curve, name)[place] == pytest.approx(getattr(expected, name), abs=1e-9), name


@settings(max_examples=25, deadline=None)
@given(st.lists(TIERS, min_size=1, max_size=3), LEVELS, LEVELS, st.permutations(["rules", "faq", "llm"]))
def test_what_is_simulated_is_what_the_bot_does(
    scripts: list[list[list[tuple[float, float]]]], accept_at: float, answer_at: float, file_order: list[str]
) -> None:
    """Everybody is asked once, and then the bot itself runs with the thresholds."""
    tiers = [["rules"], ["faq"], ["llm"]]

    def policy(tier: int) -> ScriptedPolicy:
        def propose(turn: Turn) -> list[Candidate]:
            rows = scripts[int(turn.text)][tier]
            return [Candidate(f"{tier}-{number}", score) for number, (score, _) in enumerate(rows)]

        return ScriptedPolicy(propose, mode="inline")

    policies = {name: policy(tiers.index([name])) for name in file_order}

    def ranker() -> ScriptedRanker:
        return ScriptedRanker(lambda turn, candidates: [one.score for one in candidates], mode="inline")

    asked = [str(number) for number in range(len(scripts))]
    with make_bot(policies, tiers=tiers, ranker=ranker()) as bot:
        found = [choice_of_rehearsed(bot.rehearse(text, everybody=True), id=text) for text in asked]
    labelled = []
    for choice in found:
        # The order that decides between equals is that of the bot file; see `arranging`.
        candidates = tuple(sorted(choice.candidates, key=lambda one: file_order.index(one.policy)))
        labels = tuple(Label(1.0) for _ in candidates)
        labelled.append(dataclasses.replace(choice, candidates=candidates, labels=labels, nobody=Label(0.0)))
    simulated = simulate(labelled, by_score)
    stops = simulated.stop(accept_at)

    with make_bot(policies, tiers=tiers, ranker=ranker(), accept_at=accept_at, answer_at=answer_at) as bot:
        for number, text in enumerate(asked):
            rehearsed, stop = bot.rehearse(text), stops[number]
            asked_then = [report.policy for report in rehearsed.policies if report.status != "not asked"]
            assert asked_then == [name for tier in tiers[: stop + 1] for name in tier]
            probability, best = simulated.probability[number, stop], simulated.best[number, stop]
            if probability >= answer_at:
                said = labelled[number].candidates[best]
                assert (rehearsed.policy, rehearsed.text) == (said.policy, said.text)
                assert rehearsed.probability == probability
            else:
                assert rehearsed.winner is None


def test_the_ranker_sees_at_each_tier_the_candidates_there_are_by_then() -> None:
    seen: list[tuple[str, ...]] = []

    def rank(turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        seen.append(tuple(one.policy for one in candidates))
        return Ranking(tuple(Ranked(one, 0.5) for one in candidates))

    simulate([make_choice([(0.5, 1.0)], [], [(0.9, 0.0)])], rank)
    assert seen == [("rules",), ("rules", "llm")]  # after the second tier nothing is new


def test_policies_of_one_tier_are_asked_at_the_same_time_and_each_costs() -> None:
    choice = dataclasses.replace(
        make_choice([(0.5, 1.0)], [(0.6, 1.0)]),
        tiers={"rules": 0, "faq": 1, "search": 1},
        seconds={"rules": 0.5, "faq": 1.0, "search": 3.0},
        costs={"faq": 0.01, "search": 0.02},
    )
    figures = simulate([choice], by_score).everybody(0.0)
    assert figures.seconds == pytest.approx(3.5)
    assert figures.cost == pytest.approx(0.03)
    stated = simulate([choice], by_score, costs={"search": 0.5}).everybody(0.0)
    assert stated.cost == pytest.approx(0.51)


def test_an_oracle_stops_at_the_first_right_candidate_and_says_nothing_where_there_is_none() -> None:
    simulated = simulate(
        [
            make_choice([(0.1, 1.0)], [(0.9, 0.0)], id="rule is right"),
            make_choice([(0.9, 0.0)], [(0.1, 1.0)], id="only the model is right"),
            make_choice([(0.9, 0.0)], [(0.9, 0.0)], id="nobody is right"),
            make_choice([(0.9, 1.0)], [(0.99, 1.0)], id="both are right"),
        ],
        by_score,
    )
    oracle = simulated.oracle()
    assert (oracle.accuracy, oracle.right, oracle.wrong, oracle.unanswered) == (1.0, 0.75, 0.0, 0.25)
    assert (oracle.calls, oracle.saved) == (0.5, 1.0)
    assert simulated.everybody(0.0).saved == 0.0
    assert simulated.first_tier(0.0).saved == 1.0
    # The second message is answered too soon, which saves nothing that an oracle would save; the fourth is not.
    assert simulated.at(0.9, 0.0).saved == 0.5
    assert simulate([make_choice([(0.9, 0.0)], [(0.9, 1.0)])], by_score).everybody(0.0).saved is None


def test_what_nothing_can_be_told_from_is_left_out_and_counted() -> None:
    whole = make_choice([(0.9, 1.0)], [(0.8, 1.0)])
    stopped = dataclasses.replace(whole, id="2", tiers={"rules": 0}, candidates=whole.candidates[:1], labels=(None,))
    unknown = dataclasses.replace(whole, id="3", labels=(None, Label(1.0)))
    weightless = dataclasses.replace(whole, id="4", labels=(Label(1.0, 0.0), Label(1.0, 0.0)))
    beaten = dataclasses.replace(whole, id="5", labels=(Label(0.0), None))  # the model never has the best candidate
    simulated = simulate([whole, stopped, unknown, weightless, beaten], by_score)
    assert [choice.id for choice in simulated.choices] == ["1", "5"]
    assert simulated.left_out == {NOT_EVERYBODY: 1, NOT_KNOWN: 1, NO_WEIGHT: 1}


def test_parts_that_different_models_have_judged_are_put_together() -> None:
    everything = made(40)
    apart = Simulated.joined([simulate(everything[:17], by_score), simulate(everything[17:], by_score)])
    whole = simulate(everything, by_score)
    assert apart.at(0.8, 0.3) == whole.at(0.8, 0.3)
    assert list(apart.conversation) == list(whole.conversation)


def test_a_bot_with_one_tier_and_no_choices_at_all_have_figures_too() -> None:
    alone = simulate([make_choice([(0.5, 1.0)])], by_score)
    assert len(alone.curve(0.0)) == 1
    assert (alone.at(0.9, 0.0).calls, alone.at(0.9, 0.6).unanswered) == (1.0, 1.0)
    nothing = simulate([], by_score)
    assert len(nothing) == 0
    assert nothing.everybody(0.3).accuracy == 0.0


def test_ten_thousand_choices_have_as_many_thresholds() -> None:
    simulated = simulate(made(10_000), by_score)
    curve = simulated.curve(0.3)
    assert len(curve) == 10_001
    assert (curve.calls[0], curve.calls[-1]) == (pytest.approx(0), pytest.approx(1))
    assert np.all(np.diff(curve.calls) >= -1e-12)
