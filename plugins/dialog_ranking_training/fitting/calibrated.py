"""Fitting monotone maps from score to probability, each drawn towards what is known before. Brings scipy."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialog_core import Ranking
from dialog_core.ranking import OTHER_KINDS, TABLES, default_probability, interpolate
from dialog_ranking.calibrated.maps import LEAST, MOST, Isotonic, Map, Platt
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice, Label
from dialog_ranking_training.checking import Learn
from dialog_ranking_training.fitting.logistic import fit_logistic
from dialog_ranking_training.splitting import folds

FOLDS = 5
PSEUDO_LABELS = 20.0  # what the prior counts as, so that five labels do not make a map
PSEUDO_SCORES = tuple(number / 20 for number in range(21))  # where they are
FEWEST = 4  # labels of a policy to fit a map to
ENOUGH_LEADS = 100.0  # labels of a policy where it leads, from which on the others count least
TRAILING = 0.1  # what those count then

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What is known of the candidates of one policy, or of several of one kind.

    Attributes:
        scores: What the policy says of each.
        default: What the default ranker makes of that.
        right: Whether it was right, from 0 to 1.
        weights: How much that counts.
        groups: In which fold each is held out; -1: in none.
        kind: Of the policies.
    """

    scores: Floats
    default: Floats
    right: Floats
    weights: Floats
    groups: NDArray[np.int64]
    kind: str

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, kept: NDArray[np.bool_]) -> "Labelled":
        """Return some of them."""
        return Labelled(
            self.scores[kept], self.default[kept], self.right[kept], self.weights[kept], self.groups[kept], self.kind
        )


class _Row(NamedTuple):
    policy: str
    kind: str
    score: float
    default: float
    right: float
    weight: float
    group: int


Prior = Map | None
"""What a map is drawn towards; None: the default table."""
Fit = Callable[[Labelled, Prior], Map]


def fit_calibrated(
    choices: Sequence[Choice], *, seed: int = 0, fingerprints: Mapping[str, str] | None = None
) -> CalibratedModel:
    """Return a map for each policy and each kind that says more than the default does.

    A map is fitted to the labels of its policy and to pseudo-labels, which say what the prior says at some scores. The
    prior of a policy is the map of the other policies of its kind, and theirs is the default table. Whether it becomes
    a sigmoid or a staircase (Platt 1999; Zadrozny and Elkan 2002), or stays the prior, is decided by the likelihood of
    conversations held out. With no labels there are no maps: it judges as the default does.

    What counts most are the labels of candidates that are ahead after some tier; see `_rows`.

    Args:
        choices: What was to be chosen from, with the final weights of labels.
        seed: For the folds.
        fingerprints: Of the policies as they are now; see `CalibratedModel`.
    """
    rows = list(_rows(choices, seed))
    by_policy: dict[str, list[_Row]] = defaultdict(list)
    by_kind: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_policy[row.policy].append(row)
        by_kind[row.kind].append(row)
    maps = {}
    for policy, own in by_policy.items():
        kind = own[0].kind
        prior = _fitted(_labelled([row for row in by_kind[kind] if row.policy != policy], kind), None)
        if (found := _fitted(_labelled(own, kind), prior)) is not None:
            maps[policy] = found
    kinds = {kind: found for kind, own in by_kind.items() if (found := _fitted(_labelled(own, kind), None)) is not None}
    return CalibratedModel(maps=maps, kinds=kinds, fingerprints=dict(fingerprints or {}))


def _fitted(labelled: Labelled, prior: Prior) -> Prior:
    """Return the map that is the likeliest on held-out conversations; the prior where nothing is likelier."""
    if len(labelled) < FEWEST:
        return prior
    best, least = None, _held_out_loss(labelled, prior, None)
    for fit in (fit_platt, fit_isotonic):
        loss = _held_out_loss(labelled, prior, fit)
        if loss < least - 1e-9:
            best, least = fit, loss
    return prior if best is None else best(labelled, prior)


def _held_out_loss(labelled: Labelled, prior: Prior, fit: Fit | None) -> float:
    """Return the loss of held-out labels; without `fit`, that of the prior."""
    total = 0.0
    for fold in sorted(set(labelled.groups.tolist())):
        held = labelled.where(labelled.groups == fold)
        found = prior if fit is None else fit(labelled.where(labelled.groups != fold), prior)
        p = np.clip(values(found, held), LEAST, MOST)
        total += float(-(held.weights * (held.right * np.log(p) + (1 - held.right) * np.log1p(-p))).sum())
    return total


def fit_platt(labelled: Labelled, prior: Prior) -> Map:
    """Return a sigmoid in the log odds of the default, fitted together with pseudo-labels of the prior."""
    known = with_pseudo_labels(labelled, prior)
    p = np.clip(known.default, LEAST, MOST)
    odds = np.log(p) - np.log1p(-p)
    columns = np.stack([odds, np.ones_like(odds)], axis=1)
    # The pseudo-labels keep both in place; a trace of a penalty, for scores that are all the same.
    slope, offset = fit_logistic(columns, odds, known.right, known.weights, np.array([1e-3, 1e-3]))
    slope += 1.0
    if slope < 0:  # the higher the score, the wronger: then it is not gone by
        slope = 0.0
        (offset,) = fit_logistic(columns[:, 1:], np.zeros_like(odds), known.right, known.weights, np.array([1e-3]))
    return Platt(round(float(slope), 6), round(float(offset), 6))


def fit_isotonic(labelled: Labelled, prior: Prior) -> Map:
    """Return lines through the middles of the steps of isotonic regression (Oron and Flournoy 2017, section 2)."""
    from scipy.optimize import isotonic_regression

    known = with_pseudo_labels(labelled, prior)
    scores, place = np.unique(known.scores, return_inverse=True)
    weights = np.bincount(place, known.weights)
    means = np.bincount(place, known.weights * known.right) / weights
    found = isotonic_regression(means, weights=weights)
    points: list[tuple[float, float]] = []
    for begin, end in zip(found.blocks, found.blocks[1:], strict=False):
        middle = round(float(np.average(scores[begin:end], weights=weights[begin:end])), 6)
        value = round(min(MOST, max(LEAST, float(found.x[begin]))), 6)
        if not points or middle > points[-1][0]:
            points.append((middle, value))
    return Isotonic(tuple(points))


def with_pseudo_labels(labelled: Labelled, prior: Prior) -> Labelled:
    """Return labels together with what the prior says at some scores."""
    scores = np.array(PSEUDO_SCORES)
    table = TABLES.get(labelled.kind, OTHER_KINDS)
    default = np.array([interpolate(table, score) for score in PSEUDO_SCORES])
    count = len(scores)
    pseudo = Labelled(
        scores,
        default,
        np.zeros(count),
        np.full(count, PSEUDO_LABELS / count),
        np.full(count, -1, dtype=np.int64),
        labelled.kind,
    )
    right = np.clip(values(prior, pseudo), LEAST, MOST)
    return Labelled(
        np.concatenate([labelled.scores, scores]),
        np.concatenate([labelled.default, default]),
        np.concatenate([labelled.right, right]),
        np.concatenate([labelled.weights, pseudo.weights]),
        np.concatenate([labelled.groups, pseudo.groups]),
        labelled.kind,
    )


def values(found: Prior, labelled: Labelled) -> Floats:
    """Return what a map makes of the scores."""
    if found is None:
        return labelled.default
    return np.array(
        [found.probability(score, default) for score, default in zip(labelled.scores, labelled.default, strict=True)],
        dtype=np.float64,
    )


def _rows(choices: Sequence[Choice], seed: int) -> list[_Row]:
    """Return what is known of candidates that lead, and with less weight of each policy's best where others lead.

    Only of the candidate that is ahead is a probability made use of: by `accept_at`, by `answer_at`, in the trace. What
    a score is worth in all turns is not what it is worth where it leads: a language model's reply is right in few
    turns, and in most of those in which nobody else knows anything. Of a policy that hardly ever leads by the default,
    and perhaps should, the others are all there is to go by.
    """
    fold_of = {place: fold for fold, (_, held) in enumerate(folds(choices, FOLDS, seed)) for place in held}
    leading: list[_Row] = []
    trailing: list[_Row] = []
    for place, choice in enumerate(choices):
        fold = fold_of.get(place, 0)
        leaders = _leaders(choice)
        leading += [_row(choice, leader, fold) for leader in leaders if _counts(choice, leader)]
        trailing += [
            _row(choice, best, fold) for best in _bests(choice) if best not in leaders and _counts(choice, best)
        ]
    led = Counter(row.policy for row in leading)
    less = {row.policy: max(TRAILING, 1.0 - led[row.policy] / ENOUGH_LEADS) for row in trailing}
    return [*leading, *(row._replace(weight=row.weight * less[row.policy]) for row in trailing)]


def _leaders(choice: Choice) -> list[int]:
    """Return which candidate is ahead by the default after each tier; the same one twice where it stays ahead."""
    default, places = CalibratedModel(), {id(candidate): place for place, candidate in enumerate(choice.candidates)}
    views = [choice.up_to(tier) for tier in sorted(set(choice.tiers.values())) or [0]]
    return [
        places[id(default.rank(view.turn, view.candidates).ranked[0].candidate)] for view in views if view.candidates
    ]


def _bests(choice: Choice) -> list[int]:
    """Return the best candidate of each policy."""
    best: dict[str, int] = {}
    for place, candidate in enumerate(choice.candidates):
        if candidate.policy not in best or candidate.score > choice.candidates[best[candidate.policy]].score:
            best[candidate.policy] = place
    return [*best.values()]


def _counts(choice: Choice, place: int) -> bool:
    label = choice.labels[place]
    return label is not None and label.weight > 0


def _row(choice: Choice, place: int, group: int) -> _Row:
    candidate, label = choice.candidates[place], choice.labels[place] or Label(0.0, 0.0)
    default = default_probability(candidate)
    return _Row(candidate.policy, candidate.kind, candidate.score, default, label.right, label.weight, group)


def _labelled(rows: Sequence[_Row], kind: str) -> Labelled:
    def column(values: list[Any]) -> Floats:
        return np.array(values, dtype=np.float64)

    return Labelled(
        column([row.score for row in rows]),
        column([row.default for row in rows]),
        column([row.right for row in rows]),
        column([row.weight for row in rows]),
        np.array([row.group for row in rows], dtype=np.int64),
        kind,
    )


def learning(choices: Sequence[Choice], seed: int) -> Learn:
    """Return what the check repeats: fitting maps to some choices, judging others by them."""

    def learn(places: Sequence[int]) -> Callable[[int], Ranking]:
        model = fit_calibrated([choices[place] for place in places], seed=seed)
        return lambda place: model.rank(choices[place].turn, choices[place].candidates)

    return learn
