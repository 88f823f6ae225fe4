"""Conversation tests, metrics and reports."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the metrics."""
    registry.metric("accuracy", "dialog_evaluation.metrics.accuracy:Accuracy")
    registry.metric("macro_f1", "dialog_evaluation.metrics.macro_f1:MacroF1")
    registry.metric("out_of_scope", "dialog_evaluation.metrics.out_of_scope:OutOfScope")
    registry.metric("auroc", "dialog_evaluation.metrics.auroc:Auroc")
    registry.metric(
        "calibration",
        "dialog_evaluation.metrics.calibration:Calibration",
        options="dialog_evaluation.options:CalibrationOptions",
    )
    registry.metric(
        "retrieval",
        "dialog_evaluation.metrics.retrieval:Retrieval",
        options="dialog_evaluation.options:RetrievalOptions",
        extra="dialog-core[evaluate]",
    )
    registry.metric(
        "abstention",
        "dialog_evaluation.metrics.abstention:Abstention",
        options="dialog_evaluation.options:AbstentionOptions",
    )


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the commands that test and measure bots."""
    cli.command(
        "test",
        "dialog_evaluation.cli_test:hold_conversations",
        help="Hold conversations with a bot and check its replies.",
    )
    cli.command(
        "evaluate intents",
        "dialog_evaluation.cli_intents:evaluate_intents",
        help="Measure how well a bot understands what messages are about.",
    )
    cli.command(
        "evaluate retrieval",
        "dialog_evaluation.cli_retrieval:evaluate_retrieval",
        help="Measure how well a bot finds the entries that answer questions, and knows when there is none.",
    )
