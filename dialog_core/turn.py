"""What a policy is given: one user message with everything known about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from dialog_core.conversation import Conversation
from dialog_core.events import Event, Evidence, Message
from dialog_core.user import NOBODY, User
from dialog_core.values import JsonValue, empty_mapping
from dialog_core.wording import Wording

if TYPE_CHECKING:
    from dialog_core.trace import PartReport


@dataclass(frozen=True, slots=True)
class Turn:
    """One user message to be answered. The clock and the seed come from here, so that a turn can be replayed.

    Attributes:
        conversation: What came before, and `message` itself as its last event.
        message: The message to answer, as the input guards left it.
        language: The language to answer in (a BCP 47 tag): that of the message where the bot follows it, else the
            conversation's, else the bot's.
        annotations: Facts about the message by annotator name.
        evidence: What the candidates of earlier tiers rest on, by policy name.
        user: Whom it is with, and what is known about them.
        deadline: When there must be an answer, on the clock of `time.monotonic()` (seconds): that of the turn, or
            earlier where the policy's own `timeout` is shorter.
        now: The time of the turn.
        seed: For choices that should look random and yet be the same when the turn is replayed.
    """

    conversation: Conversation
    message: Message
    language: str
    deadline: float
    now: datetime
    seed: int
    annotations: Mapping[str, JsonValue] = empty_mapping()
    evidence: Mapping[str, tuple[Evidence, ...]] = empty_mapping()
    user: User = NOBODY

    def after(self, events: Sequence[Event]) -> "Turn":
        """Return the turn as it is once something has happened in it, such as the effects of a reply so far."""
        if not events:
            return self
        return replace(self, conversation=self.conversation.append(events), user=self.user.after(events))

    @property
    def text(self) -> str:
        """The words of the message."""
        return self.message.text

    @property
    def slots(self) -> Mapping[str, JsonValue]:
        """The slot values as they stand before this turn."""
        return self.conversation.slots


@dataclass(frozen=True, slots=True)
class TurnRules:
    """What the bot file says about every turn; see `bot:` and `dispatch:` there.

    `remarks` stand in every trace: what is not as it should be with the bot itself.
    """

    language: str = "en"
    languages: tuple[str, ...] = ()
    greeting: Wording = ""
    fallback: Wording = "I do not know."
    session_expiry: float = 12 * 3600
    max_message: int = 20_000
    accept_at: float = 0.8
    answer_at: float = 0.3
    deadline: float = 5.0
    explore: float = 0.0
    seed: int = 0
    remarks: tuple["PartReport", ...] = ()
