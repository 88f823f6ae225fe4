"""Fitting a cross-encoder: pairs out of choices, fine-tuning, its scale, and the files that serving reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from dialog_core import Ranked, TrainingError
from dialog_core.training import Progress
from dialog_ranking.choices import Choice
from dialog_ranking.cross_encoder.finding import FOLDER, SETTINGS, VERSION, Scale
from dialog_ranking.cross_encoder.pair_model import PairModel
from dialog_ranking.cross_encoder.reading import context_of, reply_of
from dialog_ranking.options import ENCODER, CrossEncoderOptions
from dialog_ranking_training.cross_encoding.learning import fine_tune
from dialog_ranking_training.cross_encoding.pairs import Balance, balance_of, pairs_of
from dialog_ranking_training.cross_encoding.quiet import quiet
from dialog_ranking_training.cross_encoding.scaling import Row, fit_scale
from dialog_ranking_training.options import CrossEncoderTraining

FEWEST = 8  # judged replies; from fewer nothing can be learnt
# What the label of a candidate that is not its turn's best counts for the scale. On 1,193 turns of several policies: 1
# left a calibration error of .106 and a log loss of .1783, .3 one of .096 and .1777, 0 one of .092 and .2066.
OTHERS = 0.3


@dataclass(frozen=True, slots=True)
class Fitted:
    """A cross-encoder that has learnt.

    Attributes:
        reader: The model.
        balance: How much right and wrong replies counted.
        pairs: How many pairs it learnt from.
    """

    reader: PairModel
    balance: Balance
    pairs: int

    def figures(self, choice: Choice, messages: int) -> list[float]:
        """Return what the model makes of each candidate of a choice."""
        context = context_of(choice.turn, messages)
        return self.reader.logits([(context, reply_of(candidate)) for candidate in choice.candidates])


def lack_of(choices: Sequence[Choice]) -> str:
    """Return why nothing can be learnt from choices; empty if something can."""
    labels = [label for choice in choices for label in choice.labels if label is not None and label.weight > 0]
    if len(labels) < FEWEST:
        return f"There are {len(labels)} judged replies to learn from, and it takes {FEWEST}"
    if len({label.right for label in labels}) < 2:
        kind = "right" if labels[0].right >= 0.5 else "wrong"
        return f"All {len(labels)} judged replies are {kind}, so that there is nothing to tell apart"
    return ""


def fit_cross_encoder(
    choices: Sequence[Choice],
    component: CrossEncoderOptions,
    options: CrossEncoderTraining,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> Fitted:
    """Fine-tune a cross-encoder.

    Args:
        choices: What it learns from; none of what it is measured on, or scaled with.
        component: Which model to begin with, and what it reads.
        options: How.
        seed: For everything random.
        checkpoints: Where to leave how far it got.
        progress: Where to say that.

    Raises:
        TrainingError: There is nothing to learn from, or no model to begin with, or it came to nothing.
        PluginError: The model cannot be read.
    """
    if lack := lack_of(choices):
        raise TrainingError(lack)
    if not component.model:
        raise TrainingError(
            f"there is no model to begin with. Name one with `model:` under `ranking:`, such as {ENCODER}"
        )
    with quiet(), torch.random.fork_rng():
        torch.manual_seed(seed)  # an encoder of sentences is given what turns its reading into a figure
        reader = PairModel.load(
            component.model, max_length=component.max_length, device=component.device, headless=True
        )
    pairs = pairs_of(choices, component.messages, options.most_wrong, seed)
    balance = balance_of(pairs)
    fine_tune(reader, pairs, balance, options, seed, checkpoints, progress)
    return Fitted(reader, balance, len(pairs))


def rows_of(choices: Sequence[Choice], figures: Sequence[Sequence[float]]) -> list[Row]:
    """Return what a scale is fitted to: above all the best candidate of each turn, for that one's probability is used.

    Which one is best does not depend on the scale.
    """
    rows: list[Row] = []
    for choice, own in zip(choices, figures, strict=True):
        best = max(own, default=0.0)
        for figure, label in zip(own, choice.labels, strict=True):
            if label is not None:
                rows.append((figure, label.right, label.weight * (1.0 if figure == best else OTHERS)))
    return rows


def scale_of(choices: Sequence[Choice], figures: Sequence[Sequence[float]], balance: Balance) -> Scale:
    """Return the scale that fits conversations the model has not learnt from."""
    return fit_scale(rows_of(choices, figures), balance.offset)


def ranking_of(choice: Choice, figures: Sequence[float], scale: Scale) -> list[Ranked]:
    """Return the verdicts on a choice, as the ranker will give them."""
    ranked = [
        Ranked(candidate, scale.probability(figure))
        for candidate, figure in zip(choice.candidates, figures, strict=True)
    ]
    return sorted(ranked, key=lambda verdict: -verdict.probability)


def save(directory: Path, fitted: Fitted, scale: Scale) -> None:
    """Write what `cross_encoder` serves from into the directory of an artefact."""
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with quiet():
        fitted.reader.model.save_pretrained(folder)
        fitted.reader.tokenizer.save_pretrained(folder)
    _write(directory, {"taken": True, "temperature": scale.temperature, "offset": scale.offset})


def save_nothing(directory: Path) -> None:
    """Write down that what was learnt is not to be used: the default ranker judges."""
    (directory / FOLDER).mkdir(exist_ok=True)
    _write(directory, {"taken": False})


def _write(directory: Path, settings: dict[str, object]) -> None:
    (directory / SETTINGS).write_text(json.dumps({"version": VERSION, **settings}), encoding="utf-8")
