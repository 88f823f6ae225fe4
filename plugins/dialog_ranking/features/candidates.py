"""What features see of the candidates of one turn, looked at once for all features."""

from collections.abc import Mapping, Sequence

from dialog_core import Candidate
from dialog_core.ranking import default_probability
from dialog_ranking.choices.choice import TEXT
from dialog_ranking.features.names import ODDS
from dialog_ranking.features.numbers import log_odds, numbers
from dialog_ranking.features.texts import Text, look_at


class Candidates:
    """The candidates of one turn; each list has one item for each of them.

    Attributes:
        given: The candidates themselves.
        policies: Whose they are.
        texts: Their texts, cut.
        replies: What features see of those.
        terms: The terms of those.
        sizes: How many terms.
        told: The numbers their policies tell.
        defaults: The probability the default ranker gives them, repetition left aside.
        odds: Log odds of that.
        by_policy: Where the candidates of each policy stand, those with the highest score first.
    """

    __slots__ = ("by_policy", "defaults", "given", "odds", "policies", "replies", "sizes", "terms", "texts", "told")

    def __init__(self, given: Sequence[Candidate]) -> None:
        self.given = given
        self.policies = [candidate.policy for candidate in given]
        self.replies: list[Text] = [look_at(candidate.text, TEXT) for candidate in given]
        self.texts = [reply.cut for reply in self.replies]
        self.terms = [reply.terms for reply in self.replies]
        self.sizes = [reply.size for reply in self.replies]
        self.told: list[Mapping[str, float]] = [numbers(candidate.features) for candidate in given]
        self.defaults = [default_probability(candidate) for candidate in given]
        self.odds = [log_odds(probability, ODDS) for probability in self.defaults]
        self.by_policy: dict[str, list[int]] = {}
        for place, policy in enumerate(self.policies):
            self.by_policy.setdefault(policy, []).append(place)
        for places in self.by_policy.values():
            if len(places) > 1:
                places.sort(key=lambda place: -given[place].score)
