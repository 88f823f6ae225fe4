"""What a bot is to remember when it is asked: what people said before."""

from datetime import UTC, datetime

from dialog_core import BotSaid, Conversation, Event, Message, UserSaid
from dialog_evaluation.replies.cases import Case


def conversation_before(case: Case) -> Conversation:
    """Return the conversation up to the question; those of one dialogue share their beginning and their id."""
    now = datetime.now(UTC)  # so that no session has expired
    events: list[Event] = []
    asked = ""
    for number, turn in enumerate(case.history):
        if turn.role == "user":
            asked = f"{case.dialogue}-{number}"
            events.append(UserSaid(Message(turn.text, client_id=asked, at=now)))
        else:
            events.append(BotSaid(turn.text, now, in_reply_to=asked))
    return Conversation(case.dialogue, events)
