"""The turns of a stored conversation: what was asked, what was known by then, what was said, how it was taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dialog_core import (
    BotSaid,
    ConsentGiven,
    Conversation,
    Event,
    FactLearned,
    FeedbackGiven,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    HandedOver,
    Message,
    Remembered,
    ReplyEdited,
    SlotSet,
    UserSaid,
)
from dialog_core.training import RecordedConversation
from dialog_evaluation.replay.traces import sound_trace

Judgement = Literal["", "good", "bad", "edited", "taken over"]
_OF_THE_REPLY = SlotSet | FlowStarted | FlowStepped | FlowEnded | HandedOver | FactLearned | ConsentGiven | Remembered
"""What is stored in one go with a reply and before it: the bot did not know it yet when it chose."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A message that was answered.

    Attributes:
        message: The message, as the input guards left it.
        position: Where it stands in the conversation.
        before: The conversation as the bot found it, usually up to the message; with the message in it where the bot
            took it up again later.
        said: What the bot said to it: the reply, and perhaps the question of a flow.
        trace: The explanation of the reply; empty where none is kept, or a damaged one.
        judgement: How the reply was taken, as far as somebody told.
        correction: What a person made of it; empty where nobody edited it.
    """

    message: Message
    position: int
    before: Conversation
    said: Sequence[BotSaid]
    trace: Mapping[str, Any]
    judgement: Judgement = ""
    correction: str = ""

    @property
    def reply(self) -> BotSaid:
        """The reply."""
        return self.said[0]

    @property
    def complained(self) -> bool:
        """Whether somebody was not content with the reply."""
        return self.judgement in ("bad", "edited", "taken over")


def stored_turns(recorded: RecordedConversation) -> Iterator[StoredTurn]:
    """Yield the turns of a conversation in which the bot answered, in the order of its replies."""
    conversation = recorded.conversation
    events = conversation.events
    judged = _Judgements.of(events)
    before, answered = Conversation(conversation.id), set[str]()
    for position, event in enumerate(events):
        if not isinstance(event, BotSaid) or event.in_reply_to in answered:
            continue
        asked_at = conversation.position_of(event.in_reply_to)
        asked = None if asked_at is None else events[asked_at]
        if asked_at is None or asked_at > position or not isinstance(asked, UserSaid):
            continue  # a greeting
        answered.add(event.in_reply_to)
        known = position
        while isinstance(events[known - 1], _OF_THE_REPLY):
            known -= 1
        until = asked_at if known == asked_at + 1 else known
        before = before.append(events[len(before) : until])
        yield StoredTurn(
            message=asked.message,
            position=asked_at,
            before=before,
            said=conversation.replies_to(event.in_reply_to),
            trace=sound_trace(recorded.traces.get(event.in_reply_to)),
            judgement=judged.of_reply(event),
            correction=judged.edits.get(event.in_reply_to, ""),
        )


@dataclass(frozen=True, slots=True)
class _Judgements:
    """What people made of replies, by the id of the message that was answered."""

    feedback: Mapping[str, Literal["good", "bad"]]
    edits: Mapping[str, str]
    taken_over: frozenset[str]

    @classmethod
    def of(cls, events: Sequence[Event]) -> "_Judgements":
        feedback: dict[str, Literal["good", "bad"]] = {}
        edits: dict[str, str] = {}
        taken_over: set[str] = set()
        last = ""
        for event in events:
            match event:
                case FeedbackGiven():
                    feedback[event.in_reply_to] = event.verdict
                case ReplyEdited():
                    edits[event.in_reply_to] = event.text
                case BotSaid():
                    last = event.in_reply_to
                case UserSaid():
                    last = ""
                case HandedOver() if last:  # by a person: a bot that hands over does so before it says so
                    taken_over.add(last)
        return cls(feedback, edits, frozenset(taken_over))

    def of_reply(self, reply: BotSaid) -> Judgement:
        """Return the judgement that counts: an edit more than being taken over, and both more than a thumb."""
        edit = self.edits.get(reply.in_reply_to)
        if edit is not None and edit.split() != reply.text.split():
            return "edited"
        if reply.in_reply_to in self.taken_over:
            return "taken over"
        return self.feedback.get(reply.in_reply_to, "")
