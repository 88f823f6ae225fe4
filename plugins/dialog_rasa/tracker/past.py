"""The moments of a conversation, as somebody sees them who predicts what comes next.

Two look at a conversation. Rules see everything. Stories see what stories know: a turn that a rule has answered which
no story contains is invisible to them, so that an answer to a question in between does not make the conversation one
that nobody has ever heard of.

Neither sees how a loop asks and is answered: each time it runs undisturbed, the moments since it ran last are taken
back. So a form that has asked for three slots looks the same in the end as one that found all of them filled, and a
story that goes from a form's beginning to its end fits both.
"""

import hashlib
from dataclasses import dataclass, replace

from dialog_rasa.dialogue.values import LISTEN

MOST_STATES = 30  # that are kept: no rule or window of history is longer


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
        intent: Where `user` is words, what they mean: other stories may go by that.
    """

    action: str = ""
    user: str = ""
    entities: frozenset[str] = frozenset()
    slots: tuple[tuple[str, str], ...] = ()
    loop: str = ""
    requested: str = ""
    intent: str = ""

    @property
    def key(self) -> str:
        """The state as a text that is the same for equal ones, without what the loop has asked for."""
        slots = ",".join(f"{name}={value}" for name, value in self.slots)
        return "|".join((self.action, self.user, ",".join(sorted(self.entities)), slots, self.loop))

    @property
    def keys(self) -> tuple[str, ...]:
        """The same, and where the message counts by its words, what it would be by its meaning."""
        return (self.key, replace(self, user=self.intent, intent="").key) if self.intent else (self.key,)


@dataclass(frozen=True, slots=True)
class Mark:
    """The moment at which the loop under way ran last: what to go back to when it runs again undisturbed.

    `hidden`: whether that was in a turn that is not seen.
    """

    moments: int
    user: str
    entities: frozenset[str]
    intent: str
    seen: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What has happened by now.

    Attributes:
        states: The states in which something was predicted, the latest last, and no more than `MOST_STATES`.
        moments: How many there were since the session began.
        seen: A checksum of all of them; empty where there are none.
        action: What was done last; empty at the beginning of a session.
        user: What counts of the latest message.
        entities: Which of its entities count.
        intent: Where `user` is words, what they mean.
        ran: When the loop under way ran last; None: no loop is under way.
        strayed: Whether something else was done since then.
    """

    states: tuple[State, ...] = ()
    moments: int = 0
    seen: str = ""
    action: str = ""
    user: str = ""
    entities: frozenset[str] = frozenset()
    intent: str = ""
    ran: Mark | None = None
    strayed: bool = False

    def now(self, slots: tuple[tuple[str, str], ...], loop: str, requested: str) -> State:
        """Return the present state."""
        return State(self.action, self.user, self.entities, slots, loop, requested, self.intent)

    def heard(self, user: str, entities: frozenset[str], intent: str = "") -> "Past":
        """Return what it is once the user has said this; what was done before it was to listen."""
        return replace(self, action=LISTEN, user=user, entities=entities, intent=intent)

    def acted(self, action: str, state: State) -> "Past":
        """Return what it is once this was done in that state, the present one."""
        if self.ran is not None and action == state.loop:
            if not self.strayed:
                return self._back_to(self.ran, action)
            after = self._with(state, action)
            return replace(after, ran=after.mark(), strayed=False)
        after = self._with(state, action)
        return replace(after, strayed=True) if self.ran is not None and action != LISTEN else after

    def mark(self, *, hidden: bool = False) -> Mark:
        """Return the present moment as one to go back to."""
        return Mark(self.moments, self.user, self.entities, self.intent, self.seen, hidden)

    def _with(self, state: State, action: str) -> "Past":
        seen = hashlib.blake2b(f"{self.seen}\n{state.key}".encode(), digest_size=8).hexdigest()
        states = (*self.states[-(MOST_STATES - 1) :], state)
        return replace(self, states=states, moments=self.moments + 1, seen=seen, action=action)

    def _back_to(self, mark: Mark, action: str) -> "Past":
        since = self.moments - mark.moments
        # Of very long ways from the loop and back its states before them are forgotten; the checksum is not.
        states = self.states[:-since] if since else self.states
        return replace(
            self,
            states=states,
            moments=mark.moments,
            seen=mark.seen,
            action=action,
            user=mark.user,
            entities=mark.entities,
            intent=mark.intent,
        )
