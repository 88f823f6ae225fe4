"""The contracts between the kernel and its parts: one verb each.

Every component is built as `Class(options, context)`: `options` is an instance of the options model it was registered
with, `context` a [`Context`][dialog_core.component.Context]. `dialog_core.Component` has that constructor; using it as
a base class is a convenience, not a duty. Each verb may be a plain or an `async` method.
"""

from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO, TypeAlias, TypeVar, runtime_checkable

from dialog_core.candidate import ActionResult, Candidate, Proposal, Ranked, Ranking
from dialog_core.conversation import Conversation
from dialog_core.events import Event
from dialog_core.turn import Turn
from dialog_core.user import Consent, Fact, Profile
from dialog_core.values import JsonValue

if TYPE_CHECKING:
    from dialog_core.bot import Bot
    from dialog_core.component import Context
    from dialog_core.configuration import Problem
    from dialog_core.datasets import DataItem
    from dialog_core.reply import Reply
    from dialog_core.retrieval import Hit
    from dialog_core.training import Progress

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


@runtime_checkable
class Warmable(Protocol):
    """A component of any kind that puts something off until it is first asked, and can do it beforehand."""

    def warm(self) -> None:
        """Do it now, unless it is done; called from a thread of its own."""
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


@runtime_checkable
class Retriever(Protocol):
    """A policy that searches knowledge, and can be asked for what it finds without a reply being made of it.

    Optional: the attribute `parts`, a mapping of names to the retrievers it puts together.
    """

    def search(self, turn: Turn, top_k: int) -> "Sequence[Hit]":
        """Return the entries that fit the message best, best first; called from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a language model finds a given reply.

    Attributes:
        log_probability: The natural logarithm of its probability: the sum over its tokens, and the one that ends it.
        tokens: How many they are.
    """

    log_probability: float
    tokens: int


@runtime_checkable
class LanguageModel(Protocol):
    """A policy that can say how likely it finds replies that others gave; what perplexity is measured with."""

    def likelihoods(self, asked: "Sequence[tuple[Turn, str]]") -> Sequence[Likelihood]:
        """Return how likely each reply is in its turn; called from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What became of an index.

    Attributes:
        status: `built` from scratch, `updated` with what has changed, or `current`: there was nothing to do.
        details: What is worth telling: how many documents, which kind of index, its size in bytes, its recall.
        seconds: How long it took.
    """

    status: str
    details: Mapping[str, JsonValue]
    seconds: float = 0.0


@runtime_checkable
class Indexed(Protocol):
    """A component class that can prepare on the disk what it searches; `dialog-core knowledge build` calls it."""

    @classmethod
    def build_index(cls, options: Any, context: "Context", progress: "Progress", *, force: bool) -> IndexReport:
        """Make the index, or bring it up to date; with `force` from scratch although nothing has changed."""
        ...


class Annotator(Protocol):
    """Adds facts about a message."""

    def annotate(self, turn: Turn) -> MaybeAwaitable[JsonValue]:
        """Return what it found; policies see it as `turn.annotations[name]`."""
        ...


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


class Ranker(Protocol):
    """Puts candidates of every kind on one scale. Knows candidates and features, never a policy's class.

    The attribute `calibrated` says whether its probabilities were fitted to data. Optional: the attribute `scale`,
    which is `log odds` where contributions add up to the logarithm of the odds and not to the probability itself.
    """

    calibrated: bool

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> MaybeAwaitable[Sequence[Ranked] | Ranking]:
        """Return a verdict on each candidate, best first; candidates come in file order of their policies."""
        ...


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


class DatasetReader(Protocol):
    """Reads a file or folder, streaming: never the whole of it at once.

    Optional: the classmethod `recognizes(sample: Sample) -> bool`, which says whether a file is of its format, so that
    nobody has to name it; the attribute `skipped`, a [`Skipped`][], for readers with the option `on_error: skip`.
    """

    def read(self, path: Path) -> "Iterable[DataItem]":
        """Yield what stands there; raise ConfigurationError naming file and line where it is not readable."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, or what a folder or an archive has; what a format is recognized by.

    Attributes:
        path: The file or folder, as it was named.
        head: The first characters of the file; of a folder or archive, nothing.
        names: The files in a folder or archive, as paths relative to it; of a file, nothing.
        first: The first value of JSON or JSON lines, cut short where it is long; None: the file is no JSON. Of a list
            its first element, of a mapping with one entry for each dialogue the whole of its first entry.
    """

    path: Path
    head: str = ""
    names: tuple[str, ...] = ()
    first: JsonValue = None


@runtime_checkable
class RecognizingReader(Protocol):
    """A reader class that can tell whether a file is of its format."""

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether the file is of this format. Should be strict: where two formats say yes, the user has to choose."""
        ...


MAX_SKIPPED_SHOWN = 50  # problems; more than anybody reads at once


@dataclass(slots=True)
class Skipped:
    """What a reader passed over, since it was told to.

    Attributes:
        count: How many items.
        problems: What was wrong with the first of them, each with its line.
    """

    count: int = 0
    problems: "list[Problem]" = field(default_factory=list)

    def note(self, problem: "Problem") -> None:
        """Count an item that is passed over, and keep what was wrong with it if it is one of the first."""
        self.count += 1
        if len(self.problems) < MAX_SKIPPED_SHOWN:
            self.problems.append(problem)


class DatasetWriter(Protocol):
    """Writes a data set, streaming.

    Attributes:
        accepts: The classes of items that the format has a place for; others are never given to it.
        suffix: The usual ending of such files.

    Optional: `left_out`, a `Counter` of what the format has no place for, by words such as `acts`; commands tell it.
    """

    accepts: "tuple[type[DataItem], ...]"
    suffix: str

    def write(self, items: "Iterable[DataItem]", file: TextIO) -> None:
        """Write the items to a file that is open for it; whoever called it puts the file in its place."""
        ...


@dataclass(frozen=True, slots=True)
class Removed:
    """A cleaner's verdict: without this.

    Attributes:
        reason: Why, in a few words that are the same for all that is removed for this reason.
        detail: What is peculiar to this case, such as the id of what it is a duplicate of.
    """

    reason: str
    detail: str = ""


class Cleaner(Protocol):
    """One step of cleaning. Made anew for each run; it sees every item once, in order, and may remember them."""

    def clean(self, item: "DataItem") -> "DataItem | Sequence[DataItem] | Removed":
        """Return the item as it was or changed, several in its place, or why it is to go."""
        ...


class Augmenter(Protocol):
    """Makes further examples of one that there is. The same item and the same seed always give the same examples.

    Optional: `is_template(item) -> bool`, which says that an item is there for its variants alone.
    """

    def augment(self, item: "DataItem", count: int) -> "Sequence[DataItem]":
        """Return up to so many variants; ids and the mark `AUGMENTED` are for whoever called it to set."""
        ...


@dataclass(frozen=True, slots=True)
class Recognized:
    """A piece of a text that was looked for.

    Attributes:
        kind: What it is: `email`, `phone`, `id_card`, ...
        start: Where it begins, in characters.
        end: Where it ends, exclusive.
        score: How sure that is, from 0 to 1.
    """

    kind: str
    start: int
    end: int
    score: float = 1.0


class Recognizer(Protocol):
    """Finds pieces of a certain kind in texts, such as personal data. Safe to use from any thread."""

    def find(self, text: str, language: str = "") -> Sequence[Recognized]:
        """Return what it finds, in text order, no two overlapping; `language` is a BCP 47 tag, empty: not known."""
        ...


class Analyzer(Protocol):
    """Turns text into the terms retrieval counts."""

    def tokens(self, text: str) -> Sequence[str]:
        """Return the terms of `text` in order."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors. Safe to use from any thread.

    Optional: `encode_questions(texts)` where questions are encoded otherwise than what answers them.

    Attributes:
        dimension: How long the vectors are; 0 before a `FittableEncoder` was fitted.
        identity: Tells it from every encoder that gives other vectors: the same text and the same identity always give
            the same vector. Vectors are kept under it.
    """

    dimension: int
    identity: str

    def encode(self, texts: Sequence[str]) -> Any:
        """Return an array of float32 of shape (len(texts), dimension).

        Rows have length 1; that of a text which says nothing to the encoder has length 0.
        """
        ...


@runtime_checkable
class FittableEncoder(Protocol):
    """An encoder that first has to see the texts of the knowledge."""

    def fit(self, texts: Sequence[str]) -> None:
        """Learn from the texts."""
        ...

    def save(self, directory: Path) -> None:
        """Write what was learnt into an empty directory."""
        ...

    def restore(self, directory: Path) -> None:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError, KeyError: The files are damaged.
        """
        ...


class Trainer(Protocol):
    """Trains one component."""

    def train(self, job: Any) -> Any:
        """Read the job's data, fit, measure and save."""
        ...


class Metric(Protocol):
    """Measures predictions against references."""

    def compute(self, predictions: Sequence[Any], references: Sequence[Any]) -> Mapping[str, float]:
        """Return named figures."""
        ...


class Channel(Protocol):
    """Where people talk to a bot."""

    def run(self, bot: "Bot") -> None:
        """Serve until the user leaves."""
        ...
