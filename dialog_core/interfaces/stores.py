"""The contracts of what keeps conversations and profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dialog_core.conversation import Conversation
from dialog_core.events import Event
from dialog_core.user import Consent, Fact, Profile


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A line of `conversations list`."""

    id: str
    length: int
    messages: int
    started_at: datetime | None
    last_at: datetime | None


class ConversationStore(Protocol):
    """Keeps conversations. Safe to use by several tasks; durable stores by several processes."""

    async def load(self, conversation_id: str) -> Conversation:
        """Return the conversation as it stands; an empty one if it is not known."""
        ...

    async def append(
        self,
        conversation_id: str,
        events: Sequence[Event],
        *,
        expected_length: int,
        trace: Mapping[str, Any] | None = None,
    ) -> Conversation:
        """Append all of `events` or none and return the conversation; durable when it returns.

        Args:
            conversation_id: Which.
            events: What happened. At most one `UserSaid` per client id is accepted in a conversation.
            expected_length: How many events the caller thinks there are.
            trace: The explanation of a reply among `events` (JSON values), kept apart and keyed by its `message_id`.

        Raises:
            ConversationChanged: The length differs or a client id is there already; nothing was appended.
        """
        ...

    async def load_trace(self, conversation_id: str, message_id: str) -> Mapping[str, Any] | None:
        """Return the trace of the reply to a message, or None."""
        ...

    async def list(self) -> Sequence[ConversationSummary]:
        """Return a summary of every conversation, the most recent first."""
        ...

    async def delete(self, conversation_id: str) -> bool:
        """Delete a conversation with its traces; say whether there was one."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of files."""
        ...


@dataclass(frozen=True, slots=True)
class ProfileSummary:
    """A line of `users list`."""

    user_id: str
    facts: int
    consent: bool | None
    last_at: datetime | None


class ProfileStore(Protocol):
    """Keeps profiles of users. Safe to use by several tasks; durable stores by several processes.

    It keeps what it is given: what may be kept, and for how long, has been decided before.
    """

    async def get(self, user_id: str) -> Profile:
        """Return what is kept about a user, expired facts included; an empty profile if nothing is."""
        ...

    async def put(self, user_id: str, facts: Mapping[str, Fact | None], consent: Consent | None = None) -> None:
        """Keep these facts beside the others, and what the user said to it; durable when it returns.

        Args:
            user_id: Whose.
            facts: By name; None forgets one.
            consent: What the user says from now on; None: as before.

        Raises:
            StoreError: A value is no JSON, or there is no room; nothing was kept.
        """
        ...

    async def forget(self, user_id: str) -> bool:
        """Forget all facts of a user and their consent; say whether there was anything."""
        ...

    async def expire(self, now: datetime) -> int:
        """Forget every fact that has expired by then; say how many."""
        ...

    async def list(self) -> Sequence[ProfileSummary]:
        """Return a line for each user there is a profile of, by id."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of files."""
        ...
