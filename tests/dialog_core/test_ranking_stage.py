from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dialog_core.candidate import Candidate, Ranked, Ranking
from dialog_core.ranking_stage import RankingStage
from dialog_core.testing import Hang, Rubbish, ScriptedRanker, make_manager, make_turn
from dialog_core.trace import PartReport
from dialog_core.turn import Turn
from tests.talking import say, trace_of, verdict_on

CANDIDATES = (Candidate("one", 0.4, "a"), Candidate("two", 0.9, "b"))


async def rank(ranker: Any, *, timeout: float = 5.0, reports: list[PartReport] | None = None) -> Sequence[Ranked]:
    stage = RankingStage("mine", ranker, timeout=timeout)
    return await stage.rank(make_turn("hi"), CANDIDATES, [] if reports is None else reports)


@pytest.mark.parametrize("mode", ["thread", "async", "inline"])
async def test_the_ranker_decides(mode: Any) -> None:
    reports: list[PartReport] = []
    ranked = await rank(ScriptedRanker([0.6, 0.3], mode=mode), reports=reports)
    assert [(verdict.candidate.text, verdict.probability) for verdict in ranked] == [("one", 0.6), ("two", 0.3)]
    assert reports == []


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (ValueError("no model"), "ValueError: no model"),
        (None, "did not answer with a list of Ranked"),
        (Rubbish("best first"), "did not answer with a list of Ranked"),
        (Rubbish([0.5, 0.5]), "did not answer with a list of Ranked"),
        (Rubbish([Ranked(CANDIDATES[0], 0.5)]), "was given 2 candidates and ranked others"),
        (Rubbish([Ranked(CANDIDATES[0], 0.5)] * 2), "was given 2 candidates and ranked others"),
        (Rubbish([Ranked(replace(c), 0.5) for c in CANDIDATES]), "was given 2 candidates and ranked others"),
        ([float("nan"), 0.5], "gave the probability nan"),
        ([1.5, 0.5], "gave the probability 1.5"),
        ([-0.1, 0.5], "gave the probability -0.1"),
        (Rubbish([Ranked(c, "high") for c in CANDIDATES]), "gave the probability 'high'"),  # type: ignore[arg-type]
        (Rubbish([Ranked(c, 0.5, {"x": float("inf")}) for c in CANDIDATES]), "contributions that are not finite"),
        (Rubbish([Ranked(c, 0.5, {"x": "much"}) for c in CANDIDATES]), "contributions that are not finite"),  # type: ignore[dict-item]
        (Rubbish([Ranked(c, 0.5, {(1, 2): 0.5}) for c in CANDIDATES]), "not finite numbers by name"),  # type: ignore[dict-item]
        (Rubbish([Ranked(c, 0.5, None) for c in CANDIDATES]), "AttributeError"),  # type: ignore[arg-type]
        (
            Rubbish([Ranked(candidate, 0.1 * place) for place, candidate in enumerate(CANDIDATES)]),
            "did not put the most probable first",
        ),
        (Hang(), "took longer than 0.05 s"),
    ],
)
async def test_where_a_ranker_fails_the_default_one_decides_and_the_trace_says_so(step: Any, told: str) -> None:
    ranker = ScriptedRanker(step)
    reports: list[PartReport] = []

    ranked = await rank(ranker, timeout=0.05, reports=reports)

    assert [verdict.candidate.text for verdict in ranked] == ["two", "one"]
    (report,) = reports
    assert report.part == "ranker mine"
    assert told in report.verdict
    assert report.verdict.endswith("; the default ranker decided")
    ranker.script.release()


async def test_a_ranker_that_keeps_failing_is_left_alone() -> None:
    ranker = ScriptedRanker(ValueError("no"))
    stage = RankingStage("mine", ranker, timeout=5.0)
    reports: list[PartReport] = []
    for _ in range(5):
        assert len(await stage.rank(make_turn("hi"), CANDIDATES, reports)) == 2

    assert len(ranker.script.asked) == 3
    assert reports[-1].verdict == "not asked: breaker open; the default ranker decided"


async def test_nobody_is_asked_about_no_candidates() -> None:
    ranker = ScriptedRanker([0.5])
    assert await RankingStage("mine", ranker, timeout=5.0).rank(make_turn("hi"), (), []) == ()
    assert ranker.script.asked == []


async def test_the_trace_says_whether_probabilities_were_fitted_to_data() -> None:
    assert RankingStage("mine", ScriptedRanker([0.5]), timeout=1.0).description == "mine"
    assert RankingStage("mine", ScriptedRanker(calibrated=False), timeout=1.0).description == "mine (uncalibrated)"
    assert trace_of(await say(make_manager("Hello"), "hi"))["ranker"] == "table (uncalibrated)"


async def test_a_failing_ranker_does_not_cost_the_turn() -> None:
    manager = make_manager({"a": "Hello"}, ranker=ScriptedRanker(ValueError("no model")))
    reply = await say(manager, "hi")
    assert reply.text == "Hello"
    assert verdict_on(reply, "ranker scripted") == "failed (ValueError: no model); the default ranker decided"


class Remarking:
    """A ranker that has something to tell."""

    inline, calibrated, scale = True, True, "log odds"

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        ranked = tuple(Ranked(candidate, 0.5, {"prior": 0.0}) for candidate in candidates)
        return Ranking(ranked, ("the calibration of a is stale", "the calibration of a is stale"))


async def test_what_a_ranker_remarks_is_told_once_however_many_tiers_are_asked() -> None:
    manager = make_manager({"a": "one", "b": "two"}, tiers=[["a"], ["b"]], ranker=Remarking())
    trace = trace_of(await say(manager, "hi"))
    told = [part["verdict"] for part in trace["parts"] if part["part"].startswith("ranker")]
    assert told == ["the calibration of a is stale"]
    assert trace["scale"] == "log odds"
    assert [row["probability"] for row in trace["candidates"]] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("remarks", "told"),
    [
        ("one text and no tuple", ["one text and no tuple"]),
        (("half \ud83d\nof it", "", 7, 7), ["half \ufffd of it", "7"]),
        (
            [f"{number} " + "x" * 10_000 for number in range(1000)],
            [f"{number} " + "x" * 10_000 for number in range(20)],
        ),
    ],
)
async def test_remarks_are_few_and_not_endless(remarks: Any, told: list[str]) -> None:
    ranking = Ranking(tuple(Ranked(candidate, 0.5) for candidate in CANDIDATES), remarks)
    reports: list[PartReport] = []
    await rank(ScriptedRanker(Rubbish(ranking)), reports=reports)
    assert [report.verdict.removesuffix("…") for report in reports] == [text[:499] for text in told]
