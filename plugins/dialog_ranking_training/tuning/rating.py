"""Judging choices by a ranker that has not learnt from them."""

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dialog_core import ArtefactError, BotSpec, Builder, Candidate, DialogError, Turn
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import Progress
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice
from dialog_ranking_training.splitting import folds
from dialog_ranking_training.tuning.arranging import arrange
from dialog_ranking_training.tuning.collecting import Collected
from dialog_ranking_training.tuning.simulating import Rank, Simulated, simulate

FOLDS = 5
REFITTED = ("calibrated", "learned")  # rankers that are fitted anew within seconds


@dataclass(frozen=True, slots=True)
class Rated:
    """Choices as the bot's ranker judges them.

    Attributes:
        simulated: What comes of it.
        default: The same with the kernel's default ranker.
        by: In words, who has judged.
    """

    simulated: Simulated
    default: Simulated
    by: str


def rate(
    spec: BotSpec, builder: Builder, collected: Collected, costs: Mapping[str, float], progress: Progress
) -> Rated:
    """Return what the bot's ranker makes of choices.

    Where its model may have learnt from them, it does not judge them itself: for each part of the conversations a model
    is fitted to all others, in the same way.

    Args:
        spec: The bot.
        builder: Of the bot.
        collected: The choices.
        costs: What a call of a policy costs, by its name.
        progress: Where to say how far it is.

    Raises:
        ArtefactError: The ranker has to be trained first.
        ConfigurationError: The ranker cannot be judged by these choices.
    """
    choices = arrange(collected.choices, spec.tiers, [policy.name for policy in spec.policies])
    tiers = len(spec.tiers)
    progress.stage("ranking", total=len(choices))
    simulated = partial(simulate, costs=costs, tiers=tiers, advance=progress.advance)
    default = simulate(choices, CalibratedModel().rank, costs=costs, tiers=tiers)
    ranker = spec.ranker.registration.load()(spec.ranker.options, builder.context_of(spec.ranker))
    name = spec.ranker.registration.name
    if not (collected.learnt and _has_learnt(spec, builder)):
        return Rated(simulated(choices, rank_of(ranker, name)), default, _in_words(ranker, name))
    if name not in REFITTED:
        raise ConfigurationError(
            [
                Problem(
                    f"the ranker {name!r} has learnt from this data, and would be judged by what it knows by heart",
                    spec.path,
                    remedy="Name other conversations with --data FILE.",
                )
            ]
        )
    splits = folds(choices, FOLDS, builder.context.seed)
    if not splits:
        raise ConfigurationError(
            [
                Problem(
                    f"the ranker {name!r} has learnt from this data, which is a single conversation: nothing is left "
                    "to judge it by",
                    spec.path,
                    remedy="Name other conversations with --data FILE.",
                )
            ]
        )
    parts = []
    for learnt, held in splits:
        rank = _fit(spec, builder, [choices[place] for place in learnt])
        parts.append(simulated([choices[place] for place in held], rank))
    by = f"{len(splits)} models of the kind {name!r}, each fitted to conversations other than those it judges"
    return Rated(Simulated.joined(parts), default, by)


def rank_of(ranker: Any, name: str) -> Rank:
    """Return a ranker's verb as a plain function; what it raises tells whose it is."""

    def rank(turn: Turn, candidates: Sequence[Candidate]) -> Any:
        try:
            found = ranker.rank(turn, candidates)
            return asyncio.run(_awaited(found)) if inspect.isawaitable(found) else found
        except DialogError:
            raise
        except Exception as error:
            told = f"the ranker {name!r} failed at {turn.text[:80]!r}: {type(error).__name__}: {error}"
            raise DialogError(told) from error

    return rank


async def _awaited(found: Any) -> Any:
    return await found


def _has_learnt(spec: BotSpec, builder: Builder) -> bool:
    """Return whether there is a model that was taken; where it was not, the default judges, which knows nothing."""
    try:
        manifest = builder.context_of(spec.ranker).artefact().manifest
    except ArtefactError as error:
        if error.missing:
            return False
        raise
    return bool(manifest.details.get("taken", True))


def _fit(spec: BotSpec, builder: Builder, choices: Sequence[Choice]) -> Rank:
    context = builder.context_of(spec.ranker)
    if spec.ranker.registration.name == "calibrated":
        from dialog_ranking_training.fitting.calibrated import fit_calibrated

        calibrated = fit_calibrated(choices, seed=context.seed)
        return calibrated.rank
    from dialog_ranking_training.fitting.learned import fit_learned

    learned = fit_learned(choices, options=spec.ranker.options, context=context, seed=context.seed)
    return learned.rank


def _in_words(ranker: Any, name: str) -> str:
    return f"the ranker {name!r}, " + ("as it is in use" if getattr(ranker, "calibrated", False) else "not trained")
