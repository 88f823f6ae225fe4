"""The trainer of `faiss`: read, fit the encoder, measure it beside the one before, keep the better."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dialog_core import Component, Context, TrainingError
from dialog_core.interfaces import FittableEncoder
from dialog_core.training import Progress, TrainingJob, TrainingResult
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.tuned import ENCODER, VERSION
from dialog_retrieval_training.measuring import Found, measure, objective, search
from dialog_retrieval_training.options import EncoderTraining, FaissTraining
from dialog_retrieval_training.sentence_fitting import Fitted, fit_sentence_encoder
from dialog_retrieval_training.serving import save_settings, trained_with, untrained
from dialog_retrieval_training.splitting import Split, split_data
from dialog_retrieval_training.trusting import enough, fit_confidence, in_turns, log_loss

FEATURES = ("cosine", "margin")  # what the policy's score is made from


class FaissTrainer(Component[FaissTraining]):
    """Trains the encoder, and how far what it finds can be trusted.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the encoder in the job's directory if it is better than the one before.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            TrainingError: There is too little of it, or the encoder cannot be trained.
            PluginError: A package or the model is missing.
        """
        options, context = job.component, untrained(job.context)
        job.progress.stage("reading")
        split = split_data(options.knowledge, self.options, context)
        found_before = ask(options, split, context, job.progress)
        before = measure(found_before)

        fitted = fit_encoder(options, split, self.options, context, job.directory, job.checkpoints, job.progress)
        save_settings(job.directory, {})
        found = ask(options, split, trained_with(context, job.directory), job.progress)
        after = measure(found)

        better = objective(after) > objective(before)
        remarks = [*split.remarks, *fitted.remarks]
        if not better:
            shutil.rmtree(job.directory / ENCODER)
            remarks.append("The trained encoder is no better on questions it has not seen: the one before is kept.")
            found = found_before
        confidence = trust(split, found, context.seed)
        save_settings(job.directory, {"faiss": {"confidence": confidence}} if confidence else {})
        return TrainingResult(
            metrics=after if better else before,
            before=before,
            remarks=remarks,
            details={
                "measured_on": len(split.validation),
                "questions": "made from the knowledge" if split.made else "given",
                "encoder": "trained" if better else "as before",
                "tried": after,
                "confidence": confidence,
                **fitted.details,
            },
        )


def fit_encoder(
    component: FaissOptions,
    split: Split,
    options: EncoderTraining,
    context: Context,
    directory: Path,
    checkpoints: Path,
    progress: Progress,
) -> Fitted:
    """Train the encoder of a policy, in whichever way it can be, into the directory of an artefact.

    Raises:
        TrainingError: It is none that can be trained, or there is too little to learn from.
    """
    wanted = context.find("encoder", component.encoder)
    encoder = context.create("encoder", component.encoder)
    if isinstance(encoder, FittableEncoder):
        from dialog_retrieval_training.lsa_fitting import fit_on_texts

        return fit_on_texts(encoder, component, split, options, context, directory, checkpoints, progress)
    if not all(hasattr(type(encoder), name) for name in ("model", "save", "restore")):
        raise TrainingError(
            f"the encoder {wanted.registration.name!r} cannot be trained. Take `lsa` or `sentence-transformers`"
        )
    from dialog_retrieval_training.contrastive import Prefixes

    prefixes = Prefixes(getattr(wanted.options, "question_prefix", ""), getattr(wanted.options, "passage_prefix", ""))
    return fit_sentence_encoder(encoder, split, options, context, directory, checkpoints, progress, prefixes)


def ask(options: FaissOptions, split: Split, context: Context, progress: Progress) -> list[Found]:
    """Return what the policy finds for the questions that are measured on."""
    progress.stage("indexing")
    searcher = FaissPolicy.make_indexing(options, context).build(split.entries, None)
    progress.stage("measuring", len(split.validation))
    return search(searcher, split.validation, len(split.entries), progress.advance)


def trust(split: Split, found: Sequence[Found], seed: int) -> dict[str, Any] | None:
    """Return how likely a match is right, as people's questions teach it; None if the index knows it as well."""
    if split.made or not enough(found):
        return None
    from dataclasses import replace

    def learn_and_judge(others: list[Found], own: list[Found]) -> list[Found]:
        confidence = fit_confidence(others, FEATURES)
        if confidence is None:
            return own
        return [
            replace(one, matches=[replace(match, score=confidence.score(match.features)) for match in one.matches])
            for one in own
        ]

    confidence = fit_confidence(found, FEATURES)
    if confidence is None:
        return None
    return confidence.as_json() if log_loss(in_turns(found, seed, learn_and_judge)) < log_loss(found) else None
