"""How good predictions of the next action are, in stories the model has not seen."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dialog_rasa.dialogue.values import LISTEN
from dialog_rasa.prediction.learned import NextActionModel
from dialog_rasa_training.examples import Seen

BINS = 10  # of the calibration error, each with as many moments


@dataclass(frozen=True, slots=True)
class Decided:
    """A moment with what was predicted at it, and how sure that was."""

    story: str
    truth: str
    action: str
    probability: float


def decide(model: NextActionModel, example: Seen) -> Decided:
    """Return what a model predicts."""
    action, probability = model.ranked(example.states, example.begun, example.words)[0]
    return Decided(example.story, example.action, action, probability)


def majority(decided: Sequence[Decided]) -> list[Decided]:
    """Return what somebody would predict who knows only which action is the most frequent."""
    if not decided:
        return []
    counts = Counter(item.truth for item in decided)
    action, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Decided(item.story, item.truth, action, count / len(decided)) for item in decided]


def measure(decided: Sequence[Decided]) -> dict[str, float]:
    """Return the figures: accuracy, that of all but listening, calibration error; none where nothing was held out."""
    if not decided:
        return {}
    figures = {"accuracy": accuracy(decided), "expected_calibration_error": round(_calibration_error(decided), 6)}
    if doing := [item for item in decided if item.truth != LISTEN]:
        figures["action_accuracy"] = accuracy(doing)
    return figures


def accuracy(decided: Sequence[Decided]) -> float:
    """Return how many were predicted rightly."""
    return round(sum(item.action == item.truth for item in decided) / len(decided), 6)


def told_confusions(decided: Sequence[Decided], most: int) -> Iterator[str]:
    """Yield what was predicted wrongly most often in stories that were held out, as sentences."""
    pairs = Counter((item.truth, item.action) for item in decided if item.truth != item.action)
    for (truth, action), times in pairs.most_common(most):
        story = next(item.story for item in decided if (item.truth, item.action) == (truth, action))
        often = "once" if times == 1 else f"{times} times"
        yield f"{action!r} was predicted for {truth!r} {often}, such as in the story {story!r} when it was held out."


def _calibration_error(decided: Sequence[Decided]) -> float:
    """Return how far, on average, "80 % sure" is from being right 8 times of 10 (equal-mass bins)."""
    sure = np.array([item.probability for item in decided])
    right = np.array([item.action == item.truth for item in decided], dtype=np.float64)
    bins = np.array_split(np.argsort(sure, kind="stable"), min(BINS, len(sure)))
    return float(sum(abs(sure[part].mean() - right[part].mean()) * len(part) for part in bins) / len(sure))
