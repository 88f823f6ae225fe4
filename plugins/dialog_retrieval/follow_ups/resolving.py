"""Searching with what the conversation was about, and taking what that finds only where it is better supported.

A message that leans on what was said before is searched for three times:

- as it is: "and how much is it?";
- with a topic of the conversation beside it: "and how much is it? X200";
- and the topic is searched for alone: "X200".

An entry answers the message *and* belongs to the topic if the second search supports it better than each of the others
does: better than the third, or the message adds nothing to it (that is the entry the conversation was about already);
better than the best of the first, or the message says enough without the topic.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from dialog_core import BotSaid, SessionStarted, Turn, UserSaid
from dialog_core.retrieval import Hit
from dialog_retrieval.follow_ups.options import FollowUpOptions
from dialog_retrieval.follow_ups.telling import Leaning, Telling, content_of

# By how much what is found with a topic has to be better than what is found without; chosen on the English and Chinese
# dialogues beside the tests, half of them.
MARGINS = {Leaning.SHORT: 0.05, Leaning.CLEAR: 0.0}
ADDS = 0.02  # by how much the message has to support an entry of the topic; rounding is no support
MOST_EVENTS = 40  # of a conversation that are looked at, however many of them are no messages
MOST_TOPICS = 4

Find = Callable[[Turn, int], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found.

    Attributes:
        hits: Best first.
        asked: What was searched for where that is not the message; empty if it is.
    """

    hits: Sequence[Hit]
    asked: str = ""


class FollowUps:
    """Resolves follow-up questions; safe to use from any thread."""

    def __init__(self, options: FollowUpOptions) -> None:
        self._turns = options.turns
        self._telling = Telling(options)

    @classmethod
    def of(cls, wanted: bool | FollowUpOptions) -> "FollowUps | None":
        """Return what resolves follow-up questions as an option says; None: they are not resolved."""
        return cls(FollowUpOptions() if wanted is True else wanted) if wanted else None

    def search(self, turn: Turn, top_k: int, find: Find) -> Searched:
        """Search for a message, and where it leans on what was said before for that too.

        Args:
            turn: The turn.
            top_k: How many entries at most.
            find: Searches for the message of a turn.
        """
        plain = find(turn, top_k)
        if turn.conversation.last_bot_message is None:  # nothing was said before
            return Searched(plain)
        leaning = self._telling.leaning(turn.text)
        if leaning is Leaning.NOT:
            return Searched(plain)
        best = Searched(plain)
        least = max((hit.score for hit in plain), default=0.0) + MARGINS[leaning]
        own = set(content_of(turn.text))
        for topic in self._topics(turn):
            beside = [piece for piece in topic if piece not in own]
            if not beside:
                continue
            asked = f"{turn.text} {' '.join(beside)}"
            alone = {_key(hit): hit.score for hit in find(_asking(turn, " ".join(topic)), 2 * top_k)}
            found = [
                hit
                for hit in find(_asking(turn, asked), 2 * top_k)
                if hit.score > alone.get(_key(hit), 0.0) + ADDS  # what the message says speaks for it too
            ]
            score = max((hit.score for hit in found), default=0.0)
            if score > least:
                best, least = Searched(found[:top_k], asked), score
        if not best.asked:
            return best
        return replace(best, hits=[replace(hit, features={**hit.features, "follow_up": 1.0}) for hit in best.hits])

    def _topics(self, turn: Turn) -> list[tuple[str, ...]]:
        """Return what the conversation was about, the most recent first: words of messages, of entries cited."""
        topics: dict[tuple[str, ...], None] = {}
        for text in _said_before(turn, self._turns):
            topics.setdefault(tuple(dict.fromkeys(content_of(text))))
        topics.pop((), None)
        return [*topics][:MOST_TOPICS]


def _said_before(turn: Turn, turns: int) -> Iterator[str]:
    """Yield what was said in the session, the most recent first: the title of what was cited, then the message."""
    events = turn.conversation.events
    position = len(events) - 1
    while position >= 0 and not _is(events[position], turn):
        position -= 1
    for at in range(position - 1, max(position - 1 - MOST_EVENTS, -1), -1):
        event = events[at]
        if isinstance(event, SessionStarted) or not turns:
            return
        if isinstance(event, BotSaid):
            for evidence in event.evidence[:1]:
                yield str(evidence.metadata.get("title") or "")
        elif isinstance(event, UserSaid):
            turns -= 1
            yield event.message.text


def _is(event: object, turn: Turn) -> bool:
    return isinstance(event, UserSaid) and event.message.client_id == turn.message.client_id


def _asking(turn: Turn, text: str) -> Turn:
    return replace(turn, message=replace(turn.message, text=text))


def _key(hit: Hit) -> tuple[str, str]:
    return hit.knowledge, hit.entry.id
