"""The rankers of the arena, and how those that learn are fitted."""

from collections.abc import Sequence

from benchmarks._arena import SEED
from dialog_core.configuration import Options
from dialog_core.ranking import TableRanker
from dialog_core.testing import make_context
from dialog_ranking.choices import Choice
from dialog_ranking.options import LearnedOptions, PriorityOptions
from dialog_ranking.priority import PriorityRanker
from dialog_ranking_training.fitting.calibrated import fit_calibrated
from dialog_ranking_training.fitting.learned import fit_learned
from dialog_ranking_training.judging import Model

DEFAULT: Model = TableRanker(Options(), make_context("table"))
PRIORITY: Model = PriorityRanker(PriorityOptions(), make_context("priority"))
LEARNERS = ("calibrated", "learned, logistic", "learned, boosted")


def fit(name: str, choices: Sequence[Choice], seed: int = SEED) -> Model:
    """Return one of `LEARNERS`, fitted to choices."""
    if name == "calibrated":
        return fit_calibrated(choices, seed=seed)
    model = "boosted" if name.endswith("boosted") else "logistic"
    return fit_learned(choices, options=LearnedOptions(model=model), seed=seed)
