"""Feedback becomes a new ranking, if its trainer's check finds that one better."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core import BotSpec
from dialog_core.training import TrainingRunner, entry_with, show_outcomes, show_progress

if TYPE_CHECKING:
    from rich.console import Console

    from dialog_core.training import Outcome

RANKING = "ranking"


def can_learn(spec: BotSpec) -> bool:
    """Whether something trains the ranker of a bot, and takes conversations to learn from."""
    name, registry = spec.ranker.registration.name, spec.plugins.registry
    return name in registry.names("trainer") and "logs" in registry.get("trainer", name).load_options().model_fields


def has_entry(spec: BotSpec) -> bool:
    """Whether the bot file says how its ranking is trained."""
    return any(entry.name == RANKING for entry in spec.training)


def reads_logs(spec: BotSpec) -> bool:
    """Whether the bot file has its ranking learn from conversations already."""
    return any(entry.name == RANKING and getattr(entry.options, "logs", None) for entry in spec.training)


def retrain(spec: BotSpec, logs: Path, console: "Console", says: Mapping[str, str]) -> "Outcome":
    """Train the ranking with what the bot file says, and the feedback in a database beside it.

    Args:
        spec: The bot.
        logs: The database.
        console: Where to show how far it is, and what came of it.
        says: What each status is called.

    Raises:
        DialogError: It failed; the ranking is what it was.
    """
    entry = entry_with(spec, RANKING, {"logs": logs})
    with show_progress(console, [RANKING]) as progress, progress.job(RANKING) as shown:
        outcome = TrainingRunner(spec).run(entry, shown)
        shown.finish(says[outcome.status])
    show_outcomes(console, [outcome])
    return outcome


def told(outcomes: Sequence["Outcome"]) -> list[dict[str, Any]]:
    """Return outcomes as JSON values."""
    return [
        {
            "component": outcome.name,
            "status": outcome.status,
            "before": dict(outcome.artefact.manifest.before),
            "after": dict(outcome.artefact.manifest.metrics),
            "remarks": list(outcome.artefact.manifest.remarks),
        }
        for outcome in outcomes
    ]
