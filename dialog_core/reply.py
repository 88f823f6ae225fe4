"""What comes out of a turn: the reply, and the items of a streamed reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.events import BotSaid, Evidence


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to one message.

    Attributes:
        conversation_id: Of which conversation.
        message_id: The client id of the message answered; empty for a greeting.
        messages: What to show, in order. Empty when a person has taken over.
        trace: The explanation as JSON values (`Trace.to_json`), or None where there is none to tell.
        replayed: Whether this is the stored reply to a message that had been answered before.
    """

    conversation_id: str
    message_id: str
    messages: tuple[BotSaid, ...]
    trace: Mapping[str, Any] | None = None
    replayed: bool = False

    @property
    def text(self) -> str:
        """Everything said, messages separated by a blank line."""
        return "\n\n".join(message.text for message in self.messages)

    @property
    def policy(self) -> str:
        """The policy that answered: of the first message, empty if there is none."""
        return self.messages[0].policy if self.messages else ""

    @property
    def probability(self) -> float | None:
        """The probability, as the ranker saw it, that the reply is right; None for fallback, greeting and refusal."""
        return self.messages[0].probability if self.messages else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the reply rests on."""
        return tuple(evidence for message in self.messages for evidence in message.evidence)

    @property
    def quick_replies(self) -> tuple[str, ...]:
        """Texts the user may pick: those of the last message."""
        return self.messages[-1].quick_replies if self.messages else ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Stream item: these policies are being asked now."""

    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Stream item: the next piece of the reply's first message."""

    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """Stream item: forget the pieces so far; the reply that follows replaces them."""

    reason: str


StreamItem = Asking | Piece | Retracted | Reply
