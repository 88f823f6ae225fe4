"""Bots to test: loaded fresh, with a store that nobody else uses."""

import asyncio
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from dialog_core import Bot, Context
from dialog_core.interfaces import ConversationStore


class RestartableBot:
    """A bot whose process can end and begin again in the middle of a conversation.

    The conversations it holds are kept in a SQLite file of its own, or in memory if it never has to restart.

    Attributes:
        bot: The bot as it runs now.
    """

    def __init__(self, path: Path, *, restarts: bool) -> None:
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="dialog-core-test-") if restarts else None
        self._store: ConversationStore = self._open_store()
        try:
            self.bot = Bot.load(path, store=self._store)
        except BaseException:
            self._close_store()
            raise

    def restart(self) -> None:
        """End the bot, and load it anew on the same store."""
        if self._folder is None:
            raise ValueError("this bot was made without a store that outlives it")
        self.bot.close()
        asyncio.run(self._store.close())
        self._store = self._open_store()
        self.bot = Bot.load(self._path, store=self._store)

    def close(self) -> None:
        """End the bot and forget what was said."""
        self.bot.close()
        self._close_store()

    def __enter__(self) -> "RestartableBot":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _open_store(self) -> ConversationStore:
        spec: Any = "memory"
        if self._folder is not None:
            spec = {"use": "sqlite", "path": str(Path(self._folder.name) / "conversations.db")}
        store: ConversationStore = Context(name="store").create("store", spec)
        return store

    def _close_store(self) -> None:
        asyncio.run(self._store.close())
        if self._folder is not None:
            self._folder.cleanup()
