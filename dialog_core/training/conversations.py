"""Conversations to learn from: read out of a store that a bot may be using meanwhile."""

import asyncio
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from dialog_core.component import Context
from dialog_core.conversation import Conversation
from dialog_core.errors import TrainingError
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore


def read_conversations(file: Path) -> list[Conversation]:
    """Return the conversations in a database that the store `sqlite` keeps; it is read as it stands, and not changed.

    Args:
        file: The database.

    Raises:
        StoreError: It is no database of conversations.
        TrainingError: It cannot be read.
    """
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "conversations.db"
        _copy(file, copy)
        with ThreadPoolExecutor(1) as thread:  # of its own, since a loop may run in this one
            return thread.submit(asyncio.run, _load(copy)).result()


def _copy(file: Path, copy: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise TrainingError(
            f"the conversations in {file} cannot be read: {error}. Name the database of a store `sqlite` as `logs`"
        ) from error


async def _load(file: Path) -> list[Conversation]:
    store = SQLiteStore(SQLiteOptions(path=file), Context())
    try:
        return [await store.load(summary.id) for summary in await store.list()]
    finally:
        await store.close()
