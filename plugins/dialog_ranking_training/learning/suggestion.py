"""What a bot could be taught: a suggestion, and what a person has decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from dialog_ranking_training.learning.exchanges import Exchange

Kind = Literal["new", "changed_answer", "rephrasing", "topic"]
Decision = Literal["", "accept", "dismiss"]

KINDS: tuple[Kind, ...] = ("changed_answer", "new", "topic", "rephrasing")
"""In the order they are told: what is wrong, what is missing, what could be found more easily."""

MOST_ORIGINS = 3  # conversations a suggestion names
MOST_COVERED = 2000  # exchanges a suggestion remembers


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a suggestion comes from.

    Attributes:
        conversation: The conversation.
        at: When somebody said it.
        author: Who put the reply right; empty: nobody, or not known.
    """

    conversation: str
    at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What speaks for a suggestion.

    Attributes:
        messages: How many messages.
        people: How many people wrote these.
        first: When it was first asked.
        last: When it was last asked.
        origins: Where it comes from; those that somebody put right before others, then the latest.
        covers: Of each exchange behind it a short hash.
    """

    messages: int
    people: int
    first: datetime
    last: datetime
    origins: tuple[Origin, ...] = ()
    covers: tuple[str, ...] = ()

    @classmethod
    def of(cls, exchanges: Sequence[Exchange]) -> "Seen":
        """Return what exchanges say."""
        latest = sorted(exchanges, key=lambda exchange: (exchange.last_at, mark_of(exchange)), reverse=True)
        latest.sort(key=lambda exchange: exchange.correction is None)
        latest = list({exchange.conversation: exchange for exchange in reversed(latest)}.values())[::-1]
        return cls(
            messages=len(exchanges),
            people=len({exchange.user for exchange in exchanges}),
            first=min(exchange.at for exchange in exchanges),
            last=max(exchange.at for exchange in exchanges),
            origins=tuple(
                Origin(e.conversation, e.last_at, e.correction.author if e.correction else "")
                for e in latest[:MOST_ORIGINS]
            ),
            covers=tuple(sorted({mark_of(exchange) for exchange in exchanges}))[:MOST_COVERED],
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something the bot could be taught.

    Attributes:
        id: Stays the same as more of its kind are found.
        kind: `new`: an entry; `changed_answer`: of an entry there is; `rephrasing`: further phrasings of one there is;
            `topic`: an entry that still wants an answer.
        title: What it is about, in a few words.
        questions: The phrasings to be written into the knowledge.
        answer: The answer to be written; empty: none is proposed, or it stays as it is.
        seen: What speaks for it.
        knowledge: The source of knowledge that it belongs into; empty: not known.
        entry: The entry of that source which is to be changed.
        resembles: Of a new entry: the id of the one it is most like.
        said: What the bot said to the question.
        others: What other people said instead of `answer`.
        decision: What a person has decided; empty: nothing yet.
        decided: When.
        written: Where it was written to.
        note: What a person has noted down.
    """

    id: str
    kind: Kind
    title: str
    questions: tuple[str, ...]
    answer: str
    seen: Seen
    knowledge: str = ""
    entry: str = ""
    resembles: str = ""
    said: str = ""
    others: tuple[str, ...] = ()
    decision: Decision = ""
    decided: datetime | None = None
    written: str = ""
    note: str = ""

    @property
    def content(self) -> str:
        """A hash of what would be written: another one than was proposed is a person's work."""
        return short_hash(*self.questions, "", self.answer, self.knowledge, self.entry)

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts suggestions: by kind, and what most people asked first."""
        return (KINDS.index(self.kind), -self.seen.people, -self.seen.messages, self.seen.first, self.id)


def short_hash(*texts: str) -> str:
    """Return a few letters that stand for texts."""
    return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def mark_of(exchange: Exchange) -> str:
    """Return the hash of an exchange."""
    return short_hash(exchange.conversation, exchange.message)


def id_of(exchanges: Sequence[Exchange], *about: str) -> str:
    """Return the id of a suggestion: made from the earliest exchange behind it, and from what it is about."""
    earliest = min(exchanges, key=lambda exchange: (exchange.at, exchange.conversation, exchange.message))
    return short_hash(mark_of(earliest), *about)[:6]
