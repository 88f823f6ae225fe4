"""Asks everybody on every turn of the arena, once, and keeps what they propose with what of it is right.

What was said before a message is what would have been right to say, whoever a ranker would have chosen: so all rankers
see the same turns, and one recording serves them all.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._arena import FALLBACK, KNOWN_TO, Question, Talk
from dialog_core import Bot, BotSaid, Conversation, Message, SessionStarted, UserSaid
from dialog_ranking.choices import Choice, Label, choice_of_rehearsed, read_choices, write_choices

BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
BETWEEN_TALKS, BETWEEN_TURNS = timedelta(minutes=30), timedelta(seconds=40)
AT_A_TIME = 10  # conversations in a file: what is lost at most when a recording is cut off
SECONDS = 60.0  # a policy may take: this measures who is right, not who is quick


def record(bot_file: Path, talks: Sequence[Talk], directory: Path) -> list[Choice]:
    """Return the choice of every turn, asking the bot about those that have not been recorded.

    Args:
        bot_file: The bot.
        talks: The conversations.
        directory: Where recordings lie; what was asked is part of their names, so that a changed one is asked anew.
    """
    directory.mkdir(parents=True, exist_ok=True)
    bundles = [talks[start : start + AT_A_TIME] for start in range(0, len(talks), AT_A_TIME)]
    files = [directory / f"{bundle[0].id}-{_key(bundle)}.jsonl" for bundle in bundles]
    missing = [(bundle, file) for bundle, file in zip(bundles, files, strict=True) if not file.exists()]
    if missing:
        with Bot.load(bot_file) as bot:
            for number, (bundle, file) in enumerate(missing):
                print(f"\rrecording {bundle[0].id}, {number} of {len(missing)} ", end="", file=sys.stderr, flush=True)
                partial = file.with_suffix(".partial")
                write_choices((choice for talk in bundle for choice in _choices(bot, talk)), partial)
                partial.replace(file)
        print(file=sys.stderr)
    return [choice for file in files for choice in read_choices(file)]


def _key(talks: Sequence[Talk]) -> str:
    told = json.dumps([[question.text, *question.right] for talk in talks for question in talk.questions])
    return hashlib.sha256(f"{len(talks)} {told}".encode()).hexdigest()[:10]


def _choices(bot: Bot, talk: Talk) -> Iterator[Choice]:
    number = int(talk.id.rpartition("-")[2])
    now = BEGINNING + number * BETWEEN_TALKS
    conversation = Conversation(talk.id, [SessionStarted(now)])
    for place, question in enumerate(talk.questions):
        message = Message(question.text, client_id=f"m{place}", user_id=talk.id, at=now)
        rehearsed = bot.rehearse(message, conversation, everybody=True, now=now, seconds=SECONDS)
        for report in rehearsed.policies:
            if report.error:
                raise RuntimeError(f"{talk.id}: {report.policy} failed: {report.error}")
        yield _labelled(choice_of_rehearsed(rehearsed, id=f"{talk.id}/m{place}", user=talk.id), question)
        policy = KNOWN_TO.get(question.source, "fallback")
        said = BotSaid(question.right[0] if question.right else FALLBACK, now, message.client_id, policy)
        conversation = conversation.append([UserSaid(message), said])
        now += BETWEEN_TURNS


def _labelled(choice: Choice, question: Question) -> Choice:
    return replace(
        choice,
        labels=tuple(Label(float(question.is_right(candidate.text))) for candidate in choice.candidates),
        nobody=Label(float(not question.right)),
    )
