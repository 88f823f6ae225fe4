"""What features see of the candidates as they stand beside one another: of one policy, and of several."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialog_core import Candidate
from dialog_ranking.choices.choice import PASSAGE, PASSAGES
from dialog_ranking.features.numbers import MISSING
from dialog_ranking.features.texts import Text


@dataclass(frozen=True, slots=True)
class Best:
    """The best candidate of a policy.

    Attributes:
        kind: Its policy's kind.
        default: The probability the default ranker gives it.
        text: Its text, cut.
        seen: What features see of that.
        places: Where its evidence is from.
    """

    kind: str
    default: float
    text: str
    seen: Text
    places: frozenset[str]


class Rivals:
    """The candidates of one turn beside one another.

    Attributes:
        best: The best candidate of each policy that counts for others, by name.
        ranks: 1 over the place of each candidate among those of its policy.
        margins: How far the score of each is above that of its policy's best other candidate; NaN: it has none.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        texts: Sequence[str],
        seen: Sequence[Text],
        defaults: Sequence[float],
        ignored: frozenset[str],
    ) -> None:
        """Compare candidates.

        Args:
            candidates: All of them.
            texts: Their texts, cut.
            seen: What features see of those.
            defaults: What the default ranker gives them.
            ignored: Policies that count for nobody else.
        """
        groups: dict[str, list[int]] = {}
        for place, candidate in enumerate(candidates):
            groups.setdefault(candidate.policy, []).append(place)
        self.ranks = [1.0] * len(candidates)
        self.margins = [MISSING] * len(candidates)
        self.best: dict[str, Best] = {}
        self._owners: dict[str, str | None] = {}
        for policy, places in groups.items():
            if len(places) > 1:
                self._compare(places, candidates)
            if policy in ignored:
                continue
            for place in places:
                if (text := texts[place]) and self._owners.setdefault(text, policy) != policy:
                    self._owners[text] = None
            first = places[0] if len(places) == 1 else max(places, key=lambda place: self.ranks[place])
            leader = candidates[first]
            self.best[policy] = Best(leader.kind, defaults[first], texts[first], seen[first], places_of(leader))
        self._summaries: dict[str, tuple[float, float, float, tuple[Best, ...]]] = {}

    def _compare(self, places: list[int], candidates: Sequence[Candidate]) -> None:
        ordered = sorted(places, key=lambda place: -candidates[place].score)
        highest, second = candidates[ordered[0]].score, candidates[ordered[1]].score
        for number, place in enumerate(ordered, 1):
            self.ranks[place] = 1.0 / number
            self.margins[place] = candidates[place].score - (second if number == 1 else highest)

    def of(self, candidate: Candidate, text: str, seen: Text) -> tuple[float, float, float, float, float, float]:
        """Return, as the other policies' candidates have it, the features of a candidate in the order of `FEATURES`."""
        policy = candidate.policy
        summary = self._summaries.get(policy)
        if summary is None:
            summary = self._summaries[policy] = self._summary(policy, candidate.kind)
        best, best_kind, proposing, others = summary
        if not others:
            return best, best_kind, proposing, MISSING, MISSING, MISSING
        agreement = MISSING
        size, terms = seen.size, seen.terms
        for other in others:
            if other.text != text:
                both = size + other.seen.size
                overlap = 2.0 * len(terms & other.seen.terms) / both if both else 0.0
                if not overlap <= agreement:  # the first is compared with NaN
                    agreement = overlap
        owner = self._owners.get(text, policy)
        same_evidence = MISSING
        if candidate.evidence:
            mine = places_of(candidate)
            same_evidence = 0.0 if all(mine.isdisjoint(other.places) for other in others) else 1.0
        return best, best_kind, proposing, agreement, 0.0 if owner == policy else 1.0, same_evidence

    def _summary(self, policy: str, kind: str) -> tuple[float, float, float, tuple[Best, ...]]:
        others = tuple(best for name, best in self.best.items() if name != policy)
        highest = max((best.default for best in others), default=0.0)
        highest_kind = max((best.default for best in others if best.kind != kind), default=0.0)
        return highest, highest_kind, 1.0 + len(others), others


def places_of(candidate: Candidate) -> frozenset[str]:
    """Return where a candidate's evidence is from; where that is not told, what it says."""
    if not candidate.evidence:
        return frozenset()
    return frozenset([piece.source or piece.text[:PASSAGE] for piece in candidate.evidence[:PASSAGES]])
