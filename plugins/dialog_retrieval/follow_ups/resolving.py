"""Searching with what the conversation was about, and taking what that finds only where it is better supported.

A message that leans on what was said before is searched for three times:

- as it is: "and how much is it?";
- with a topic of the conversation beside it: "and how much is it? X200";
- and the topic is searched for alone: "X200".

What the message says has to speak for an entry: its score in the first search, or in the second if it is higher there
than in the third; else it is the entry the conversation was about already. That support grows by what the topic says
for it, and whichever has most is the answer. Mostly that is the one that was found without the topic, and then nothing
is changed: a question of its own is not dragged back to what was said before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dialog_core import BotSaid, SessionStarted, Turn, UserSaid
from dialog_core.retrieval import Hit
from dialog_retrieval.follow_ups.options import FollowUpOptions
from dialog_retrieval.follow_ups.telling import Leaning, Telling, content_of

# How much an entry gains that belongs to the topic altogether; chosen on the shop's dialogues beside the tests, and not
# on those of the clinic and the school.
TOPIC_WEIGHT = {Leaning.SHORT: 0.5, Leaning.CLEAR: 1.5}
ADDS = 0.02  # by how much the message has to support an entry of the topic; rounding is no support
DEPTH = 50  # entries of each search that are looked at
MOST_EVENTS = 40  # of a conversation that are looked at, however many of them are no messages
MOST_TOPICS = 4

FOLLOW_UP = "follow_up"  # the feature: 1 of what was found together with what was said before

Find = Callable[[Turn, int], Sequence[Hit]]
_Key = tuple[str, str]


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
        if turn.conversation.last_bot_message is None:  # nothing was said before
            return Searched(find(turn, top_k))
        leaning = self._telling.leaning(turn.text)
        topics = self._topics(turn) if leaning is not Leaning.NOT else []
        plain = find(turn, max(top_k, DEPTH) if topics else top_k)
        best, most = Searched(plain[:top_k]), max((hit.score for hit in plain), default=0.0)
        said = {_key(hit): hit.score for hit in plain}
        own = set(content_of(turn.text))
        for topic in topics:
            beside = " ".join(piece for piece in topic if piece not in own)
            if not beside:
                continue
            alone = {_key(hit): hit.score for hit in find(_asking(turn, " ".join(topic)), DEPTH)}
            asked = f"{turn.text} {beside}"
            supported = _supported(plain, find(_asking(turn, asked), DEPTH), alone)
            weight = TOPIC_WEIGHT[leaning]
            worth = {
                key: said.get(key, hit.score) * (1 + weight * alone.get(key, 0.0)) for key, hit in supported.items()
            }
            order = sorted(supported, key=lambda key: -worth[key])  # stable: of equals, the one found first
            if order and worth[order[0]] > most and _is_news(supported[order[0]], plain):
                best, most = Searched(_in_order([supported[key] for key in order[:top_k]]), asked), worth[order[0]]
        return best

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


def _key(hit: Hit) -> _Key:
    return hit.knowledge, hit.entry.id


def _supported(plain: Sequence[Hit], together: Sequence[Hit], alone: Mapping[_Key, float]) -> dict[_Key, Hit]:
    """Return the entries that what the message says speaks for, with how much it does."""
    supported = {_key(hit): hit for hit in plain}
    for hit in together:
        key = _key(hit)
        if hit.score > alone.get(key, 0.0) + ADDS and (key not in supported or hit.score > supported[key].score):
            supported[key] = hit
    return supported


def _is_news(hit: Hit, plain: Sequence[Hit]) -> bool:
    """Return whether a hit is another one than was found for the message alone, or is better supported now."""
    return not plain or _key(hit) != _key(plain[0]) or hit.score > plain[0].score


def _in_order(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits whose scores never rise on the way down, marked as an answer to a follow-up question."""
    least, ordered = 1.0, []
    for hit in hits:
        least = min(least, hit.score)
        ordered.append(replace(hit, score=least, features={**hit.features, FOLLOW_UP: 1.0}))
    return ordered
