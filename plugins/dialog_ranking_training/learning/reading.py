"""Reading what happened out of the store of a bot, which may be in use meanwhile."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dialog_core import (
    BotSaid,
    BotSpec,
    Builder,
    Conversation,
    FeedbackGiven,
    HumanSaid,
    ReplyEdited,
    TrainingError,
)
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.interfaces import ConversationStore
from dialog_core.training import snapshot
from dialog_ranking_training.learning.exchanges import Exchange, exchanges_of

Advance = Callable[[int, int], None]
"""Told how many conversations of how many have been read."""


@dataclass(slots=True)
class Happened:
    """What a store says.

    Attributes:
        conversations: How many there are.
        verdicts: How many replies were judged.
        corrected: How often people wrote something themselves: edits, and what they said after taking over.
        exchanges: Those of which something can be learnt, in the order they were asked.
        models: The policies that are language models.
    """

    conversations: int = 0
    verdicts: int = 0
    corrected: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    models: frozenset[str] = frozenset()

    def take(self, conversation: Conversation, since: datetime | None) -> None:
        """Add a conversation."""
        self.conversations += 1
        self.verdicts += sum(isinstance(event, FeedbackGiven) for event in conversation.events)
        self.corrected += sum(isinstance(event, ReplyEdited | HumanSaid) for event in conversation.events)
        self.exchanges += [
            exchange
            for exchange in exchanges_of([conversation], since, self.models)
            if exchange.unanswered or exchange.correction is not None or exchange.verdict
        ]


def database_of(spec: BotSpec, named: Path | None) -> Path | None:
    """Return the database to read; None where the bot keeps its conversations in a store of another kind.

    Args:
        spec: The bot.
        named: The database somebody has named instead of the bot's own.

    Raises:
        ConfigurationError: There is none: the bot keeps its conversations in memory only, or what was named is no file.
    """
    if named is not None:
        if not named.is_file():
            raise ConfigurationError([Problem("there is no such database", named)])
        return named
    if spec.store.registration.name == "memory":
        told = "this bot keeps its conversations in memory only"
        remedy = "Name a store in the bot file, such as `store: {use: sqlite, path: conversations.db}`."
        node = spec.store.written
        problem = (
            node.problem(told, path=("store",), remedy=remedy) if node else Problem(told, spec.path, remedy=remedy)
        )
        raise ConfigurationError([problem])
    if spec.store.registration.name != "sqlite":
        return None
    path: Path = spec.store.options.path
    return path


def read_happened(spec: BotSpec, database: Path | None, since: datetime | None, advance: Advance) -> Happened:
    """Return what happened in the conversations of a bot.

    Args:
        spec: The bot.
        database: The database of its conversations; None: the bot's own store is opened.
        since: Leave out what is older.
        advance: Told how far it is.

    Raises:
        StoreError: The store cannot be read.
        TrainingError: The database cannot be read.
    """
    if database is not None and not database.exists():
        return Happened()  # nobody has talked to the bot yet
    return asyncio.run(_read(spec, database, since, advance))


async def _read(spec: BotSpec, database: Path | None, since: datetime | None, advance: Advance) -> Happened:
    models = (policy.name for policy in spec.policies if policy.registration.category == "generative")
    happened = Happened(models=frozenset(models))
    if database is not None:
        async with snapshot(database) as store:
            return await _taken(store, happened, since, advance)
    own = Builder(spec).store()
    try:
        return await _taken(own, happened, since, advance)
    finally:
        await own.close()


async def _taken(store: ConversationStore, happened: Happened, since: datetime | None, advance: Advance) -> Happened:
    summaries = await store.list()
    for number, summary in enumerate(summaries, 1):
        happened.take(await store.load(summary.id), since)
        advance(number, len(summaries))
    happened.exchanges.sort(key=lambda exchange: (exchange.at, exchange.conversation, exchange.message))
    return happened


@contextmanager
def as_logs(spec: BotSpec, database: Path | None) -> Iterator[Path]:
    """Give a database that trainers can read: the bot's own, or a copy where that is another store, or in use.

    What a bot that is running has said last stands beside its database, where the checksum of the file would not tell
    that anything is new.
    """
    if database is not None and not _in_use(database):
        yield database
        return
    with TemporaryDirectory() as directory:
        copy = Path(directory) / "conversations.db"
        if database is not None:
            _back_up(database, copy)
        else:
            asyncio.run(_copy(spec, copy))
        yield copy


def _back_up(database: Path, copy: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise TrainingError(f"the conversations in {database} cannot be read: {error}") from error


def _in_use(database: Path) -> bool:
    log = database.with_name(f"{database.name}-wal")
    return log.exists() and log.stat().st_size > 0


async def _copy(spec: BotSpec, file: Path) -> None:
    builder = Builder(spec)
    source = builder.store()
    target = builder.context.create("store", {"use": "sqlite", "path": str(file), "synchronous": "off"})
    try:
        for summary in await source.list():
            await _copy_conversation(source, target, summary.id)
    finally:
        await target.close()
        await source.close()


async def _copy_conversation(source: ConversationStore, target: ConversationStore, id: str) -> None:
    conversation = await source.load(id)
    events = list(conversation.events)
    start = 0
    for end, event in enumerate(events, 1):
        trace = None
        if isinstance(event, BotSaid) and event.in_reply_to:
            trace = await source.load_trace(id, event.in_reply_to)
        if trace is not None or end == len(events):
            await target.append(id, events[start:end], expected_length=start, trace=trace)
            start = end
