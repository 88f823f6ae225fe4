"""From a turn and its candidates to a matrix of features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Turn
from dialog_ranking.features.schema import Schema

Floats = NDArray[np.float64]
Given = Mapping[str, Sequence[float]]


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
    given: Given = {},
) -> Extracted:
    """Return the features of candidates."""
    raise NotImplementedError


def judged_by_default(extracted: Extracted) -> Floats:
    """Return the log odds the default ranker gives each candidate, repetition discounted."""
    raise NotImplementedError
