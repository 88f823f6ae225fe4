"""Conversation tests: held with a bot like `dialog-core test` does, and each step looked at before it is taken."""

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dialog_core import (
    Bot,
    BotSaid,
    Candidate,
    Conversation,
    Event,
    FactLearned,
    HandedOver,
    Message,
    Rehearsed,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_ranking.choices import Choice, Label, choice_of_rehearsed, in_full
from dialog_ranking_training.gathering.asking import PATIENCE, unheard
from dialog_ranking_training.gathering.checkpoint import Kept
from dialog_ranking_training.gathering.dialogues import exchanges
from dialog_ranking_training.gathering.expectations import FALLBACK, SOURCE, Expectation


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a test.

    Attributes:
        number: Which.
        turn: What the user says; None: the bot greets.
        text: The reply, where the test has it as a whole.
        expected: What is expected of the reply.
    """

    number: int
    turn: DialogueTurn | None
    text: str
    expected: Expectation


def steps_of(test: Dialogue) -> list[Step]:
    """Return the steps of a test."""
    return [
        Step(number, turn, replies[0].text, Expectation(replies[0].metadata.get("expect", {})))
        for number, (turn, replies) in enumerate(exchanges(test))
        if replies
    ]


def hold(bot: Bot, test: Dialogue, file: Path, prefix: str, fingerprints: Mapping[str, str]) -> Kept:
    """Return the choices a bot has in a conversation test, with labels; and what is to be told of them.

    Each step is rehearsed before it is taken. Where a candidate is as expected, the conversation goes on with it, even
    if the bot would have said another: what comes after it has to find what it did. Where an action is to run, or
    nothing is expected, the bot answers by itself. After a reply that is not as expected, and that nobody could have
    given, the rest of the test says nothing.

    Args:
        bot: The bot, which keeps conversations nowhere else.
        test: The test, as the reader `conversation_tests` has it.
        file: Where it stands.
        prefix: What makes its name unique among all files.
        fingerprints: Those of the bot's policies.
    """
    # As the command calls it, for variants of replies are chosen by the conversation's name.
    name = f"test-{zlib.crc32(f'{file.name}/{test.id}'.encode()):08x}"
    while len(bot.conversation(name)):  # a file of the same name elsewhere
        name += "'"
    steps = steps_of(test)
    choices: list[Choice] = []
    counts: Counter[str] = Counter()
    prepared = False
    for step in steps:
        if step.turn is None:
            bot.greet(name)
            continue
        if not prepared:
            _prepare(test, bot, name)
            prepared = True
        before = bot.conversation(name)
        message = Message(step.turn.text, client_id=f"step-{step.number}")
        if before.handed_over:
            bot.reply(message.text, conversation=name, client_id=message.client_id)
            continue
        asked = bot.rehearse(message, before, everybody=True, seconds=PATIENCE)
        counts.update(unheard(asked))
        choice = choice_of_rehearsed(asked, id=f"{prefix}:{test.id}/{step.number}", fingerprints=fingerprints)
        follow_up = _follow_up(before, asked)
        labels, nobody = step.expected.labels(in_full(asked), follow_up)
        labels, goes_on = _take(bot, name, before, asked, step, labels, follow_up)
        if asked.stages and (nobody is not None or any(label is not None for label in labels)):
            choices.append(replace(choice, labels=labels, nobody=nobody))
            counts["asked"] += 1
            counts["nobody"] += step.expected.nobody
            counts["right"] += any(label is not None and label.right > 0 for label in labels)
        else:
            counts["silent"] += 1
        if not goes_on:
            counts["left out"] += sum(later.turn is not None for later in steps if later.number > step.number)
            break
    return Kept(choices, counts)


def _take(
    bot: Bot,
    name: str,
    before: Conversation,
    asked: Rehearsed,
    step: Step,
    labels: tuple[Label | None, ...],
    follow_up: Mapping[str, str],
) -> tuple[tuple[Label | None, ...], bool]:
    """Take a step; return the labels with what was learnt by that, and whether the test still says something."""
    message, candidates = asked.turn.message, in_full(asked)
    right = [c for c, label in zip(candidates, labels, strict=True) if label is not None and label.right > 0]
    ready = next((candidate for candidate in right if candidate.action is None), None)
    if ready is not None:
        bot.record(name, _as_said(ready, before, message, follow_up))
        return labels, True
    if step.expected.nobody and asked.policy != FALLBACK:
        now = datetime.now(UTC)
        said = BotSaid(step.text or "…", now, message.client_id, FALLBACK)
        bot.record(name, [*_begun(before, now), UserSaid(message), said])
        return labels, True
    reply = bot.reply(message.text, conversation=name, client_id=message.client_id)
    fits = step.expected.holds(reply)
    own = [place for place, candidate in enumerate(candidates) if candidate.policy == reply.policy]
    if step.expected.says_something and len(own) == 1 and candidates[own[0]].action is not None:
        known = list(labels)
        known[own[0]] = Label(float(fits), source=SOURCE)
        labels = tuple(known)
    return labels, fits


def _prepare(test: Dialogue, bot: Bot, name: str) -> None:
    """Bring about the state the test begins in."""
    slots = dict(test.metadata.get("slots", {}))
    if language := test.metadata.get("language"):
        slots["locale"] = language
    facts = [FactLearned(fact, value) for fact, value in dict(test.metadata.get("facts", {})).items()]
    if slots or facts:
        begun = _begun(bot.conversation(name), datetime.now(UTC))
        bot.record(name, [*begun, *(SlotSet(slot, value) for slot, value in slots.items()), *facts])


def _begun(before: Conversation, now: datetime) -> list[Event]:
    return [] if len(before) else [SessionStarted(now)]


def _as_said(candidate: Candidate, before: Conversation, message: Message, follow_up: Mapping[str, str]) -> list[Event]:
    """Return the events of a turn in which a candidate without an action is the reply."""
    now = datetime.now(UTC)
    said = BotSaid(
        candidate.text,
        now,
        message.client_id,
        candidate.policy,
        evidence=candidate.evidence,
        quick_replies=candidate.quick_replies,
    )
    handed_over = any(isinstance(event, HandedOver) for event in candidate.effects)
    added = [
        BotSaid(text, now, message.client_id, policy)
        for policy, text in follow_up.items()
        if policy != candidate.policy and not handed_over
    ]
    return [*_begun(before, now), UserSaid(message), *candidate.effects, said, *added]


def _follow_up(before: Conversation, asked: Rehearsed) -> dict[str, str]:
    """Return the question of the flow under way, by the policy of the flow."""
    flow = before.active_flow
    if flow is None:
        return {}
    questions = (ranked.candidate for ranked in asked.ranked if ranked.candidate.policy == flow.policy)
    return next(({flow.policy: each.follow_up} for each in questions if each.follow_up), {})
