"""What was not there in training, or is no longer what it was: defined behaviour, said in the trace."""

import math
from dataclasses import replace

import pytest

from dialog_core import Candidate, Ranked, Ranking
from dialog_core.ranking import default_probability
from dialog_core.testing import make_turn
from dialog_ranking.features.names import PRIOR
from dialog_ranking.learned.model import LearnedModel
from tests.plugins.dialog_ranking.learned.models import ALL, FAQ, LLM, RULE, model_of, weighing

TURN = make_turn("how long does it take?")
EVERYBODY = weighing({"score": 2.0, "same_text": 1.5, "agreement": 1.0, "best_other": -1.0, "intent_probability": 1.0})


def of(ranking: Ranking, candidate: Candidate) -> Ranked:
    return next(verdict for verdict in ranking.ranked if verdict.candidate is candidate)


def test_candidates_of_a_policy_that_has_changed_are_judged_by_the_default_table() -> None:
    model = model_of(EVERYBODY, fingerprints={"faq": "then", "rules": "same"})
    ranking = model.facing({"faq": "now", "rules": "same"}).rank(TURN, ALL)
    assert of(ranking, FAQ).probability == default_probability(FAQ)
    assert of(ranking, FAQ).contributions.keys() == {PRIOR}
    assert of(ranking, RULE).contributions.keys() > {PRIOR}
    assert len(ranking.remarks) == 1
    assert "'faq' has changed since the ranking was trained" in ranking.remarks[0]
    assert "dialog-core train BOT --only ranking" in ranking.remarks[0]


def test_a_stale_policy_does_not_stand_in_the_way_of_others() -> None:
    model = model_of(EVERYBODY, fingerprints={"rules": "then"})
    stale = model.facing({"rules": "now"})
    assert of(model.rank(TURN, [RULE, LLM]), LLM).contributions["best_other"] < 0
    assert "best_other" not in of(stale.rank(TURN, [RULE, LLM]), LLM).contributions


def test_a_policy_unknown_in_training_is_judged_as_its_kind_is_in_general() -> None:
    new = replace(FAQ, policy="manual", text="Read the manual.")
    ranking = model_of(EVERYBODY).rank(TURN, [new, LLM])
    assert of(ranking, new).contributions["score"] == pytest.approx(1.0)
    assert ranking.remarks == (
        "the policy 'manual', of the kind 'retrieval', was not there when the ranking was trained: its candidates are "
        "judged as those of its kind are in general. Run: dialog-core train BOT --only ranking",
    )


def test_a_policy_of_a_kind_nobody_knows_is_left_to_the_default_table() -> None:
    odd = Candidate("The stars say no.", 0.9, "oracle", "stars")
    ranking = model_of(EVERYBODY).rank(TURN, [odd, LLM])
    assert of(ranking, odd).probability == default_probability(odd)
    assert "of the kind 'stars', was not there" in ranking.remarks[0]
    assert "nor was any of that kind" in ranking.remarks[0]


def test_a_policy_that_tells_no_kind_is_left_to_the_default_table_too() -> None:
    odd = Candidate("Hm.", 0.9, "oracle")
    ranking = model_of(EVERYBODY).rank(TURN, [odd])
    assert of(ranking, odd).probability == default_probability(odd)
    assert "of a kind it does not tell" in ranking.remarks[0]


def test_a_strangers_copy_confirms_nobody() -> None:
    copy = Candidate(FAQ.text, 1.0, "parrot", "retrieval")
    model = model_of(EVERYBODY)
    alone, copied = model.rank(TURN, [FAQ]), model.rank(TURN, [FAQ, copy])
    assert of(copied, FAQ).probability == of(alone, FAQ).probability
    assert "same_text" not in of(copied, FAQ).contributions


def test_a_known_policys_copy_counts_once_however_many_copy() -> None:
    copies = [Candidate(FAQ.text, 0.5, name, "retrieval") for name in ("second", "third", "fourth")]
    model = model_of(
        weighing({"same_text": 1.5, "agreement": 1.0}, candidates=[FAQ, *copies]), candidates=[FAQ, *copies]
    )
    one, all_three = model.rank(TURN, [FAQ, *copies[:1]]), model.rank(TURN, [FAQ, *copies])
    assert of(one, FAQ).contributions["same_text"] == pytest.approx(1.5)
    assert of(one, FAQ).probability == of(all_three, FAQ).probability


def test_a_feature_that_was_there_in_training_and_is_not_now_counts_for_nothing_and_is_told() -> None:
    model = model_of(EVERYBODY, expected=["score", "intent_probability", "length"])
    ranking = model.rank(TURN, [FAQ, LLM])
    assert "intent_probability" not in of(ranking, FAQ).contributions
    assert ranking.remarks == tuple(
        f"candidates of {policy!r} lack 'intent_probability', which they had when the ranking was trained: "
        "it counts for nothing"
        for policy in ("faq", "llm")
    )


def test_a_missing_feature_that_weighs_nothing_is_not_worth_a_remark() -> None:
    model = model_of(weighing({"score": 1.0}), expected=["score", "intent_probability"])
    assert model.rank(TURN, [FAQ]).remarks == ()


def test_what_is_missing_because_nobody_else_has_proposed_anything_yet_is_not_worth_a_remark() -> None:
    model = model_of(EVERYBODY, expected=["same_text", "agreement"])
    assert model.rank(TURN, [RULE]).remarks == ()


@pytest.mark.parametrize("value", [math.nan, math.inf, "much", True], ids=repr)
def test_a_number_that_is_none_is_taken_for_missing_and_told(value: float) -> None:
    odd = replace(LLM, features={"mean_log_probability": value})
    model = model_of(weighing({"log_probability": 1.0}), expected=["log_probability"])
    ranking = model.rank(TURN, [odd])
    assert of(ranking, odd).contributions.keys() == {PRIOR}
    assert ranking.remarks[0] == (
        "the policy 'llm' tells what is no finite number as 'mean_log_probability': taken for missing"
    )


def test_many_odd_numbers_are_counted_and_not_listed() -> None:
    odd = replace(LLM, features={f"f{number}": math.nan for number in range(9)})
    ranking = model_of(EVERYBODY).rank(TURN, [odd])
    assert ranking.remarks[0].endswith("as 'f0', 'f1', 'f2' and 6 more: taken for missing")


def test_untrained_there_is_nothing_to_remark() -> None:
    odd = Candidate("?", 0.5, "oracle", "stars", features={"x": math.nan})
    assert LearnedModel().rank(TURN, [odd]).remarks == ()
