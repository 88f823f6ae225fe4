"""The rankers of the arena; those that learn do so by their trainers, as with `dialog-core train`."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._arena import SEED
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.ranking import TableRanker
from dialog_core.testing import make_context, make_job
from dialog_ranking.calibrated.ranker import CalibratedRanker
from dialog_ranking.choices import Choice, write_choices
from dialog_ranking.learned.ranker import LearnedRanker
from dialog_ranking.options import CalibratedOptions, LearnedOptions, PriorityOptions
from dialog_ranking.priority import PriorityRanker
from dialog_ranking_training.judging import Model
from dialog_ranking_training.options import CalibratedTraining, LearnedTraining
from dialog_ranking_training.trainers import CalibratedTrainer, LearnedTrainer

DEFAULT: Model = TableRanker(Options(), make_context("table"))
PRIORITY: Model = PriorityRanker(PriorityOptions(), make_context("priority"))
LEARNERS = ("calibrated", "learned, logistic", "learned, boosted")


@dataclass(frozen=True, slots=True)
class Trained:
    """What training came to.

    Attributes:
        model: The ranker.
        taken: Whether it passed the check; otherwise it judges as the default ranker does.
    """

    model: Model
    taken: bool


def fit(name: str, choices: Sequence[Choice], seed: int = SEED) -> Trained:
    """Train one of `LEARNERS` on choices."""
    context = Context(name="ranking", seed=seed)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "arena.choices.jsonl")
        write_choices(choices, file)
        if name == "calibrated":
            options, training = CalibratedOptions(), CalibratedTraining(data=(file,))
            job = make_job(Path(directory), training, options, context=context)
            result = CalibratedTrainer(training, context).train(job)
            model: Model = CalibratedRanker(options, _served(job.directory))
        else:
            wanted = LearnedOptions(model="boosted" if name.endswith("boosted") else "logistic")
            learning = LearnedTraining(data=(file,))
            job = make_job(Path(directory), learning, wanted, context=context)
            result = LearnedTrainer(learning, context).train(job)
            model = LearnedRanker(wanted, _served(job.directory))
    return Trained(model, bool(result.details["taken"]))


def _served(directory: Path) -> Context:
    return Context(name="ranking", artefact=directory, trained=True)
