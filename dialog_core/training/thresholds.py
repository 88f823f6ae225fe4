"""Thresholds that were tuned for what a bot file aims at: where they are kept, and whether they still hold."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dialog_core.bot_file import DISPATCH, RANKING, BotSpec
from dialog_core.component import Context
from dialog_core.configuration.problems import shown_path
from dialog_core.errors import ArtefactError
from dialog_core.trace import PartReport
from dialog_core.training.artefacts import Artefact
from dialog_core.training.built import BuiltFiles
from dialog_core.training.fingerprint import LENGTH
from dialog_core.training.identities import policy_fingerprints, trained_fingerprint
from dialog_core.training.job import Progress

FILE = "thresholds.json"
Extra = Callable[[Path], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to stop asking and when to answer, with what that was tuned for.

    Attributes:
        accept_at: The probability from which on later tiers are not asked.
        answer_at: The probability below which the fallback answers.
        aim: What they are to achieve, as the bot file says it.
        built_on: Fingerprints of the policies, and of the trained ranker under `ranking`, by name.
    """

    accept_at: float
    answer_at: float
    aim: Mapping[str, float] = field(default_factory=dict)
    built_on: Mapping[str, str] = field(default_factory=dict)


def stated_aim(spec: BotSpec) -> dict[str, float]:
    """Return what the bot file aims at; empty where it aims at nothing."""
    aim = spec.file.dispatch.aim
    return {} if aim is None else aim.model_dump(exclude_none=True)


def stated_answer_at(spec: BotSpec) -> float | None:
    """Return `answer_at` where the bot file states it; None: it is to be tuned with the other threshold."""
    dispatch = spec.file.dispatch
    return dispatch.answer_at if "answer_at" in dispatch.model_fields_set else None


def standing(spec: BotSpec, models: Path) -> dict[str, str]:
    """Return what thresholds are built on, as it stands now; see `Thresholds.built_on`."""
    return {**policy_fingerprints(spec, models), RANKING: trained_fingerprint(models, RANKING)}


def save_thresholds(
    spec: BotSpec, context: Context, thresholds: Thresholds, extra: Extra, progress: Progress
) -> Artefact:
    """Write thresholds, to be used from then on.

    Args:
        spec: The bot.
        context: The bot's, as `Builder` has it.
        thresholds: What was found.
        extra: Writes further files beside them, such as a report, and returns the evidence for the manifest.
        progress: Where to say how far it is.

    Raises:
        TrainingError: The disk is full, or cannot be written.
    """
    text = json.dumps(asdict(thresholds), sort_keys=True, indent=2)

    def build(directory: Path) -> Mapping[str, Any]:
        (directory / FILE).write_text(text, encoding="utf-8")
        return extra(directory)

    fingerprint = hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
    return _files(spec, context).make(fingerprint, build, progress, use=DISPATCH)


def tuned_thresholds(spec: BotSpec, context: Context) -> tuple[Thresholds, tuple[PartReport, ...]]:
    """Return the thresholds for what the bot file aims at, and what is to be told in every trace about them.

    Raises:
        ArtefactError: There are none, or they were tuned for another aim, or a file is damaged.
    """
    files = _files(spec, context)
    context.files.add(files.pointer)
    artefact = files.current()
    if artefact is None:
        raise ArtefactError(
            "`dispatch.aim` is given, and its thresholds are not tuned",
            component=DISPATCH,
            remedy=_remedy(spec),
            missing=True,
        )
    try:
        thresholds = _read(artefact.load_json(FILE))
    except (TypeError, ValueError) as error:
        reason = f"{shown_path(artefact.path(FILE))} is damaged: {error}"
        raise ArtefactError(reason, component=DISPATCH, remedy=_remedy(spec)) from error
    if dict(thresholds.aim) != stated_aim(spec):
        raise ArtefactError(
            f"the thresholds were tuned for another aim: {_in_words(thresholds.aim)}",
            component=DISPATCH,
            remedy=_remedy(spec),
        )
    stated = stated_answer_at(spec)
    if stated is not None and stated != thresholds.answer_at:
        raise ArtefactError(
            f"the thresholds were tuned with `answer_at: {thresholds.answer_at:g}`, and the bot file says {stated:g}",
            component=DISPATCH,
            remedy=_remedy(spec),
        )
    now = standing(spec, context.models)
    changed = sorted(name for name in {*now, *thresholds.built_on} if now.get(name) != thresholds.built_on.get(name))
    if not changed:
        return thresholds, ()
    what = ", ".join(changed)
    told = f"the thresholds were tuned before these changed: {what}. {_remedy(spec)}"
    return thresholds, (PartReport(DISPATCH, told),)


def _read(told: Any) -> Thresholds:
    """Return thresholds that were written as JSON.

    Raises:
        TypeError, ValueError: They were not.
    """
    found = Thresholds(**told)
    if not all(isinstance(value, int | float) and 0 <= value <= 1 for value in (found.accept_at, found.answer_at)):
        raise ValueError("a threshold is no number from 0 to 1")
    if not (isinstance(found.aim, dict) and isinstance(found.built_on, dict)):
        raise TypeError("it does not say what the thresholds are for")
    return found


def _files(spec: BotSpec, context: Context) -> BuiltFiles:
    return BuiltFiles(context.named(DISPATCH), "thresholds", remedy=_remedy(spec))


def _remedy(spec: BotSpec) -> str:
    from dialog_core.training.opening import command

    return f"Run: {command('tune', spec)}"


def _in_words(aim: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in aim.items()) or "none"
