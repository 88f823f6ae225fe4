"""The ranker `learned`: trained and not, alone and with an encoder and other rankers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialog_core import ArtefactError, BotSaid, Candidate, Context, Ranked, Ranking, Turn
from dialog_core.configuration import ConfigurationError, Options
from dialog_core.ranking import TableRanker
from dialog_core.ranking_stage import RankingStage
from dialog_core.testing import RankerContract, make_context, make_turn
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.testing.turns import NOON
from dialog_ranking.choices import Choice
from dialog_ranking.features.schema import Schema
from dialog_ranking.learned.helpers import Helpers
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.ranker import LearnedRanker
from dialog_ranking.options import LearnedOptions
from tests.plugins.dialog_ranking.learned.models import (
    ALL,
    FAQ,
    LLM,
    RULE,
    model_of,
    weighing,
    wild_trees,
    wild_weights,
)

TURN = make_turn("how long does it take?")


class TestBeforeTraining(RankerContract):
    def make_ranker(self, tmp_path: Path) -> LearnedRanker:
        return LearnedRanker(LearnedOptions(), make_context("ranking"))


class TestLogistic(RankerContract):
    def make_ranker(self, tmp_path: Path) -> LearnedRanker:
        model_of(wild_weights(3), candidates=CANDIDATES[:5], fingerprints={"faq": "old"}).save(tmp_path)
        return LearnedRanker(LearnedOptions(), make_context("ranking", artefact=tmp_path, fingerprints={"faq": "new"}))


class TestBoosted(RankerContract):
    def make_ranker(self, tmp_path: Path) -> LearnedRanker:
        model_of(wild_trees(3), candidates=CANDIDATES).save(tmp_path)
        return LearnedRanker(LearnedOptions(model="boosted"), make_context("ranking", artefact=tmp_path))


class Letters:
    """An encoder that counts letters."""

    dimension = 26
    identity = "letters"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        self.encoded += texts
        rows = np.array([[text.lower().count(chr(97 + letter)) for letter in range(26)] for text in texts], np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class Broken:
    dimension, identity, calibrated = 1, "broken", True

    def encode(self, texts: Sequence[str]) -> Any:
        raise RuntimeError("no memory\nleft")

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        raise RuntimeError("no memory\nleft")


class Longest:
    """A ranker that likes long replies, remarks on it, and takes its time."""

    calibrated = True

    def __init__(self) -> None:
        self.seen: list[Candidate] = []

    async def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        self.seen += candidates
        ranked = [Ranked(candidate, min(len(candidate.text) / 300, 1.0)) for candidate in candidates]
        return Ranking(tuple(sorted(ranked, key=lambda verdict: -verdict.probability)), ("long is good",))


def weights_of(column: str) -> LogisticWeights:
    choice = Choice("1", TURN, ALL, (None,) * len(ALL))
    names = Schema.of([choice], encoder=True, rankers=["longest", "broken"]).names
    return replace(LogisticWeights.zero(names), weights=np.array([float(name == column) for name in names]))


def ranker_with(tmp_path: Path, engine: LogisticWeights, options: LearnedOptions, **parts: Any) -> LearnedRanker:
    model_of(engine).save(tmp_path)
    given = {("encoder" if name == "letters" else "ranker", name): part for name, part in parts.items()}
    return LearnedRanker(options, make_context("ranking", artefact=tmp_path, parts=given))


def contributions(ranking: Ranking, candidate: Candidate) -> dict[str, float]:
    return dict(next(verdict for verdict in ranking.ranked if verdict.candidate is candidate).contributions)


def test_before_any_training_it_judges_as_the_default_ranker_and_does_not_claim_to_be_calibrated() -> None:
    ranker = LearnedRanker(LearnedOptions(), make_context("ranking"))
    turn = make_turn("hi", events=[BotSaid(CANDIDATES[0].text, NOON)])
    table = TableRanker(Options(), make_context("table")).rank(turn, CANDIDATES)
    assert [verdict.candidate for verdict in ranker.rank(turn, CANDIDATES).ranked] == [one.candidate for one in table]
    assert (ranker.calibrated, ranker.inline, ranker.scale) == (False, True, "log odds")


def test_trained_it_is_calibrated_and_quick(tmp_path: Path) -> None:
    ranker = ranker_with(tmp_path, weighing({"score": 1.0}), LearnedOptions())
    stage = RankingStage("learned", ranker, timeout=1.0)
    assert (ranker.calibrated, ranker.inline) == (True, True)
    assert (stage.description, stage.scale) == ("learned", "log odds")


def test_a_training_that_found_nothing_better_than_the_default_leaves_it_uncalibrated(tmp_path: Path) -> None:
    model_of(None).save(tmp_path)
    assert not LearnedRanker(LearnedOptions(), make_context("ranking", artefact=tmp_path)).calibrated


def test_a_damaged_model_is_an_error_and_not_the_default(tmp_path: Path) -> None:
    model_of(weighing({})).save(tmp_path)
    (tmp_path / "ranking.npz").write_bytes(b"")
    with pytest.raises(ArtefactError, match="cannot be used"):
        LearnedRanker(LearnedOptions(), make_context("ranking", artefact=tmp_path))


def test_an_encoder_compares_meanings_and_each_text_is_encoded_once(tmp_path: Path) -> None:
    letters = Letters()
    ranker = ranker_with(tmp_path, weights_of("meaning"), LearnedOptions(encoder="letters"), letters=letters)
    ranking = ranker.rank(TURN, ALL)
    assert not ranker.inline
    assert 0 < contributions(ranking, FAQ)["meaning"] <= 1
    assert ranker.rank(TURN, ALL) == ranking
    assert len(letters.encoded) == len(set(letters.encoded)) == 5  # message, three replies, a piece of evidence


def test_meaning_is_missing_where_a_text_says_nothing(tmp_path: Path) -> None:
    ranker = ranker_with(tmp_path, weights_of("meaning"), LearnedOptions(encoder="letters"), letters=Letters())
    silent = replace(FAQ, text="123")
    assert "meaning" not in contributions(ranker.rank(TURN, [silent]), silent)


def test_the_probability_of_another_ranker_is_a_feature(tmp_path: Path) -> None:
    longest = Longest()
    options = LearnedOptions(rankers=("longest",))
    ranker = ranker_with(tmp_path, weights_of("ranker.longest"), options, longest=longest)
    wordy = replace(LLM, text="so it is " * 100)
    ranking = ranker.rank(TURN, [FAQ, wordy])
    assert contributions(ranking, wordy)["ranker.longest"] == pytest.approx(1.0)
    assert contributions(ranking, FAQ)["ranker.longest"] == pytest.approx(len(FAQ.text) / 300)
    assert "longest: long is good" in ranking.remarks
    assert [len(candidate.text) for candidate in longest.seen] == [len(FAQ.text), 300]  # what a choice keeps


async def test_other_rankers_may_take_their_time_while_the_bot_goes_on(tmp_path: Path) -> None:
    options = LearnedOptions(rankers=({"use": "longest", "name": "longest"},))
    ranker = ranker_with(tmp_path, weights_of("ranker.longest"), options, longest=Longest())
    reports: list[Any] = []
    ranked = await RankingStage("learned", ranker, timeout=2.0).rank(TURN, ALL, reports)
    assert len(ranked) == len(ALL)
    assert [report.verdict for report in reports] == ["longest: long is good"]


def test_who_fails_costs_its_own_feature_and_the_trace_says_so(tmp_path: Path) -> None:
    options = LearnedOptions(encoder="letters", rankers=("broken", "longest"))
    engine = weights_of("ranker.longest")
    ranker = ranker_with(tmp_path, engine, options, letters=Broken(), broken=Broken(), longest=Longest())
    ranking = ranker.rank(TURN, ALL)
    assert contributions(ranking, FAQ)["ranker.longest"] > 0
    assert ranking.remarks[:2] == (
        "the encoder failed (RuntimeError: no memory left): what it would have found is missing",
        "the ranker 'broken' failed (RuntimeError: no memory left): what it would have found is missing",
    )


def test_a_ranker_of_the_bots_own_plugins_can_be_a_feature(tmp_path: Path) -> None:
    choice = Choice("1", TURN, ALL, (None,) * len(ALL))
    names = Schema.of([choice], rankers=["priority"]).names
    engine = replace(
        LogisticWeights.zero(names), weights=np.array([float(name == "ranker.priority") for name in names])
    )
    ranker = ranker_with(tmp_path, engine, LearnedOptions(rankers=("priority",)))
    assert contributions(ranker.rank(TURN, ALL), RULE)["ranker.priority"] > 0


def test_before_training_nobody_asks_the_encoder() -> None:
    ranker = LearnedRanker(
        LearnedOptions(encoder="letters"), make_context("ranking", parts={("encoder", "letters"): 1})
    )
    assert ranker.inline


def test_two_rankers_of_one_name_are_refused() -> None:
    context = make_context("ranking", parts={("ranker", "longest"): Longest()})
    with pytest.raises(ConfigurationError, match=r"rankers\[1\].*the name 'longest' is taken"):
        Helpers.of(LearnedOptions(rankers=("longest", "longest")), context)


def test_an_encoder_that_has_to_learn_first_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="first has to learn from the texts of a knowledge"):
        Helpers.of(LearnedOptions(encoder="lsa"), make_context("ranking"))


def test_without_helpers_there_are_none() -> None:
    assert Helpers.of(LearnedOptions(), Context(name="ranking")) is None
