"""How fast somebody labels."""

from collections import deque

AWAY = 60.0  # seconds; who decides nothing for longer is not labelling
RECENT = 30  # decisions


class Pace:
    """Labels per minute over the last decisions, without the time away."""

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=RECENT)
        self._last: float | None = None

    def shown(self, now: float) -> None:
        """Take in that a text was shown."""
        self._last = now

    def decided(self, now: float) -> None:
        """Take in that it was decided about."""
        if self._last is not None:
            self._took.append(min(now - self._last, AWAY))
        self._last = now

    @property
    def per_minute(self) -> float:
        """How many in a minute; 0: nobody can tell yet."""
        total = sum(self._took)
        return 60 * len(self._took) / total if total > 0 and len(self._took) > 1 else 0.0
