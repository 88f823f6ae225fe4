"""The contracts of a turn: what is asked on the way from a message to its reply, and what looks on."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, runtime_checkable

from dialog_core.candidate import ActionResult, Candidate, Proposal, Ranked, Ranking
from dialog_core.events import Event
from dialog_core.turn import Turn
from dialog_core.values import JsonValue

if TYPE_CHECKING:
    from dialog_core.bot import Bot
    from dialog_core.reply import Reply

T = TypeVar("T")

MaybeAwaitable: TypeAlias = T | Awaitable[T]


@dataclass(frozen=True, slots=True)
class Allow:
    """A guard's verdict: nothing to object."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A guard's verdict: go on with this text instead."""

    text: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """A guard's verdict: not this.

    Attributes:
        reason: For the trace.
        reply: Of an input guard: what to answer at once (empty: the bot's fallback). Output guards leave it empty, and
            what follows too.
        effects: Events that happen with that answer, such as a hand-over or the end of the flow under way.
        quick_replies: Texts the user may pick instead of typing.
        urgent: Whether to answer also where a person has taken over and the bot is otherwise silent.
        message: What is stored in the place of the message; empty: the message, as the guards leave it.
    """

    reason: str
    reply: str = ""
    effects: tuple[Event, ...] = ()
    quick_replies: tuple[str, ...] = ()
    urgent: bool = False
    message: str = ""


Verdict = Allow | Rewrite | Refuse


class Guard(Protocol):
    """Watches what comes in and what goes out. Either method may be left out.

    The attribute `streams = True` says that `check_output` may be called on the sentences of a reply so far;
    `withholds = True` that a message it should have judged and could not must not be stored as it is.
    """

    def check_input(self, turn: Turn) -> MaybeAwaitable[Verdict]:
        """Judge the user's message before anything is stored."""
        ...

    def check_output(self, turn: Turn, candidate: Candidate) -> MaybeAwaitable[Verdict]:
        """Judge a reply before the user sees it."""
        ...


class Annotator(Protocol):
    """Adds facts about a message."""

    def annotate(self, turn: Turn) -> MaybeAwaitable[JsonValue]:
        """Return what it found; policies see it as `turn.annotations[name]`."""
        ...


class Policy(Protocol):
    """Proposes replies. Must not change the outside world in `propose`.

    Instead of candidates each of its verbs may return a `Proposal`: candidates, with notes for the trace and with what
    to keep with the conversation.

    Optional: `resume(turn, result) -> Candidate | None` when its candidates carry actions;
    `stream(turn) -> AsyncIterator[str | Candidate]`, pieces of text and then the complete candidate; the attribute
    `inline = True` for a plain `propose` proven to take under 1 ms, which is then called without a thread between;
    the attribute `actions`, a mapping of names to functions: actions of its own, which are run like registered ones and
    which an `ActionCall` names `<policy>.<action>`, `<policy>` being what the bot file calls the policy.
    """

    def propose(self, turn: Turn) -> MaybeAwaitable[Sequence[Candidate] | Proposal]:
        """Return any number of candidates, in any order."""
        ...


@runtime_checkable
class StreamingPolicy(Protocol):
    """A policy that can say its reply piece by piece."""

    def stream(self, turn: Turn) -> AsyncIterator[str | Candidate | Proposal]:
        """Yield pieces of one reply's text as they come, and last the complete candidate."""
        ...


@runtime_checkable
class ActingPolicy(Protocol):
    """A policy whose candidates carry actions."""

    def resume(self, turn: Turn, result: ActionResult) -> MaybeAwaitable[Candidate | Proposal | None]:
        """Return the candidate that takes the winner's place now that its action has run; None keeps the winner."""
        ...


class Ranker(Protocol):
    """Puts candidates of every kind on one scale. Knows candidates and features, never a policy's class.

    The attribute `calibrated` says whether its probabilities were fitted to data. Optional: the attribute `scale`,
    which is `log odds` where contributions add up to the logarithm of the odds and not to the probability itself.
    """

    calibrated: bool

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> MaybeAwaitable[Sequence[Ranked] | Ranking]:
        """Return a verdict on each candidate, best first; candidates come in file order of their policies."""
        ...


class Observer(Protocol):
    """Is told what happens in a bot. Changes nothing, must be quick, and may fail without costing a reply.

    Each method may be left out; `close()`, where there is one, is called when the bot is closed.
    """

    def turn_started(self, turn: Turn) -> None:
        """A message is about to be answered."""
        ...

    def turn_finished(self, turn: Turn, reply: "Reply") -> None:
        """A reply has been stored."""
        ...

    def policy_failed(self, turn: Turn, policy: str, error: str) -> None:
        """A policy raised, hung, was skipped by its breaker or proposed rubbish."""
        ...


@runtime_checkable
class Warmable(Protocol):
    """A component of any kind that puts something off until it is first asked, and can do it beforehand."""

    def warm(self) -> None:
        """Do it now, unless it is done; called from a thread of its own."""
        ...


class Channel(Protocol):
    """Where people talk to a bot."""

    def run(self, bot: "Bot") -> None:
        """Serve until the user leaves."""
        ...
