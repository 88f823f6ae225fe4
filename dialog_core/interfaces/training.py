"""The contracts of training and of measuring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from dialog_core.turn import Turn


class Trainer(Protocol):
    """Trains one component."""

    def train(self, job: Any) -> Any:
        """Read the job's data, fit, measure and save."""
        ...


class Metric(Protocol):
    """Measures predictions against references."""

    def compute(self, predictions: Sequence[Any], references: Sequence[Any]) -> Mapping[str, float]:
        """Return named figures."""
        ...


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a language model finds a given reply.

    Attributes:
        log_probability: The natural logarithm of its probability: the sum over its tokens, and the one that ends it.
        tokens: How many they are.
    """

    log_probability: float
    tokens: int


@runtime_checkable
class LanguageModel(Protocol):
    """A policy that can say how likely it finds replies that others gave; what perplexity is measured with."""

    def likelihoods(self, asked: "Sequence[tuple[Turn, str]]") -> Sequence[Likelihood]:
        """Return how likely each reply is in its turn; called from any thread."""
        ...
