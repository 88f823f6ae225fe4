"""Rankers to compare with: one policy alone, reciprocal rank fusion, and one that knows what is right."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._arena import plain
from dialog_core import Candidate, Ranked, Turn
from dialog_ranking.choices import Choice

FUSION_K = 60  # Cormack et al. 2009, section 2: found in a pilot investigation and not altered


@dataclass(frozen=True, slots=True)
class Alone:
    """Leaves every turn to one policy."""

    policy: str

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Return the policy's best candidate with certainty, and nothing of the others."""
        own = [candidate for candidate in candidates if candidate.policy == self.policy]
        best = max(own, key=lambda candidate: candidate.score, default=None)
        return _ordered([Ranked(candidate, float(candidate is best)) for candidate in candidates])


class ReciprocalRankFusion:
    """Adds up the reciprocal ranks a reply has with each policy (Cormack et al. 2009, equation 1).

    Two policies propose the same reply if it has the same words. The sums are no probabilities: they are divided by the
    largest there can be.
    """

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Return the candidates by the sum of their reciprocal ranks; of equal ones the first stays first."""
        lists: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            lists[candidate.policy].append(candidate)
        sums: dict[str, float] = defaultdict(float)
        for proposed in lists.values():
            best_first = dict.fromkeys(plain(each.text) for each in sorted(proposed, key=lambda each: -each.score))
            for place, text in enumerate(best_first, 1):
                sums[text] += 1 / (FUSION_K + place)
        largest = max(len(lists), 1) / (FUSION_K + 1)
        return _ordered([Ranked(candidate, sums[plain(candidate.text)] / largest) for candidate in candidates])


class Oracle:
    """Knows which candidates are right."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._right = {
            id(candidate): label.right if label is not None else 0.0
            for choice in choices
            for candidate, label in zip(choice.candidates, choice.labels, strict=True)
        }

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Return the right candidates with certainty, and nothing of the others."""
        return _ordered([Ranked(candidate, self._right[id(candidate)]) for candidate in candidates])


def _ordered(ranked: list[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda verdict: -verdict.probability)
