"""Training one component of a bot: from its entry in the bot file to the artefact that is in use."""

import errno
import logging
import os
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from dialog_core.bot import Bot
from dialog_core.bot_file import RANKING, BotSpec, TrainingSpec
from dialog_core.builder import Builder
from dialog_core.configuration import Options
from dialog_core.configuration.problems import shown_path
from dialog_core.errors import ArtefactError, DialogError, PluginError, TrainingError
from dialog_core.stores.memory import MemoryStore
from dialog_core.training.artefacts import Artefact, record_files
from dialog_core.training.component_directory import ComponentDirectory
from dialog_core.training.durable import sync_directory, sync_file, write_durably
from dialog_core.training.fingerprint import Recipe, recipe
from dialog_core.training.identities import policy_fingerprints
from dialog_core.training.job import Progress, TrainingJob, TrainingResult
from dialog_core.training.manifest import MANIFEST, Manifest, as_figures, as_json
from dialog_core.training.planning import names_built_on
from dialog_core.training.versions import versions

logger = logging.getLogger(__name__)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry.

    Attributes:
        name: The component.
        status: `trained`; `current`: nothing has changed since it was trained; `restored`: an earlier artefact of just
            this fingerprint is in use again.
        artefact: The artefact in use now.
        seconds: How long it took.
    """

    name: str
    status: Literal["trained", "current", "restored"]
    artefact: Artefact
    seconds: float = 0.0


class TrainingRunner:
    """Trains components of one bot, one at a time."""

    def __init__(self, spec: BotSpec, *, seed: int | None = None) -> None:
        """Make a runner.

        Args:
            spec: The bot, read together with its `training:`.
            seed: Instead of the bot's own.
        """
        self._spec = spec
        self._builder = Builder(spec)
        if seed is not None:
            self._builder.context.seed = seed

    def run(self, entry: TrainingSpec, progress: Progress, *, force: bool = False) -> Outcome:
        """Train a component, unless the artefact in use was made from just the same.

        Until the new artefact is complete and on the disk, the one before stays in use; whatever ends the training
        before that changes nothing.

        Args:
            entry: What to train.
            progress: Where to say how far it is.
            force: Train although nothing has changed.

        Raises:
            TrainingError: It failed.
            PluginError: The trainer could not be imported, or is none.
            ConfigurationError: What the trainer reads is wrong.
        """
        try:
            return self._run(entry, progress, force)
        except DialogError:
            raise
        except OSError as error:
            raise TrainingError(_explain(entry.name, error)) from error

    def _run(self, entry: TrainingSpec, progress: Progress, force: bool) -> Outcome:
        trainer = _trainer_class(entry)
        directory = ComponentDirectory(self._builder.context.models, entry.name)
        made_from = recipe(
            self._spec,
            entry,
            trainer_version=trainer.version,
            builds_on=self._built_on(entry),
            seed=self._builder.context.seed,
        )
        if not force and (outcome := _in_use(entry.name, directory, made_from)):
            return outcome
        with directory.locked(lambda: progress.note("waiting for another training of it to end")):
            if not force and (outcome := _find(entry.name, directory, made_from)):
                return outcome
            return self._train(entry, trainer, directory, made_from, progress)

    def _train(
        self, entry: TrainingSpec, trainer: Any, directory: ComponentDirectory, made_from: Recipe, progress: Progress
    ) -> Outcome:
        started = time.monotonic()
        workplace = directory.make_workplace()
        try:
            job = TrainingJob(
                name=entry.name,
                options=entry.options,
                component=entry.component.options,
                context=self._builder.context_of(entry.component),
                directory=workplace,
                checkpoints=directory.checkpoints(made_from.fingerprint),
                progress=progress,
                previous=_usable(directory),
                open_bot=self._open_bot,
                answer_at=self._spec.file.dispatch.answer_at,
            )
            result = _call(entry, trainer, job)
            progress.stage("saving")
            seconds = time.monotonic() - started
            _seal(workplace, entry, made_from, result, seconds)
            place = directory.publish(workplace, made_from.fingerprint)
        finally:
            shutil.rmtree(workplace, ignore_errors=True)  # it is gone already if all went well
        directory.use(place)
        directory.prune()
        return Outcome(entry.name, "trained", Artefact.open(place, component=entry.name), seconds)

    def _open_bot(self) -> Bot:
        store = MemoryStore(Options(), self._builder.context)
        return Bot.of(self._spec, store=store, default_ranking=True, default_thresholds=True)

    def _built_on(self, entry: TrainingSpec) -> dict[str, str]:
        """Return the fingerprints of what an entry builds on: of artefacts in use, empty for what is not trained.

        The ranker learns from what policies say, trained or not: their options count as well.
        """
        models = self._builder.context.models
        policies = policy_fingerprints(self._spec, models) if entry.name == RANKING else {}
        return {**self._fingerprints(names_built_on(self._spec, entry)), **policies}

    def _fingerprints(self, names: tuple[str, ...]) -> dict[str, str]:
        found = {name: _usable(ComponentDirectory(self._builder.context.models, name)) for name in names}
        return {name: Artefact.open(path).manifest.fingerprint if path else "" for name, path in found.items()}


def is_trained(models: Path, name: str) -> bool:
    """Return whether there is an artefact of a component, be it current or not."""
    return _usable(ComponentDirectory(models, name)) is not None


def _usable(directory: ComponentDirectory) -> Path | None:
    """Return the artefact in use, unless there is none or it is damaged."""
    try:
        current = directory.current()
        if current is not None:
            Artefact.open(current)
    except ArtefactError as error:
        logger.info("%s", error)
        return None
    return current


def _in_use(name: str, directory: ComponentDirectory, made_from: Recipe) -> Outcome | None:
    """Return the artefact in use if it is whole and was made from just this."""
    current = _usable(directory)
    if current is None:
        return None
    artefact = Artefact.open(current, component=name)
    return Outcome(name, "current", artefact) if artefact.manifest.fingerprint == made_from.fingerprint else None


def _find(name: str, directory: ComponentDirectory, made_from: Recipe) -> Outcome | None:
    """Return the artefact in use, or put an earlier one to use again, if it is whole and was made from just this."""
    if outcome := _in_use(name, directory, made_from):
        return outcome  # another process has made it meanwhile
    for place in directory.find(made_from.fingerprint):
        try:
            artefact = Artefact.open(place, component=name)
        except ArtefactError as error:
            logger.info("%s", error)
            continue
        directory.use(place)
        return Outcome(name, "restored", artefact)
    return None


def _trainer_class(entry: TrainingSpec) -> Any:
    trainer = entry.trainer.load()
    version = getattr(trainer, "version", None)
    if not isinstance(version, int) or isinstance(version, bool):
        raise PluginError(
            f"plugin {entry.trainer.plugin!r}: the trainer {entry.trainer.name!r} has no version. "
            "Give its class an attribute `version: int`, raised whenever its artefacts come to mean something else."
        )
    return trainer


def _call(entry: TrainingSpec, trainer: Any, job: TrainingJob) -> TrainingResult:
    """Have the trainer do its work; what it raises tells which one it was."""
    try:
        result = trainer(entry.options, job.context).train(job)
    except (DialogError, OSError):
        raise
    except MemoryError as error:
        raise TrainingError(
            f"{entry.name!r} could not be trained: memory ran out. Use less data, or a machine with more memory."
        ) from error
    except Exception as error:
        if missing := entry.trainer.missing_package(error):
            raise PluginError(missing) from error
        raise TrainingError(
            f"{entry.name!r} could not be trained: {type(error).__name__} in the trainer {entry.trainer.name!r} of the "
            f"plugin {entry.trainer.plugin!r}: {error}. What was in use stays in use"
        ) from error
    if not isinstance(result, TrainingResult):
        raise PluginError(
            f"plugin {entry.trainer.plugin!r}: the trainer {entry.trainer.name!r} returned {type(result).__name__}, "
            "not a TrainingResult"
        )
    return result


def _seal(workplace: Path, entry: TrainingSpec, made_from: Recipe, result: TrainingResult, seconds: float) -> None:
    """Make sure that every file is on the disk, and then write the manifest."""
    files = record_files(workplace)
    for name in files:
        sync_file(workplace / name)
    for folder in {workplace, *(path for path in workplace.rglob("*") if path.is_dir())}:
        sync_directory(folder)
    manifest = Manifest(
        component=entry.name,
        use=made_from.use,
        plugin=made_from.plugin,
        trainer_version=made_from.trainer_version,
        fingerprint=made_from.fingerprint,
        component_options=made_from.component_options,
        options=made_from.options,
        inputs=made_from.inputs,
        language=made_from.language,
        seed=made_from.seed,
        versions=versions(),
        builds_on=made_from.builds_on,
        metrics=as_figures(result.metrics),
        before=as_figures(result.before),
        remarks=tuple(map(str, result.remarks)),
        details=as_json(result.details),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        files=files,
    )
    write_durably(workplace / MANIFEST, manifest.to_text())


def _explain(name: str, error: OSError) -> str:
    where = f"{shown_path(Path(os.fsdecode(error.filename)))}: " if isinstance(error.filename, str | bytes) else ""
    remedy = "Make room" if error.errno in NO_ROOM else "See to it"
    return (
        f"{name!r} could not be trained: {where}{error.strerror or error}. What was in use stays in use. "
        f"{remedy} and run the same again; it goes on where it was if its trainer keeps checkpoints."
    )
