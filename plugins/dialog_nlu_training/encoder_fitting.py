"""Fitting the encoder engine: a head on the vectors of an encoder, which may be fine-tuned before."""

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from dialog_core.training import TrainingJob
from dialog_nlu.encoder import EncoderEngine
from dialog_nlu.encoder_head import Head, LinearHead, NearestHead
from dialog_nlu.encoder_model import find_device
from dialog_nlu_training.encoder_checkpoint import Checkpoint
from dialog_nlu_training.encoder_source import load_encoder
from dialog_nlu_training.encoder_tuning import SCALE, Plan, Tuned, averaged, numbered, tune
from dialog_nlu_training.encoder_vectors import Floats, KeptVectors
from dialog_nlu_training.engine_fitting import Prior
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example
from dialog_nlu_training.options import LabelTraining

# A logistic model's C on vectors of length 1, for `regularisation: 1`: of 1, 10 and 100 the best on validation data.
HEAD_C = 10.0
MAX_ITERATIONS = 500
FEW = 2_000  # examples; below it more epochs with smaller steps do better
EPOCHS, RATE = 3, 1e-4
EPOCHS_OF_FEW, RATE_OF_FEW = 6, 5e-5
TUNED_IN_TURNS_UP_TO = 300  # examples; of more, fine-tuning takes minutes and is done once to judge what is held out


# What bots of 2 to 75 of CLINC150's intents, with 5 to 40 examples each, come out with on its validation data.
LINEAR_PRIOR = Prior(temperature=0.35, signals={"highest": -3.0, "lead": -0.7}, bias=5.3, strength=5.0)
NEAREST_PRIOR = Prior(temperature=0.08, signals={"highest": -18.0, "lead": -6.0}, bias=5.5, strength=5.0)

TUNED_PRIOR = Prior(temperature=0.6, signals={"highest": -1.2, "lead": 0.0}, bias=7.0, strength=5.0)


class EncoderFitting:
    """Fits encoder engines to examples.

    Attributes:
        prior: What calibration begins with.
        in_turns_up_to: How many examples are all held out in turns.
        quick: Whether fitting takes seconds: an encoder that stays as it is needs to encode each text but once.
    """

    def __init__(self, options: LabelTraining, job: TrainingJob) -> None:
        self._options = options
        self._job = job
        self._base = load_encoder(options.encoder, find_device(options.device))
        self._frozen = KeptVectors(self._base, job.checkpoints / "vectors")
        linear_prior = TUNED_PRIOR if options.fine_tune else LINEAR_PRIOR
        self.prior = NEAREST_PRIOR if options.head == "nearest" else linear_prior
        self.in_turns_up_to = TUNED_IN_TURNS_UP_TO if options.fine_tune else 3_000
        self.quick = not options.fine_tune

    def fit(self, examples: Sequence[Example]) -> EncoderEngine:
        """Return an engine that has learnt the examples."""
        texts = [example.text for example in examples]
        columns = sorted({example.label for example in examples}, key=lambda label: (label == OUT_OF_SCOPE, label))
        labels = numbered([example.label for example in examples], columns)
        known = [label for label in columns if label != OUT_OF_SCOPE]
        vectors = self._frozen
        vectors.prepare(texts, self._job.progress)
        if self._options.fine_tune:
            tuned = self._tuned(texts, labels)
            vectors = KeptVectors(tuned.encoder)
            if self._options.head == "linear":
                return EncoderEngine(vectors, LinearHead(SCALE * tuned.middles.T, np.zeros(len(columns))), known)
            vectors.prepare(texts, self._job.progress)
        return EncoderEngine(vectors, self._head(vectors.encode(texts), labels), known)

    def _head(self, vectors: Floats, labels: NDArray[np.int64]) -> Head:
        if self._options.head == "nearest":
            return NearestHead(vectors, labels)
        return linear_head(vectors, labels, self._options.regularisation)

    def _tuned(self, texts: Sequence[str], labels: NDArray[np.int64]) -> Tuned:
        """Return the encoder fine-tuned to the texts: the mean of so many as are asked for."""
        few = len(texts) < FEW
        models = []
        for number in range(self._options.models):
            plan = Plan(
                epochs=self._options.epochs or (EPOCHS_OF_FEW if few else EPOCHS),
                learning_rate=self._options.learning_rate or (RATE_OF_FEW if few else RATE),
                batch_size=self._options.batch_size,
                pairs=few,
                seed=(self._job.seed + number) % 2**31,
            )
            which = f", model {number + 1} of {self._options.models}" if self._options.models > 1 else ""
            self._job.progress.stage(f"fine-tuning{which}", plan.steps(len(texts)))
            checkpoint = Checkpoint(self._job.checkpoints / f"tuned-{_digest(texts, labels, plan)}.safetensors")
            models.append(tune(self._frozen, texts, labels, plan, checkpoint, self._job.progress.advance))
        return averaged(models)


def linear_head(vectors: Floats, labels: NDArray[np.int64], regularisation: float) -> LinearHead:
    """Return a logistic model of the labels, given the vectors."""
    model = LogisticRegression(C=HEAD_C * regularisation, max_iter=MAX_ITERATIONS)
    with warnings.catch_warnings():
        # Not to the last digit is good enough: what is measured afterwards is what was reached.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(vectors, labels)
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(weights) == 1:  # one function decides between two labels
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return LinearHead(np.ascontiguousarray(weights.T), bias)


def _digest(texts: Sequence[str], labels: NDArray[np.int64], plan: Plan) -> str:
    text = json.dumps([list(texts), labels.tolist(), asdict(plan)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
