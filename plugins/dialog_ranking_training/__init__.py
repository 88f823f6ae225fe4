"""What learns to rank: gathering of judged choices, trainers, and the commands `tune` and `learn`."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the trainers, each under the name of the ranker it trains."""
    for name, module, trainer in (
        ("calibrated", "trainers", "CalibratedTrainer"),
        ("learned", "trainers", "LearnedTrainer"),
        ("cross_encoder", "cross_encoding.trainer", "CrossEncoderTrainer"),
    ):
        registry.trainer(
            name,
            f"dialog_ranking_training.{module}:{trainer}",
            options=f"dialog_ranking_training.options:{trainer.removesuffix('Trainer')}Training",
            check="dialog_ranking_training.gathering.material:check",
            extra="dialog-core[train]",
        )


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the commands that choose thresholds and learn from feedback."""
    cli.command(
        "tune",
        "dialog_ranking_training.cli_tune:tune",
        help="Choose the thresholds at which a bot's language model is asked, and show what that brings and costs.",
    )
    cli.command(
        "learn",
        "dialog_ranking_training.cli_learn:learn",
        help="Learn from feedback: train the ranking anew, and propose what the bot should know.",
    )
