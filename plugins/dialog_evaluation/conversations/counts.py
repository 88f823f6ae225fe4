"""How much of what tests of other forms check was as they say, of each kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialog_evaluation.conversations.foreign import AnyOutcome, ForeignOutcome

_PLURALS = {"bot": "replies", "entities": "entities", "slots": "slots"}


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many.

    Attributes:
        what: What they are, in the plural.
        passed: How many were as the tests say.
        total: How many were checked.
    """

    what: str
    passed: int
    total: int

    def __str__(self) -> str:
        """As in `7 of 7 stories`."""
        return f"{self.passed} of {self.total} {self.what}"


def counts_of(outcomes: Iterable[AnyOutcome]) -> list[Count]:
    """Return how many tests of each form passed, and then of each kind how many checks; none for conversation tests."""
    ran = [one for one in outcomes if isinstance(one, ForeignOutcome) and one.verdict != "not run"]
    forms = list(dict.fromkeys(one.test.form.name for one in ran))
    tests = [_count(name, [one.verdict == "passed" for one in ran if one.test.form.name == name]) for name in forms]
    steps = [step for one in ran for step in one.outcome.steps]
    kinds = sorted({step.what for step in steps}, key=_order)
    checks = [_count(plural(kind), [step.passed for step in steps if step.what == kind]) for kind in kinds]
    return [*tests, *checks]


def plural(kind: str) -> str:
    """Return what several checks of a kind are called."""
    return _PLURALS.get(kind, f"{kind}s")


def _count(what: str, passed: Sequence[bool]) -> Count:
    return Count(what, sum(passed), len(passed))


def _order(kind: str) -> tuple[int, str]:
    first = ("action", "intent", "entities", "slots", "loop", "bot")
    return (first.index(kind) if kind in first else len(first), kind)
