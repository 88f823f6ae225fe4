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
from dialog_core.ranking import default_probability
from dialog_core.training import Artefact
from dialog_ranking.choices.choice import TEXT
from dialog_ranking.features.extract import discounted, extract
from dialog_ranking.features.names import BASE, PRIOR
from dialog_ranking.features.numbers import log_odds
from dialog_ranking.features.schema import Schema
from dialog_ranking.features.turns import said_last
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.remarks import Remarks
from dialog_ranking.learned.telling import LEAST, LIMIT, POLICY, REPEATS, called, tell
from dialog_ranking.learned.trees import Trees
from dialog_ranking.staleness import stale

if TYPE_CHECKING:
    from dialog_ranking.learned.helpers import Helpers

Floats = NDArray[np.float64]

PRIOR_AT, REPEATS_AT, BASE_AT, POLICY_AT = range(4)  # among what contributions are called

VERSION = 1  # of the artefacts: what the trainer writes and the ranker reads


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
            raise ValueError(f"a calibration needs a slope above 0, not {self.slope!r}, and a finite intercept")


@dataclass(frozen=True, eq=False)
class LearnedModel:
    """Judges candidates by their features.

    Log odds are those of the default ranker, plus what the engine says of each feature, made honest by `calibration`.
    Without an engine, or with one that says nothing, it judges as the default ranker does. So it does the candidates of
    stale policies, and of policies that were not there in training if nothing is known of their kind either. In the
    features of other candidates such policies, and all that were not there in training, do not count: nobody is
    confirmed by a stranger.

    Attributes:
        engine: What was learnt; None: nothing.
        calibration: The last step.
        expected: For each policy there was in training, the columns its candidates nearly always had.
        kinds: The kinds of policies there were.
        usual: For each policy, what each column adds to its candidates on average. It is told under `policy`, and of a
            candidate only what is unusual about it: so a picture shows why this one, and not why such ones.
        fingerprints: Those of the policies then, as far as they are known.
        stale: Policies that are not what they were then.
        helpers: The encoder and the rankers whose findings are features, if there are any; not saved.
    """

    engine: LogisticWeights | Trees | None = None
    calibration: Platt = Platt()
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    usual: Mapping[str, Floats] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    helpers: "Helpers | None" = None

    def facing(self, current: Mapping[str, str]) -> "LearnedModel":
        """Return the model for the policies as they are now.

        Args:
            current: Their fingerprints.
        """
        return replace(self, stale=stale(self.fingerprints, current))

    def acquainted(self, matrix: Floats, policies: Sequence[str]) -> "LearnedModel":
        """Return the model with what is usual among candidates, which changes what it tells and nothing else.

        Args:
            matrix: A row of features for each of many candidates.
            policies: Whose candidate each is.
        """
        if self.engine is None:
            return self
        found, whose = self.engine.contributions(matrix, policies), np.array(policies)
        return replace(self, usual={str(policy): found[whose == policy].mean(axis=0) for policy in np.unique(whose)})

    @cached_property
    def schema(self) -> Schema:
        """The columns the engine looks at."""
        return Schema(self.engine.names if self.engine is not None else ())

    def judges(self, candidate: Candidate) -> bool:
        """Return whether a candidate is judged by its features, and not by the default ranker's table alone."""
        if candidate.policy in self.expected:
            return candidate.policy not in self.stale
        return candidate.kind in self.kinds

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        """Return the candidates, most probable first; of equals the first stays the first."""
        if not candidates:
            return Ranking()
        if self.engine is None:
            last = said_last(turn)
            defaults = [default_probability(candidate) for candidate in candidates]
            odds = [log_odds(probability, LIMIT) for probability in defaults]
            repeated = [candidate.text[:TEXT] == last for candidate in candidates]
            return Ranking(self._verdicts(candidates, defaults, odds, repeated, np.zeros((len(candidates), 0))))
        given, failures = self.helpers.columns(turn, candidates) if self.helpers is not None else ({}, ())
        expected, stale = self.expected, self.stale
        strangers = [one.policy for one in candidates if one.policy not in expected]
        ignored = stale.union(strangers) if strangers else stale
        extracted = extract(turn, candidates, self.schema, ignored=ignored, given=given)
        policies = [candidate.policy for candidate in candidates]
        found = self.engine.contributions(extracted.matrix, policies)
        verdicts = self._verdicts(candidates, extracted.defaults, extracted.odds, extracted.repeated, found)
        return Ranking(verdicts, (*failures, *self._remarks.on(candidates, extracted)))

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

    def _verdicts(
        self,
        candidates: Sequence[Candidate],
        defaults: Sequence[float],
        odds: Sequence[float],
        repeated: Sequence[bool],
        found: Floats,
    ) -> tuple[Ranked, ...]:
        """Add everything up, and tell what it is made of."""
        parts: Floats = found @ self._folding
        parts[:, BASE_AT] = self.engine.base if self.engine is not None else 0.0
        if self.usual:
            parts += self._unusual[[self._rows.get(candidate.policy, -1) for candidate in candidates]]
        apart = [place for place, candidate in enumerate(candidates) if not self.judges(candidate)]
        if apart:
            parts[apart] = 0.0
        worth = list(defaults)
        parts[:, PRIOR_AT] = odds
        for place in [place for place, said in enumerate(repeated) if said]:
            worth[place] = discounted(defaults[place])
            parts[place, REPEATS_AT] += log_odds(worth[place], LIMIT) - odds[place]
        total = parts.sum(axis=1)
        final = self.calibration.slope * total + self.calibration.intercept
        if apart:
            final[apart] = total[apart]
        np.clip(final, -LIMIT, LIMIT, out=final)
        probabilities = (1.0 / (1.0 + np.exp(-final))).tolist()
        for place in range(len(candidates)) if self._says_nothing else apart:  # exactly as the default ranker has it
            probabilities[place] = min(max(worth[place], LEAST), 1.0 - LEAST)
        return tell(candidates, self._called, parts, final - total, probabilities, worth)

    @cached_property
    def _called(self) -> tuple[str, ...]:
        """What contributions are called."""
        return tuple(dict.fromkeys((PRIOR, REPEATS, BASE, POLICY, *map(called, self.schema.names))))

    @cached_property
    def _folding(self) -> Floats:
        """Adds the columns up that are told under one name."""
        told = self._called
        rows = [[float(called(column) == name) for name in told] for column in self.schema.names]
        return np.array(rows).reshape(len(rows), len(told))

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {policy: row for row, policy in enumerate(self.usual)}

    @cached_property
    def _unusual(self) -> Floats:
        """What turns contributions into unusual ones, a row for each policy; the last one is nobody's."""
        rows = np.array([*self.usual.values(), np.zeros(len(self.schema.names))]) @ self._folding
        moved = rows.sum(axis=1)
        rows = -rows
        rows[:, POLICY_AT] += moved
        return rows

    @cached_property
    def _says_nothing(self) -> bool:
        engine = self.engine
        return self.calibration == Platt() and (engine is None or not (engine.used or engine.base))

    @cached_property
    def _remarks(self) -> Remarks:
        used = self.engine.used if self.engine is not None else frozenset()
        return Remarks(self.schema, used, self.expected, self.kinds, self.stale)
