"""What comes of every threshold `accept_at`, without trying one after the other.

As the threshold rises, a choice passes from one tier to the next just where the threshold comes to be above the best
probability there has been so far. Between two such places nothing changes. So all that can happen is found by sorting
these places once and summing up what changes at each.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dialog_ranking_training.tuning.figures import Array

if TYPE_CHECKING:
    from dialog_ranking_training.tuning.simulating import Simulated


@dataclass(frozen=True, slots=True)
class Curve:
    """What comes of every threshold. Arrays with an element for each stretch of thresholds that are all the same.

    Attributes:
        answer_at: The probability below which nothing is said.
        low: Where the stretch begins; this threshold itself belongs to the stretch before.
        high: The last threshold of the stretch.
        accuracy: As in `Figures`, and so are the others.
        right: Right answers.
        wrong: Wrong answers.
        unanswered: Messages to which nothing is said.
        calls: Messages for which the last tier is asked.
        seconds: How long a message takes on average.
        cost: What a message costs on average.
        cost_squared: The mean of the squared costs.
    """

    answer_at: float
    low: Array
    high: Array
    accuracy: Array
    right: Array
    wrong: Array
    unanswered: Array
    calls: Array
    seconds: Array
    cost: Array
    cost_squared: Array

    def __len__(self) -> int:
        return len(self.low)

    @property
    def accept_at(self) -> Array:
        """A threshold in the middle of each stretch; infinity for one that no probability could reach."""
        middle = (np.clip(self.low, 0.0, 1.0) + np.clip(self.high, 0.0, 1.0)) / 2
        return np.where(self.low < 1.0, middle, np.inf)


class Curves:
    """The curves of what was simulated: one for each `answer_at`."""

    def __init__(self, simulated: "Simulated") -> None:
        """Find out where choices pass from one tier to the next."""
        self._simulated = simulated
        self._weight = simulated.weight / simulated.weight.sum() if len(simulated) else simulated.weight
        so_far = np.maximum.accumulate(simulated.probability, axis=1)[:, :-1].ravel()
        self._passes = np.isfinite(so_far)  # where there is no candidate, the next tier is asked at any threshold
        levels, self._level = np.unique(so_far[self._passes], return_inverse=True)
        self.low = np.concatenate(([-np.inf], levels))
        self.high = np.concatenate((levels, [np.inf]))
        last = np.zeros_like(simulated.probability)
        last[:, -1] = 1.0
        self.calls = self.sum(last)
        self.seconds = self.sum(simulated.seconds)
        self.cost = self.sum(simulated.cost)
        self.cost_squared = self.sum(simulated.cost**2)

    def sum(self, values: Array) -> Array:
        """Return for each stretch the weighted mean of what choices come to, given what they come to at each tier."""
        weighted = values * self._weight[:, None]
        change = np.diff(weighted, axis=1).ravel()
        begin = weighted[:, 0].sum() + change[~self._passes].sum()
        steps = np.bincount(self._level, weights=change[self._passes], minlength=len(self.low) - 1)
        return np.concatenate(([begin], begin + np.cumsum(steps)))

    def wrong(self, answer_at: float) -> Array:
        """Return the share of wrong answers."""
        said = self._simulated.probability >= answer_at
        return self.sum(np.where(said, 1.0 - self._simulated.right, 0.0))

    def accuracy(self, answer_at: float) -> Array:
        """Return the share of messages that are handled as they should be."""
        said = self._simulated.probability >= answer_at
        return self.sum(np.where(said, self._simulated.right, self._simulated.silence[:, None]))

    def at(self, answer_at: float) -> Curve:
        """Return the curve."""
        said = self._simulated.probability >= answer_at
        return Curve(
            answer_at=answer_at,
            low=self.low,
            high=self.high,
            accuracy=self.accuracy(answer_at),
            right=self.sum(np.where(said, self._simulated.right, 0.0)),
            wrong=self.wrong(answer_at),
            unanswered=self.sum(np.where(said, 0.0, 1.0)),
            calls=self.calls,
            seconds=self.seconds,
            cost=self.cost,
            cost_squared=self.cost_squared,
        )
