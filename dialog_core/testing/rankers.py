"""What every ranker must do, as tests to subclass.

    from dialog_core.testing import RankerContract

    class TestMyRanker(RankerContract):
        def make_ranker(self, tmp_path):
            return MyRanker(MyOptions(), make_context("ranking"))

The tests need pytest and nothing else.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialog_core.candidate import ActionCall, Candidate, Ranked, Ranking
from dialog_core.events import BotSaid, Evidence, SlotSet
from dialog_core.interfaces import Ranker
from dialog_core.ranking_stage import RankingStage
from dialog_core.testing.checks import AT_ONCE, run, written
from dialog_core.testing.nasty_texts import NASTY_TEXTS
from dialog_core.testing.turns import NOON, make_turn
from dialog_core.trace import PartReport
from dialog_core.turn import Turn

CANDIDATES: tuple[Candidate, ...] = (
    Candidate("You are welcome.", 1.0, "rules", "rules"),
    Candidate("It is on its way.", 0.7, "rules", "rules", effects=(SlotSet("asked", True),)),
    Candidate("It takes two days.", 0.62, "faq", "retrieval", (Evidence("How long?", "faq.yaml:3", 0.62),)),
    Candidate("We ship world-wide.", 0.0, "faq", "retrieval"),
    Candidate("Let me think about that.", 0.5, "llm", "generative", features={"log_probability": -1.5, "length": 5.0}),
    Candidate("Hello again.", 0.5, "other", "of a kind nobody knows"),
    Candidate("", 0.9, "flows", "rules", action=ActionCall("order_status", {"number": 12})),
    Candidate("What the bot said last.", 0.8, "faq", "retrieval"),
)
ODD_NUMBERS: Mapping[str, Any] = {
    "NaN": math.nan,
    "infinite": -math.inf,
    "greatest": 1.7e308,
    "endless": 10**400,
    "a text": "0.9",
    "none": None,
    "a truth": True,
    "a list": [0.5],
}
"""What policies tell under `features` though it is no number to go by; nobody has looked before a ranker does."""
MANY = 50  # candidates of one policy, which is as many as it may have
ADDING_UP = 1e-6


class RankerContract:
    """Tests for any ranker.

    Attributes:
        timeout: Seconds one call may take.
    """

    timeout: float = 5.0

    def make_ranker(self, tmp_path: Path) -> Ranker:
        """Return a new ranker; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its ranker: override make_ranker")

    def make_turn(self, text: str) -> Turn:
        """Return the turn the candidates are for."""
        return make_turn(text, events=(BotSaid("What the bot said last.", NOON),))

    def test_it_says_whether_it_is_calibrated(self, tmp_path: Path) -> None:
        assert isinstance(self.make_ranker(tmp_path).calibrated, bool)

    def test_it_judges_every_candidate_once_the_most_probable_first(self, tmp_path: Path) -> None:
        ranked = self.rank(self.make_ranker(tmp_path), CANDIDATES)
        assert sorted(id(verdict.candidate) for verdict in ranked) == sorted(map(id, CANDIDATES))
        probabilities = [verdict.probability for verdict in ranked]
        assert all(0.0 <= probability <= 1.0 for probability in probabilities)
        assert probabilities == sorted(probabilities, reverse=True)

    def test_its_contributions_are_finite_numbers_by_name(self, tmp_path: Path) -> None:
        for verdict in self.rank(self.make_ranker(tmp_path), CANDIDATES):
            for name, amount in verdict.contributions.items():
                assert isinstance(name, str)
                assert math.isfinite(amount)

    def test_no_candidates_are_no_trouble(self, tmp_path: Path) -> None:
        ranker = self.make_ranker(tmp_path)

        async def rank_nothing() -> Sequence[Ranked]:
            outcome = ranker.rank(self.make_turn("hello"), ())
            found = outcome if isinstance(outcome, Sequence | Ranking) else await outcome
            return found.ranked if isinstance(found, Ranking) else found

        assert list(run(rank_nothing())) == []

    @pytest.mark.parametrize("place", range(len(CANDIDATES)))
    def test_one_candidate_is_enough(self, tmp_path: Path, place: int) -> None:
        (verdict,) = self.rank(self.make_ranker(tmp_path), CANDIDATES[place : place + 1])
        assert verdict.candidate is CANDIDATES[place]

    def test_ties_keep_the_order_of_the_bot_file(self, tmp_path: Path) -> None:
        twins = tuple(replace(CANDIDATES[2]) for _ in range(5))
        ranked = self.rank(self.make_ranker(tmp_path), twins)
        assert [id(verdict.candidate) for verdict in ranked] == [id(candidate) for candidate in twins]

    def test_its_contributions_add_up_on_its_scale(self, tmp_path: Path) -> None:
        ranker = self.make_ranker(tmp_path)
        scale = getattr(ranker, "scale", "probability")
        assert scale in ("probability", "log odds")
        for verdict in self.rank(ranker, CANDIDATES):
            if verdict.contributions:
                total = sum(verdict.contributions.values())
                told = total if scale == "probability" else 0.5 * (1.0 + math.tanh(0.5 * total))
                assert told == pytest.approx(verdict.probability, abs=ADDING_UP)

    @pytest.mark.parametrize("name", ODD_NUMBERS)
    def test_it_stands_numbers_of_policies_that_are_none(self, tmp_path: Path, name: str) -> None:
        odd = {"log_probability": ODD_NUMBERS[name], "margin": ODD_NUMBERS[name], "own": ODD_NUMBERS[name]}
        nameless: Any = {7: 0.5, "": ODD_NUMBERS[name]}
        candidates = [
            *(replace(candidate, features=odd) for candidate in CANDIDATES),
            *(replace(candidate, features=nameless) for candidate in CANDIDATES),
        ]
        self.rank(self.make_ranker(tmp_path), candidates)

    def test_it_stands_policies_and_kinds_of_any_name(self, tmp_path: Path) -> None:
        names = [text[:200] for text in NASTY_TEXTS.values()]
        self.rank(
            self.make_ranker(tmp_path),
            [replace(CANDIDATES[2], policy=name, kind=name[::-1], features={name: 0.5}) for name in names],
        )

    def test_it_stands_scores_at_the_very_ends(self, tmp_path: Path) -> None:
        scores = (0.0, 5e-324, 0.5, 1.0 - 2**-53, 1.0)
        evidence = tuple(Evidence("a page", "", score) for score in (-1.7e308, 0.0, 1.7e308))
        self.rank(
            self.make_ranker(tmp_path),
            [replace(candidate, score=score, evidence=evidence) for candidate in CANDIDATES[:5] for score in scores],
        )

    def test_fifty_candidates_of_one_policy_are_not_too_many(self, tmp_path: Path) -> None:
        many = [replace(CANDIDATES[2], text=f"Page {n}.", score=1 - n / MANY) for n in range(MANY)]
        self.rank(self.make_ranker(tmp_path), [*many, *CANDIDATES])

    @pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
    def test_it_stands_nasty_texts(self, tmp_path: Path, text: str) -> None:
        ranker = self.make_ranker(tmp_path)
        self.rank(ranker, CANDIDATES, text)
        self.rank(ranker, [replace(candidate, text=text[:100_000]) for candidate in CANDIDATES])

    def test_the_same_turn_gives_the_same_order(self, tmp_path: Path) -> None:
        ranker = self.make_ranker(tmp_path)
        first = self.rank(ranker, CANDIDATES)
        assert self.rank(ranker, CANDIDATES) == first
        assert self.rank(self.make_ranker(tmp_path), CANDIDATES) == first

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        turn, candidates = self.make_turn("hello"), list(CANDIDATES)
        before = written(turn)
        self.rank(self.make_ranker(tmp_path), candidates, turn=turn)
        assert written(turn) == before
        assert [id(candidate) for candidate in candidates] == list(map(id, CANDIDATES))

    def test_many_calls_at_once_do_not_mix(self, tmp_path: Path) -> None:
        ranker = self.make_ranker(tmp_path)
        choices = [CANDIDATES, CANDIDATES[:3], CANDIDATES[3:]]
        alone = [self.rank(ranker, choice) for choice in choices]

        async def at_once() -> list[Sequence[Ranked]]:
            stage = RankingStage("ranker", ranker, timeout=self.timeout * AT_ONCE)
            turn = self.make_turn("hello")
            return await asyncio.gather(*(stage.rank(turn, choices[n % 3], []) for n in range(AT_ONCE)))

        for number, ranked in enumerate(run(at_once())):
            assert list(ranked) == alone[number % 3]

    def rank(
        self, ranker: Ranker, candidates: Sequence[Candidate], text: str = "hello", *, turn: Turn | None = None
    ) -> list[Ranked]:
        """Ask the ranker as the manager does; its answer must be sound and in time."""
        reports: list[PartReport] = []
        stage = RankingStage("ranker", ranker, timeout=self.timeout)
        ranked = run(stage.rank(turn or self.make_turn(text), candidates, reports))
        failed = [report.verdict for report in reports if "the default ranker decided" in report.verdict]
        assert not failed, f"the ranker {failed[0]}"
        return list(ranked)
