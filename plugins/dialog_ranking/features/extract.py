"""From a turn and its candidates to a matrix of features.

Nothing is looked at that a `Choice` does not keep: a stored choice has the features the turn had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Turn
from dialog_core.ranking import REPETITION_FACTOR, default_probability
from dialog_ranking.choices.choice import TEXT
from dialog_ranking.features.columns import Source, columns_of
from dialog_ranking.features.names import FEATURES, ODDS
from dialog_ranking.features.numbers import MISSING, log_odds, numbers
from dialog_ranking.features.replies import lexical, shape
from dialog_ranking.features.rivals import Rivals
from dialog_ranking.features.schema import Schema
from dialog_ranking.features.texts import look_at
from dialog_ranking.features.turns import look_at_turn

Floats = NDArray[np.float64]
Given = Mapping[str, Sequence[float]]

NOTHING_GIVEN: Given = {}
MOST_UNLIKELY = 20.0  # a token's log probability counts for no less than minus that


@dataclass(frozen=True, slots=True)
class Extracted:
    """The features of the candidates of one turn.

    Attributes:
        names: The columns.
        matrix: A row for each candidate; NaN: missing.
        defaults: The probability the default ranker gives each score, repetition left aside.
        odds: Log odds of those, within `ODDS`.
        repeated: Whether each is word for word what the bot said last.
        unsound: Numbers of policies that are none, taken for missing: the policy and the name.
    """

    names: tuple[str, ...]
    matrix: Floats
    defaults: Sequence[float]
    odds: Sequence[float]
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
    odds = [log_odds(probability, ODDS) for probability in defaults]
    rivals = Rivals(candidates, texts, replies, defaults, ignored)
    unknown = [MISSING] * len(candidates)
    meaning, of_evidence = given.get("meaning", unknown), given.get("evidence_meaning", unknown)
    own = [numbers(candidate.features) for candidate in candidates]
    values: list[float] = []
    for place, candidate in enumerate(candidates):
        text, reply, told = texts[place], replies[place], own[place]
        margin, likelihood = rivals.margins[place], MISSING
        if told:
            margin, likelihood = _margin(told, margin), _likelihood(told)
        values += (
            candidate.score,
            odds[place],
            rivals.ranks[place],
            margin,
            likelihood,
            *rivals.of(candidate, text, reply),
            *lexical(candidate, told, reply, seen),
            meaning[place],
            of_evidence[place],
            *shape(candidate, text, reply, seen),
        )
    of_candidates = np.array(values).reshape(len(candidates), len(FEATURES) - len(seen.features))
    matrix = columns_of(schema).of(of_candidates, seen.features, Source(candidates, rivals, own, given))
    repeated = [text == seen.last for text in texts]
    return Extracted(schema.names, matrix, defaults, odds, repeated, _unsound(candidates, own))


def judged_by_default(extracted: Extracted) -> Floats:
    """Return the log odds the default ranker gives each candidate, repetition discounted."""
    return np.array(
        [
            log_odds(discounted(default), ODDS) if repeated else odds
            for default, odds, repeated in zip(extracted.defaults, extracted.odds, extracted.repeated, strict=True)
        ]
    )


def discounted(probability: float) -> float:
    """Return what the default ranker makes of a reply that says word for word what the bot said last."""
    return probability + probability * (REPETITION_FACTOR - 1)


def _unsound(candidates: Sequence[Candidate], own: Sequence[Mapping[str, float]]) -> list[tuple[str, str]]:
    return [
        (candidate.policy, str(name))
        for candidate, told in zip(candidates, own, strict=True)
        if told is not candidate.features
        for name, value in told.items()
        if isnan(value)
    ]


def _margin(told: Mapping[str, float], found: float) -> float:
    own = told.get("margin", MISSING)
    return found if isnan(own) else min(max(own, -1.0), 1.0)


def _likelihood(told: Mapping[str, float]) -> float:
    mean = told.get("mean_log_probability", MISSING)
    if isnan(mean) and "log_probability" in told and told.get("tokens", 0.0) >= 1:
        mean = told["log_probability"] / told["tokens"]
    return min(max(mean, -MOST_UNLIKELY), 0.0)
