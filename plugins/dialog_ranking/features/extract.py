"""From a turn and its candidates to a matrix of features.

Nothing is looked at that a `Choice` does not keep: a stored choice has the features the turn had.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Turn
from dialog_core.ranking import REPETITION_FACTOR, default_probability
from dialog_ranking.choices.choice import TEXT
from dialog_ranking.features.columns import columns_of
from dialog_ranking.features.names import FEATURES, ODDS
from dialog_ranking.features.numbers import MISSING, log_odds, number
from dialog_ranking.features.replies import lexical, shape
from dialog_ranking.features.rivals import Rivals
from dialog_ranking.features.schema import Schema
from dialog_ranking.features.texts import look_at
from dialog_ranking.features.turns import look_at_turn

Floats = NDArray[np.float64]
Given = Mapping[str, Sequence[float]]

NOTHING_GIVEN: Given = {}
MOST_TOKENS_LIKELIHOOD = 20.0  # a token's log probability counts for no less than minus that


@dataclass(frozen=True, slots=True)
class Extracted:
    """The features of the candidates of one turn.

    Attributes:
        names: The columns.
        matrix: A row for each candidate; NaN: missing.
        defaults: The probability the default ranker gives each score, repetition left aside.
        repeated: Whether each is word for word what the bot said last.
        unsound: Numbers of policies that are none, taken for missing: the policy and the name.
    """

    names: tuple[str, ...]
    matrix: Floats
    defaults: Sequence[float]
    repeated: Sequence[bool]
    unsound: Sequence[tuple[str, str]] = ()


def extract(
    turn: Turn,
    candidates: Sequence[Candidate],
    schema: Schema,
    *,
    ignored: frozenset[str] = frozenset(),
    given: Given = NOTHING_GIVEN,
) -> Extracted:
    """Return the features of candidates.

    Args:
        turn: The turn they are for.
        candidates: All candidates there are so far.
        schema: Which columns are wanted.
        ignored: Policies whose candidates count for nothing in the features of others.
        given: Columns that are not to be found here: `meaning`, `evidence_meaning`, `ranker.*`.
    """
    seen = look_at_turn(turn)
    texts = [candidate.text[:TEXT] for candidate in candidates]
    replies = [look_at(text) for text in texts]
    defaults = [default_probability(candidate) for candidate in candidates]
    rivals = Rivals(candidates, texts, replies, defaults, ignored)
    unknown = [MISSING] * len(candidates)
    meanings = zip(given.get("meaning", unknown), given.get("evidence_meaning", unknown), strict=True)
    unsound: list[tuple[str, str]] = []
    values: list[float] = []
    for place, (candidate, text, reply, meaning) in enumerate(zip(candidates, texts, replies, meanings, strict=True)):
        told = candidate.features
        if told:
            unsound += [(candidate.policy, str(name)) for name, value in told.items() if math.isnan(number(value))]
        values += (candidate.score, log_odds(defaults[place], ODDS), rivals.ranks[place])
        values += (_margin(told, rivals.margins[place]), _likelihood(told))
        values += rivals.of(candidate, text, reply)
        values += lexical(candidate, reply, seen)
        values += meaning
        values += shape(candidate, text, reply, seen)
        values += seen.features
    static = np.array(values).reshape(len(candidates), len(FEATURES))
    matrix = columns_of(schema).of(static, candidates, rivals, given)
    repeated = [text == seen.last for text in texts]
    return Extracted(schema.names, matrix, defaults, repeated, unsound)


def judged_by_default(extracted: Extracted) -> Floats:
    """Return the log odds the default ranker gives each candidate, repetition discounted."""
    return np.array(
        [
            log_odds(discounted(default) if repeated else default, ODDS)
            for default, repeated in zip(extracted.defaults, extracted.repeated, strict=True)
        ]
    )


def discounted(probability: float) -> float:
    """Return what the default ranker makes of a reply that says word for word what the bot said last."""
    return probability + probability * (REPETITION_FACTOR - 1)


def _margin(told: Mapping[str, Any], found: float) -> float:
    own = number(told["margin"]) if "margin" in told else MISSING
    return found if math.isnan(own) else min(max(own, -1.0), 1.0)


def _likelihood(told: Mapping[str, Any]) -> float:
    if "mean_log_probability" in told:
        return max(number(told["mean_log_probability"]), -MOST_TOKENS_LIKELIHOOD)
    if "log_probability" in told and number(told.get("tokens")) >= 1:
        return max(number(told["log_probability"]) / number(told["tokens"]), -MOST_TOKENS_LIKELIHOOD)
    return MISSING
