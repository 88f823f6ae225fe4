"""What training needs of an engine, and how it gets the one that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialog_core.training import TrainingJob
from dialog_nlu.engine import TrainableEngine, check_installed
from dialog_nlu_training.labelled_data import Example
from dialog_nlu_training.options import LabelTraining


@dataclass(frozen=True, slots=True)
class Prior:
    """What an engine's calibration comes out as where there is enough to learn it from, for bots that have little.

    Attributes:
        temperature: What its scores are divided by.
        signals: The weights of the signals that tell messages out of scope.
        bias: What is added to them.
        share: How many messages out of scope of all the bias is for.
        strength: How strongly the weights are drawn towards these, for signals brought to a spread of one.
        bias_strength: How strongly the bias is.
    """

    temperature: float
    signals: Mapping[str, float]
    bias: float
    share: float = 0.1
    strength: float = 20.0
    bias_strength: float = 3.0


class Fitting(Protocol):
    """How an engine learns.

    Attributes:
        prior: What its calibration is where there is too little to learn it from.
        in_turns_up_to: How many examples are all held out in turns; of more, one part is.
        quick: Whether fitting takes seconds, whatever the number of examples.
    """

    prior: Prior
    in_turns_up_to: int
    quick: bool

    def fit(self, examples: Sequence[Example]) -> TrainableEngine:
        """Return an engine that has learnt the examples."""
        ...


def make_fitting(engine: str, options: LabelTraining, job: TrainingJob) -> Fitting:
    """Return how an engine learns.

    Raises:
        PluginError: A package it needs is missing.
        TrainingError: The encoder is not there, or cannot be used.
    """
    check_installed(engine)
    if engine == "encoder":
        from dialog_nlu_training.encoder_fitting import EncoderFitting  # brings torch

        return EncoderFitting(options, job)
    from dialog_nlu_training.fitting import LightFitting  # brings scikit-learn

    return LightFitting(options.regularisation, job.seed)
