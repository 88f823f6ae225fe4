"""Whom a bot is talking to: what it knows about a user, since when, for how long, and whether they agreed to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from dialog_core.events import ConsentGiven, Event, FactLearned
from dialog_core.values import JsonValue, empty_mapping


@dataclass(frozen=True, slots=True)
class User:
    """Whom the bot is talking to in a turn.

    Attributes:
        id: The user as the channel knows them; empty: nobody in particular, and nothing is kept.
        facts: What is known about them, by name: what their profile has, and what they said in this session.
        consent: Whether they agreed that facts are kept across conversations; None: they never said.
        unasked: The facts, known or not, that would be kept if they were asked and agreed.
    """

    id: str = ""
    facts: Mapping[str, JsonValue] = empty_mapping()
    consent: bool | None = None
    unasked: frozenset[str] = field(default=frozenset(), compare=False)

    def after(self, events: Sequence[Event]) -> "User":
        """Return the user as they are known once something has happened: a fact learnt, consent given or withdrawn."""
        facts, consent, unasked = dict(self.facts), self.consent, self.unasked
        for event in events:
            match event:
                case FactLearned(name, None):
                    facts.pop(name, None)
                case FactLearned(name, value):
                    facts[name] = value
                case ConsentGiven(given):
                    consent, unasked = given, frozenset()
                    if not given:
                        facts.clear()
        return User(self.id, MappingProxyType(facts), consent, unasked)


NOBODY = User()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a profile says about a user.

    Attributes:
        value: What (a JSON value).
        learned_at: When it was learnt.
        expires_at: When it is to be forgotten; None: never.
        conversation: In which conversation it was learnt.
    """

    value: JsonValue
    learned_at: datetime
    expires_at: datetime | None = None
    conversation: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class Consent:
    """What a user said to facts being kept across conversations.

    Attributes:
        given: Whether they agreed.
        at: When they said so.
    """

    given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept about a user across conversations.

    Attributes:
        user_id: The user as the channel knows them.
        facts: By name; some may have expired.
        consent: What they said to it; None: nothing.
    """

    user_id: str
    facts: Mapping[str, Fact] = empty_mapping()
    consent: Consent | None = None

    def known(self, now: datetime) -> Mapping[str, JsonValue]:
        """Return the values of the facts that hold at a time."""
        return {name: fact.value for name, fact in self.facts.items() if fact.holds(now)}
