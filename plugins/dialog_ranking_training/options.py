"""Options of the trainers of rankers."""

from pydantic import Field

from dialog_core.configuration import ConfigPath, InputPaths, Options, Share
from dialog_core.training import Split


class RankingTraining(Options):
    """What every ranker learns from."""

    data: InputPaths = Field(
        default=(),
        description="Files to learn from: labelled dialogues (`.jsonl`, `.yaml`, or any known format), conversation "
        "tests (`.tests.yaml`), ratings (what `dialog-core rate` writes) or choices (`.choices.jsonl`).",
    )
    split: Split = ()
    logs: ConfigPath | None = Field(
        default=None,
        description="A database of the store `sqlite`, to learn from the feedback in it. It need not be there yet.",
    )
    max_per_user: int = Field(
        default=20, ge=1, description="Labels of one user that count; more of them share that weight."
    )
    right_at: Share = Field(
        default=0.6,
        description="How much of a reference reply's words a candidate in other words must share (F1) to be right.",
    )
    held_out: Share = Field(default=0.2, description="Share of the conversations that the check is made with.")


class CalibratedTraining(RankingTraining):
    """Fits a monotone map for each policy."""


class LearnedTraining(RankingTraining):
    """Fits a model over features."""


class CrossEncoderTraining(RankingTraining):
    """Fine-tunes a small transformer."""

    epochs: int = Field(default=3, ge=1, le=100, description="How often it reads the data.")
    batch_size: int = Field(default=16, ge=1, description="Pairs of context and reply at a time.")
    most_wrong: int = Field(
        default=3,
        ge=1,
        description="Wrong replies of a turn that it reads at most, drawn by chance; right ones it reads all.",
    )
    learning_rate: float = Field(default=3e-5, gt=0, description="The greatest step; warmed up, then lowered to 0.")
