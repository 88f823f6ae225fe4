"""Judging examples by a model that has not seen them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import TrainingError
from dialog_core.training import Progress
from dialog_nlu.calibration import common_signals
from dialog_nlu.engine import TrainableEngine
from dialog_nlu_training.engine_fitting import Fitting
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example, made_of_none, said

TURNS = 5
GROUPS = 3  # of labels that are left out in turns, to see what messages of an unknown one look like
AT_ONCE = 256  # messages judged between two steps of the progress
ONE_GROUP_FROM = 30_000  # examples; there are enough of one group then
FOREIGN_AT_MOST = 1_000  # of those messages that are judged

Arrays = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """Messages as a model that had not seen them scores them.

    Attributes:
        examples: The messages.
        labels: The labels, in the order of the scores.
        scores: The score of each label, for each message.
        signals: What tells messages out of scope, for each message.
    """

    examples: Sequence[Example]
    labels: Sequence[str]
    scores: Arrays
    signals: Mapping[str, Arrays]

    @property
    def truth(self) -> NDArray[np.int64]:
        """The place of each message's label; -1: out of scope, or a label the model was not trained for."""
        places = {label: place for place, label in enumerate(self.labels)}
        return np.array([places.get(example.label, -1) for example in self.examples], dtype=np.int64)

    def take(self, places: Sequence[int] | NDArray[np.int64]) -> "Judged":
        """Return some of the messages."""
        where = np.asarray(places, dtype=np.int64)
        return Judged(
            [self.examples[place] for place in where],
            self.labels,
            self.scores[where],
            {name: values[where] for name, values in self.signals.items()},
        )


def judge(engine: TrainableEngine, examples: Sequence[Example], progress: Progress, stage: str) -> Judged:
    """Score examples with the code that serves them."""
    progress.stage(stage, len(examples))
    scores: list[Arrays] = []
    signals: dict[str, list[float]] = defaultdict(list)
    for start in range(0, len(examples), AT_ONCE):
        part = examples[start : start + AT_ONCE]
        for found, told in engine.score([example.text for example in part]):
            scores.append(found)
            for name, value in {**common_signals(found), **told}.items():
                signals[name].append(value)
        progress.advance(len(part))
    matrix = np.array(scores, dtype=np.float64).reshape(len(examples), len(engine.labels))
    return Judged(examples, list(engine.labels), matrix, {name: np.array(values) for name, values in signals.items()})


def judge_held_out(
    examples: Sequence[Example], fitting: Fitting, *, share: float, seed: int, progress: Progress
) -> Judged:
    """Return examples judged by models that were fitted to others: a stratified part of them, or all in turns.

    Those that nobody has said are not judged, and what was made of a judged one was not fitted to either. Nor are those
    that are alone under their label: without them no model would know it.

    Raises:
        TrainingError: Each is alone under its label.
    """
    counts = Counter(example.label for example in said(examples))
    judged = [example for example in said(examples) if counts[example.label] > 1]
    alone = [example for example in said(examples) if counts[example.label] == 1]
    if not judged:
        raise TrainingError(
            f"each of the {len(alone)} labels has one example only, so it cannot be measured what is learnt from them. "
            "Write a second one for some"
        )
    if len(judged) > fitting.in_turns_up_to:
        folds = list(stratified(judged, max(2, round(1 / share)), seed))[:1]
    else:
        folds = list(stratified(judged, TURNS, seed))
    found = []
    for number, fold in enumerate(folds, 1):
        stage = "held-out examples" if len(folds) == 1 else f"held-out examples, part {number} of {len(folds)}"
        held_out = [judged[place] for place in fold]
        progress.stage(f"fitting without {stage}")
        others = set(range(len(judged))).difference(fold)
        kept = [*(judged[place] for place in sorted(others)), *alone]
        engine = fitting.fit([*kept, *made_of_none(examples, held_out)])
        found.append(judge(engine, held_out, progress, f"judging {stage}"))
    return joined(found)


def judge_unknown(
    examples: Sequence[Example], labels: Sequence[str], fitting: Fitting, *, seed: int, progress: Progress
) -> Judged | None:
    """Return examples judged by models that do not know their label; None where there are too few labels for that.

    So it can be learnt what a message out of scope looks like without having one.
    """
    if len(labels) < 3:
        return None
    rng = np.random.default_rng(seed)
    shuffled = [labels[place] for place in rng.permutation(len(labels))]
    count = min(GROUPS if len(labels) >= 2 * GROUPS else len(labels), len(labels))
    # Where one fitting takes minutes, one group must do.
    rounds = count if len(examples) <= (ONE_GROUP_FROM if fitting.quick else fitting.in_turns_up_to) else 1
    found = []
    for start in range(rounds):
        unknown = set(shuffled[start::count])
        progress.stage("fitting without some of the labels")
        engine = fitting.fit([example for example in examples if example.label not in unknown])
        foreign = [example for example in said(examples) if example.label in unknown]
        chosen = sorted(rng.permutation(len(foreign))[: FOREIGN_AT_MOST // rounds])
        judged = judge(engine, [foreign[place] for place in chosen], progress, "judging examples of labels left out")
        # Which labels it was scored for does not matter: it has none of them.
        nothing = np.zeros((len(chosen), len(labels)))
        outside = [replace(example, label=OUT_OF_SCOPE) for example in judged.examples]
        found.append(Judged(outside, labels, nothing, judged.signals))
    return joined(found)


def stratified(examples: Sequence[Example], count: int, seed: int) -> Iterator[list[int]]:
    """Yield `count` parts of the examples (their places), each with its share of every label."""
    rng = np.random.default_rng(seed)
    by_label: dict[str, list[int]] = defaultdict(list)
    for place, example in enumerate(examples):
        by_label[example.label].append(place)
    parts: list[list[int]] = [[] for _ in range(count)]
    dealt = 0
    for label in sorted(by_label):
        for place in rng.permutation(by_label[label]).tolist():
            parts[dealt % count].append(place)
            dealt += 1
    yield from (sorted(part) for part in parts if part)


def joined(parts: Sequence[Judged]) -> Judged:
    """Return the messages of several judgements over the same labels, with the signals that all of them have."""
    names = [name for name in parts[0].signals if all(name in part.signals for part in parts)]
    return Judged(
        [example for part in parts for example in part.examples],
        parts[0].labels,
        np.concatenate([part.scores for part in parts]),
        {name: np.concatenate([part.signals[name] for part in parts]) for name in names},
    )
