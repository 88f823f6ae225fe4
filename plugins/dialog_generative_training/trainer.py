"""The trainer of `transformers`: read, split, fit, measure, save."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialog_core import Component, TrainingError
from dialog_core.training import TrainingJob, TrainingResult
from dialog_generative_training.material import Material
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.splitting import Split, split_given, split_material

if TYPE_CHECKING:
    from dialog_generative_training.bases import Base
    from dialog_generative_training.running import Outcome
    from dialog_generative_training.setup import TrainingMethod

VERSION = 1
POINTS = 200  # of the loss curve that are kept in the manifest
PREFERENCES, SCRATCH = "dpo", "scratch"


class LanguageModelTrainer(Component[LanguageModelTraining]):
    """Trains the model of a policy.

    Attributes:
        version: Of the artefacts it makes.
    """

    version = VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        """Train, and leave the model in the job's directory.

        Raises:
            ConfigurationError: The data is wrong, with every place.
            TrainingError: There is nothing to learn from, or the training came to nothing.
            PluginError: The model to begin with cannot be read.
        """
        job.progress.stage("reading")
        split = self._read(job)

        job.progress.stage("opening the model")
        from dialog_generative_training.methods import as_served, find_method
        from dialog_generative_training.quiet import quiet
        from dialog_generative_training.running import CURVES, fit, prepare, unreported

        method = find_method(self.options.method)
        base, split = self._open(split, job)
        method = as_served(method, base, job)
        before = self._figures(method, base, base.make(), split, job) if base.name else {}

        with quiet():
            train, validation = (
                method.examples(part, base.tokenizer, self.options) for part in (split.train, split.validation)
            )
        if not len(train):
            raise TrainingError(
                f"there is nothing to learn in the data with `method: {self.options.method}`: plain texts are learnt "
                "from with `continue` or `scratch`, and replies need something before them"
            )
        setup = prepare(method, self.options, job, base.make, base.tokenizer, train, validation, base.new_tokens)
        searched: dict[str, Any] = {}
        found: list[str] = []
        if self.options.search is not None:
            from dialog_generative_training.search import search

            best = search(setup, method, job)
            setup, searched, found = best.setup, {"search": best.details}, [*best.remarks]
        outcome = fit(setup, method, job)

        after = self._figures(method, base, outcome.model, split, job)
        if not after:
            after = {"training_loss": _last_loss(outcome.history)}
        remarks = [*split.remarks, *base.remarks, *self._unheard(split.train), *found, *outcome.remarks]
        remarks += [f"Nothing was reported to {name!r}: it is not installed." for name in unreported(self.options)]
        details = self._details(outcome, split, base)
        job.progress.stage("writing the model")
        details["adapter"] = self._save(outcome, base, setup.checkpoints / CURVES, job, remarks)
        self._describe(base, details, after, before, remarks, job)
        return TrainingResult(metrics=after, before=before, remarks=remarks, details={**details, **searched})

    def _read(self, job: TrainingJob) -> Split:
        """Return what there is to learn from and to measure on."""
        options = self.options
        from dialog_generative_training.serving import as_told

        if options.method == PREFERENCES:
            from dialog_generative_training.preferences import collect_preferences

            if options.split or options.validation_split:
                raise TrainingError("pairs of replies are learnt from as they are: leave out `split`")

            def told(sources: Sequence[Any], split: Mapping[str, Any]) -> Material:
                logs = options.logs if sources is options.data else None
                found = collect_preferences([source.path for source in sources], logs, job.context)
                return as_told(found, job.component, job.context)

        else:
            from dialog_generative_training.reading import read_material

            if not options.data:
                raise TrainingError(f"`method: {options.method}` learns from `data`, and none is named")

            def told(sources: Sequence[Any], split: Mapping[str, Any]) -> Material:
                return as_told(read_material(sources, job.context, **split), job.component, job.context)

        material = told(options.data, {"split": options.split})
        measured: dict[str, Any] = {"split": options.validation_split, "option": "validation_split"}
        if options.validation:
            return split_given(material, told(options.validation, measured))
        if options.validation_split:
            return split_given(material, told(options.data, {**measured, "untold": "none"}))
        return split_material(material, options.held_out, job.seed)

    def _open(self, split: Split, job: TrainingJob) -> "tuple[Base, Split]":
        """Return the model to begin with, and the split with messages as long as it can read them."""
        from dialog_generative_training.bases import make_base, open_base
        from dialog_generative_training.quiet import quiet
        from dialog_generative_training.shortening import shorten

        with quiet():
            scratch = self.options.method == SCRATCH
            base = make_base(self.options, split.train, job) if scratch else open_base(self.options, job)
            train, validation = (
                shorten(part, base.tokenizer, self.options.max_length) for part in (split.train, split.validation)
            )
        cut = train.remarks[len(split.train.remarks) :]
        return base, Split(train, validation, (*split.remarks, *cut))

    def _figures(
        self, method: "TrainingMethod", base: "Base", model: Any, split: Split, job: TrainingJob
    ) -> dict[str, float]:
        """Return how good a model is on what was held out; empty if nothing was."""
        from dialog_generative_training.quiet import quiet

        held = split.validation
        if not (held.dialogues or held.texts or held.preferences):
            return {}
        job.progress.stage("measuring")
        with quiet():
            found = method.figures(model, base.make, held, base.tokenizer, self.options)
        return {name: value for name, value in found.items() if math.isfinite(value)}

    def _unheard(self, material: Material) -> list[str]:
        """Return a remark on texts that the method does not learn from."""
        from dialog_generative_training.methods.supervised import replies_only

        if material.texts and replies_only(self.options):
            return [f"{len(material.texts):,} plain texts were not learnt from, but only replies (`loss_on`)."]
        return []

    def _save(self, outcome: "Outcome", base: "Base", curves: Any, job: TrainingJob, remarks: list[str]) -> bool:
        """Write the model; return whether it is an adapter."""
        from dialog_generative_training.quiet import quiet
        from dialog_generative_training.saving import is_adapted, merged, save_adapter, save_curves, save_model

        adapter = is_adapted(outcome.model) and not self.options.lora.merge
        if adapter and base.new_tokens:
            remarks.append("The matrices were added to the weights, since the model knows tokens its base does not.")
            adapter = False
        with quiet():
            if adapter:
                save_adapter(outcome.model, base.tokenizer, job.directory, base=base.name, revision=base.revision)
            else:
                save_model(merged(outcome.model), base.tokenizer, job.directory)
        save_curves(curves, job.directory)
        return adapter

    def _details(self, outcome: "Outcome", split: Split, base: "Base") -> dict[str, Any]:
        from dialog_generative_training.running import ACCUMULATION, BATCH
        from dialog_generative_training.sizes import count

        losses = [row for row in outcome.history if "loss" in row]
        held = [row for row in outcome.history if "eval_loss" in row]
        every = max(1, math.ceil(len(losses) / POINTS))
        return {
            "method": self.options.method,
            "base": base.name,
            "parameters": count(outcome.model),
            "trained_parameters": sum(one.numel() for one in outcome.model.parameters() if one.requires_grad),
            "vocabulary": len(base.tokenizer),
            "dialogues": len(split.train.dialogues),
            "texts": len(split.train.texts),
            "preferences": len(split.train.preferences),
            "held_out": len(split.validation.dialogues) or len(split.validation.texts or split.validation.preferences),
            "steps": outcome.steps,
            "best_step": outcome.best_step,
            "resumed_at": outcome.resumed_at,
            "batch_size": outcome.arguments[BATCH],
            "accumulation": outcome.arguments[ACCUMULATION],
            "learning_rate": outcome.arguments["learning_rate"],
            "tokens": outcome.tokens,
            "tokens_per_second": round(outcome.tokens / outcome.seconds, 1) if outcome.seconds else 0.0,
            "loss": [[row["step"], round(row["loss"], 5)] for row in losses[::every]],
            "held_out_loss": [[row["step"], round(row["eval_loss"], 5)] for row in held],
        }

    def _describe(
        self,
        base: "Base",
        details: Mapping[str, Any],
        after: Mapping[str, float],
        before: Mapping[str, float],
        remarks: Sequence[str],
        job: TrainingJob,
    ) -> None:
        """Write the model's card."""
        from dialog_generative_training.card import CardFacts, describe_source, write_card

        options = self.options
        write_card(
            job.directory,
            CardFacts(
                bot=job.context.models.name,
                component=job.name,
                method=options.method,
                language=job.context.language,
                license=options.license,
                base=base.name,
                parameters=details["parameters"],
                data=[describe_source(path) for path in (*(one.path for one in options.data), options.logs) if path],
                settings=options.model_dump(mode="json", exclude=_told_elsewhere(options)),
                metrics=after,
                before=before,
                remarks=remarks,
                adapter=details["adapter"],
                encoder_decoder=options.method == "seq2seq",
            ),
        )


def _told_elsewhere(options: LanguageModelTraining) -> set[str]:
    """Return the options that are no settings in a card: files stand there apart, parts only if named."""
    unset = {name for name in ("split", "validation_split") if not getattr(options, name)}
    return {"data", "validation", "logs", "license", *unset}


def _last_loss(history: Sequence[Mapping[str, Any]]) -> float:
    losses = [row["loss"] for row in history if "loss" in row]
    return float(losses[-1]) if losses else math.nan
