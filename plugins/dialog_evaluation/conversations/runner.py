"""Holding the conversation of one test."""

import time
import zlib
from collections.abc import Mapping
from typing import Any

from dialog_core import (
    Bot,
    BotSaid,
    Conversation,
    DialogError,
    Event,
    HumanSaid,
    Message,
    Reply,
    SessionStarted,
    SlotSet,
    User,
    UserSaid,
)
from dialog_core.configuration import did_you_mean
from dialog_evaluation.conversations.bots import RestartableBot
from dialog_evaluation.conversations.expectations import Happened, mismatches
from dialog_evaluation.conversations.outcome import Line, Outcome
from dialog_evaluation.conversations.test_file import LocatedTest, Step

CANDIDATES_SHOWN = 5

_FAILED = ("failed", "timed out", "breaker open")  # statuses of policies


def run_test(test: LocatedTest, restartable: RestartableBot) -> Outcome:
    """Hold the conversation of a test, up to the first step at which something is not as it says."""
    started = time.monotonic()
    # Variants of replies are chosen by the conversation's name: the same test always hears the same ones.
    conversation = f"test-{zlib.crc32(f'{test.file.name}/{test.name}'.encode()):08x}"
    reply: Reply | None = None

    def ended(**how: Any) -> Outcome:
        said, why = _said(restartable.bot, conversation), _why(reply)
        seconds = time.monotonic() - started
        return Outcome(test, seconds=seconds, conversation=said, why=why, unsound=unsound, **how)

    restartable.begin(test.test.now)
    prepared = unsound = False
    for number, step in enumerate(test.test.steps):
        try:
            if step.restart:
                restartable.restart()
                continue
            if step.wait is not None:
                restartable.clock.wait(step.wait)
                continue
            if not prepared and step.user is not None:
                _prepare(test, restartable, conversation)
                prepared = True
            before = restartable.bot.conversation(conversation)
            reply = _take(test, step, number, restartable, conversation)
            if reply is None:
                return ended(verdict="error", step=number, error="the bot has no greeting: it says nothing unasked")
            unsound = unsound or _part_failed(reply)
            wrong = mismatches(step, _happened(test, step, reply, restartable.bot, before))
        except DialogError as error:
            unsound = True
            return ended(verdict="error", step=number, error=str(error) or type(error).__name__)
        except Exception as error:
            unsound = True
            return ended(verdict="error", step=number, error=f"{type(error).__name__}: {error}")
        if wrong:
            return ended(verdict="failed", step=number, mismatches=wrong)
    return ended(verdict="passed")


def _prepare(test: LocatedTest, restartable: RestartableBot, conversation: str) -> None:
    """Bring about the state the test begins in."""
    slots = dict(test.test.slots)
    if test.test.language is not None:
        slots["locale"] = test.test.language
    bot = restartable.bot
    _refuse_undeclared(test, bot)
    if slots or test.test.facts:
        begun = len(bot.conversation(conversation)) > 0  # the bot has greeted
        session: list[Event] = [] if begun else [SessionStarted(restartable.clock())]
        bot.record(conversation, [*session, *(SlotSet(name, value) for name, value in slots.items())])
    restartable.know(test.test.user_id, test.test.facts, conversation)


def _refuse_undeclared(test: LocatedTest, bot: Bot) -> None:
    """Refuse facts that the bot would never keep: a test that begins with them tests nothing."""
    for name in test.test.facts if bot.facts is not None else ():
        if bot.facts is not None and name not in bot.facts:
            remedy = did_you_mean(name, bot.facts)
            raise DialogError(f"the bot declares no fact {name!r} under `profiles.facts`. {remedy}".strip())


def _take(test: LocatedTest, step: Step, number: int, restartable: RestartableBot, conversation: str) -> Reply | None:
    if step.user is None:
        return restartable.bot.greet(conversation)
    message = Message(step.user, user_id=test.test.user_id, client_id=f"step-{number}", at=restartable.clock())
    reply = restartable.bot.send(conversation, message)
    restartable.clock.tick()
    return reply


def _happened(test: LocatedTest, step: Step, reply: Reply, bot: Bot, before: Conversation) -> Happened:
    annotations: Mapping[str, Any] = {}
    if "intent" in step.expectations and step.user is not None:
        annotations = bot.annotate(step.user, before)  # as they were found in the turn, which does not keep them
    user = User(test.test.user_id)
    if {"facts", "consent"} & set(step.expectations):
        user = bot.user(test.test.user_id, before.id)
    return Happened(reply, bot.conversation(before.id), annotations, user)


def _said(bot: Bot, conversation: str) -> tuple[Line, ...]:
    try:
        messages = bot.conversation(conversation).messages
    except DialogError:  # what is wrong with the bot or its store is told already
        return ()
    return tuple(_line(event) for event in messages)


def _line(event: UserSaid | BotSaid | HumanSaid) -> Line:
    if isinstance(event, UserSaid):
        return Line("user", event.message.text)
    policy = event.policy if isinstance(event, BotSaid) else "a person"
    return Line(f"bot ({policy})" if policy else "bot", event.text)


def _part_failed(reply: Reply) -> bool:
    """Whether a breaker may have counted something, or a thread may still hang."""
    trace = reply.trace or {}
    return any(report["status"] in _FAILED for report in trace.get("policies", ())) or any(
        part["verdict"].startswith(("failed", "not asked")) for part in trace.get("parts", ())
    )


def _why(reply: Reply | None) -> tuple[str, ...]:
    """Return the trace's reason, how each policy and part fared, and the best candidates."""
    trace = reply.trace if reply is not None else None
    if trace is None:
        return ()
    policies = [
        f"{report['policy']}: {report['status']}" + (f" ({report['error']})" if report["error"] else "")
        for report in trace["policies"]
    ]
    candidates = [
        f"{ranked['probability']:.2f} {ranked['policy']}: {_shortened(ranked['text'])}"
        for ranked in trace["candidates"][:CANDIDATES_SHOWN]
    ]
    parts = [f"{part['part']}: {part['verdict']}" for part in trace["parts"]]
    return (trace["reason"], *policies, *candidates, *parts)


def _shortened(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
