"""Pairs of replies from conversations: what people put right, and what they judged good and bad."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core import (
    BotSaid,
    Conversation,
    FeedbackGiven,
    HumanSaid,
    ReplyEdited,
    SessionStarted,
    UserSaid,
)
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.training import read_conversations
from dialog_generative_training.material import Preference
from dialog_generative_training.preferences import folded

MOST_TURNS = 40  # of a dialogue, the latest: what models are given of a conversation is cut, too
MOST_CHOSEN = 4  # better replies that one bad reply is paired with

Key = str | tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What conversations say about replies.

    Attributes:
        pairs: What follows from it.
        conversations: How many there are.
        edited: How many replies a person put right.
        good: How many were judged good.
        bad: How many were judged bad.
        alone: How many bad ones have no better reply to the same question.
        disputed: How many replies were found good as often as bad.
    """

    pairs: tuple[Preference, ...]
    conversations: int
    edited: int
    good: int
    bad: int
    alone: int
    disputed: int

    @property
    def told(self) -> str:
        """All of it as a remark."""
        told = (
            f"In {self.conversations:,} conversations {self.edited:,} replies were edited, {self.good:,} judged good "
            f"and {self.bad:,} bad; that makes {len(self.pairs):,} pairs."
        )
        if self.alone:
            told += f" Of {self.alone:,} bad replies nobody said what is better."
        if self.disputed:
            told += f" {self.disputed:,} replies were found good as often as bad, and say nothing."
        return told


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What somebody thought of a reply, and of what was said instead."""

    dialogue: Dialogue
    said: str
    good: bool
    better: str = ""


def read_judgements(file: Path) -> Judged:
    """Return what the conversations of a store say; the store may be in use meanwhile, and is not changed.

    Raises:
        StoreError: It is no database of conversations.
        TrainingError: It cannot be read.
    """
    return judge(read_conversations(file))


def judge(conversations: Sequence[Conversation]) -> Judged:
    """Return what conversations say about replies.

    Replies are compared within one context, that is, after just the same dialogue. A question that opened a
    conversation makes sense by itself: replies to it are compared wherever it was asked.
    """
    verdicts = [verdict for conversation in conversations for verdict in _verdicts(conversation)]
    openers = {_question(verdict) for verdict in verdicts if len(verdict.dialogue.turns) == 1}
    groups: dict[Key, list[_Verdict]] = {}
    for verdict in verdicts:
        question = _question(verdict)
        groups.setdefault(question if question in openers else _context(verdict), []).append(verdict)
    pairs: list[Preference] = []
    alone = disputed = 0
    for group in groups.values():
        made, lonely, torn = _pairs(group)
        pairs += made
        alone += lonely
        disputed += torn
    return Judged(
        tuple(pairs),
        len(conversations),
        edited=sum(bool(verdict.better) for verdict in verdicts),
        good=sum(verdict.good for verdict in verdicts),
        bad=sum(not verdict.good and not verdict.better for verdict in verdicts),
        alone=alone,
        disputed=disputed,
    )


def _pairs(group: Sequence[_Verdict]) -> tuple[list[Preference], int, int]:
    """Return the pairs of verdicts on one question, how many bad replies are alone, and how many are disputed."""
    votes: Counter[str] = Counter()
    texts: dict[str, str] = {}
    better = [verdict.better for verdict in group if verdict.better]
    for text in (*better, *(verdict.said for verdict in group if verdict.good)):  # edits first: they were thought about
        votes[folded(text)] += 1
        texts.setdefault(folded(text), text)
    votes.subtract(folded(verdict.said) for verdict in group if not verdict.good)
    chosen = [text for key, text in texts.items() if votes[key] > 0][:MOST_CHOSEN]
    disputed = sum(votes[key] == 0 for key in texts)
    pairs: list[Preference] = []
    alone = 0
    for verdict in group:
        if verdict.better:
            pairs.append(Preference(verdict.dialogue, verdict.better, verdict.said))
        elif not verdict.good and votes[folded(verdict.said)] < 0:
            pairs += (Preference(verdict.dialogue, text, verdict.said) for text in chosen)
            alone += not chosen
    return pairs, alone, disputed


def _verdicts(conversation: Conversation) -> Iterator[_Verdict]:
    """Yield the last judgement of each reply, where there is a question with a reply; edits outweigh verdicts."""
    last: dict[str, FeedbackGiven | ReplyEdited] = {}
    for event in conversation.events:
        if isinstance(event, ReplyEdited) or (
            isinstance(event, FeedbackGiven) and not isinstance(last.get(event.in_reply_to), ReplyEdited)
        ):
            last[event.in_reply_to] = event
    for about, event in last.items():
        replies = conversation.replies_to(about)
        dialogue = _dialogue_before(conversation, about)
        if not replies or dialogue is None:
            continue
        said = replies[0].text  # what comes after it was added to it, a flow's question for example
        if isinstance(event, ReplyEdited):
            yield _Verdict(dialogue, said, good=False, better=event.text)
        else:
            yield _Verdict(dialogue, said, good=event.verdict == "good")


def _dialogue_before(conversation: Conversation, client_id: str) -> Dialogue | None:
    """Return what was said in the session up to a message and with it; None if it is empty or never arrived."""
    position = conversation.position_of(client_id)
    if position is None:
        return None
    turns: list[DialogueTurn] = []
    while position >= 0 and len(turns) < MOST_TURNS:
        event = conversation.events[position]
        if isinstance(event, SessionStarted):
            break
        if isinstance(event, UserSaid):
            turns.append(DialogueTurn("user", event.message.text))
        elif isinstance(event, BotSaid | HumanSaid):
            turns.append(DialogueTurn("bot", event.text))
        position -= 1
    while turns and turns[-1].role != "user":  # a greeting, or what was asked before the cut
        turns.pop()
    if not turns or not turns[0].text.strip():
        return None
    return Dialogue(f"{conversation.id}/{client_id}", tuple(reversed(turns)))


def _question(verdict: _Verdict) -> str:
    return folded(verdict.dialogue.turns[-1].text)


def _context(verdict: _Verdict) -> Key:
    return tuple((turn.role, folded(turn.text)) for turn in verdict.dialogue.turns)
