from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialog_core.candidate import Candidate, Ranked
from dialog_core.testing import RankerContract, ScriptedRanker
from dialog_core.turn import Turn


def by_score(turn: Turn, candidates: Sequence[Candidate]) -> list[float]:
    return [candidate.score for candidate in candidates]


class TestAsyncRanker(RankerContract):
    def make_ranker(self, tmp_path: Path) -> Any:
        return ScriptedRanker(lambda turn, candidates: by_score(turn, candidates) or [0.0], mode="async")


class TestThreadedRanker(RankerContract):
    def make_ranker(self, tmp_path: Path) -> Any:
        return ScriptedRanker(lambda turn, candidates: by_score(turn, candidates) or [0.0])


class Ranker:
    calibrated: Any = False

    def __init__(self, rank: Callable[[Sequence[Candidate]], Any]) -> None:
        self._rank = rank
        self.count = 0

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Any:
        self.count += 1
        return self._rank(candidates)


class Undecided(Ranker):
    calibrated = "perhaps"


class InLogOdds(Ranker):
    scale = "log odds"


class Fickle(Ranker):
    def __init__(self) -> None:
        super().__init__(lambda candidates: [Ranked(candidate, 1 / (1 + self.count)) for candidate in candidates])


@pytest.mark.parametrize(
    ("ranker", "test", "told"),
    [
        (Undecided(lambda candidates: []), "test_it_says_whether_it_is_calibrated", ""),
        (
            Ranker(lambda candidates: [Ranked(candidate, 0.5) for candidate in candidates[:-1]]),
            "test_it_judges_every_candidate_once_the_most_probable_first",
            "was given 8 candidates and ranked others",
        ),
        (
            Ranker(lambda candidates: [Ranked(candidate, candidate.score) for candidate in candidates]),
            "test_it_judges_every_candidate_once_the_most_probable_first",
            "did not put the most probable first",
        ),
        (
            Ranker(lambda candidates: [Ranked(candidate, 0.5, {"x": float("inf")}) for candidate in candidates]),
            "test_its_contributions_are_finite_numbers_by_name",
            "contributions that are not finite numbers",
        ),
        (
            Ranker(lambda candidates: [Ranked(candidate, 0.5, {"x": 0.2}) for candidate in candidates]),
            "test_its_contributions_add_up_on_its_scale",
            "",
        ),
        (
            InLogOdds(lambda candidates: [Ranked(candidate, 0.5, {"x": 0.5}) for candidate in candidates]),
            "test_its_contributions_add_up_on_its_scale",
            "",
        ),
        (
            Ranker(lambda candidates: [Ranked(one, one.features.get("own", 0.5)) for one in candidates]),
            "test_it_stands_numbers_of_policies_that_are_none",
            "gave the probability",
        ),
        (
            Ranker(lambda candidates: [Ranked(candidate, 0.5) for candidate in candidates[:8]]),
            "test_fifty_candidates_of_one_policy_are_not_too_many",
            "was given 58 candidates and ranked others",
        ),
        (Ranker(lambda candidates: max(candidates)), "test_no_candidates_are_no_trouble", ""),
        (
            Ranker(lambda candidates: [Ranked(candidate, 0.5) for candidate in reversed(candidates)]),
            "test_ties_keep_the_order_of_the_bot_file",
            "",
        ),
        (Fickle(), "test_the_same_turn_gives_the_same_order", ""),
        (
            Ranker(lambda candidates: [Ranked(replace(candidate), 0.5) for candidate in candidates]),
            "test_many_calls_at_once_do_not_mix",
            "was given",
        ),
    ],
)
def test_the_contract_finds_what_is_wrong(ranker: Any, test: str, told: str, tmp_path: Path) -> None:
    class Contract(RankerContract):
        def make_ranker(self, tmp_path: Path) -> Any:
            return ranker

    with pytest.raises((AssertionError, ValueError), match=told or ".*"):
        getattr(Contract(), test)(tmp_path, *(["NaN"] if "numbers_of_policies" in test else []))


def test_a_contract_without_a_ranker_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="override make_ranker"):
        RankerContract().test_it_says_whether_it_is_calibrated(tmp_path)
