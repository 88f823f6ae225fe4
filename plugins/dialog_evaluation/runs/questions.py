"""What is put to a bot: the messages of users in recorded dialogues, with what people answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialog_core import JsonValue
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.training import line_of
from dialog_evaluation.runs.labelled_replies import is_wrong

EMPTY: Mapping[str, JsonValue] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """A user's message.

    Attributes:
        number: Which turn of the dialogue the reply is, or would be.
        turn: The message.
        before: What was said between the message before it and this one.
        reply: What people answered; None: nothing, the user went on, or it ends there.
        at: When it was said; None: nobody knows.
    """

    number: int
    turn: DialogueTurn
    before: tuple[DialogueTurn, ...]
    reply: DialogueTurn | None
    at: datetime | None = None

    @property
    def text(self) -> str:
        """What was said."""
        return self.turn.text

    @property
    def reference(self) -> str:
        """What people answered; empty: nothing, or what is known to be wrong."""
        return self.reply.text if self.reply is not None and not is_wrong(self.reply) else ""

    @property
    def state(self) -> Mapping[str, JsonValue]:
        """What is to be known after the turn: as it stands at the message, or else at the reply."""
        return self.turn.state or (self.reply.state if self.reply is not None else EMPTY)


@dataclass(frozen=True, slots=True)
class Held:
    """A dialogue to hold.

    Attributes:
        position: Which of them it is, counted from 0.
        dialogue: As it was recorded.
        line: Where its file has it.
        questions: Its messages of the user, in order.
    """

    position: int
    dialogue: Dialogue
    line: int
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Left:
    """What is left out, with where the first of each kind stands."""

    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def out(self, what: str, place: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        self.places.setdefault(what, place)

    def told(self) -> list[str]:
        """Return remarks, each a sentence."""
        return [f"{_words(kind, count)} (the first: {self.places[kind]})." for kind, count in self.counts.items()]


_WHY = {
    "empty": ("empty turns were passed over", "An empty turn was passed over"),
    "system": (
        "turns of `system` were not shown to the bot, which has instructions of its own",
        "A turn of `system` was not shown to the bot, which has instructions of its own",
    ),
    "unasked": ("replies that nobody asked for were not measured", "A reply that nobody asked for was not measured"),
    "unanswered": (
        "messages that nobody answered were put to the bot, with no reply to compare its own with",
        "A message that nobody answered was put to the bot, with no reply to compare its own with",
    ),
    "silent": ("dialogues have nothing said by a user", "A dialogue has nothing said by a user"),
}


def to_hold(dialogues: Sequence[tuple[Path, Dialogue]]) -> tuple[list[Held], list[str]]:
    """Return the dialogues to hold, and remarks on what looks odd about them.

    Raises:
        ConfigurationError: Nobody says anything in them.
    """
    held: list[Held] = []
    left = _Left()
    for file, dialogue in dialogues:
        line = line_of(dialogue)
        questions = tuple(_questions(dialogue, f"{file.name}:{line}", left))
        if questions:
            held.append(Held(len(held), dialogue, line, questions))
        else:
            left.out("silent", f"{file.name}:{line}")
    if not held:
        where, first = dialogues[0] if dialogues else (None, None)
        problem = Problem(
            "nothing is said by a user in it" if dialogues else "there are no dialogues",
            where,
            None if first is None else line_of(first),
            remedy="Turns of the roles user and bot are needed.",
        )
        raise ConfigurationError([problem])
    return held, left.told()


def _words(kind: str, count: int) -> str:
    several, one = _WHY[kind]
    return one if count == 1 else f"{count} {several}"


def _questions(dialogue: Dialogue, place: str, left: _Left) -> list[Question]:
    said = [(number, turn) for number, turn in enumerate(dialogue.turns) if _is_said(turn, place, left)]
    found: list[Question] = []
    before: list[DialogueTurn] = []
    begun = time_of(dialogue.metadata)
    for index, (number, turn) in enumerate(said):
        if turn.role != "user":
            if index == 0 or said[index - 1][1].role != "user":
                left.out("unasked", place)
                before.append(turn)
            continue  # the reply to the question before it, which is part of that one
        reply = next((other for _, other in said[index + 1 : index + 2] if other.role == "bot"), None)
        if reply is None:
            left.out("unanswered", place)
        at = time_of(turn.metadata) or begun
        answered_as = number + 1 if reply is None else said[index + 1][0]
        found.append(Question(answered_as, turn, tuple(before), reply, at))
        before = []
    return found


def _is_said(turn: DialogueTurn, place: str, left: _Left) -> bool:
    if turn.role == "system":
        left.out("system", place)
        return False
    if not turn.text.strip():
        left.out("empty", place)
        return False
    return True


def time_of(metadata: Mapping[str, Any]) -> datetime | None:
    """Return when something was said, where `at` says so; a time without a zone is taken as UTC."""
    at = metadata.get("at")
    if not isinstance(at, str):
        return None
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None  # the source's own way of writing times, which its reader has left as it was
    return found if found.tzinfo else found.replace(tzinfo=UTC)
