"""The trainers of `intents` and `classifier`: read, check, hold out, fit, calibrate, measure, save."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dialog_core import ArtefactError, Component, Context, PluginError, TrainingError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import Artefact, TrainingJob, TrainingResult
from dialog_nlu.engine import VERSION, load_engine
from dialog_nlu_training.data_checks import Checked, check_examples, check_validation, without_leaks
from dialog_nlu_training.engine_fitting import make_fitting
from dialog_nlu_training.everyday import everyday
from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example, at_level, read_examples, read_validation, said
from dialog_nlu_training.options import ClassifierTraining, IntentsTraining

if TYPE_CHECKING:
    from dialog_nlu.calibration import Calibration
    from dialog_nlu_training.measuring import Decided

THRESHOLD = 0.5  # likelier out of scope than not; how likely that is was fitted to messages the model had not seen
TOLD_CONFUSIONS = 3  # pairs in the remarks; more are in the details


class LabelTrainer(Component[IntentsTraining | ClassifierTraining]):
    """Trains an annotator that labels messages.

    With validation data the model is fitted to the training data alone. Without it, models fitted to a part judge the
    rest; that is what is calibrated and measured on, and in the end the model is fitted to everything.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def __init__(self, options: IntentsTraining | ClassifierTraining, context: Context) -> None:
        super().__init__(options, context)

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model in the job's directory.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            TrainingError: Nothing can be learnt from it, or the encoder is not there.
            PluginError: A package that the engine needs is missing.
        """
        from dialog_nlu_training.calibrating import calibrate  # brings scikit-learn, as do the next two
        from dialog_nlu_training.holding_out import joined, judge, judge_held_out, judge_unknown
        from dialog_nlu_training.measuring import decide_all

        job.progress.stage("reading")
        checked = self._read(job.name)
        validation, remarks = self._read_validation(checked, job.name)
        known = checked.examples

        fitting = make_fitting(job.component.engine, self.options, job)
        if not validation and not said(known):
            raise TrainingError(
                f"nobody has said any of the {len(known)} examples: they were made up, and what a model learns from "
                "them cannot be measured on them. Add examples that people have written, or name some as `validation`"
            )
        if not validation:
            held_out = judge_held_out(known, fitting, share=self.options.held_out, seed=job.seed, progress=job.progress)
        job.progress.stage("fitting")
        engine = fitting.fit(known)
        if validation:
            held_out = judge(engine, validation, job.progress, "judging validation data")
        unknown = None
        if self.options.out_of_scope and not any(item.label == OUT_OF_SCOPE for item in held_out.examples):
            unknown = judge_unknown(known, checked.labels, fitting, seed=job.seed, progress=job.progress)

        job.progress.stage("calibrating")
        share = self.options.out_of_scope_share if self.options.out_of_scope else None
        everything = joined([held_out, unknown]) if unknown else held_out
        calibration = calibrate(everything, share, fitting.prior)
        decided = decide_all(everything, share, fitting.prior, THRESHOLD)

        job.progress.stage("saving")
        engine.calibrated(calibration, THRESHOLD).save(job.directory)
        return self._result(
            job,
            checked,
            calibration,
            remarks=[*checked.remarks, *remarks],
            decided=decided[: len(held_out.examples)],
            unknown=decided[len(held_out.examples) :],
            previous=_previous(job, validation),
        )

    def _read(self, name: str) -> Checked:
        read = read_examples(self.options.data, self.context, split=self.options.split)
        examples = at_level(read, self.options.label_level, name)
        if read and not examples:
            raise ConfigurationError([_no_rest(read[0])])
        drop = self.options.contradictions == "drop"
        checked = check_examples(examples, drop_contradictions=drop, fewest=self.options.fewest)
        if not isinstance(self.options, IntentsTraining) or not self.options.everyday:
            return checked
        return replace(checked, examples=[*checked.examples, *everyday(checked.examples, self.context.language)])

    def _read_validation(self, checked: Checked, name: str) -> tuple[Sequence[Example], Sequence[str]]:
        found = at_level(read_validation(self.options, self.context), self.options.label_level, name)
        if not found:
            return [], []
        validation, remarks = without_leaks(found, checked.examples)
        check_validation(validation, checked.labels)
        return validation, remarks

    def _result(
        self,
        job: TrainingJob,
        checked: Checked,
        calibration: "Calibration",
        *,
        remarks: Sequence[str],
        decided: "Sequence[Decided]",
        unknown: "Sequence[Decided]",
        previous: "Sequence[Decided]",
    ) -> TrainingResult:
        from dialog_nlu_training.measuring import (
            confusion_table,
            confusions,
            majority,
            measure,
            per_label,
            unknown_recall,
        )

        metrics = measure(decided)
        if unknown:
            metrics |= unknown_recall(unknown)
        confused = confusions(decided)
        return TrainingResult(
            metrics=metrics,
            before=measure(previous or majority(decided)),
            remarks=[*remarks, *map(_told, confused[:TOLD_CONFUSIONS])],
            details={
                "engine": job.component.engine,
                "examples": len(checked.examples),
                "labels": len(checked.labels),
                "measured_on": len(decided),
                "compared_with": "the model in use so far" if previous else "the most frequent label",
                "threshold": THRESHOLD,
                "calibration": calibration.as_json(),
                "confusions": confused,
                "confusion_table": confusion_table(decided),
                "per_label": per_label(decided),
            },
        )


class IntentsTrainer(LabelTrainer):
    """Trains `intents`."""


class ClassifierTrainer(LabelTrainer):
    """Trains `classifier`."""


def _no_rest(example: Example) -> Problem:
    remedy = "`label_level: rest` learns what stands behind the slash, as in `faq/opening_hours`: add such labels."
    return Problem("no label has two parts with a slash between them", example.file, remedy=remedy)


def _previous(job: TrainingJob, validation: Sequence[Example]) -> "list[Decided]":
    """Return what the artefact in use decides about the validation data; nothing where it cannot be asked.

    Without validation data of its own it has seen what is held out now, and would look better than it is.
    """
    from dialog_nlu.label_annotators import decide
    from dialog_nlu_training.measuring import Decided

    if job.previous is None or not validation:
        return []
    try:
        engine = load_engine(Artefact.at(job.previous))
    except (ArtefactError, PluginError) as error:
        job.progress.note(f"The model in use so far cannot be compared with: {error}")
        return []
    found = []
    for example, judgement in zip(validation, engine.judge([item.text for item in validation]), strict=True):
        annotation = decide(engine, judgement, None, 1)
        label = annotation["label"] or OUT_OF_SCOPE
        found.append(Decided(example.text, example.label, label, annotation["probability"]))
    return found


def _told(confusion: Mapping[str, Any]) -> str:
    times = "once" if confusion["times"] == 1 else f"{confusion['times']} times"
    example = confusion["examples"][0]
    return f"{confusion['label']!r} was taken for {confusion['taken_for']!r} {times}, such as {example!r}."
