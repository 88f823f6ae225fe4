"""Conversations to learn from: read out of a store that a bot may be using meanwhile."""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dialog_core.component import Context
from dialog_core.conversation import Conversation
from dialog_core.errors import StoreError, TrainingError
from dialog_core.events import UserSaid
from dialog_core.interfaces import ConversationStore
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecordedConversation:
    """A stored conversation with the explanations of its replies.

    Attributes:
        conversation: The conversation.
        traces: What `Trace.to_json` returned, by the client id of the message that was answered.
    """

    conversation: Conversation
    traces: Mapping[str, Mapping[str, Any]]


def read_conversations(file: Path) -> list[Conversation]:
    """Return the conversations in a database that the store `sqlite` keeps; it is read as it stands, and not changed.

    Args:
        file: The database.

    Raises:
        StoreError: It is no database of conversations.
        TrainingError: It cannot be read.
    """
    return _read(file, _load)


def read_recorded(file: Path) -> list[RecordedConversation]:
    """Return the conversations in a database together with their traces; arguments and errors as above."""
    return _read(file, _load_recorded)


@asynccontextmanager
async def snapshot(file: Path) -> AsyncIterator[ConversationStore]:
    """Give a store with what a database has at this moment, to look at one conversation after the other.

    The database stays as it is, and free for a bot that is using it; what is done to the store is forgotten.

        async with snapshot(Path("conversations.db")) as store:
            for summary in await store.list():
                print((await recorded(store, summary.id)).traces)

    Args:
        file: The database that a store `sqlite` keeps.

    Raises:
        StoreError: It is no database of conversations.
        TrainingError: It cannot be read.
    """
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "conversations.db"
        await asyncio.to_thread(_copy, file, copy)
        try:
            store = SQLiteStore(SQLiteOptions(path=copy, synchronous="off", cache=0), Context())
            try:
                yield store
            finally:
                await store.close()
        except StoreError as error:  # nobody has ever heard of the copy
            raise StoreError(str(error).replace(str(copy), str(file))) from error


def _read(file: Path, load: Callable[[ConversationStore], Awaitable[list[T]]]) -> list[T]:
    async def read() -> list[T]:
        async with snapshot(file) as store:
            return await load(store)

    with ThreadPoolExecutor(1) as thread:  # of its own, since a loop may run in this one
        return thread.submit(asyncio.run, read()).result()


def _copy(file: Path, copy: Path) -> None:
    """Copy a database as it stands. One that nobody has open is not even locked, and no file appears beside it."""
    try:
        at_rest = _at_rest(file)
        if at_rest is not None:
            _back_up(f"{file.absolute().as_uri()}?mode=ro&immutable=1", copy)
            if _at_rest(file) == at_rest:
                return
        _back_up(f"{file.absolute().as_uri()}?mode=ro", copy)  # as every reader does, beside a bot that writes
    except sqlite3.Error as error:
        raise TrainingError(
            f"the conversations in {file} cannot be read: {error}. Name the database of a store `sqlite`"
        ) from error


def _back_up(source_uri: str, copy: Path) -> None:
    with closing(sqlite3.connect(source_uri, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _at_rest(file: Path) -> tuple[int, ...] | None:
    """Return what changes when a database is written to; None where somebody has it open, or it is not there."""
    if Path(f"{file}-wal").exists() or not file.exists():
        return None
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


async def _load(store: ConversationStore) -> list[Conversation]:
    return [await store.load(summary.id) for summary in await store.list()]


async def _load_recorded(store: ConversationStore) -> list[RecordedConversation]:
    return [await recorded(store, summary.id) for summary in await store.list()]


async def recorded(store: ConversationStore, conversation_id: str) -> RecordedConversation:
    """Return a conversation of any store together with its traces."""
    conversation = await store.load(conversation_id)
    traces: dict[str, Mapping[str, Any]] = {}
    for event in conversation.messages:
        if isinstance(event, UserSaid) and conversation.replies_to(event.message.client_id):
            trace = await store.load_trace(conversation_id, event.message.client_id)
            if trace is not None:
                traces[event.message.client_id] = trace
    return RecordedConversation(conversation, traces)
