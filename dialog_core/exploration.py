"""Exploration: in a share of the turns the reply is drawn among the good ones instead of being the best one.

Who learns only from what was judged, and lets only the best be judged, never finds out that another would have been
better. Where chance has a part in the choice and its probability is written down (the *propensity*), what was judged
can be weighed by its inverse, and the average is that of all choices: Horvitz and Thompson 1952; for learning from
logged choices, Swaminathan and Joachims 2015 (counterfactual risk minimisation).
"""

import random
from collections.abc import Sequence

from dialog_core.candidate import Ranked
from dialog_core.turn import Turn

SALT = "explore"  # so that chance here has nothing to do with what policies draw from the same seed


class Exploration:
    """Whether and how a turn explores. Chance comes from the turn's seed: the same turn is replayed in the same way."""

    def __init__(self, share: float, *, answer_at: float) -> None:
        """Take the settings.

        Args:
            share: In which share of the turns the choice is left to chance.
            answer_at: The probability below which nothing is said, by chance neither.
        """
        self.share = share
        self._answer_at = answer_at

    def explores(self, turn: Turn) -> bool:
        """Return whether this turn is one of the share. Never in a flow, which is not a matter of taste."""
        if not self.share or turn.conversation.active_flow is not None:
            return False
        return random.Random(f"{SALT}/{turn.seed}").random() < self.share

    def draw(self, turn: Turn, ranked: Sequence[Ranked], usual: int = 0) -> int:
        """Return which of the candidates is tried first: each as likely as it is probable to be right.

        Args:
            turn: The turn.
            ranked: All candidates, best first.
            usual: Which of them is tried first in a turn that does not explore.
        """
        weights = self._weights(ranked)
        if len(weights) < 2 or usual >= len(weights):
            return usual
        chance = random.Random(f"{SALT}/{turn.seed}/draw")
        return chance.choices(range(len(weights)), weights)[0]

    def propensity(self, turn: Turn, ranked: Sequence[Ranked], chosen: int, usual: int = 0) -> float | None:
        """Return how probable it was that just this candidate was tried first; None where nothing is explored.

        Args:
            turn: The turn.
            ranked: All candidates, best first.
            chosen: Which of them was chosen.
            usual: As in `draw`.
        """
        if not self.share:
            return None
        weights = self._weights(ranked)
        if turn.conversation.active_flow is not None or len(weights) < 2 or max(usual, chosen) >= len(weights):
            return 1.0
        by_chance = weights[chosen] / sum(weights)
        return (1.0 - self.share) * (chosen == usual) + self.share * by_chance

    def _weights(self, ranked: Sequence[Ranked]) -> list[float]:
        """Return the probabilities of those that may be drawn: what would do something is neither tried nor put off."""
        weights: list[float] = []
        for verdict in ranked:
            if verdict.probability < self._answer_at or verdict.candidate.action or verdict.candidate.effects:
                break
            weights.append(verdict.probability)
        return weights if sum(weights) else []
