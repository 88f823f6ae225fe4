"""How often a guard objected rightly and wrongly, and what may be chance about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from dialog_evaluation.rating.report.chance import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """A share of messages.

    Attributes:
        value: The share; None: there are no messages to take it from.
        low: Where it lies with 95 % confidence (Wilson 1927): from here
        high: to here.
        count: How many messages it is a share of.
    """

    value: float | None
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, part: int, whole: int) -> "Share":
        """Return the share that a part is of a whole."""
        if not whole:
            return cls(None, 0.0, 1.0, 0)
        return cls(part / whole, *wilson(part / whole, whole), whole)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often it was right.

    Attributes:
        caught: Messages that are not harmless and were objected to.
        missed: Messages that are not harmless and were let through.
        alarmed: Harmless ones that were objected to.
        passed: Harmless ones that were let through.
    """

    caught: int = 0
    missed: int = 0
    alarmed: int = 0
    passed: int = 0

    @classmethod
    def of(cls, decisions: Iterable[tuple[bool, bool]]) -> "Counts":
        """Count decisions: whether a message is harmless, and whether it was objected to."""
        found = list(decisions)
        return cls(*(found.count(one) for one in ((False, True), (False, False), (True, True), (True, False))))

    @property
    def precision(self) -> Share:
        """Of what it objected to, what it should have."""
        return Share.of(self.caught, self.caught + self.alarmed)

    @property
    def recall(self) -> Share:
        """Of what it should have objected to, what it did."""
        return Share.of(self.caught, self.caught + self.missed)

    @property
    def false_alarms(self) -> Share:
        """Of what is harmless, what it objected to."""
        return Share.of(self.alarmed, self.alarmed + self.passed)

    @property
    def f1(self) -> Share:
        """The harmonic mean of precision and recall.

        It grows with the share of caught messages among those caught, missed or alarmed about (F1 = 2 s / (1 + s)), so
        that the interval of that share gives its own.
        """
        share = Share.of(self.caught, self.caught + self.missed + self.alarmed)
        if share.value is None:
            return share
        value, low, high = (2 * one / (1 + one) for one in (share.value, share.low, share.high))
        return Share(value, low, high, share.count)

    @property
    def objected(self) -> Share:
        """Of all messages, what it objected to."""
        whole = self.caught + self.missed + self.alarmed + self.passed
        return Share.of(self.caught + self.alarmed, whole)
