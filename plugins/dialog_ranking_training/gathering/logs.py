"""The store: what people thought of what the bot said."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from dialog_core import Context, Conversation, Message, UserSaid
from dialog_core.interfaces import ConversationStore
from dialog_core.training import snapshot
from dialog_ranking.choices import Choice, Label, choice_of_trace
from dialog_ranking.choices.choice import TEXT
from dialog_ranking_training.gathering.asked_again import AskedAgain
from dialog_ranking_training.gathering.likeness import SAME, Likeness
from dialog_ranking_training.gathering.opinions import Alike, Opinion, opinions_of

ENOUGH = 40  # characters of a text that was cut which tell it from others


@dataclass(frozen=True, slots=True)
class Logged:
    """What a store says.

    Attributes:
        choices: The turns in which somebody thought something of the reply, in the order of time.
        counts: `conversations`, `good`, `bad`, `edited`, `takeover`, `rephrased`; `disputed`: about which people do not
            agree; `untold`: replies without a usable trace.
    """

    choices: tuple[Choice, ...]
    counts: Mapping[str, int]


def choices_of_store(file: Path, context: Context) -> Logged:
    """Return the judged turns of a store; it may be in use meanwhile, and is not changed.

    Only what was judged is kept in memory.

    Args:
        file: The database of a store `sqlite`.
        context: Gives what texts are compared with.

    Raises:
        StoreError: It is no database of conversations.
        TrainingError: It cannot be read.
    """
    judging = _Judging(AskedAgain(context), Likeness(context))

    async def read() -> None:
        async with snapshot(file) as store:
            for summary in await store.list():
                await judging.take(store, await store.load(summary.id))

    with ThreadPoolExecutor(1) as thread:  # of its own, since a loop may run in this one
        thread.submit(asyncio.run, read()).result()
    found = sorted(judging.choices, key=lambda choice: (choice.turn.now, choice.id))
    return Logged(tuple(found), judging.counts)


class _Judging:
    """Collects what conversations say, one after the other."""

    def __init__(self, alike: Alike, likeness: Likeness) -> None:
        self.choices: list[Choice] = []
        self.counts: Counter[str] = Counter()
        self._alike = alike
        self._likeness = likeness

    async def take(self, store: ConversationStore, conversation: Conversation) -> None:
        """Add what a conversation says."""
        self.counts["conversations"] += 1
        opinions = opinions_of(conversation, self._alike)
        for before, message in _asked(conversation, opinions):
            trace = await store.load_trace(conversation.id, message.client_id)
            try:
                choice = choice_of_trace(before, message, trace or {})
            except ValueError:
                self.counts["untold"] += 1  # a trace of another making, a damaged one, or none
                continue
            if not choice.candidates:
                continue  # nobody proposed anything: there is nothing to choose
            found = opinions[message.client_id]
            self.counts.update(_kind(opinion) for opinion in found)
            labels, nobody, disputed = judged(choice, found, self._likeness)
            self.counts["disputed"] += disputed
            self.choices.append(replace(choice, labels=labels, nobody=nobody))


def judged(
    choice: Choice, opinions: Sequence[Opinion], likeness: Likeness
) -> tuple[tuple[Label | None, ...], Label | None, bool]:
    """Return what opinions say of each candidate, and of saying none; and whether they contradict each other.

    A reply somebody was content with was right, and so were candidates with just its words. A candidate with the words
    a person said instead was right, and the reply wrong unless those are its words. Where people do not agree, a label
    lies between.
    """
    votes: list[list[Label]] = [[] for _ in choice.candidates]
    nobody: list[Label] = []
    texts = [candidate.text for candidate in choice.candidates]
    said = texts[choice.chosen] if choice.chosen is not None else None
    for opinion in opinions:
        verdict = Label(float(opinion.good), opinion.weight, opinion.source)
        instead = [*opinion.texts, "\n\n".join(opinion.texts)] if len(opinion.texts) > 1 else opinion.texts
        better = [place for place, text in enumerate(texts) if any(_same(text, other, likeness) for other in instead)]
        for place in better:
            votes[place].append(Label(1.0, 1.0, opinion.source))
        if said is None:
            nobody.append(verdict)
            continue
        for place, text in enumerate(texts):
            if place not in better and (place == choice.chosen or (text == said and choice.chosen not in better)):
                votes[place].append(verdict)
    disputed = any(len({vote.right for vote in given}) > 1 for given in (*votes, nobody))
    return tuple(map(_sum, votes)), _sum(nobody), disputed


def _sum(votes: Sequence[Label]) -> Label | None:
    weight = sum(vote.weight for vote in votes)
    if not votes or not weight:
        return None
    return Label(sum(vote.right * vote.weight for vote in votes) / weight, weight, votes[0].source)


def _same(kept: str, text: str, likeness: Likeness) -> bool:
    """Whether a candidate has the words of a text; of a long one only the beginning is kept."""
    text = text.strip()
    if len(kept) < TEXT and not (kept.endswith("…") and not text.endswith("…")):
        return likeness(kept, text) >= SAME
    stem = kept.removesuffix("…")
    return len(stem) >= ENOUGH and likeness(stem, text[: len(stem)]) >= SAME


def _asked(conversation: Conversation, wanted: Mapping[str, object]) -> Iterator[tuple[Conversation, Message]]:
    """Yield the messages that are wanted, each with the conversation up to it, which is made as one goes along."""
    if not wanted:
        return
    so_far = Conversation(conversation.id)
    for event in conversation.events:
        so_far = so_far.append((event,))
        if isinstance(event, UserSaid) and event.message.client_id in wanted:
            yield so_far, event.message


def _kind(opinion: Opinion) -> str:
    if opinion.source == "feedback":
        return "good" if opinion.good else "bad"
    return "edited" if opinion.source == "edit" else opinion.source
