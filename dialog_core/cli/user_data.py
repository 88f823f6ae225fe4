"""Everything a bot has stored about one user: found in both stores, written down, deleted."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.conversation import Conversation
from dialog_core.event_codec import encode_event
from dialog_core.events import BotSaid, ConsentGiven, Event, FactLearned, UserSaid
from dialog_core.interfaces import ConversationStore, ProfileStore
from dialog_core.user import Fact, Profile

Told = Callable[[int, int], None]
"""Is told how many conversations of how many have been looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is about a user.

    Attributes:
        profile: What is kept across conversations.
        own: The conversations in which they alone wrote, and how many messages each has. Messages of nobody in
            particular count as theirs: they wrote before they said who they are.
        shared: The conversations in which others wrote as well.
    """

    profile: Profile
    own: Mapping[str, int]
    shared: Mapping[str, int]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is kept about them."""
        return not (self.has_profile or self.own or self.shared)

    @property
    def has_profile(self) -> bool:
        """Whether there is a profile."""
        return bool(self.profile.facts) or self.profile.consent is not None


class UserData:
    """Looks for users in the stores of a bot; either may be missing."""

    def __init__(self, conversations: ConversationStore | None, profiles: ProfileStore | None, told: Told) -> None:
        self._conversations = conversations
        self._profiles = profiles
        self._told = told

    async def find(self, user_id: str) -> Found:
        """Return what there is about a user. Every conversation is looked at."""
        profile = Profile(user_id) if self._profiles is None else await self._profiles.get(user_id)
        own: dict[str, int] = {}
        shared: dict[str, int] = {}
        async for conversation in self._all():
            writers = writers_of(conversation)
            if user_id in writers:
                (own if writers == {user_id} else shared)[conversation.id] = len(conversation.messages)
        return Found(profile, own, shared)

    async def writers(self) -> Mapping[str, int]:
        """Return in how many conversations each user has written."""
        counts: dict[str, int] = {}
        async for conversation in self._all():
            for user_id in writers_of(conversation):
                counts[user_id] = counts.get(user_id, 0) + 1
        return counts

    async def lines(self, found: Found, descriptions: Mapping[str, str], *, facts_only: bool) -> AsyncIterator[Any]:
        """Yield everything as JSON objects: consent, facts, and the events of conversations.

        Of a conversation in which others wrote as well there is what the user said and what the bot said to it.
        """
        user_id = found.profile.user_id
        if found.has_profile:
            consent = found.profile.consent
            told = None if consent is None else {"given": consent.given, "at": consent.at.isoformat()}
            yield {"user": user_id, "consent": told}
        for name, fact in sorted(found.profile.facts.items()):
            yield {"user": user_id, "fact": name, **_fact(fact, descriptions.get(name, ""))}
        if facts_only or self._conversations is None:
            return
        for conversation_id in (*found.own, *found.shared):
            conversation = await self._conversations.load(conversation_id)
            events = conversation.events if conversation_id in found.own else _of(user_id, conversation)
            for event in events:
                line: dict[str, Any] = {"user": user_id, "conversation": conversation_id, **encode_event(event)}
                if isinstance(event, BotSaid) and event.in_reply_to:
                    line["trace"] = await self._conversations.load_trace(conversation_id, event.in_reply_to)
                yield line

    async def forget_profile(self, user_id: str) -> bool:
        """Forget the profile; say whether there was one."""
        return self._profiles is not None and await self._profiles.forget(user_id)

    async def delete(self, conversation_id: str, user_id: str) -> bool:
        """Delete a conversation, unless somebody else has written in it meanwhile; say whether it was."""
        if self._conversations is None:
            return False
        if writers_of(await self._conversations.load(conversation_id)) - {user_id}:
            return False
        return await self._conversations.delete(conversation_id)

    async def _all(self) -> AsyncIterator[Conversation]:
        if self._conversations is None:
            return
        summaries = await self._conversations.list()
        for number, summary in enumerate(summaries):
            self._told(number, len(summaries))
            yield await self._conversations.load(summary.id)


def writers_of(conversation: Conversation) -> set[str]:
    """Return who has written in a conversation, as far as the channel knows."""
    said = (event.message.user_id for event in conversation.messages if isinstance(event, UserSaid))
    return {user_id for user_id in said if user_id}


def _of(user_id: str, conversation: Conversation) -> Iterator[Event]:
    """Yield what is about one user in a conversation that others have written in."""
    theirs: set[str] = set()
    for event in conversation.events:
        match event:
            case UserSaid(message) if message.user_id == user_id:
                theirs.add(message.client_id)
                yield event
            case BotSaid() if event.in_reply_to in theirs:
                yield event
            case FactLearned() | ConsentGiven() if event.user_id == user_id:
                yield event


def _fact(fact: Fact, description: str) -> Mapping[str, Any]:
    line: dict[str, Any] = {"value": fact.value, "description": description, "learned_at": fact.learned_at.isoformat()}
    line["expires_at"] = None if fact.expires_at is None else fact.expires_at.isoformat()
    line["conversation"] = fact.conversation
    return line
