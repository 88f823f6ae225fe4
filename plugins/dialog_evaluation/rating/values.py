"""What is compared, and what people say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["better", "tie", "neither"]
VERDICTS: tuple[Verdict, ...] = ("better", "tie", "neither")
Status = Literal["answered", "failed"]

REASONS = ("relevant", "correct", "fluent", "safe", "style")
"""Why a reply is better: it is about what was asked, true, well put, harms nobody, has the right tone. Where both are
bad: what they lack."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with what, on what.

    Attributes:
        bot: What the first system is called: the bot's file.
        other: What the second is called: another bot's file, `people`, or `baseline`.
        data: The file of dialogues.
        checksum: Of its content.
        seed: What items are drawn with, and put into an order.
        fingerprints: Of each system, what decides what it answers.
    """

    bot: str
    other: str
    data: str
    checksum: str
    seed: int
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    @property
    def systems(self) -> tuple[str, str]:
        """Both of them."""
        return self.bot, self.other


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said before the replies.

    Attributes:
        role: `user` or `bot`.
        text: What.
    """

    role: Literal["user", "bot"]
    text: str


@dataclass(frozen=True, slots=True)
class RatedReply:
    """A reply that is compared with another.

    Attributes:
        text: The reply.
        policy: Who of a bot gave it; empty: nobody knows.
        status: Whether there is one at all.
        reason: Why there is none.
    """

    text: str
    policy: str = ""
    status: Status = "answered"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Two replies to one message.

    Attributes:
        id: The dialogue's id, and which of its turns the replies are.
        dialogue: The dialogue's id.
        line: Where the file has it.
        turns: What was said before, the message they answer last.
        replies: The reply of each system.
    """

    id: str
    dialogue: str
    line: int
    turns: tuple[Turn, ...]
    replies: Mapping[str, RatedReply]

    @property
    def equal(self) -> bool:
        """Whether both say the same, so that nobody has to be asked."""
        return len({" ".join(reply.text.split()) for reply in self.replies.values()}) == 1


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody said of two replies.

    Attributes:
        item: Which.
        rater: Who.
        verdict: `better`: one of them is; `tie`: they are equally good; `neither` is any good.
        winner: Which system's reply is better; empty: none is.
        first: Which system's reply was shown as the first.
        reasons: Why, of `REASONS`.
        note: In the rater's own words.
        at: When (ISO 8601).
        seconds: How long it took to decide.
    """

    item: str
    rater: str
    verdict: Verdict
    winner: str = ""
    first: str = ""
    reasons: tuple[str, ...] = ()
    note: str = ""
    at: str = ""
    seconds: float = 0.0
