"""Ratings: what people said of two replies to a message, where they compared them side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dialog_core import BotSaid, Candidate, Conversation, Event, Message, UserSaid
from dialog_core.datasets import Dialogue
from dialog_ranking.choices import Label
from dialog_ranking_training.gathering.dialogues import Question
from dialog_ranking_training.gathering.likeness import SAME, Likeness

READER = "ratings"
BEGINNING = b'{"ratings": '  # of every file that `dialog-core rate` writes
SOURCE = "rating"
FALLBACK = "fallback"  # as whose a reply is written down where nobody of a bot had one
BETWEEN = timedelta(seconds=1)  # what passes from one turn to the next

PLAIN, COMPARED = 1.0, 0.5
"""How much a rating counts: a plain word that a reply is no good, and that one is better than another, which says
neither that it is right nor that the other is wrong."""
SAYS_WRONG = frozenset({"correct", "safe"})
"""Reasons for which the other reply lost that say plainly it was wrong."""


@dataclass(frozen=True, slots=True)
class RatedReply:
    """A reply with what all raters together said of it.

    Attributes:
        text: The reply.
        right: 1: it was better or as good, 0: it was worse or no good; between them where raters disagree.
        weight: How much that counts: the sum over raters.
        nobody: Whether nobody of the bot had a reply, and this is its fallback.
    """

    text: str
    right: float
    weight: float
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class RatedReplies:
    """What is known of candidates from two rated replies; see `references.Reference`, which it stands in for.

    Attributes:
        replies: The two.
    """

    replies: tuple[RatedReply, ...]
    entries: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    nobody: bool = False

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not self.replies

    def labels(
        self, candidates: Sequence[Candidate], likeness: Likeness, right_at: float
    ) -> tuple[tuple[Label | None, ...], Label | None]:
        """Return a label for each candidate, and one for saying none of them; None where nothing is known.

        Args:
            candidates: What was proposed, in full.
            likeness: Compares texts.
            right_at: How much alike to a reply that was better a candidate is right in other words.
        """
        fallback = next((reply for reply in self.replies if reply.nobody), None)
        nobody = None if fallback is None else _label(fallback)
        said = [reply for reply in self.replies if not reply.nobody]
        alike = [
            # What an action would give is not known: a candidate without words is like nothing.
            [likeness(candidate.text, reply.text) if candidate.text.strip() else 0.0 for reply in said]
            for candidate in candidates
        ]
        # The reply of one of the bot's own policies is that one's alone: others say something else, however alike.
        own = [any(row[place] >= SAME for row in alike) for place in range(len(said))]
        return tuple(_of_candidate(row, said, own, right_at) for row in alike), nobody


def _of_candidate(
    alike: Sequence[float], said: Sequence[RatedReply], own: Sequence[bool], right_at: float
) -> Label | None:
    if not said:
        return None
    place = max(range(len(said)), key=lambda place: alike[place])
    if alike[place] >= SAME:
        return _label(said[place])
    other_words = [
        place
        for place, reply in enumerate(said)
        if alike[place] >= right_at and reply.right > COMPARED and not own[place]
    ]
    return _label(said[max(other_words, key=lambda place: alike[place])]) if other_words else None


def is_ratings(file: Path) -> bool:
    """Whether a file has ratings; what cannot be read has none."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False


def question_of(dialogue: Dialogue, prefix: str, now: datetime) -> Question:
    """Return the message two rated replies answer, with what is known of them.

    Args:
        dialogue: What the reader of ratings makes of a rated pair.
        prefix: What makes its id unique among all files.
        now: When it takes place.
    """
    told: Any = dialogue.metadata["ratings"]
    conversation = Conversation(f"{prefix}:{dialogue.metadata['dialogue']}")
    asked, events = "", list[Event]()
    for number, turn in enumerate(dialogue.turns[:-1]):
        at = now + number * BETWEEN
        if turn.role == "user":
            asked = str(number)
            events.append(UserSaid(Message(turn.text, client_id=asked, at=at)))
        else:
            events.append(BotSaid(turn.text, at, asked))
    last = len(dialogue.turns) - 1
    message = Message(dialogue.turns[-1].text, client_id=str(last), at=now + last * BETWEEN)
    return Question(
        f"{prefix}:{dialogue.id}", message, conversation.append(events), RatedReplies(tuple(_replies(told)))
    )


def _replies(told: Any) -> Iterator[RatedReply]:
    for place, reply in enumerate(told["replies"]):
        votes = [_vote(one, place) for one in told["said"]]
        weight = sum(weight for _, weight in votes)
        right = sum(right * weight for right, weight in votes) / weight
        yield RatedReply(reply["text"], right, weight, nobody=reply["policy"] == FALLBACK)


def _vote(said: Any, place: int) -> tuple[float, float]:
    """Return whether a reply was good to one rater, and how much that counts."""
    if said["verdict"] == "neither":
        return 0.0, PLAIN
    if said["winner"] is None or said["winner"] == place:
        return 1.0, COMPARED
    return 0.0, PLAIN if SAYS_WRONG & set(said["reasons"]) else COMPARED


def _label(reply: RatedReply) -> Label:
    return Label(reply.right, reply.weight, SOURCE)
