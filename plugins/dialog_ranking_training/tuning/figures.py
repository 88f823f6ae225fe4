"""What comes of a threshold: for each choice, and as figures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dialog_ranking_training.tuning.simulating import Simulated

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What comes of each choice. Arrays.

    Attributes:
        stop: After which tier nobody else is asked.
        said: Whether a candidate is said.
        accuracy: How right it is to say that, or nothing.
        right: How right what is said is; 0 where nothing is.
        wrong: How wrong it is; 0 where nothing is said.
        called: Whether the last tier is asked.
        seconds: How long it takes.
        cost: What it costs.
    """

    stop: Array
    said: Array
    accuracy: Array
    right: Array
    wrong: Array
    called: Array
    seconds: Array
    cost: Array


@dataclass(frozen=True, slots=True)
class Figures:
    """What comes of thresholds, or of some other way to ask. Shares are of all messages, by weight.

    Attributes:
        accept_at: The probability from which on later tiers are not asked; None: that is not what decides.
        answer_at: The probability below which nothing is said; None: likewise.
        accuracy: Handled as it should be: a right answer, or none where there was none to give.
        right: Right answers.
        wrong: Wrong answers.
        unanswered: Messages to which nothing is said, rightly or not.
        calls: Messages for which the last tier is asked.
        saved: Of the messages for which an oracle does not ask the last tier, those for which it is not asked either;
            None where there are none.
        seconds: How long a message takes on average.
        seconds_p50: How long half of them take at most.
        cost: What a message costs on average.
    """

    accept_at: float | None
    answer_at: float | None
    accuracy: float
    right: float
    wrong: float
    unanswered: float
    calls: float
    saved: float | None
    seconds: float
    seconds_p50: float
    cost: float


def outcomes_of(simulated: "Simulated", stop: Array, answer_at: float) -> Outcomes:
    """Return what comes of stopping after these tiers."""
    rows = np.arange(len(simulated))
    said = np.asarray(simulated.probability[rows, stop] >= answer_at)
    right = simulated.right[rows, stop]
    return _outcomes(simulated, stop, said, right)


def oracle_of(simulated: "Simulated") -> Outcomes:
    """Return what comes of knowing which of the candidates so far are right; see `Simulated.oracle`."""
    found = simulated.possible > 0.5
    ever: Array = np.asarray(found.any(axis=1))
    stop = np.where(ever, np.argmax(found, axis=1), simulated.tiers - 1)
    return _outcomes(simulated, stop, ever, simulated.possible[np.arange(len(simulated)), stop])


def _outcomes(simulated: "Simulated", stop: Array, said: Array, right: Array) -> Outcomes:
    rows = np.arange(len(simulated))
    return Outcomes(
        stop=stop,
        said=said,
        accuracy=np.where(said, right, simulated.silence),
        right=np.where(said, right, 0.0),
        wrong=np.where(said, 1.0 - right, 0.0),
        called=stop == simulated.tiers - 1,
        seconds=simulated.seconds[rows, stop],
        cost=simulated.cost[rows, stop],
    )


def figures_of(
    outcomes: Outcomes,
    simulated: "Simulated",
    *,
    accept_at: float | None = None,
    answer_at: float | None = None,
) -> Figures:
    """Return the figures of outcomes."""
    weight = simulated.weight
    spared = ~oracle_of(simulated).called
    return Figures(
        accept_at=accept_at,
        answer_at=answer_at,
        accuracy=mean(outcomes.accuracy, weight),
        right=mean(outcomes.right, weight),
        wrong=mean(outcomes.wrong, weight),
        unanswered=1.0 - mean(outcomes.said, weight),
        calls=mean(outcomes.called, weight),
        saved=mean(~outcomes.called[spared], weight[spared]) if spared.any() else None,
        seconds=mean(outcomes.seconds, weight),
        seconds_p50=median(outcomes.seconds, weight),
        cost=mean(outcomes.cost, weight),
    )


def mean(values: Array, weight: Array) -> float:
    """Return the weighted mean; 0 of nothing."""
    total = float(weight.sum())
    return float((values * weight).sum()) / total if total else 0.0


def median(values: Array, weight: Array) -> float:
    """Return the least value that at least half the weight does not exceed; 0 of nothing."""
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) >= weight.sum() / 2
    return float(values[order][np.argmax(reached)])
