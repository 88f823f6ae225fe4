"""Tuning `bm25`: one setting after the other, as long as questions find their answers better.

The five settings lie on wide plateaus, and each attempt costs an index. A walk along one axis after the other needs
some twenty attempts, always takes the same ones, and does not leave the defaults for a difference that is chance;
what a sampler of random settings finds in a hundred attempts is no better on questions it has not seen.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from dialog_core import Context
from dialog_core.training import Progress
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval.bm25.scoring import Scoring
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.searching import Searcher
from dialog_retrieval_training.measuring import reciprocal_rank, search
from dialog_retrieval_training.reading import Question

ROUNDS = 2
SURE = 2.0  # standard errors
GAIN = 2e-3  # of the mean reciprocal rank; a smaller one is no reason to leave what most people use
MOST_ASKED = 500  # questions an attempt is judged by

Settings = Mapping[str, float]

# What is tried. Of k1 and b, the range that Robertson & Zaragoza 2009, section 3.2, and Pyserini's runs cover.
AXES: Mapping[str, Sequence[float]] = {
    "k1": (0.6, 0.9, 1.2, 1.5, 2.0, 3.0),
    "b": (0.0, 0.2, 0.4, 0.6, 0.75, 0.9),
    "question": (0.0, 0.25, 0.5, 0.7, 1.0),
    "answer": (0.0, 0.1, 0.25, 0.5, 1.0),
    "tags": (0.0, 0.1, 0.25, 0.5, 1.0),
}
PASSAGE_WEIGHTS = (0.0, 0.5, 1.0, 2.0, 4.0)
WEIGHTS = ("question", "answer", "tags")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the tuning ended.

    Attributes:
        settings: What is best.
        changed: What of it is another than it was.
        attempts: How many settings were tried.
    """

    settings: Settings
    changed: Settings
    attempts: int


def tune(
    options: BM25Options,
    entries: Sequence[Numbered],
    questions: Sequence[Question],
    context: Context,
    progress: Progress,
) -> Walk:
    """Return the settings with which questions find their answers best.

    Args:
        options: Where to begin.
        entries: What is searched.
        questions: What is asked; those without an answer say nothing here.
        context: Of a component that is not trained.
        progress: Where to say how far it is.
    """
    asked = [question for question in questions if question.answers][:MOST_ASKED]
    start = current(options, entries)
    axes = _axes(start, entries)
    progress.stage("tuning bm25", 1 + ROUNDS * sum(len(values) - 1 for values in axes.values()))
    known: dict[tuple[float, ...], Sequence[float]] = {}

    def judge(settings: Settings) -> Sequence[float]:
        key = tuple(settings.values())
        if key not in known:
            searcher = build(options, settings, entries, context)
            known[key] = [reciprocal_rank(one) for one in search(searcher, asked, len(entries))]
            progress.advance()
        return known[key]

    best = climb(start, axes, judge)
    changed = {name: value for name, value in best.items() if value != start[name]}
    return Walk(best, changed, len(known))


def climb(
    start: Settings, axes: Mapping[str, Sequence[float]], judge: Callable[[Settings], Sequence[float]]
) -> Settings:
    """Return the settings to which a walk leads that goes along one axis after the other.

    Args:
        start: Where it begins.
        axes: What may be tried.
        judge: Tells how well each of the questions, always the same ones, finds its answer with settings.
    """
    best, height = dict(start), judge(start)
    for _ in range(ROUNDS):
        before = dict(best)
        for name, values in axes.items():
            # The nearest first, so that of equally good values the one that changes least is taken.
            for value in sorted(values, key=lambda value: abs(value - before[name])):
                reached = judge({**best, name: value})
                if is_better(reached, height):
                    best, height = {**best, name: value}, reached
        if best == before:
            break
    return best


def is_better(now: Sequence[float], before: Sequence[float]) -> bool:
    """Return whether questions do better on average, by more than chance would have it.

    That is, by `GAIN` at least, and by more than `SURE` standard errors of the mean of the paired differences.
    """
    differences = [one - other for one, other in zip(now, before, strict=True)]
    if len(differences) < 2 or fmean(differences) < GAIN:
        return False
    return fmean(differences) > SURE * stdev(differences) / math.sqrt(len(differences))


def current(options: BM25Options, entries: Sequence[Numbered]) -> Settings:
    """Return the settings that options come to for this knowledge."""
    scoring = Scoring.of(options, passages=of_passages(entries))
    weights = scoring.weights
    return {
        "k1": scoring.k1,
        "b": scoring.b,
        "question": weights.question,
        "answer": weights.answer,
        "tags": weights.tags,
    }


def as_json(settings: Settings, changed: Settings) -> dict[str, Any]:
    """Return what of the settings was changed as the policy reads it: in the form of its options."""
    told: dict[str, Any] = {name: value for name, value in changed.items() if name not in WEIGHTS}
    if any(name in changed for name in WEIGHTS):  # the weights take the place of all those of the bot file
        told["fields"] = {name: settings[name] for name in WEIGHTS}
    return told


def build(options: BM25Options, settings: Settings, entries: Sequence[Numbered], context: Context) -> Searcher:
    """Return an index made with settings."""
    fields = options.fields.model_copy(update={name: settings[name] for name in WEIGHTS if name in settings})
    update = {name: settings[name] for name in settings if name not in WEIGHTS}
    return BM25Policy.make_indexing(options.model_copy(update={**update, "fields": fields}), context).build(
        entries, None
    )


def of_passages(entries: Sequence[Numbered]) -> bool:
    """Return whether most of the entries are passages."""
    return 2 * sum(item.entry.passage for item in entries) > len(entries)


def _axes(start: Settings, entries: Sequence[Numbered]) -> dict[str, Sequence[float]]:
    """Return what is to be tried: nothing for fields the knowledge does not have."""
    axes = dict(AXES)
    if of_passages(entries):
        axes |= dict.fromkeys(WEIGHTS, PASSAGE_WEIGHTS)
    elif all(len(item.entry.questions) < 2 for item in entries):
        del axes["question"]
    if not any(item.entry.tags for item in entries):
        del axes["tags"]
    return {name: tuple(sorted({*values, start[name]})) for name, values in axes.items()}
