"""Fitting the learned model: as far from the default ranker as labels held out say, and no further. Brings scipy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Context, Ranked, Ranking
from dialog_ranking.choices import Choice
from dialog_ranking.features.schema import Schema
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.model import LearnedModel, Platt
from dialog_ranking.learned.telling import LEAST
from dialog_ranking.learned.trees import Trees
from dialog_ranking.options import LearnedOptions
from dialog_ranking_training.fitting import boosted, weights
from dialog_ranking_training.fitting.design import Design, make_design
from dialog_ranking_training.fitting.logistic import fit_logistic, sigmoid
from dialog_ranking_training.splitting import Split, folds

if TYPE_CHECKING:
    from dialog_ranking.learned.helpers import Helpers

Floats = NDArray[np.float64]

FOLDS = 5
MANY, FOLDS_OF_MANY = 1000, 3  # with so many choices fewer folds say as much, sooner
PLATT_PENALTY = 20.0  # precision of slope and intercept around those that change nothing
LEAST_SLOPE = 0.05


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt.

    Attributes:
        engine: What is served; None: nothing was learnt.
        calibration: The last step.
        loss: That of labels held out.
        details: What is worth telling of the fit.
    """

    engine: LogisticWeights | Trees | None = None
    calibration: Platt = field(default_factory=Platt)
    loss: float = np.inf
    details: Mapping[str, Any] = field(default_factory=dict)

    def odds(self, design: Design, rows: NDArray[np.bool_]) -> Floats:
        """Return the log odds of rows, as serving would find them."""
        if self.engine is None:
            return design.offset[rows]
        policies = [design.policies[number] for number in design.policy[rows]]
        added = self.engine.contributions(design.matrix[rows], policies).sum(axis=1)
        total: Floats = design.offset[rows] + added + self.engine.base
        return self.calibration.slope * total + self.calibration.intercept


def fit_learned(
    choices: Sequence[Choice],
    *,
    options: LearnedOptions,
    context: Context | None = None,
    seed: int = 0,
    fingerprints: Mapping[str, str] | None = None,
) -> LearnedModel:
    """Return a model of choices; without labels, or where nothing can be learnt from them, it judges as the default.

    Args:
        choices: What was to be chosen from, with the final weights of labels.
        options: The ranker's.
        context: The ranker's, where it has an encoder or other rankers.
        seed: For the folds.
        fingerprints: Of the policies as they are now; see `LearnedModel`.
    """
    return LearnedFitting(choices, options, context, seed).model(fingerprints)


class LearnedFitting:
    """Fits models to some choices or all of them; features are found only once.

    Attributes:
        design: The features.
    """

    def __init__(
        self, choices: Sequence[Choice], options: LearnedOptions, context: Context | None = None, seed: int = 0
    ) -> None:
        self._choices, self._seed, self._boosted = choices, seed, options.model == "boosted"
        self._helpers = helpers_of(options, context)
        rankers = [] if self._helpers is None else list(self._helpers.rankers)
        encoder = self._helpers is not None and options.encoder is not None
        schema = Schema.of(choices, without=options.without, encoder=encoder, rankers=rankers)
        self.design = make_design(choices, schema, self._helpers)

    def fit(self, places: Sequence[int]) -> Fitted:
        """Return what can be learnt from some of the choices."""
        design, own = self.design, [self._choices[place] for place in places]
        splits = [
            ([places[place] for place in learnt], [places[place] for place in held])
            for learnt, held in folds(own, FOLDS_OF_MANY if len(own) >= MANY else FOLDS, self._seed)
        ]
        rows = design.of(places)
        if not splits or not (rows & design.labelled).any():
            return Fitted()
        fitted = self._weights(splits, rows)
        if self._boosted and int((rows & design.labelled).sum()) >= boosted.FEWEST:
            trees = self._trees(splits, rows)
            return trees if trees.loss < fitted.loss else fitted
        return fitted

    def _weights(self, splits: Sequence[Split], rows: NDArray[np.bool_]) -> Fitted:
        design = self.design
        strengths = weights.strengths_for(float(design.weight[rows & design.labelled].sum()))
        held_out = weights.held_out_odds(design, splits, strengths)
        default, *others = weights.losses(design, [design.offset, *held_out], rows)
        best = int(np.argmin(others))  # of equals the one drawn most strongly
        if others[best] >= default:
            return Fitted(loss=default)
        return Fitted(
            engine=weights.served(design, weights.fit_weights(design, rows, strengths[best])),
            calibration=calibrate(design, held_out[best], rows),
            loss=others[best],
            details={"model": "logistic", "strength": strengths[best]},
        )

    def _trees(self, splits: Sequence[Split], rows: NDArray[np.bool_]) -> Fitted:
        design = self.design
        count, held_out = boosted.best_count(design, splits, rows, self._seed)
        if not count:
            return Fitted()
        (loss,) = weights.losses(design, [held_out], rows)
        return Fitted(
            engine=boosted.served(design.schema.names, boosted.fit_trees(design, rows, count, self._seed)),
            calibration=calibrate(design, held_out, rows),
            loss=loss,
            details={"model": "boosted", "trees": count},
        )

    def learn(self, places: Sequence[int]) -> Callable[[int], Ranking]:
        """Learn from some choices; what it returns judges others, as serving would."""
        rows = self.design.whole
        odds = np.zeros(len(self.design.offset))
        odds[rows] = self.fit(places).odds(self.design, rows)
        return lambda place: self._ranking(place, odds)

    def model(self, fingerprints: Mapping[str, str] | None = None) -> LearnedModel:
        """Return what can be learnt from all choices, as it is served."""
        fitted = self._fitted
        if fitted.engine is None:
            return LearnedModel(fingerprints=dict(fingerprints or {}))
        return LearnedModel(
            engine=fitted.engine,
            calibration=fitted.calibration,
            expected=self.design.expected,
            kinds=self.design.kinds,
            fingerprints=dict(fingerprints or {}),
            helpers=self._helpers,
        ).acquainted(self.design.matrix[self.design.whole], self._policies_of_whole)

    def details(self) -> dict[str, Any]:
        """Return what is worth telling of the fit to all choices."""
        fitted = self._fitted
        return {
            "features": len(self.design.schema.names),
            **fitted.details,
            "calibration": {"slope": fitted.calibration.slope, "intercept": fitted.calibration.intercept},
        }

    @property
    def _policies_of_whole(self) -> list[str]:
        return [self.design.policies[number] for number in self.design.policy[self.design.whole]]

    @property
    def remarks(self) -> list[str]:
        """What is told about the features: those that no candidate has."""
        if not self.design.labelled.any():
            return []
        there = np.flatnonzero(np.isfinite(self.design.matrix).any(axis=0))
        missing = [name for column, name in enumerate(self.design.schema.names) if column not in there]
        if not missing:
            return []
        return [f"No candidate has these features, so that nothing is learnt of them: {', '.join(missing)}."]

    @cached_property
    def _fitted(self) -> Fitted:
        return self.fit(range(len(self._choices)))

    @cached_property
    def _rows_of(self) -> list[list[int]]:
        """For each choice, its rows from when all tiers had been asked."""
        found: list[list[int]] = [[] for _ in self._choices]
        for row in np.flatnonzero(self.design.whole).tolist():
            found[int(self.design.choice[row])].append(row)
        return found

    def _ranking(self, place: int, odds: Floats) -> Ranking:
        rows = self._rows_of[place]
        found = np.clip(sigmoid(odds[rows]), LEAST, 1 - LEAST)
        candidates = self._choices[place].candidates
        verdicts = [
            (float(probability), float(self.design.offset[row]), candidates[int(self.design.place[row])])
            for row, probability in zip(rows, found, strict=True)
        ]
        verdicts.sort(key=lambda verdict: verdict[:2], reverse=True)  # stable: of equals the first stays the first
        return Ranking(tuple(Ranked(candidate, probability) for probability, _, candidate in verdicts))


def helpers_of(options: LearnedOptions, context: Context | None) -> "Helpers | None":
    """Return what finds the features that need an encoder or another ranker."""
    if context is None:
        return None
    from dialog_ranking.learned.helpers import Helpers

    return Helpers.of(options, context)


def calibrate(design: Design, odds: Floats, rows: NDArray[np.bool_]) -> Platt:
    """Return the line that makes held-out log odds as sure as they are right (Platt 1999), drawn towards no change."""
    known = rows & design.labelled
    found = odds[known]
    columns = np.column_stack([found, np.ones(len(found))])
    more, intercept = fit_logistic(columns, found, design.right[known], design.weight[known], np.full(2, PLATT_PENALTY))
    return Platt(max(LEAST_SLOPE, round(1.0 + float(more), 6)), round(float(intercept), 6))
