"""From a turn and its candidates to a matrix of features.

Nothing is looked at that a `Choice` does not keep: a stored choice has the features the turn had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Turn
from dialog_core.ranking import REPETITION_FACTOR
from dialog_ranking.features.candidates import Candidates
from dialog_ranking.features.filling import filler_of
from dialog_ranking.features.names import ODDS
from dialog_ranking.features.numbers import log_odds
from dialog_ranking.features.replies import lexical, shape
from dialog_ranking.features.rivals import best_of_policies, between_policies, within_policies
from dialog_ranking.features.schema import Schema
from dialog_ranking.features.turns import look_at_turn

Floats = NDArray[np.float64]
Given = Mapping[str, Sequence[float]]

NOTHING_GIVEN: Given = {}


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
    looked_at = Candidates(candidates)
    best = best_of_policies(looked_at, ignored)
    columns: dict[str, Sequence[float]] = {
        "score": [candidate.score for candidate in candidates],
        "default_odds": looked_at.odds,
        **within_policies(looked_at),
        **between_policies(looked_at, best),
        **lexical(looked_at, seen),
        **shape(looked_at, seen),
        **given,
    }
    matrix = filler_of(schema).fill(columns, seen.features, looked_at, best)
    repeated = [text == seen.last for text in looked_at.texts]
    return Extracted(schema.names, matrix, looked_at.defaults, looked_at.odds, repeated, _unsound(looked_at))


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


def _unsound(candidates: Candidates) -> list[tuple[str, str]]:
    return [
        (candidate.policy, str(name))
        for candidate, told in zip(candidates.given, candidates.told, strict=True)
        if told is not candidate.features
        for name, value in told.items()
        if isnan(value)
    ]
