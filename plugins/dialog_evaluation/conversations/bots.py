"""Bots to test: loaded fresh, with stores that nobody else uses and a time of their own."""

import asyncio
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from dialog_core import Bot, Consent, Context, Fact, FactLearned, read_bot_file
from dialog_core.interfaces import ConversationStore, ProfileStore


class Clock:
    """What time it is in a test: the time of day, or one that is set; it goes on when it is told to."""

    def __init__(self) -> None:
        self._set: datetime | None = None
        self._passed = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return (self._set or datetime.now(UTC)) + self._passed

    def begin(self, now: datetime | None) -> None:
        """Set the time; None: it is the time of day."""
        self._set, self._passed = now, timedelta()

    def tick(self) -> None:
        """Let a second pass where the time is set."""
        if self._set is not None:
            self._passed += timedelta(seconds=1)

    def wait(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            OverflowError: The calendar ends before that.
        """
        passed = self._passed + timedelta(seconds=seconds)
        (self._set or datetime.now(UTC)) + passed
        self._passed = passed


class RestartableBot:
    """A bot whose process can end and begin again in the middle of a conversation.

    The conversations it holds are kept in a SQLite file of its own, or in memory if it never has to restart. Profiles
    of users are kept in memory, and outlive it.

    Attributes:
        bot: The bot as it runs now.
        clock: What time it is for it.
    """

    def __init__(self, path: Path, *, restarts: bool) -> None:
        self._path = path
        self.clock = Clock()
        self._folder = tempfile.TemporaryDirectory(prefix="dialog-core-test-") if restarts else None
        self._profiles: ProfileStore = Context(name="profiles").create("profile_store", "memory")
        self._store: ConversationStore = self._open_store()
        try:
            self.bot = self._load()
        except BaseException:
            self._close_store()
            raise

    def begin(self, now: datetime | None) -> None:
        """Begin a test: nobody is known, and it is a certain time (None: the time of day)."""
        self.clock.begin(now)
        asyncio.run(self._forget())

    def know(self, user: str, facts: Mapping[str, Any], conversation: str) -> None:
        """Know something about a user: with their consent, or where nothing is kept from a conversation's session."""
        if facts and user and self.bot.facts is not None:
            before = self.clock() - timedelta(seconds=1)
            kept = {name: Fact(value, before) for name, value in facts.items()}
            asyncio.run(self._profiles.put(user, kept, Consent(given=True, at=before)))
        elif facts:
            self.bot.record(conversation, [FactLearned(name, value, user) for name, value in facts.items()])

    def restart(self) -> None:
        """End the bot, and load it anew on the same stores."""
        if self._folder is None:
            raise ValueError("this bot was made without a store that outlives it")
        self.bot.close()
        asyncio.run(self._store.close())
        self._store = self._open_store()
        self.bot = self._load()

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

    def _load(self) -> Bot:
        spec = read_bot_file(self._path, training=False)
        return Bot.of(spec, store=self._store, profiles=self._profiles, clock=self.clock)

    async def _forget(self) -> None:
        for known in await self._profiles.list():
            await self._profiles.forget(known.user_id)

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
