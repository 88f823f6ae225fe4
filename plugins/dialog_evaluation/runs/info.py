"""What is known of a run beside its answers: what was run, on what, with which options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from dialog_evaluation.runs.answers import Mode


@dataclass(frozen=True, slots=True)
class EvaluatedFile:
    """A file that was evaluated on.

    Attributes:
        path: Where it was.
        sha256: The checksum of its content.
    """

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What is run.

    Attributes:
        bot: The bot file.
        name: What the bot is called.
        mode: How dialogues are held.
        files: What it is evaluated on.
        options: The options that decide what is answered, as JSON values.
        fingerprint: Of everything that decides what is answered: with the same one nothing has to be run again.
        framework: The version of dialog-core.
        dialogues: How many dialogues there are to hold.
        turns: How many messages they have.
        started_at: When it began (ISO 8601).
        finished_at: When all was answered; empty: it is not.
        remarks: What is odd about the files.
        parts: The fingerprint of each part of the bot, by what it is called: they tell what changed between two runs.
    """

    bot: str
    name: str
    mode: Mode
    files: tuple[EvaluatedFile, ...]
    options: Mapping[str, Any]
    fingerprint: str
    framework: str
    dialogues: int = 0
    turns: int = 0
    started_at: str = ""
    finished_at: str = ""
    remarks: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> Literal["finished", "unfinished"]:
        """Whether all was answered."""
        return "finished" if self.finished_at else "unfinished"

    @property
    def began(self) -> datetime:
        """When it began; a time that does not say where is one of here."""
        return datetime.fromisoformat(self.started_at).astimezone()


def check_info(info: RunInfo, files: Iterable[EvaluatedFile]) -> None:
    """See that a file somebody may have edited has what everybody relies on; raise ValueError where it has not."""
    texts = (info.bot, info.name, info.mode, info.fingerprint, info.framework, info.finished_at)
    files_texts = (text for file in files for text in (file.path, file.sha256))
    if not all(isinstance(text, str) for text in (*texts, *files_texts)):
        raise ValueError("what should be a text is none")
    if info.mode not in get_args(Mode):
        raise ValueError(f"there is no mode {info.mode!r}")
    if not all(type(count) is int for count in (info.dialogues, info.turns)):
        raise ValueError("what should be a number is none")
    if not isinstance(info.options, dict) or not all(isinstance(value, str) for value in info.parts.values()):
        raise ValueError("the options or the parts are not told by name")
    _ = info.began  # a time
