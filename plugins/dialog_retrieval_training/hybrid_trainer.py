"""The trainer of `hybrid`: tune the parts, then learn how to put together what they find; keep what is better."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialog_core import Component, Context, TrainingError
from dialog_core.training import Progress, TrainingJob, TrainingResult
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.parts import find_parts
from dialog_retrieval.policy import IndexedPolicy
from dialog_retrieval.tuned import ENCODER, VERSION
from dialog_retrieval_training.bm25_trainer import told
from dialog_retrieval_training.bm25_tuning import as_json, current, tune
from dialog_retrieval_training.faiss_trainer import fit_encoder
from dialog_retrieval_training.hybrid_fitting import FUSED, FusionFitting, Results
from dialog_retrieval_training.measuring import Found, measure, objective, search
from dialog_retrieval_training.options import HybridTraining
from dialog_retrieval_training.serving import save_settings, trained_with, untrained
from dialog_retrieval_training.splitting import Split, split_data
from dialog_retrieval_training.trusting import enough

if TYPE_CHECKING:
    from dialog_core.registry import Found as Part

Settings = dict[str, dict[str, Any]]


class HybridTrainer(Component[HybridTraining]):
    """Tunes the parts, and learns how much each of them counts and how far the result can be trusted.

    What is learnt about the result is learnt from the questions that the parts have not seen, by turns: each is judged
    by what the others teach.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave settings, and where it was trained the encoder, in the job's directory.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            TrainingError: There is too little of it, or a part cannot be trained.
            PluginError: A package or a model is missing.
        """
        options, context = job.component, untrained(job.context)
        job.progress.stage("reading")
        split = split_data(options.knowledge, self.options, context)
        parts = _parts(options, context)
        before, _ = self._measured(options, split, context, job)

        settings, remarks = _tuned_bm25(parts, split, context, job.progress)
        details: dict[str, Any] = {}
        if self.options.train_encoder:
            part = _dense(parts)
            fitted = fit_encoder(
                part.options, split, self.options, context, job.directory, job.checkpoints, job.progress
            )
            remarks += fitted.remarks
            details = fitted.details
        save_settings(job.directory, settings)
        with_parts, fitting = self._measured(options, split, trained_with(context, job.directory), job)

        best, learnt = max(objective(before), objective(with_parts)), None
        metrics = with_parts if objective(with_parts) > objective(before) else before
        if enough(fitting.default()):
            job.progress.stage("learning how parts count", 5)
            after = measure(fitting.judged())
            if objective(after) > best:
                metrics, learnt = after, fitting.learn()
                settings["hybrid"] = learnt.as_json()
            else:
                remarks.append("What could be learnt about putting results together is no better than the defaults.")
        else:
            remarks.append("There are too few questions, or too few mistakes, to learn how much each part counts.")
        if metrics is before:
            settings = {}
            shutil.rmtree(job.directory / ENCODER, ignore_errors=True)
            remarks.append("Nothing that was tried is better on questions it has not seen: everything stays as it was.")
        save_settings(job.directory, settings)
        return TrainingResult(
            metrics=metrics,
            before=before,
            remarks=[*split.remarks, *remarks],
            details={
                "measured_on": len(split.validation),
                "questions": "made from the knowledge" if split.made else "given",
                "parts_trained": with_parts,
                "settings": settings,
                **details,
            },
        )

    def _measured(
        self, options: HybridOptions, split: Split, context: Context, job: TrainingJob
    ) -> tuple[dict[str, float], FusionFitting]:
        """Return the figures of the hybrid without learnt weights, and what those can be learnt from."""
        results = ask(options, split, context, job.progress)
        fitting = FusionFitting(options, results, context.seed, job.progress)
        return measure(fitting.default()), fitting


def ask(options: HybridOptions, split: Split, context: Context, progress: Progress) -> Results:
    """Return what each part finds for the questions that are measured on."""
    by_part: dict[str, list[Found]] = {}
    for name, part in _parts(options, context).items():
        progress.stage(f"indexing {name}")
        searcher = part.registration.load().make_indexing(part.options, part.context).build(split.entries, None)
        progress.stage(f"measuring {name}", len(split.validation))
        size = len(split.entries)
        by_part[name] = search(searcher, split.validation, size, progress.advance, min(options.depth, FUSED))
    parts = [
        {name: found[number].matches for name, found in by_part.items()} for number in range(len(split.validation))
    ]
    return Results(split.entries, parts, [Found(question, ()) for question in split.validation])


def _parts(options: HybridOptions, context: Context) -> Mapping[str, "Part"]:
    parts = find_parts(options, context)
    for name, part in parts.items():
        if not issubclass(part.registration.load(), IndexedPolicy):
            raise TrainingError(
                f"the part {name!r} of {context.name!r} cannot be trained with: it has no index that could be made for "
                "a try. Remove the entry under `training`, or the part"
            )
    return parts


def _tuned_bm25(
    parts: Mapping[str, "Part"], split: Split, context: Context, progress: Progress
) -> tuple[Settings, list[str]]:
    """Return settings for the first part that counts words, if they are better on what they were not tuned with."""
    part = next((part for part in parts.values() if part.registration.load() is BM25Policy), None)
    if part is None:
        return {}, []
    walk = tune(part.options, split.entries, split.training, context, progress)
    start = current(part.options, split.entries)
    return ({"bm25": as_json(walk.settings, walk.changed)} if walk.changed else {}), [told(start, walk.changed, True)]


def _dense(parts: Mapping[str, "Part"]) -> "Part":
    found = [part for part in parts.values() if part.registration.load() is FaissPolicy]
    if len(found) != 1:
        raise TrainingError(
            f"`train_encoder` takes one part `faiss`, and there are {len(found)}. Train them by entries of their own, "
            "or leave `train_encoder` out"
        )
    return found[0]
