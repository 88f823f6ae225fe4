"""Rankers: what puts candidates of every kind on one scale, the probability that a reply is right here."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the rankers."""
    registry.ranker(
        "priority",
        "dialog_ranking.priority:PriorityRanker",
        options="dialog_ranking.options:PriorityOptions",
        check="dialog_ranking.priority:check",
    )
    registry.ranker(
        "calibrated",
        "dialog_ranking.calibrated.ranker:CalibratedRanker",
        options="dialog_ranking.options:CalibratedOptions",
    )
    registry.ranker(
        "learned", "dialog_ranking.learned.ranker:LearnedRanker", options="dialog_ranking.options:LearnedOptions"
    )
    registry.ranker(
        "cross_encoder",
        "dialog_ranking.cross_encoder.ranker:CrossEncoderRanker",
        options="dialog_ranking.options:CrossEncoderOptions",
        check="dialog_ranking.cross_encoder.finding:check",
        extra="dialog-core[encoders]",
    )
