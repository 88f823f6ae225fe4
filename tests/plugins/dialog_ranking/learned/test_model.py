"""The learned model: what it makes of candidates, and how it tells."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import BotSaid, Candidate, Evidence, Ranked, Trace
from dialog_core.configuration import Options
from dialog_core.ranking import REPETITION_FACTOR, TableRanker, default_probability
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.testing.turns import NOON
from dialog_ranking.features.extract import extract
from dialog_ranking.features.names import BASE, CALIBRATION, CONTRIBUTIONS, FAMILIES, FEATURES, PRIOR
from dialog_ranking.features.schema import base_of
from dialog_ranking.learned.logistic import CLIP, LogisticWeights
from dialog_ranking.learned.model import LearnedModel, Platt
from dialog_ranking.learned.telling import LEAST
from dialog_ranking.learned.trees import Trees
from tests.plugins.dialog_ranking.learned.models import (
    ALL,
    FAQ,
    LLM,
    RULE,
    model_of,
    schema_of,
    weighing,
    wild_trees,
    wild_weights,
)

KINDS = ["rules", "flows", "retrieval", "generative", "nobody knows"]
PROPOSED = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["one", "two", "what the bot said last"]),
        st.floats(0, 1) | st.sampled_from([0.0, 0.38, 0.7, 1.0]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(KINDS),
    ),
    min_size=1,
    max_size=10,
)
SAID = make_turn("how long does it take?", events=[BotSaid("what the bot said last", NOON)])


def log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def judged(model: LearnedModel, candidate: Candidate, *others: Candidate) -> Ranked:
    ranked = model.rank(make_turn("how long does it take?"), [candidate, *others]).ranked
    return next(verdict for verdict in ranked if verdict.candidate is candidate)


@pytest.mark.parametrize("weighs", ["nothing", "zero weights", "zero weights, everybody unknown"])
@given(PROPOSED)
def test_what_learnt_nothing_is_the_default_ranker(weighs: str, candidates: list[Candidate]) -> None:
    engine = None if weighs == "nothing" else LogisticWeights.zero(schema_of(candidates).names)
    model = LearnedModel(engine) if "unknown" in weighs else model_of(engine, candidates=candidates)
    mine = model.rank(SAID, candidates).ranked
    table = TableRanker(Options(), make_context("table")).rank(SAID, candidates)
    assert [id(verdict.candidate) for verdict in mine] == [id(verdict.candidate) for verdict in table]
    for verdict, default in zip(mine, table, strict=True):
        assert verdict.probability == min(max(default.probability, LEAST), 1 - LEAST)


def test_repetition_is_discounted_as_by_the_default_ranker_and_told_apart() -> None:
    said = replace(FAQ, text="what the bot said last")
    (verdict,) = LearnedModel().rank(SAID, [said]).ranked
    assert verdict.probability == pytest.approx(default_probability(said) * REPETITION_FACTOR)
    assert verdict.contributions[PRIOR] == pytest.approx(log_odds(default_probability(said)))
    assert verdict.contributions["repeats_last"] < 0


@given(PROPOSED, st.integers(0, 1000), st.booleans(), st.floats(0.1, 3), st.floats(-2, 2))
def test_contributions_add_up_to_the_log_odds(
    candidates: list[Candidate], seed: int, boosted: bool, slope: float, intercept: float
) -> None:
    engine = wild_trees(seed, candidates) if boosted else wild_weights(seed, candidates)
    model = model_of(engine, candidates=candidates, calibration=Platt(slope, intercept))
    for verdict in model.rank(SAID, candidates).ranked:
        assert LEAST * 0.999999 <= verdict.probability <= 1 - LEAST * 0.999999
        assert sum(verdict.contributions.values()) == pytest.approx(log_odds(verdict.probability), abs=1e-6)


@pytest.mark.parametrize("engine", [wild_weights(1), wild_trees(1)], ids=["logistic", "boosted"])
def test_contributions_have_documented_names(engine: LogisticWeights) -> None:
    ranking = model_of(engine, candidates=CANDIDATES, calibration=Platt(0.8, 0.1)).rank(SAID, CANDIDATES)
    told = {name for verdict in ranking.ranked for name in verdict.contributions}
    assert len(told) > 10
    assert told <= {*FEATURES, *CONTRIBUTIONS} | {name for name in told if base_of(name) in FAMILIES}


def test_a_feature_moves_the_log_odds_by_its_weight() -> None:
    verdict = judged(model_of(weighing({"score": 2.0, "question": -0.5}, intercept=0.1)), FAQ)
    assert verdict.contributions["score"] == pytest.approx(1.0)
    assert verdict.contributions["question"] == pytest.approx(-0.5)
    assert verdict.contributions[BASE] == pytest.approx(0.1)
    assert log_odds(verdict.probability) == pytest.approx(log_odds(default_probability(FAQ)) + 0.6)


def test_what_holds_for_one_policy_is_added_to_what_holds_for_all() -> None:
    model = model_of(weighing({"score": 2.0}, by_policy={"llm": {"score": -3.0, "policy.llm": 0.7}}))
    faq, llm = judged(model, FAQ, LLM), judged(model, LLM, FAQ)
    assert faq.contributions["score"] == pytest.approx(1.0)
    assert llm.contributions["score"] == pytest.approx(-0.5)
    assert llm.contributions["policy"] == pytest.approx(0.7)


def test_a_policy_that_always_says_one_is_believed_as_far_as_it_was_right() -> None:
    loud = Candidate("Certainly!", 1.0, "loud", "rules")
    proposed = (loud, FAQ)
    assert LearnedModel().rank(SAID, proposed).ranked[0].candidate is loud
    weights = weighing({}, by_policy={"loud": {"policy.loud": -6.0}}, candidates=proposed)
    ranking = model_of(weights, candidates=proposed).rank(SAID, proposed)
    assert ranking.ranked[0].candidate is FAQ
    assert ranking.ranked[1].probability < 0.1


def test_numbers_from_beyond_what_training_saw_count_for_no_more_than_its_extremes() -> None:
    told = replace(LLM, features={"perplexity": 1e300})
    model = model_of(weighing({"own.perplexity": 0.5}, candidates=[told]), candidates=[told])
    assert judged(model, told).contributions["own.perplexity"] == pytest.approx(0.5 * CLIP)


def test_calibration_comes_last_and_is_told() -> None:
    plain = judged(model_of(weighing({"score": 2.0})), FAQ)
    humbled = judged(model_of(weighing({"score": 2.0}), calibration=Platt(0.5, -0.2)), FAQ)
    assert log_odds(humbled.probability) == pytest.approx(0.5 * log_odds(plain.probability) - 0.2)
    assert humbled.contributions[CALIBRATION] == pytest.approx(-0.5 * log_odds(plain.probability) - 0.2)


def test_nothing_is_ever_certain() -> None:
    high, low = model_of(weighing({"score": 90.0})), model_of(weighing({"score": -90.0}))
    assert judged(high, FAQ).probability == pytest.approx(0.999)
    assert judged(low, FAQ).probability == pytest.approx(0.001)


def test_of_candidates_that_are_equally_certain_the_default_ranker_prefers_one() -> None:
    ranking = model_of(weighing({"evidence": 0.0}, intercept=50.0)).rank(SAID, [LLM, FAQ, RULE])
    assert [verdict.candidate for verdict in ranking.ranked] == [RULE, FAQ, LLM]


@pytest.mark.parametrize("count", [1, 20, 50])
def test_a_trace_has_room_for_what_is_told(count: int) -> None:
    texts = [f"Parcels to place number {number} usually take about {number} days." for number in range(count)]
    candidates = [
        Candidate(
            text,
            number / count,
            f"policy{number % 5}",
            KINDS[number % 5],
            (Evidence("How long does it take?", f"faq.yaml:{number}", 0.5),),
            features={"asked": 0.5, "margin": 0.1},
        )
        for number, text in enumerate(texts)
    ]
    model = model_of(wild_weights(3, candidates), candidates=candidates, calibration=Platt(0.9))
    ranking = model.rank(SAID, candidates)
    now = datetime(2026, 3, 1, tzinfo=UTC)
    trace = Trace("m1", (), ranking.ranked, 0, "faq: accepted", "learned", (), 0.1, now, scale="log odds").to_json()
    if count <= 20:
        assert len(json.dumps(trace, ensure_ascii=False).encode()) < 20_000
        assert all(row["text"] for row in trace["candidates"])
    assert len(ranking.ranked[0].contributions) >= 15
    for verdict in ranking.ranked:
        assert sum(verdict.contributions.values()) == pytest.approx(log_odds(verdict.probability), abs=1e-6)


def test_small_contributions_stand_together() -> None:
    weights = weighing({"score": 0.01, "length": 0.001, "evidence": 0.002})
    contributions = judged(model_of(weights), FAQ).contributions
    assert contributions.keys() == {PRIOR, "others"}
    assert 0 < contributions["others"] < 0.02


def test_all_policies_together_say_one_thing() -> None:
    weights = weighing({"policy.faq": 0.5, "policy.rules": 0.3, "kind.retrieval": 0.2})
    contributions = judged(model_of(weights), FAQ).contributions
    assert contributions["policy"] == pytest.approx(0.5)
    assert contributions["kind"] == pytest.approx(0.2)
    assert not any(name.startswith("policy.") for name in contributions)


@pytest.mark.parametrize("engine", [wild_weights(5), wild_trees(5)], ids=["logistic", "boosted"])
def test_what_is_usual_of_a_policy_is_told_under_policy_and_changes_no_probability(
    engine: LogisticWeights | Trees,
) -> None:
    model = model_of(engine, candidates=CANDIDATES)
    found = extract(SAID, CANDIDATES, model.schema)
    acquainted = model.acquainted(found.matrix, [candidate.policy for candidate in CANDIDATES])
    before, after = model.rank(SAID, CANDIDATES), acquainted.rank(SAID, CANDIDATES)
    for plain, told in zip(before.ranked, after.ranked, strict=True):
        assert told.candidate is plain.candidate
        assert told.probability == pytest.approx(plain.probability, abs=1e-12)
        assert sum(told.contributions.values()) == pytest.approx(log_odds(told.probability), abs=1e-6)
    # the only one of its policy is just what is usual there
    only = next(verdict for verdict in after.ranked if verdict.candidate.policy == "llm")
    assert only.contributions.keys() <= {PRIOR, BASE, "policy", CALIBRATION, "others"}


def test_a_contribution_says_what_is_unusual_about_this_candidate() -> None:
    weights = weighing({"score": 2.0})
    usual = extract(SAID, [FAQ, replace(FAQ, score=0.7)], schema_of(ALL))
    model = model_of(weights).acquainted(usual.matrix, ["faq", "faq"])
    verdict = judged(model, replace(FAQ, score=0.9))
    assert verdict.contributions["score"] == pytest.approx(2.0 * (0.9 - 0.6))
    assert verdict.contributions["policy"] == pytest.approx(2.0 * 0.6)
    stranger = replace(FAQ, policy="manual")
    assert judged(model, stranger).contributions["score"] == pytest.approx(1.0)


def test_who_has_learnt_nothing_has_nothing_to_be_acquainted_with() -> None:
    assert not LearnedModel().acquainted(np.zeros((0, 0)), []).usual


def test_with_no_candidates_there_is_nothing_to_rank() -> None:
    assert model_of(weighing({})).rank(SAID, ()).ranked == ()


@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 0.0), (-1.0, 0.0), (math.nan, 0.0), (1.0, math.inf)])
def test_a_calibration_that_turns_the_order_around_is_refused(slope: float, intercept: float) -> None:
    with pytest.raises(ValueError, match="slope above 0"):
        Platt(slope, intercept)


def test_the_same_turn_always_gives_the_same() -> None:
    model = model_of(wild_trees(7, ALL))
    assert model.rank(SAID, ALL) == model.rank(SAID, ALL)
