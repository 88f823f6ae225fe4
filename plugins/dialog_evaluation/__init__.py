"""Conversation tests, metrics and reports."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the metrics, and the reader of conversation tests."""
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
    registry.metric(
        "bleu",
        "dialog_evaluation.metrics.bleu:Bleu",
        options="dialog_evaluation.options:BleuOptions",
        extra="dialog-core[evaluate]",
    )
    registry.metric("chrf", "dialog_evaluation.metrics.chrf:Chrf", extra="dialog-core[evaluate]")
    registry.metric("rouge", "dialog_evaluation.metrics.rouge:Rouge", extra="dialog-core[evaluate]")
    registry.metric("unigram_f1", "dialog_evaluation.metrics.unigram_f1:UnigramF1")
    registry.metric(
        "distinct",
        "dialog_evaluation.metrics.distinct:Distinct",
        options="dialog_evaluation.metrics.options:DistinctOptions",
    )
    registry.metric("repetition", "dialog_evaluation.metrics.repetition:Repetition")
    registry.metric("reply_length", "dialog_evaluation.metrics.reply_length:ReplyLength")
    registry.metric("perplexity", "dialog_evaluation.metrics.perplexity:Perplexity")
    registry.metric("groundedness", "dialog_evaluation.metrics.groundedness:Groundedness")
    registry.metric("generation_speed", "dialog_evaluation.metrics.generation_speed:GenerationSpeed")
    registry.metric(
        "embedding_similarity",
        "dialog_evaluation.metrics.embedding_similarity:EmbeddingSimilarity",
        options="dialog_evaluation.metrics.options:EmbeddingSimilarityOptions",
    )
    registry.metric(
        "response_selection",
        "dialog_evaluation.metrics.response_selection:ResponseSelection",
        options="dialog_evaluation.metrics.options:ResponseSelectionOptions",
    )
    for name, target in (("slot_accuracy", "SlotAccuracy"), ("task_success", "TaskSuccess")):
        registry.metric(
            name,
            f"dialog_evaluation.metrics.{name}:{target}",
            options="dialog_evaluation.metrics.options:StateOptions",
        )
    registry.metric(
        "agreement",
        "dialog_evaluation.metrics.agreement:Agreement",
        options="dialog_evaluation.metrics.options:AgreementOptions",
        extra="dialog-core[evaluate]",
    )
    registry.reader("conversation_tests", "dialog_evaluation.conversations.reader:ConversationTestsReader")
    registry.reader("ratings", "dialog_evaluation.rating.reader:RatingsReader")


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the commands that test and measure bots."""
    cli.command(
        "test",
        "dialog_evaluation.cli_test:hold_conversations",
        help="Hold conversations with a bot and check its replies.",
    )
    cli.command(
        "evaluate",
        "dialog_evaluation.cli_evaluate:evaluate_bots",
        help="Measure a whole bot on recorded dialogues.",
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
    cli.command(
        "evaluate generation",
        "dialog_evaluation.cli_generation:evaluate_generation",
        help="Measure what a language model says, compared with what people said.",
    )
    cli.command(
        "evaluate guards",
        "dialog_evaluation.cli_guards:evaluate_guards",
        help="Measure what a guard misses, and whom it bothers.",
    )
    cli.command(
        "report",
        "dialog_evaluation.cli_report:report_trends",
        help="Show how a bot got on from run to run, and which differences are more than chance.",
    )
    cli.command(
        "replay",
        "dialog_evaluation.cli_replay:replay_conversations",
        help="Put stored conversations to a changed bot, and see what it would answer differently.",
    )
    cli.command(
        "rate",
        "dialog_evaluation.cli_rate:rate",
        help="Compare replies side by side, without knowing whose they are.",
    )
    cli.command(
        "rate report",
        "dialog_evaluation.cli_rate_report:rate_report",
        help="What ratings say: who wins, how sure that is, and how far raters agree.",
    )
