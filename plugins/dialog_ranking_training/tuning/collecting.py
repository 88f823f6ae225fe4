"""Where the choices to tune with come from; the bot is not asked twice for the same."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dialog_core import ArtefactError, Bot, BotSpec, Builder
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import Progress
from dialog_ranking.choices import Choice, read_choices, write_choices
from dialog_ranking_training.gathering import gather
from dialog_ranking_training.options import RankingTraining
from dialog_ranking_training.trainers import CHOICES, without_stale
from dialog_ranking_training.weighing import weigh

RANKING, PLACE = "ranking", "dispatch"  # what `training:` calls the ranker; what thresholds are kept under
RECORDED = ".choices.jsonl"  # files for which nobody has to be asked
KEPT = 3  # gatherings


@dataclass(frozen=True, slots=True)
class Collected:
    """What there is to tune with.

    Attributes:
        choices: With the final weights of labels.
        files: What they are from.
        learnt: Whether the trained ranker may have learnt from them.
        remarks: Sentences for the person who tunes.
    """

    choices: tuple[Choice, ...]
    files: tuple[Path, ...]
    learnt: bool
    remarks: tuple[str, ...] = ()


def collect(
    spec: BotSpec,
    builder: Builder,
    files: Sequence[Path],
    open_bot: Callable[[], Bot],
    progress: Progress,
    split: Sequence[str] = (),
) -> Collected:
    """Return the choices to tune with.

    Args:
        spec: The bot, read together with its `training:`.
        builder: Of the bot; its files have been checked.
        files: Which data; default: what the ranking is trained with.
        open_bot: Opens the bot, to be asked about dialogues.
        progress: Where to say how far it is.
        split: Which parts of `files`.

    Raises:
        ConfigurationError: It is not said what to tune with, or the data is wrong, with every place.
        DialogError: The bot cannot be opened, or the store cannot be read.
    """
    options, learnt = _options(spec, files, split)
    context = builder.context_of(spec.ranker)
    choices, remarks = _gathered(spec, builder, options, open_bot, progress)
    current, out_of_date = without_stale(choices, context.policy_fingerprints())
    if out_of_date:
        remarks = (*remarks, f"{out_of_date:,} choices are left out: a policy is not what it was when it was asked.")
    weighed = weigh(current, options.max_per_user)
    return Collected(tuple(weighed.choices), _files(options), learnt, remarks)


def _options(spec: BotSpec, files: Sequence[Path], split: Sequence[str]) -> tuple[RankingTraining, bool]:
    """Return what to gather, and whether the trained ranker learns from the same."""
    entry = next((entry.options for entry in spec.training if entry.name == RANKING), None)
    trained = entry if isinstance(entry, RankingTraining) else RankingTraining()
    if not files:
        if _files(trained):
            return trained, True
        raise ConfigurationError(
            [
                Problem(
                    "there is nothing to tune with",
                    spec.path,
                    remedy="Name labelled dialogues, conversation tests or choices with --data FILE, or as `data` of "
                    "`- component: ranking` under `training:`.",
                )
            ]
        )
    same = {file.resolve() for file in _files(trained)} & {file.resolve() for file in files}
    apart = split and trained.split and not set(split) & set(trained.split)
    data = tuple(file.resolve() for file in files)
    return trained.model_copy(update={"data": data, "split": tuple(split), "logs": None}), bool(same) and not apart


def _files(options: RankingTraining) -> tuple[Path, ...]:
    """Return the files there are to read; a database that nobody has talked into yet is none."""
    logs = (options.logs,) if options.logs is not None and options.logs.exists() else ()
    return (*options.data, *logs)


def _gathered(
    spec: BotSpec, builder: Builder, options: RankingTraining, open_bot: Callable[[], Bot], progress: Progress
) -> tuple[Sequence[Choice], tuple[str, ...]]:
    context = builder.context_of(spec.ranker)
    place = context.models / PLACE / "gathered"
    key = _key(spec, builder, options)
    kept, checkpoints = place / f"{key}{RECORDED}", place / f".{key}"
    if all(file.name.endswith(RECORDED) for file in _files(options)):
        found = gather(options, open_bot=open_bot, context=context, progress=progress, checkpoints=checkpoints)
        return found.choices, found.remarks
    if (trained := _of_training(spec, builder, options)) is not None:
        return trained, ("The bot was not asked again: the training of the ranking has kept what it said.",)
    if kept.exists():
        return read_choices(kept), ("The bot was not asked again: what it said is known from the last time.",)
    place.mkdir(parents=True, exist_ok=True)
    found = gather(options, open_bot=open_bot, context=context, progress=progress, checkpoints=checkpoints)
    half = kept.with_name(f".{kept.name}")
    write_choices(found.choices, half)
    half.rename(kept)
    shutil.rmtree(checkpoints, ignore_errors=True)
    for old in sorted(place.glob(f"*{RECORDED}"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
        old.unlink()
    return found.choices, found.remarks


def _of_training(spec: BotSpec, builder: Builder, options: RankingTraining) -> Sequence[Choice] | None:
    """Return the choices that the training of the ranking has kept, if they are those that would be gathered now."""
    entry = next((entry.options for entry in spec.training if entry.name == RANKING), None)
    if not isinstance(entry, RankingTraining) or set(_files(entry)) != set(_files(options)):
        return None
    if set(entry.split) != set(options.split):
        return None
    context = builder.context_of(spec.ranker)
    try:
        artefact = context.artefact()
        choices = read_choices(artefact.path(CHOICES))
    except (ArtefactError, ConfigurationError, OSError):
        return None  # then they are gathered
    inputs = {record.sha256 for name, record in artefact.manifest.inputs.items() if name.startswith("training.")}
    if not all(file.is_file() and _hash(file) in inputs for file in _files(options)):
        return None
    now = context.policy_fingerprints()
    if not choices or any(dict(choice.fingerprints) != dict(now) for choice in choices if choice.fingerprints):
        return None
    made_at = datetime.fromisoformat(artefact.manifest.created_at).timestamp()
    if any(file.stat().st_mtime > made_at for file in _read_by_policies(spec, builder)):
        return None
    return choices


def _key(spec: BotSpec, builder: Builder, options: RankingTraining) -> str:
    """Return a fingerprint of all that the choices depend on: the bot, what it has read, the data, what is right."""
    asked = spec.file.model_dump(mode="json", include={"bot", "knowledge", "annotators", "policies", "guards"})
    facts = {
        "bot": asked,
        "tiers": spec.tiers,
        "policies": dict(builder.context_of(spec.ranker).policy_fingerprints()),
        "read": sorted(map(_hash, _read_by_policies(spec, builder))),
        "data": [_hash(file) for file in _files(options)],
        "right_at": options.right_at,
        **({"split": sorted(options.split)} if options.split else {}),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:20]


def _read_by_policies(spec: BotSpec, builder: Builder) -> Iterable[Path]:
    """Return the files of rules and knowledge, as far as checking the bot has read them."""
    models = builder.context.models
    return sorted(
        file for file in builder.context.files - set(spec.files) if file.is_file() and not file.is_relative_to(models)
    )


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file's content, or of those of all files below a directory."""
    if not path.is_dir():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    below = sorted(file for file in path.rglob("*") if file.is_file())
    return hashlib.sha256(" ".join(map(_hash, below)).encode()).hexdigest()
