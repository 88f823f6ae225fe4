"""What a run depends on beside the bot and the files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_evaluation.runs.answers import Mode
from dialog_evaluation.seed import SEED

TURNS = 8  # messages of the user's side in a self-chat


@dataclass(frozen=True, slots=True)
class Setting:
    """How dialogues are held.

    Attributes:
        mode: In which way.
        user: The bot that plays the user in a self-chat; None: the bot itself.
        turns: How many messages of the user a self-chat has at most.
        actions: Whether actions really run where a conversation is held; otherwise only those that look things up.
        select: Among how many candidates the right reply is looked for; 0: it is not.
        everybody: Whether also those policies are asked that a turn would not ask.
        seconds: How long each component may take; None: as the bot file says.
        format: The reader's name.
        on_error: What becomes of items that cannot be read: `stop` or `skip`.
        split: Which part of the files' source; empty: all.
        limit: How many dialogues, drawn at random; 0: all.
        seed: For whatever is drawn.
    """

    mode: Mode = "teacher-forced"
    user: Path | None = None
    turns: int = TURNS
    actions: bool = False
    select: int = 0
    everybody: bool = True
    seconds: float | None = None
    format: str = "auto"
    on_error: str = "stop"
    split: str = ""
    limit: int = 0
    seed: int = SEED

    def told(self) -> dict[str, Any]:
        """Return as JSON values what decides the answers in this mode."""
        told: dict[str, Any] = {"format": self.format, "on_error": self.on_error, "seed": self.seed}
        told |= {name: value for name in ("split", "limit", "select") if (value := getattr(self, name))}
        if self.mode == "teacher-forced":
            told |= {"everybody": self.everybody, "seconds": self.seconds}
        else:
            told["actions"] = self.actions
        if self.mode == "self-chat":
            told |= {"turns": self.turns, "user": None if self.user is None else str(self.user)}
        return told
