"""The features there are, each documented: what it says, on which scale, and when it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature.

    Attributes:
        meaning: What it says, in one sentence.
        low: Its least value.
        high: Its greatest value.
    """

    meaning: str
    low: float = 0.0
    high: float = 1.0


FEATURES: Mapping[str, Feature] = {
    "score": Feature("The policy's own score."),
    "margin": Feature("How far the score is above that of the policy's next candidate."),
}
