"""Where a round stands: kept as the state of the flow `quiz`, never trusted to be well-formed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core import ActiveFlow, JsonValue

FLOW = "quiz"


@dataclass(frozen=True, slots=True)
class Round:
    """A round of questions.

    Attributes:
        item: The key of the question that is open.
        queue: The keys of those to come.
        unit: The key of the unit; empty: questions of several.
        hints: How many hints were given to the open question.
        wrong: How many wrong answers there were to it.
        asked: How many questions were finished.
        right: How many of them were found.
        clean: How many without help.
        row: How many of those in a row.
        last: The key of the question before.
    """

    item: str
    queue: tuple[str, ...] = ()
    unit: str = ""
    hints: int = 0
    wrong: int = 0
    asked: int = 0
    right: int = 0
    clean: int = 0
    row: int = 0
    last: str = ""

    def state(self) -> dict[str, JsonValue]:
        """Return it as JSON."""
        counts: dict[str, JsonValue] = {name: getattr(self, name) for name in _COUNTS}
        return {"item": self.item, "queue": list(self.queue), "unit": self.unit, "last": self.last, **counts}

    @classmethod
    def of(cls, flow: ActiveFlow) -> "Round | None":
        """Read the state of a flow; None where it is none of a round."""
        state: Mapping[str, Any] = flow.state
        item, queue, unit = state.get("item"), state.get("queue"), state.get("unit")
        if not isinstance(item, str) or not isinstance(queue, list | tuple) or not isinstance(unit, str):
            return None
        counts = {name: value for name in _COUNTS if isinstance(value := state.get(name), int) and value >= 0}
        last = state.get("last")
        return cls(item, tuple(map(str, queue)), unit, last=last if isinstance(last, str) else "", **counts)


_COUNTS = ("hints", "wrong", "asked", "right", "clean", "row")
