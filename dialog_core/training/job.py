"""What a trainer is given, and what it returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dialog_core.component import Context

if TYPE_CHECKING:
    from dialog_core.bot import Bot


class Progress(Protocol):
    """Shows how far a long job is. Every method may be called as often as one likes; showing is rate-limited."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage: a few words such as `fitting`; `total` is how many steps it has, if that is known."""
        ...

    def advance(self, steps: int = 1) -> None:
        """Say that so many steps of the stage are done."""
        ...

    def note(self, text: str) -> None:
        """Tell something worth keeping on the screen."""
        ...


class SilentProgress:
    """Shows nothing, and keeps what was noted; for tests and for training from code.

    Attributes:
        stages: The stages that were begun.
        notes: What was noted.
    """

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.notes: list[str] = []

    def stage(self, name: str, total: int | None = None) -> None:
        """Keep the name."""
        self.stages.append(name)

    def advance(self, steps: int = 1) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Keep the text."""
        self.notes.append(text)


def _no_bot() -> "Bot":
    raise LookupError("this job has no bot; see dialog_core.testing.make_job(bot=...)")


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """One component to be trained.

    Attributes:
        name: The component's name in the bot file.
        options: The options of the training entry, an instance of the trainer's options model.
        component: The options of the component that is trained.
        context: The component's context: language, seed, knowledge, other components.
        directory: Empty; everything the trainer writes here becomes the artefact.
        checkpoints: Kept until the job has succeeded, also across a kill; for resuming.
        progress: Where to say how far it is.
        previous: The artefact in use so far, or None: for metrics before and after.
        open_bot: Opens the bot the component is a part of, with the default ranker, the thresholds of its file and its
            conversations in memory; for those who learn from what its policies say. Close it.
        answer_at: The probability below which the bot says nothing, as its file has it.
    """

    name: str
    options: Any
    component: Any
    context: Context
    directory: Path
    checkpoints: Path
    progress: Progress
    previous: Path | None = None
    open_bot: "Callable[[], Bot]" = _no_bot
    answer_at: float = 0.3

    @property
    def seed(self) -> int:
        """The seed for everything random."""
        return self.context.seed


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What came of a job.

    Attributes:
        metrics: Named figures of the new artefact on held-out data.
        before: The same figures of what was in use before, or of a baseline, where they were measured.
        remarks: Sentences for the person who trains: the most confused pairs, data that looks wrong.
        details: JSON values for the manifest, such as the chosen threshold or confusion counts.
    """

    metrics: Mapping[str, float]
    before: Mapping[str, float] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
