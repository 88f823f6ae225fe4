"""Labelled dialogues: what each message of a user's was answered with, and what would have been right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core import BotSaid, Conversation, Event, Message, SlotSet, UserSaid
from dialog_core.configuration import Problem
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_ranking_training.gathering.references import Reference, read_reference

if TYPE_CHECKING:
    from dialog_ranking_training.gathering.ratings import RatedReplies

BETWEEN = timedelta(seconds=1)  # what passes from one turn to the next where a dialogue says only when it was


@dataclass(frozen=True, slots=True)
class Question:
    """A message with what is known of the right reply to it.

    Attributes:
        id: Of the choice it leads to.
        message: The message.
        before: The conversation before it, with the replies as the dialogue has them.
        reference: The right reply, or what was said of two that were compared.
        user: Who asks; empty: nobody knows.
    """

    id: str
    message: Message
    before: Conversation
    reference: "Reference | RatedReplies"
    user: str = ""


def questions_of(
    dialogue: Dialogue, file: Path, prefix: str, now: datetime
) -> tuple[list[Question], int, list[Problem]]:
    """Return the messages of a dialogue that say what the right reply is, how many do not, and what is wrong with it.

    Args:
        dialogue: The dialogue.
        file: Where it stands.
        prefix: What makes its id unique among all files.
        now: When it takes place unless it says so itself.
    """
    problems: list[Problem] = []

    def wrong(message: str, remedy: str, path: str) -> None:
        problems.append(Problem(message, file, _line(dialogue), path=path, remedy=remedy))

    at = _time(dialogue, now)
    if at is None:
        wrong("this is no time", 'Write one such as "2026-03-01T12:00:00+00:00".', "at")
        at = now
    user = dialogue.metadata.get("user")
    if user is not None and not isinstance(user, str | int):
        wrong("this is no name", "Write user: NAME.", "user")
    language = dialogue.metadata.get("language")
    begun: list[Event] = [SlotSet("locale", language)] if isinstance(language, str) and language else []
    conversation = Conversation(f"{prefix}:{dialogue.id}", begun)
    questions: list[Question] = []
    silent = 0
    for number, (turn, replies) in enumerate(exchanges(dialogue)):
        said_at = at + 2 * number * BETWEEN
        client_id = str(number)
        if turn is not None:
            message = Message(turn.text, client_id=client_id, at=said_at, user_id=str(user or ""))
            reference, mistakes = read_reference(replies)
            for told, remedy in mistakes:
                wrong(told, remedy, f"turns: {turn.text[:40]!r}")
            if reference.empty or not turn.text:
                silent += 1
            else:
                questions.append(
                    Question(f"{conversation.id}/{number}", message, conversation, reference, message.user_id)
                )
            conversation = conversation.append([UserSaid(message)])
        said = [
            BotSaid(reply.text, said_at + BETWEEN, client_id if turn else "", _policy(reply.metadata.get("policy")))
            for reply in replies
            if reply.text
        ]
        conversation = conversation.append(said)
    return questions, silent, problems


def exchanges(dialogue: Dialogue) -> Iterator[tuple[DialogueTurn | None, list[DialogueTurn]]]:
    """Yield each turn of the user with the bot's turns after it; the bot may have begun."""
    asked: DialogueTurn | None = None
    replies: list[DialogueTurn] = []
    for turn in dialogue.turns:
        if turn.role == "user":
            if asked is not None or replies:
                yield asked, replies
            asked, replies = turn, []
        elif turn.role == "bot":
            replies.append(turn)
    if asked is not None or replies:
        yield asked, replies


def _policy(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _line(dialogue: Dialogue) -> int | None:
    line = dialogue.metadata.get("line")
    return line if isinstance(line, int) else None


def _time(dialogue: Dialogue, now: datetime) -> datetime | None:
    written = dialogue.metadata.get("at")
    if written is None:
        return now
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
