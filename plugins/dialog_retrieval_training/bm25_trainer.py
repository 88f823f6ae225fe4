"""The trainer of `bm25`: read, tune on one part of the questions, measure on the other, keep what is better."""

from collections.abc import Mapping

from dialog_core import Component
from dialog_core.training import TrainingJob, TrainingResult
from dialog_retrieval.tuned import VERSION
from dialog_retrieval_training.bm25_tuning import as_json, build, current, tune
from dialog_retrieval_training.measuring import measure, objective, search
from dialog_retrieval_training.options import BM25Training
from dialog_retrieval_training.serving import save_settings, untrained
from dialog_retrieval_training.splitting import split_data


class BM25Trainer(Component[BM25Training]):
    """Tunes how much words count.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        """Tune, and leave the settings in the job's directory.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            TrainingError: There is too little of it.
        """
        options, context = job.component, untrained(job.context)
        job.progress.stage("reading")
        split = split_data(options.knowledge, self.options, context)
        walk = tune(options, split.entries, split.training, context, job.progress)

        start = current(options, split.entries)
        figures = []
        for settings in (start, walk.settings):
            job.progress.stage("measuring", len(split.validation))
            searcher = build(options, settings, split.entries, context)
            figures.append(measure(search(searcher, split.validation, len(split.entries), job.progress.advance)))
        before, after = figures
        better = objective(after) > objective(before)
        save_settings(job.directory, {"bm25": as_json(walk.settings, walk.changed) if better else {}})
        return TrainingResult(
            metrics=after if better else before,
            before=before,
            remarks=[*split.remarks, told(start, walk.changed, better)],
            details={
                "tuned_on": len(split.training),
                "measured_on": len(split.validation),
                "questions": "made from the knowledge" if split.made else "given",
                "attempts": walk.attempts,
                "settings_before": dict(start),
                "settings": dict(walk.settings if better else start),
                "tried": {"settings": dict(walk.settings), "figures": after},
            },
        )


def told(start: Mapping[str, float], changed: Mapping[str, float], better: bool) -> str:
    """Return what became of the settings, as a sentence."""
    if not changed:
        return "bm25: no other settings find answers better; they stay as they are."
    values = ", ".join(f"{name} {start[name]:g} -> {value:g}" for name, value in changed.items())
    if better:
        return f"bm25: {values}."
    return f"bm25: {values} is better on the questions it was tuned with, not on those held out; settings stay."
