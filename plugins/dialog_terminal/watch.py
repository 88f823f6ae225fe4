"""Looks every half second whether the bot has changed (`chat --watch`)."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialog_core import Bot

Reload = Callable[[], "tuple[Bot | None, str | None]"]
"""Returns the new bot if there is one, and what to tell the user: that it was reloaded, or what is wrong with it."""

INTERVAL = 0.5  # seconds


class Watcher:
    """Calls `reload` in a thread of its own and keeps the newest bot until it is asked for.

    Args:
        reload: Looks for a new bot.
        tell: Is given what `reload` has to say, and whether it is good news.
    """

    def __init__(self, reload: Reload, tell: Callable[[str, bool], None]) -> None:
        self._reload = reload
        self._tell = tell
        self._fresh: Bot | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def take(self) -> "Bot | None":
        """Return the newest bot, once; it is the caller's to close."""
        with self._lock:
            fresh, self._fresh = self._fresh, None
            return fresh

    def stop(self) -> None:
        """Look no more, and close a bot nobody has asked for."""
        self._over.set()
        self._keep(None)

    def _watch(self) -> None:
        told = ""
        while not self._over.wait(INTERVAL):
            try:
                bot, message = self._reload()
            except Exception as error:  # tell it, once, and go on: the next version of the file may be right
                bot, message = None, f"{type(error).__name__}: {error}"
                if message == told:
                    continue
                told = message
            if bot is not None:
                self._keep(bot)
            if self._over.is_set():
                self._keep(None)
            elif message:
                self._tell(message, bot is not None)

    def _keep(self, bot: "Bot | None") -> None:
        with self._lock:
            stale, self._fresh = self._fresh, bot
        if stale is not None:
            stale.close()
