"""Tuning a bot: collect choices, have them judged, choose thresholds, write them down with their evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialog_core import Bot, BotSpec, Builder, TrainingError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import (
    Artefact,
    Progress,
    SilentProgress,
    Thresholds,
    save_thresholds,
    standing,
    stated_aim,
    stated_answer_at,
)
from dialog_ranking_training.tuning.aims import Aim, AimError
from dialog_ranking_training.tuning.choosing import CONFIDENCE, GIVE_UP, choose
from dialog_ranking_training.tuning.collecting import collect
from dialog_ranking_training.tuning.page import html_report
from dialog_ranking_training.tuning.rating import Rated, rate
from dialog_ranking_training.tuning.report import Report, make_report
from dialog_ranking_training.tuning.wording import unmet

PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a bot is tuned.

    Attributes:
        aim: For what.
        files: With which data; none: what the ranking is trained with.
        split: With which parts of them, where they have several.
        costs: What a call of a policy costs, by its name.
        confidence: How sure it has to be that the limit is kept.
        give_up: How much accuracy may be given up for fewer calls; see `choose`.
    """

    aim: Aim
    files: Sequence[Path] = ()
    split: Sequence[str] = ()
    costs: Mapping[str, float] = field(default_factory=dict)
    confidence: float = CONFIDENCE
    give_up: float = GIVE_UP


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it.

    Attributes:
        report: What there is to show; None: there was nothing to tune with.
        complaint: Why the aim cannot be met; empty if it can.
    """

    report: Report | None
    complaint: str = ""


def tune(spec: BotSpec, builder: Builder, settings: Settings, progress: Progress) -> Tuned:
    """Find the thresholds for an aim. What the bot uses is left as it is; see `write`.

    Args:
        spec: The bot, read together with its `training:`.
        builder: Of the bot; its files have been checked.
        settings: How.
        progress: Where to say how far it is.

    Raises:
        ConfigurationError: The data is wrong, or says nothing of costs where they are limited.
        TrainingError: A file cannot be read, or what the bot says cannot be kept.
        DialogError: The bot cannot be asked.
    """
    try:
        return _tune(spec, builder, settings, progress)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise TrainingError(
            f"the bot could not be tuned: {where}{error.strerror or error}. Nothing is changed"
        ) from error


def _tune(spec: BotSpec, builder: Builder, settings: Settings, progress: Progress) -> Tuned:
    collected = collect(spec, builder, settings.files, opener(spec, builder), progress, settings.split)
    rated = rate(spec, builder, collected, settings.costs, progress)
    _see_costs(spec, settings, rated)
    progress.stage("choosing")
    floor = stated_answer_at(spec)
    complaint: AimError | None = None
    try:
        chosen = choose(
            rated.simulated,
            settings.aim,
            answer_at=floor,
            confidence=settings.confidence,
            give_up=settings.give_up,
        )
    except AimError as error:
        if error.nearest is None:
            left = "; ".join(f"{count:,} left out: {reason}" for reason, count in rated.simulated.left_out.items())
            return Tuned(None, f"{unmet(error, None)}{f' ({left})' if left else ''}")
        complaint, chosen = error, error.nearest
    report = make_report(
        rated,
        chosen,
        bot=spec.file.bot.name,
        aim=settings.aim,
        confidence=settings.confidence,
        met=complaint is None,
        tiers=spec.tiers,
        files=collected.files,
        remarks=collected.remarks,
    )
    return Tuned(report, "" if complaint is None else unmet(complaint, report, stated=floor is not None))


def write(spec: BotSpec, builder: Builder, report: Report, progress: Progress | None = None) -> Artefact:
    """Have the bot use what was chosen from now on, and keep the evidence with it.

    Raises:
        TrainingError: It cannot be written.
    """
    thresholds = Thresholds(
        accept_at=report.chosen.accept_at,
        answer_at=report.chosen.answer_at,
        aim=stated_aim(spec),
        built_on=standing(spec, builder.context.models),
    )

    def extra(directory: Path) -> Mapping[str, Any]:
        (directory / PAGE).write_text(html_report(report), encoding="utf-8")
        return report.to_json()

    return save_thresholds(spec, builder.context, thresholds, extra, progress or SilentProgress())


def opener(spec: BotSpec, builder: Builder) -> Callable[[], Bot]:
    """Return what opens the bot, with its conversations in memory."""

    def open_bot() -> Bot:
        store = builder.context.create("store", "memory")
        return Bot.of(spec, store=store, default_ranking=True, default_thresholds=True)

    return open_bot


def _see_costs(spec: BotSpec, settings: Settings, rated: Rated) -> None:
    if settings.aim.kind == "cost" and not rated.simulated.cost.any() and len(rated.simulated):
        last = spec.tiers[-1][-1]
        raise ConfigurationError(
            [
                Problem(
                    "costs are to be limited, and no policy says what a call costs",
                    spec.path,
                    remedy=f"Say it: --cost {last}=0.002. Or give the policy its prices, if it has options for them.",
                )
            ]
        )
