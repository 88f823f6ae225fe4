"""How good a ranker is: does it say the right thing, and is it as sure as it is right?"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from dialog_ranking.choices import Choice
from dialog_ranking_training.curves import area_under_risk, bins_of, calibration_error
from dialog_ranking_training.judging import (
    Said,
    Verdicts,
    best_possible,
    policies_of,
    probabilities,
    right_of_nobody,
    right_of_policy,
    said,
)

LEAST = 1e-6  # how near to 0 and 1 a probability is taken for, so that one mistake does not weigh without end


def measure(choices: Sequence[Choice], rankings: Sequence[Verdicts], *, answer_at: float) -> dict[str, float]:
    """Return figures of a ranker. What nobody has judged counts for nothing, and how often that was so is told.

    | figure | is |
    |---|---|
    | `accuracy` | of the turns, the share in which the right thing was said, or rightly nothing |
    | `regret_to_oracle` | how much more often the best of what was proposed would have been right |
    | `gain_over_best_policy` | how much less often any one policy alone would have been right |
    | `expected_calibration_error` | how far the best candidate's probability is from being right, in 15 bins |
    | `brier` | the mean square of the same difference, turn by turn |
    | `log_loss` | of all candidates that were judged |
    | `aurc` | the share of mistakes, averaged over all shares of turns one might answer |
    | `coverage` | the share of turns in which something was said |
    | `turns`, `unknown` | how many turns the accuracy is taken from, and of how many others it is not known |

    A figure is NaN where there is nothing to take it from.

    Args:
        choices: What was to be chosen from. Weights are those of the labels.
        rankings: What the ranker made of each, with the very candidates of the choice.
        answer_at: The probability below which nothing is said.
    """
    found = [said(choice, ranking, answer_at) for choice, ranking in zip(choices, rankings, strict=True)]
    judged = [(choice, one) for choice, one in zip(choices, found, strict=True) if one.right is not None]
    accuracy = mean((_right(one), one.weight) for _, one in judged)
    oracle = mean((best_possible(choice) or 0.0, one.weight) for choice, one in judged)
    best = judged_best(choices, found)
    gains = [_gain(judged, policy) for policy in policies_of(choices)]
    return {
        "accuracy": accuracy,
        "regret_to_oracle": oracle - accuracy,
        "gain_over_best_policy": min((gain for gain in gains if not math.isnan(gain)), default=math.nan),
        "expected_calibration_error": calibration_error(bins_of(best)),
        "brier": mean(((probability - right) ** 2, weight) for probability, right, weight in best),
        "log_loss": log_loss(choices, rankings),
        "aurc": area_under_risk(best),
        "coverage": mean((float(one.place is not None), 1.0) for one in found),
        "turns": float(len(judged)),
        "unknown": float(len(found) - len(judged)),
    }


def judged_best(choices: Sequence[Choice], found: Sequence[Said]) -> list[tuple[float, float, float]]:
    """Return probability, rightness and weight of the best candidate of each turn, said or not, where it is judged."""
    rows = []
    for choice, one in zip(choices, found, strict=True):
        label = choice.labels[one.best] if one.best is not None else None
        if label is not None:
            rows.append((one.probability, label.right, label.weight))
    return rows


def judged_candidates(choices: Sequence[Choice], rankings: Sequence[Verdicts]) -> list[tuple[float, float, float]]:
    """Return probability, rightness and weight of every candidate that was judged."""
    return [
        (probability, label.right, label.weight)
        for choice, ranking in zip(choices, rankings, strict=True)
        for probability, label in zip(probabilities(choice, ranking), choice.labels, strict=True)
        if label is not None
    ]


def log_loss(choices: Sequence[Choice], rankings: Sequence[Verdicts]) -> float:
    """Return the mean negative logarithm of the probability of what is the case; see `judged_candidates`."""
    return mean((loss(p, right), weight) for p, right, weight in judged_candidates(choices, rankings))


def loss(probability: float, right: float) -> float:
    """Return the negative log likelihood of a label that may be soft."""
    kept = min(1.0 - LEAST, max(LEAST, probability))
    return -right * math.log(kept) - (1.0 - right) * math.log1p(-kept)


def per_policy(choices: Sequence[Choice], rankings: Sequence[Verdicts], *, answer_at: float) -> list[dict[str, Any]]:
    """Return for each policy what it was worth, and what the ranker thought of it; shares are NaN where unknown."""
    found = [said(choice, ranking, answer_at) for choice, ranking in zip(choices, rankings, strict=True)]
    rows = []
    for policy in policies_of(choices):
        own = [
            (probability, label)
            for choice, ranking in zip(choices, rankings, strict=True)
            for candidate, probability, label in zip(
                choice.candidates, probabilities(choice, ranking), choice.labels, strict=True
            )
            if candidate.policy == policy
        ]
        known = [(probability, label.right, label.weight) for probability, label in own if label is not None]
        uttered = [
            one
            for choice, one in zip(choices, found, strict=True)
            if one.place is not None and choice.candidates[one.place].policy == policy
        ]
        alone = [label for choice in choices if (label := right_of_policy(choice, policy)) is not None]
        rows.append(
            {
                "policy": policy,
                "candidates": len(own),
                "judged": len(known),
                "right": mean((right, weight) for _, right, weight in known),
                "probability": mean((probability, weight) for probability, _, weight in known),
                "said": len(uttered),
                "said_right": mean((_right(one), one.weight) for one in uttered if one.right is not None),
                "alone": mean((label.right, label.weight) for label in alone),
            }
        )
    return rows


def mean(values: Iterable[tuple[float, float]]) -> float:
    """Return the mean of weighted values; NaN where there are none."""
    total = weights = 0.0
    for value, weight in values:
        total += value * weight
        weights += weight
    return total / weights if weights > 0 else math.nan


def nobody_share(choices: Sequence[Choice]) -> float:
    """Return how often it was right to say nothing, where that is known."""
    known = [label for choice in choices if (label := right_of_nobody(choice)) is not None]
    return mean((label.right, label.weight) for label in known)


def _gain(judged: Sequence[tuple[Choice, Said]], policy: str) -> float:
    """Return how much more often the ranker is right than one policy, in the turns in which both were judged."""
    both = [(one, label) for choice, one in judged if (label := right_of_policy(choice, policy)) is not None]
    return mean((_right(one) - label.right, (one.weight + label.weight) / 2) for one, label in both)


def _right(one: Said) -> float:
    return one.right if one.right is not None else 0.0
