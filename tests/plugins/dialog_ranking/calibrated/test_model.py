"""A calibration as it is served: which map judges whom, and what becomes of a policy that is not what it was."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import ArtefactError, BotSaid, Candidate, FeedbackGiven
from dialog_core.configuration import Options
from dialog_core.ranking import REPETITION_FACTOR, TableRanker, default_probability
from dialog_core.testing import RankerContract, make_context, make_turn
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.testing.turns import NOON
from dialog_core.training import Artefact
from dialog_ranking.calibrated.maps import Isotonic, Platt
from dialog_ranking.calibrated.model import FILE, CalibratedModel
from dialog_ranking.calibrated.ranker import CalibratedRanker
from dialog_ranking.options import CalibratedOptions

MODEL = CalibratedModel(
    maps={"faq": Isotonic(((0.0, 0.1), (1.0, 0.7))), "rules": Platt(0.5, -1.0)},
    kinds={"generative": Platt(1.0, 0.5), "retrieval": Isotonic(((0.5, 0.2),))},
    fingerprints={"faq": "aaa", "rules": "bbb"},
)
FAQ = Candidate("It takes two days.", 0.5, "faq", "retrieval")
OTHER_FAQ = Candidate("It takes two days.", 0.5, "manual", "retrieval")


class TestBeforeTraining(RankerContract):
    def make_ranker(self, tmp_path: Path) -> CalibratedRanker:
        return CalibratedRanker(CalibratedOptions(), make_context("ranking"))


class TestTrained(RankerContract):
    def make_ranker(self, tmp_path: Path) -> CalibratedRanker:
        MODEL.save(tmp_path)
        fingerprints = {"faq": "changed", "rules": "bbb"}
        return CalibratedRanker(
            CalibratedOptions(), make_context("ranking", artefact=tmp_path, fingerprints=fingerprints)
        )


def judged(model: CalibratedModel, candidate: Candidate) -> float:
    return model.rank(make_turn("hi"), [candidate]).ranked[0].probability


def test_before_any_training_it_judges_as_the_default_ranker_and_does_not_claim_to_be_calibrated() -> None:
    ranker = CalibratedRanker(CalibratedOptions(), make_context("ranking"))
    turn = make_turn("hi", events=[BotSaid(CANDIDATES[0].text, NOON)])
    table = TableRanker(Options(), make_context("table")).rank(turn, CANDIDATES)
    mine = ranker.rank(turn, CANDIDATES).ranked
    assert [(one.candidate, one.probability) for one in mine] == [(one.candidate, one.probability) for one in table]
    assert not ranker.calibrated


def test_a_policy_is_judged_by_its_own_map_else_by_that_of_its_kind_else_by_the_default() -> None:
    assert judged(MODEL, FAQ) == pytest.approx(0.4)
    assert judged(MODEL, OTHER_FAQ) == pytest.approx(0.2)
    stranger = Candidate("x", 0.5, "flows", "flows")
    assert judged(MODEL, stranger) == default_probability(stranger)


def test_a_policy_that_is_not_what_it_was_is_judged_by_the_default_and_the_trace_says_so() -> None:
    model = MODEL.facing({"faq": "ccc", "rules": "bbb", "manual": "new"})
    ranking = model.rank(make_turn("hi"), [FAQ, OTHER_FAQ, FAQ])
    verdicts = {one.candidate.policy: one.probability for one in ranking.ranked}
    assert verdicts["faq"] == default_probability(FAQ)  # and not by the map of its kind, which may well be its own
    assert verdicts["manual"] == pytest.approx(0.2)
    remark, _ = ranking.remarks
    assert "'faq' has changed since the ranking was trained" in remark
    assert "dialog-core train" in remark
    rule = Candidate("x", 0.5, "rules", "rules")
    assert not model.rank(make_turn("hi"), [rule]).remarks  # where it is not asked there is nothing to tell


def test_a_policy_that_was_not_there_in_training_is_told() -> None:
    known, unknown = OTHER_FAQ, Candidate("x", 0.5, "flows", "flows")
    of_kind, of_none = MODEL.rank(make_turn("hi"), [known, unknown, FAQ, known]).remarks
    assert of_kind.startswith(
        "the policy 'manual', of the kind 'retrieval', was not there when the ranking was trained:"
    )
    assert "nor was any of that kind: its candidates are judged by the default table" in of_none
    assert not CalibratedModel().rank(make_turn("hi"), [known]).remarks


def test_what_is_not_known_is_not_held_against_a_policy() -> None:
    assert MODEL.facing({}).stale == frozenset()
    assert CalibratedModel(MODEL.maps).facing({"faq": "ccc"}).stale == frozenset()
    assert MODEL.facing({"faq": "", "rules": "bbb"}).stale == frozenset()


def test_saying_the_same_again_is_worth_less_and_is_told() -> None:
    turn = make_turn("hi", events=[BotSaid(FAQ.text, NOON), FeedbackGiven("m", 1, NOON)])
    (verdict,) = MODEL.rank(turn, [FAQ]).ranked
    assert verdict.probability == pytest.approx(0.4 * REPETITION_FACTOR)
    assert list(verdict.contributions) == ["faq score 0.50", "repeats the last reply"]


@given(st.lists(st.builds(Candidate, st.sampled_from("ab"), st.floats(0, 1), st.sampled_from(["faq", "rules", "x"]))))
def test_contributions_add_up_to_the_probability(candidates: list[Candidate]) -> None:
    turn = make_turn("hi", events=[BotSaid("a", NOON)])
    for one in MODEL.rank(turn, candidates).ranked:
        assert sum(one.contributions.values()) == pytest.approx(one.probability)


def test_it_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    MODEL.save(tmp_path)
    assert CalibratedModel.load(Artefact.at(tmp_path)) == MODEL


@pytest.mark.parametrize(
    "told",
    [
        "no JSON",
        "[]",
        '{"maps": {}}',
        '{"maps": {"faq": {"map": "isotonic", "points": [[0.5, 7]]}}, "kinds": {}, "fingerprints": {}}',
        f'{{"maps": {{"faq": {{"map": "platt", "slope": 1{"0" * 400}, "offset": 0, "of": "score"}}}}}}',
        '{"maps": {}, "kinds": {}, "fingerprints": []}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_calibration_is_told(tmp_path: Path, told: str) -> None:
    (tmp_path / FILE).write_text(told, encoding="utf-8")
    with pytest.raises(ArtefactError, match=FILE):
        CalibratedRanker(CalibratedOptions(), make_context("ranking", artefact=tmp_path))


def test_a_model_without_maps_does_not_claim_to_be_calibrated(tmp_path: Path) -> None:
    CalibratedModel().save(tmp_path)
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["maps"] == {}
    assert not CalibratedRanker(CalibratedOptions(), make_context("ranking", artefact=tmp_path)).calibrated
