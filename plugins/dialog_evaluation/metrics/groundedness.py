"""How much of what is said rests on evidence."""

from collections.abc import Sequence
from typing import Any

from dialog_core import Component
from dialog_core.configuration import Options


class Groundedness(Component[Options]):
    """`groundedness`: the mean over replies that were given evidence; a prediction is that of one reply, or None."""

    def compute(self, predictions: Sequence[float | None], references: Sequence[Any]) -> dict[str, float]:
        """Return the figure; none where no reply had evidence. References are not looked at."""
        found = [value for value in predictions if value is not None]
        return {"groundedness": sum(found) / len(found)} if found else {}
