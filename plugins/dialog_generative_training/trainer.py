"""The trainer of `transformers`: read, split, fit, measure, save."""

from dialog_core import Component, TrainingError
from dialog_core.training import TrainingJob, TrainingResult
from dialog_generative_training.options import LanguageModelTraining


class LanguageModelTrainer(Component[LanguageModelTraining]):
    """Trains the model of a policy."""

    version = 1

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model in the job's directory."""
        raise TrainingError("not there yet")
