"""Actions that never come back are left alone for a while, so that people do not wait for nothing again and again."""

import time
from collections.abc import Callable
from typing import Final

IN_A_ROW: Final = 3  # calls of an action without an answer in time until it is left alone
LEFT_ALONE: Final = 30.0  # seconds; then one call finds out whether it is back


class Hanging:
    """Which actions have not answered in time, each by itself: a slow one takes no other with it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know of none yet.

        Args:
            clock: Returns seconds.
        """
        self._clock = clock
        self._late: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def wait(self, name: str) -> float:
        """Return for how many seconds an action is not to be called yet; zero: it may be.

        One that may be called after a while is called once; others wait for what comes of it.
        """
        until = self._until.get(name)
        if until is None:
            return 0.0
        now = self._clock()
        if now < until:
            return until - now
        self._until[name] = now + LEFT_ALONE
        return 0.0

    def late(self, name: str) -> None:
        """Note that an action has not answered in time."""
        self._late[name] = self._late.get(name, 0) + 1
        if self._late[name] >= IN_A_ROW:
            self._until[name] = self._clock() + LEFT_ALONE

    def answered(self, name: str) -> None:
        """Note that an action has answered, whatever it said."""
        self._late.pop(name, None)
        self._until.pop(name, None)
