"""The tracker: carries what predictions go by through a conversation.

It knows no bot: it is moved by what is said (`heard`), done (`acted`), set (`with_slots`) and by loops (`entered`,
`left`, `rejected`). Policies, tests and training move the same one, so that they predict alike. Its size is bounded
whatever the conversation's length: the states of the last moments, and of all before them a checksum.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import LISTEN
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.past import MOST_STATES, Past, State

__all__ = ["MOST_STATES", "Heard", "HeardEntity", "Loop", "Past", "State", "Tracker"]


_NOTHING = Past()


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
class Loop:
    """A loop under way.

    Attributes:
        name: Which.
        requested: The slot it has asked for; empty: none yet.
        rejected: Whether it could do nothing with a message, so that others may answer until it runs again.
        interrupted: Whether the message after that was for somebody else too: the loop then only asks again.
        refused: Whether it was the latest message that it could do nothing with.
    """

    name: str
    requested: str = ""
    rejected: bool = False
    interrupted: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Tracker:
    """A conversation as predictions see it; every step returns a new one.

    Attributes:
        features: What counts of messages and slots.
        slots: Every slot that has a value.
        told: What stories see of what has happened.
        whole: What rules see of it: everything.
        action: What was done last; empty at the beginning of a session.
        latest: The latest message.
        loop: The loop under way.
        hiding: Whether what was done last is hidden from stories.
    """

    features: Features
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    told: Past = _NOTHING
    whole: Past = _NOTHING
    action: str = ""
    latest: Heard = Heard()
    loop: Loop | None = None
    hiding: bool = False

    @property
    def states(self) -> tuple[State, ...]:
        """The latest states that stories see, without the present one."""
        return self.told.states

    @property
    def seen(self) -> str:
        """A checksum of all states that stories see, without the present one."""
        return self.told.seen

    @property
    def moments(self) -> int:
        """How many these states are."""
        return self.told.moments

    @property
    def state(self) -> State:
        """What the next prediction of a story goes by."""
        return self._now(self.told)

    @property
    def present(self) -> State:
        """What the next prediction of a rule goes by."""
        return self._now(self.whole)

    def heard(self, message: Heard) -> "Tracker":
        """Return the tracker once the user has said this; what was done before it was to listen."""
        user = self.features.user(message.text, message.intent)
        named = ((entity.name, entity.role, entity.group) for entity in message.entities)
        entities = self.features.entities(message.intent, named)
        intent = message.intent if user != message.intent else ""
        told, whole = (past.heard(user, entities, intent) for past in (self.told, self.whole))
        loop = self.loop
        if loop is not None and loop.refused:
            loop = replace(loop, refused=False)
        return replace(self, told=told, whole=whole, action=LISTEN, latest=message, loop=loop, hiding=False)

    def acted(self, action: str, *, hidden: bool = False) -> "Tracker":
        """Return the tracker once this was predicted and done: the present state is one more of the past.

        Args:
            action: What was done.
            hidden: Whether stories are not to see it: what a prediction says of itself.
        """
        present, loop = self.present, self.loop
        told = self.told
        # The end of a turn of which stories have seen something is not hidden from them.
        if not hidden or (action == LISTEN and told.action != LISTEN):
            hidden = False
            told = told.acted(action, self.state)
        if loop is not None:
            loop = replace(loop, interrupted=False, rejected=loop.rejected and loop.name != action)
        whole = self.whole.acted(action, present)
        return replace(self, told=told, whole=whole, action=action, loop=loop, hiding=hidden)

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
        told = replace(self.told, ran=self.told.mark(hidden=self.hiding), strayed=False)
        whole = replace(self.whole, ran=self.whole.mark(), strayed=False)
        return replace(self, told=told, whole=whole, loop=Loop(loop, requested))

    def left(self) -> "Tracker":
        """Return the tracker with no loop under way."""
        if self.loop is None:
            return self
        told, whole = (replace(past, ran=None, strayed=False) for past in (self.told, self.whole))
        return replace(self, told=told, whole=whole, loop=None)

    def rejected(self) -> "Tracker":
        """Return the tracker once the loop could do nothing with the latest message."""
        return self if self.loop is None else replace(self, loop=replace(self.loop, rejected=True, refused=True))

    def interrupted(self) -> "Tracker":
        """Return the tracker once the latest message was not for the loop, which is to ask again and no more."""
        return self if self.loop is None else replace(self, loop=replace(self.loop, interrupted=True))

    def _now(self, past: Past) -> State:
        loop = self.loop
        slots = self.features.slots(self.slots)
        return past.now(slots, loop.name if loop else "", loop.requested if loop else "")
