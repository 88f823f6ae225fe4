"""A circuit breaker: a part that keeps failing is left alone for a while (Nygard, *Release It!*, chapter 5)."""

from pydantic import Field

from dialog_core.configuration.options import Options


class BreakerOptions(Options):
    """When to stop asking a policy, and when to try again."""

    failures: int = Field(default=3, ge=1, description="Failures in a row after which the policy is left alone.")
    reset_after: float = Field(default=30.0, gt=0, description="Seconds after which it is tried again, once.")


class CircuitBreaker:
    """Counts failures in a row. Times are seconds on the clock of `time.monotonic()`."""

    __slots__ = ("_failures", "_limit", "_opened_at", "_reset_after")

    def __init__(self, failures: int = 3, reset_after: float = 30.0) -> None:
        self._limit = failures
        self._reset_after = reset_after
        self._failures = 0
        self._opened_at: float | None = None

    def allows(self, now: float) -> bool:
        """Whether to ask now. Once the reset time is over one caller is let through, the others wait for its luck."""
        if self._opened_at is None:
            return True
        if now - self._opened_at < self._reset_after:
            return False
        self._opened_at = now
        return True

    def succeeded(self) -> None:
        """Close: all is well."""
        self._failures = 0
        self._opened_at = None

    def failed(self, now: float) -> None:
        """Count a failure and open at the limit."""
        self._failures += 1
        if self._failures >= self._limit:
            self._opened_at = now
