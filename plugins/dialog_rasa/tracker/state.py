"""What a prediction goes by at one moment, and the tracker that carries it through a conversation.

The tracker knows no bot: it is moved by what is said (`heard`), done (`acted`), set (`with_slots`) and by loops
(`entered`, `left`, `rejected`). Policies, tests and training move the same one, so that they predict alike. Its size
is bounded whatever the conversation's length: the states of the last moments, and of all before them a checksum.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import LISTEN
from dialog_rasa.tracker.features import Features

MOST_STATES = 40  # that are kept: no rule or window of history is longer


@dataclass(frozen=True, slots=True)
class HeardEntity:
    """An entity in a message."""

    name: str
    value: JsonValue
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was understood.

    Attributes:
        text: Its words.
        intent: Its intent; of a retrieval intent the part before the slash. Empty where only the words are known.
        retrieval: The whole retrieval intent, `faq/opening_hours`; empty where it is none.
        probability: How sure the intent is.
        entities: What is named in it, in text order.
    """

    text: str = ""
    intent: str = ""
    retrieval: str = ""
    probability: float = 1.0
    entities: tuple[HeardEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What a prediction goes by.

    Attributes:
        action: What was done last: LISTEN right after a message.
        user: The latest message: an intent, or the words of a story that has words (`"..."`); empty: none yet.
        entities: Which of its entities count: `city`, `city#from`.
        slots: Slots that influence predictions and have a value, each with what counts of it.
        loop: The loop under way; empty: none.
        requested: Which slot the loop has asked for; empty: none.
    """

    action: str = ""
    user: str = ""
    entities: frozenset[str] = frozenset()
    slots: tuple[tuple[str, str], ...] = ()
    loop: str = ""
    requested: str = ""

    @property
    def key(self) -> str:
        """The state as a text that is the same for equal ones, without what the loop has asked for."""
        slots = ",".join(f"{name}={value}" for name, value in self.slots)
        return "|".join((self.action, self.user, ",".join(sorted(self.entities)), slots, self.loop))


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop under way.

    Attributes:
        name: Which.
        requested: The slot it has asked for; empty: none yet.
        rejected: Whether it could do nothing with the latest message, so that others may answer it.
        interrupted: Whether the message after that was for somebody else too: the loop then only asks again.
    """

    name: str
    requested: str = ""
    rejected: bool = False
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Tracker:
    """A conversation as predictions see it; every step returns a new one.

    Attributes:
        features: What counts of messages and slots.
        slots: Every slot that has a value.
        states: The states in which something was predicted, the latest last, and no more than `MOST_STATES`.
        seen: A checksum of all states since the session began.
        moments: How many they are.
        action: What was done last; empty at the beginning of a session.
        latest: The latest message.
        loop: The loop under way.
    """

    features: Features
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    states: tuple[State, ...] = ()
    seen: str = ""
    moments: int = 0
    action: str = ""
    latest: Heard = Heard()
    loop: Loop | None = None

    @property
    def state(self) -> State:
        """What the next prediction goes by."""
        latest = self.latest
        return State(
            action=self.action,
            user=self.features.user(latest.text, latest.intent),
            entities=self.features.entities(latest.intent, ((e.name, e.role, e.group) for e in latest.entities)),
            slots=self.features.slots(self.slots),
            loop=self.loop.name if self.loop else "",
            requested=self.loop.requested if self.loop else "",
        )

    def heard(self, message: Heard) -> "Tracker":
        """Return the tracker once the user has said this; what was done before it was to listen."""
        return replace(self, action=LISTEN, latest=message)

    def acted(self, action: str) -> "Tracker":
        """Return the tracker once this was predicted and done: the present state is one more of the past."""
        state = self.state
        seen = hashlib.blake2b(f"{self.seen}\n{state.key}".encode(), digest_size=8).hexdigest()
        loop = self.loop
        if loop is not None:
            loop = replace(loop, interrupted=False, rejected=loop.rejected and loop.name != action)
        states = (*self.states[-(MOST_STATES - 1) :], state)
        return replace(self, states=states, seen=seen, moments=self.moments + 1, action=action, loop=loop)

    def with_slots(self, values: Mapping[str, JsonValue]) -> "Tracker":
        """Return the tracker with these slots set; None clears one."""
        if not values:
            return self
        slots = {name: value for name, value in {**self.slots, **values}.items() if value is not None}
        return replace(self, slots=slots)

    def entered(self, loop: str, requested: str = "") -> "Tracker":
        """Return the tracker with this loop under way, which has asked for that slot."""
        if self.loop is not None and self.loop.name == loop:
            return replace(self, loop=replace(self.loop, requested=requested))
        return replace(self, loop=Loop(loop, requested))

    def left(self) -> "Tracker":
        """Return the tracker with no loop under way."""
        return replace(self, loop=None)

    def rejected(self) -> "Tracker":
        """Return the tracker once the loop could do nothing with the latest message."""
        return self if self.loop is None else replace(self, loop=replace(self.loop, rejected=True))

    def interrupted(self) -> "Tracker":
        """Return the tracker once the latest message was not for the loop, which is to ask again and no more."""
        return self if self.loop is None else replace(self, loop=replace(self.loop, interrupted=True))
