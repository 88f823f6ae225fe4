"""How good decisions about held-out messages are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_nlu.calibration import Calibration
from dialog_nlu_training.calibrating import calibrate
from dialog_nlu_training.engine_fitting import Prior
from dialog_nlu_training.holding_out import Judged
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE

BINS = 15  # of the calibration error, each with as many messages
TURNS = 5
MOST_CONFUSED = 10  # pairs of labels that are told about
SHOWN = 3  # of their examples


@dataclass(frozen=True, slots=True)
class Decided:
    """A message with what was decided about it.

    Attributes:
        text: The message.
        truth: What it is.
        label: What it was taken for.
        probability: How sure that was.
    """

    text: str
    truth: str
    label: str
    probability: float


def decide_all(judged: Judged, share: float | None, prior: Prior, threshold: float) -> list[Decided]:
    """Return decisions about held-out messages, each calibrated on the others: what is measured was not fitted to.

    Args:
        judged: The messages.
        share: How many are expected to be out of scope; None: that is not told.
        prior: What calibration begins with.
        threshold: From which probability on they are.
    """
    truth = judged.truth
    rng = np.random.default_rng(0)
    turn_of = np.empty(len(truth), dtype=np.int64)
    for places in (np.flatnonzero(truth >= 0), np.flatnonzero(truth < 0)):
        turn_of[rng.permutation(places)] = np.arange(len(places)) % TURNS
    found: dict[int, Decided] = {}
    for turn in range(TURNS):
        others, own = np.flatnonzero(turn_of != turn), np.flatnonzero(turn_of == turn)
        if not len(own):
            continue
        calibration = calibrate(judged.take(others), share, prior)
        found.update(zip(own.tolist(), decisions(judged.take(own), calibration, threshold), strict=True))
    return [found[place] for place in sorted(found)]


def decisions(judged: Judged, calibration: Calibration, threshold: float) -> Iterator[Decided]:
    """Yield what is decided about each message."""
    for place, example in enumerate(judged.examples):
        told = {name: float(values[place]) for name, values in judged.signals.items()}
        judgement = calibration.judge(judged.scores[place], told)
        best = int(np.argmax(judgement.probabilities))
        label, probability = judged.labels[best], float(judgement.probabilities[best])
        if judgement.out_of_scope and judgement.out_of_scope >= threshold:
            label, probability = OUT_OF_SCOPE, judgement.out_of_scope
        yield Decided(example.text, example.label, label, probability)


def measure(decided: Sequence[Decided]) -> dict[str, float]:
    """Return the figures: accuracies, recall and precision of out of scope, calibration error."""
    right = [item.label == item.truth for item in decided]
    inside = [item for item in decided if item.truth != OUT_OF_SCOPE]
    outside = [item for item in decided if item.truth == OUT_OF_SCOPE]
    rejected = [item for item in decided if item.label == OUT_OF_SCOPE]
    table = per_label(decided)
    metrics = {
        "accuracy": _share(sum(right), len(right)),
        "macro_f1": _share(sum(row["f1"] for row in table.values()), len(table)),
        "expected_calibration_error": calibration_error([item.probability for item in decided], right),
    }
    if inside:
        metrics["in_scope_accuracy"] = _share(sum(item.label == item.truth for item in inside), len(inside))
    if outside:
        caught = sum(item.truth == OUT_OF_SCOPE for item in rejected)
        metrics["out_of_scope_recall"] = _share(caught, len(outside))
        metrics["out_of_scope_precision"] = _share(caught, len(rejected))
    return {name: round(value, 6) for name, value in metrics.items()}


def majority(decided: Sequence[Decided]) -> list[Decided]:
    """Return what somebody would decide who knows only which label is the most frequent, out of scope aside."""
    counts = Counter(item.truth for item in decided if item.truth != OUT_OF_SCOPE)
    label, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Decided(item.text, item.truth, label, count / len(decided)) for item in decided]


def per_label(decided: Sequence[Decided]) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and number of messages of each label that occurs."""
    truth, taken = Counter(item.truth for item in decided), Counter(item.label for item in decided)
    right = Counter(item.truth for item in decided if item.label == item.truth)
    table = {}
    for label in sorted(truth):
        precision, recall = _share(right[label], taken[label]), _share(right[label], truth[label])
        table[label] = {
            "precision": round(precision, 6),
            "recall": round(recall, 6),
            "f1": round(_share(2 * precision * recall, precision + recall), 6),
            "examples": truth[label],
        }
    return table


def confusions(decided: Sequence[Decided]) -> list[dict[str, Any]]:
    """Return the pairs of labels that are confused most, with examples, the most frequent first."""
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in decided:
        if item.label != item.truth:
            pairs[item.truth, item.label].append(item.text)
    ordered = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_CONFUSED]
    return [
        {"label": truth, "taken_for": label, "times": len(texts), "examples": texts[:SHOWN]}
        for (truth, label), texts in ordered
    ]


def confusion_table(decided: Sequence[Decided]) -> dict[str, dict[str, int]]:
    """Return for each label how often it was taken for which, rightly or not; what never happened is left out."""
    table: dict[str, dict[str, int]] = {}
    for (truth, label), times in sorted(Counter((item.truth, item.label) for item in decided).items()):
        table.setdefault(truth, {})[label] = times
    return table


def calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Return how far, on average, "80 % sure" is from being right 8 times of 10 (equal-mass bins)."""
    if not len(probabilities):
        return 0.0
    sure, hits = np.asarray(probabilities, dtype=np.float64), np.asarray(right, dtype=np.float64)
    order = np.argsort(sure, kind="stable")
    bins: list[NDArray[np.int64]] = np.array_split(order, min(BINS, len(order)))
    return float(sum(abs(sure[part].mean() - hits[part].mean()) * len(part) for part in bins) / len(order))


def _share(count: float, total: float) -> float:
    return count / total if total else 0.0


def unknown_recall(decided: Sequence[Decided]) -> Mapping[str, float]:
    """Return how many messages of labels the model did not know were taken for out of scope."""
    caught = sum(item.label == OUT_OF_SCOPE for item in decided)
    return {"unknown_label_recall": round(_share(caught, len(decided)), 6)}
