"""The learned model: the default ranker's log odds, and what features add to them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Ranked, Ranking, Turn
from dialog_core.ranking import REPETITION_FACTOR
from dialog_core.training import Artefact
from dialog_ranking.features.extract import Extracted, Given, extract, judged_by_default
from dialog_ranking.features.names import BASE, CALIBRATION, FEATURES, OTHERS, PRIOR
from dialog_ranking.features.schema import Schema, base_of
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.trees import Trees
from dialog_ranking.staleness import remarks_on, stale

if TYPE_CHECKING:
    from dialog_ranking.learned.helpers import Helpers

Floats = NDArray[np.float64]

VERSION = 1  # of the artefacts: what the trainer writes and the ranker reads
LEAST = 0.001  # nothing is more certain to be wrong than that, or to be right
LIMIT = math.log((1 - LEAST) / LEAST)
WORTH_TELLING = 0.01  # a contribution to the log odds; what is less stands under `others`
TOLD, LEAST_TOLD = 240, 4  # contributions told of all candidates together, and at least of one; a trace has its limit


@dataclass(frozen=True, slots=True)
class Platt:
    """The last step, which makes probabilities honest: a straight line in log odds.

    Platt 1999, "Probabilistic outputs for support vector machines", with the log odds so far as its input.

    Attributes:
        slope: Above 0; under 1 it makes the model less sure of itself.
        intercept: What is added.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.slope) and self.slope > 0 and math.isfinite(self.intercept)):
            raise ValueError(f"a calibration needs a slope above 0, and it is {self.slope!r}")


@dataclass(frozen=True)
class LearnedModel:
    """Judges candidates by their features.

    Log odds are those of the default ranker, plus what the engine says of each feature, made honest by `calibration`.
    Without an engine, or with one that says nothing, it judges as the default ranker does. So it does the candidates of
    stale policies, and of policies that were not there in training if nothing is known of their kind either; to the
    features of other candidates these do not count: nobody is confirmed by a stranger.

    Attributes:
        engine: What was learnt; None: nothing.
        calibration: The last step.
        expected: For each policy there was in training, the columns its candidates nearly always had.
        kinds: The kinds of policies there were.
        fingerprints: Those of the policies then, as far as they are known.
        stale: Policies that are not what they were then.
        helpers: The encoder and the rankers whose findings are features, if there are any; not saved.
    """

    engine: LogisticWeights | Trees | None = None
    calibration: Platt = Platt()
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    helpers: "Helpers | None" = None

    def facing(self, current: Mapping[str, str]) -> "LearnedModel":
        """Return the model for the policies as they are now.

        Args:
            current: Their fingerprints.
        """
        return replace(self, stale=stale(self.fingerprints, current))

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        """Return the candidates, most probable first; of equals the first stays the first."""
        raise NotImplementedError

    def save(self, directory: Path) -> None:
        """Write the model into the directory of an artefact: JSON and npz; the same model gives the same bytes."""
        from dialog_ranking.learned.files import save

        save(self, directory)

    @classmethod
    def load(cls, artefact: Artefact) -> "LearnedModel":
        """Return the model that `save` wrote.

        Raises:
            ArtefactError: There is none, or it cannot be used.
        """
        from dialog_ranking.learned.files import load

        return load(artefact)
