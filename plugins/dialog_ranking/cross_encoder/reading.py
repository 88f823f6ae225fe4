"""What a cross-encoder is given to read of a turn and of a candidate."""

from dialog_core import Candidate, Turn, UserSaid
from dialog_ranking.choices.choice import TEXT


def context_of(turn: Turn, messages: int) -> str:
    """Return the last messages as text, a line each; the one to be answered is the last and has no name before it.

    Args:
        turn: The turn.
        messages: How many messages at most, the one to be answered included.
    """
    before: list[str] = []
    for event in reversed(turn.conversation.messages):
        if len(before) == messages - 1:
            break
        if isinstance(event, UserSaid):
            if event.message.client_id != turn.message.client_id:
                before.append(f"user: {_line(event.message.text)}")
        else:
            before.append(f"bot: {_line(event.text)}")
    return "\n".join([*reversed(before), clean(turn.text)])


def reply_of(candidate: Candidate) -> str:
    """Return a candidate's text, or what it would do where it says nothing."""
    if candidate.text or candidate.action is None:
        return clean(candidate.text[:TEXT])
    return clean(candidate.action.name.replace("_", " "))


def clean(text: str) -> str:
    """Return a text without halves of surrogate pairs, which are no text to a tokenizer."""
    return text.encode(errors="replace").decode()


def _line(text: str) -> str:
    return " ".join(clean(text[:TEXT]).split())
