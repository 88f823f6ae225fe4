"""What features see of the candidates as they stand beside one another: of one policy, and of several."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialog_core import Candidate, Evidence
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
            places_of_leader = frozenset(map(place_of, leader.evidence[:PASSAGES]))
            self.best[policy] = Best(leader.kind, defaults[first], texts[first], seen[first], places_of_leader)
        self._others: dict[str, Others] = {}

    def _compare(self, places: list[int], candidates: Sequence[Candidate]) -> None:
        ordered = sorted(places, key=lambda place: -candidates[place].score)
        highest, second = candidates[ordered[0]].score, candidates[ordered[1]].score
        for number, place in enumerate(ordered, 1):
            self.ranks[place] = 1.0 / number
            self.margins[place] = candidates[place].score - (second if number == 1 else highest)

    def of(self, candidate: Candidate, text: str, seen: Text) -> tuple[float, float, float, float, float, float]:
        """Return, as the other policies' candidates have it, the features of a candidate in the order of `FEATURES`."""
        policy = candidate.policy
        others = self._others.get(policy)
        if others is None:
            others = self._others[policy] = Others(
                [best for name, best in self.best.items() if name != policy], candidate.kind
            )
        if not others.texts:
            return 0.0, 0.0, 1.0, MISSING, MISSING, MISSING
        agreement = -1.0
        size, terms = seen.size, seen.terms
        for other, other_terms, other_size in others.texts:
            if other != text:
                overlap = 2.0 * len(terms & other_terms) / (size + other_size or 1)
                if overlap > agreement:
                    agreement = overlap
        same_text = 0.0 if self._owners.get(text, policy) == policy else 1.0
        same_evidence = MISSING
        if candidate.evidence:
            same_evidence = 0.0 if others.places.isdisjoint(map(place_of, candidate.evidence[:PASSAGES])) else 1.0
        told = MISSING if agreement < 0 else agreement
        return others.highest, others.highest_of_other_kinds, others.proposing, told, same_text, same_evidence


class Others:
    """What there is beside the candidates of one policy.

    Attributes:
        highest: The highest default probability.
        highest_of_other_kinds: The same, of policies of other kinds.
        proposing: How many policies propose anything, this one included.
        texts: The best candidates' texts, their terms, and how many those are.
        places: Where their evidence is from.
    """

    __slots__ = ("highest", "highest_of_other_kinds", "places", "proposing", "texts")

    def __init__(self, best: Sequence[Best], kind: str) -> None:
        self.highest = max([one.default for one in best], default=0.0)
        self.highest_of_other_kinds = max([one.default for one in best if one.kind != kind], default=0.0)
        self.proposing = 1.0 + len(best)
        self.texts = [(one.text, one.seen.terms, one.seen.size) for one in best]
        self.places = frozenset().union(*[one.places for one in best])


def place_of(piece: Evidence) -> str:
    """Return where a piece of evidence is from; where that is not told, what it says."""
    return piece.source or piece.text[:PASSAGE]
