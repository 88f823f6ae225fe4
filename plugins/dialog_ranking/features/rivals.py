"""What features see of the candidates as they stand beside one another: of one policy, and of several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialog_core import Evidence
from dialog_ranking.choices.choice import PASSAGE, PASSAGES
from dialog_ranking.features.candidates import Candidates
from dialog_ranking.features.numbers import MISSING

NONE = -1.0  # of an overlap: there is none to be had


@dataclass(frozen=True, slots=True)
class Best:
    """The best candidate of a policy.

    Attributes:
        place: Where it stands among the candidates.
        kind: Its policy's kind.
        default: The probability the default ranker gives it.
        places: Where its evidence is from.
    """

    place: int
    kind: str
    default: float
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Others:
    """What there is beside the candidates of one policy.

    Attributes:
        highest: The highest default probability.
        highest_of_other_kinds: The same, of policies of other kinds.
        proposing: How many policies propose anything, this one included.
        places: Where the evidence of their best candidates is from.
    """

    highest: float
    highest_of_other_kinds: float
    proposing: float
    places: frozenset[str]


def best_of_policies(candidates: Candidates, ignored: frozenset[str]) -> dict[str, Best]:
    """Return the best candidate of each policy, but of those that count for nobody else."""
    found: dict[str, Best] = {}
    for policy, places in candidates.by_policy.items():
        if policy not in ignored:
            first = places[0]
            leader = candidates.given[first]
            evidence = frozenset(map(_place, leader.evidence[:PASSAGES]))
            found[policy] = Best(first, leader.kind, candidates.defaults[first], evidence)
    return found


def within_policies(candidates: Candidates) -> dict[str, list[float]]:
    """Return how candidates stand among those of their own policy."""
    ranks = [1.0] * len(candidates.given)
    margins = [MISSING] * len(candidates.given)
    for places in candidates.by_policy.values():
        if len(places) > 1:
            highest, second = candidates.given[places[0]].score, candidates.given[places[1]].score
            for number, place in enumerate(places, 1):
                ranks[place] = 1.0 / number
                margins[place] = candidates.given[place].score - (second if number == 1 else highest)
    for place, told in enumerate(candidates.told):
        if told and (own := told.get("margin", MISSING)) == own:
            margins[place] = min(max(own, -1.0), 1.0)
    return {"rank": ranks, "margin": margins}


def between_policies(candidates: Candidates, best: Mapping[str, Best]) -> dict[str, list[float]]:
    """Return how candidates stand beside those of other policies.

    Args:
        candidates: All of them.
        best: The best one of each policy that counts for others.
    """
    policies = candidates.policies
    others = {
        policy: _others(policy, candidates.given[places[0]].kind, best)
        for policy, places in candidates.by_policy.items()
    }
    agreement = _agreement(candidates, best)
    same_text = _same_text(candidates, best)
    alone = [others[policy].proposing == 1.0 for policy in policies]
    return {
        "best_other": [others[policy].highest for policy in policies],
        "best_other_kind": [others[policy].highest_of_other_kinds for policy in policies],
        "proposing": [others[policy].proposing for policy in policies],
        "agreement": [MISSING if overlap < 0.0 else overlap for overlap in agreement],
        "same_text": [MISSING if nobody else same for nobody, same in zip(alone, same_text, strict=True)],
        "same_evidence": [
            MISSING
            if nobody or not candidate.evidence
            else 1.0
            if _rests_on(candidate.evidence, others[candidate.policy].places)
            else 0.0
            for nobody, candidate in zip(alone, candidates.given, strict=True)
        ],
    }


def _others(policy: str, kind: str, best: Mapping[str, Best]) -> Others:
    others = [one for name, one in best.items() if name != policy]
    return Others(
        highest=max([one.default for one in others], default=0.0),
        highest_of_other_kinds=max([one.default for one in others if one.kind != kind], default=0.0),
        proposing=1.0 + len(others),
        places=frozenset().union(*[one.places for one in others]),
    )


def _agreement(candidates: Candidates, best: Mapping[str, Best]) -> list[float]:
    """Return the highest overlap with another policy's best candidate in other words."""
    texts, terms, sizes = candidates.texts, candidates.terms, candidates.sizes
    leaders = [(policy, texts[one.place], terms[one.place], sizes[one.place]) for policy, one in best.items()]
    found: list[float] = []
    for policy, text, own, size in zip(candidates.policies, texts, terms, sizes, strict=True):
        highest = NONE
        for other, said, known, count in leaders:
            if other != policy and said != text:
                least, both = (size, size + count) if size < count else (count, size + count)
                if highest < 0.0 or 2.0 * least > highest * both:  # else not even all of the shorter one is enough
                    overlap = 2.0 * len(own & known) / (both or 1)
                    if overlap > highest:
                        highest = overlap
        found.append(highest)
    return found


def _same_text(candidates: Candidates, best: Mapping[str, Best]) -> list[float]:
    """Return whether another policy that counts proposes the very same text."""
    texts, policies = candidates.texts, candidates.policies
    if len(set(texts)) == len(texts):  # nearly always
        return [0.0] * len(texts)
    owners: dict[str, str | None] = {}  # None: several policies
    for text, policy in zip(texts, policies, strict=True):
        if text and policy in best and owners.setdefault(text, policy) != policy:
            owners[text] = None
    return [0.0 if owners.get(text, policy) == policy else 1.0 for text, policy in zip(texts, policies, strict=True)]


def _rests_on(evidence: Sequence[Evidence], places: frozenset[str]) -> bool:
    if len(evidence) == 1:  # nearly always
        return _place(evidence[0]) in places
    return not places.isdisjoint(map(_place, evidence[:PASSAGES]))


def _place(piece: Evidence) -> str:
    """Return where a piece of evidence is from; where that is not told, what it says."""
    return piece.source or piece.text[:PASSAGE]
