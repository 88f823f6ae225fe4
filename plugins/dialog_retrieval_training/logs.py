"""Learning from what people asked: questions whose answer was judged good, or put right by a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialog_core import BotSaid, Conversation, FeedbackGiven, ReplyEdited, UserSaid
from dialog_core.training import read_conversations
from dialog_retrieval_training.reading import Knowledge, Question, folded

GOOD = "good"


@dataclass(frozen=True, slots=True)
class Logged:
    """What a log of conversations says about questions and entries.

    Attributes:
        questions: The questions, each with the entry that is known to answer it.
        good: How many of them were judged good.
        edited: How many a person put right.
        unknown: How many judgements were about entries that the knowledge does not have, or about no entry.
    """

    questions: tuple[Question, ...]
    good: int
    edited: int
    unknown: int


def read_logs(file: Path, knowledge: Knowledge) -> Logged:
    """Return what the conversations of a store say; the store may be in use meanwhile, and is not changed.

    Raises:
        StoreError: It is no database of conversations.
        TrainingError: It cannot be read.
    """
    return gather(read_conversations(file), knowledge)


def gather(conversations: list[Conversation], knowledge: Knowledge) -> Logged:
    """Return what conversations say about questions and entries, each question once."""
    by_answer = {folded(item.entry.answer): item.number for item in reversed(knowledge.entries)}
    answers: dict[str, tuple[str, set[int]]] = {}
    good = edited = unknown = 0
    for conversation in conversations:
        for event, text in _judged(conversation):
            if isinstance(event, ReplyEdited):
                number = by_answer.get(folded(event.text))
                edited += number is not None
            else:
                number = _answered_with(conversation, event.in_reply_to, knowledge)
                good += number is not None
            if number is None:
                unknown += 1
                continue
            answers.setdefault(folded(text), (text, set()))[1].add(number)
    questions = tuple(Question(text, frozenset(numbers)) for text, numbers in answers.values())
    return Logged(questions, good, edited, unknown)


def _judged(conversation: Conversation) -> Iterator[tuple[FeedbackGiven | ReplyEdited, str]]:
    """Yield the last judgement of each reply, if it says which entry is right, with the question."""
    asked = {
        event.message.client_id: event.message.text for event in conversation.events if isinstance(event, UserSaid)
    }
    last: dict[str, FeedbackGiven | ReplyEdited] = {}
    for event in conversation.events:
        if isinstance(event, ReplyEdited) or (
            isinstance(event, FeedbackGiven) and not isinstance(last.get(event.in_reply_to), ReplyEdited)
        ):
            last[event.in_reply_to] = event
    for about, event in last.items():
        if asked.get(about, "").strip() and (isinstance(event, ReplyEdited) or event.verdict == GOOD):
            yield event, asked[about]


def _answered_with(conversation: Conversation, message: str, knowledge: Knowledge) -> int | None:
    """Return the entry a reply rests on; None where it rests on several, for then any may be the wrong one."""
    found: set[int] = set()
    for reply in conversation.replies_to(message):
        if isinstance(reply, BotSaid):
            for evidence in reply.evidence:
                id, source = evidence.metadata.get("id"), evidence.metadata.get("knowledge", "")
                if isinstance(id, str) and isinstance(source, str):
                    found.update(knowledge.numbers(id, source))
    return found.pop() if len(found) == 1 else None
