"""What annotators found out about a message, as rules and flows ask for it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from dialog_core import Turn
from dialog_core.annotations import EntityAnnotation, entities_of, label_of


class Facts:
    """The findings about one message, looked up when first asked for.

    Attributes:
        turn: The message.
    """

    def __init__(self, turn: Turn, *, intents: str, entities: str) -> None:
        self.turn = turn
        self._names = intents, entities

    @cached_property
    def intents(self) -> Mapping[str, float]:
        """The intents of the message with their probabilities; none if it is out of scope."""
        found = label_of(self.turn.annotations, self._names[0]) if self.turn.annotations else None
        if found is None or found["label"] is None:
            return {}
        ranked = found.get("ranked")
        known: dict[Any, Any] = {}
        for item in ranked if isinstance(ranked, list | tuple) else ():
            if isinstance(item, Mapping):
                known[item.get("label")] = item.get("probability")
        labels = dict.fromkeys([found["label"], *found["labels"]])
        return {
            label: _probability(known.get(label, found.get("probability")))
            for label in labels
            if isinstance(label, str)
        }

    @cached_property
    def mentions(self) -> Sequence[EntityAnnotation]:
        """What was found named in the message, in the order of the text."""
        return entities_of(self.turn.annotations, self._names[1]) if self.turn.annotations else ()

    @cached_property
    def entities(self) -> Mapping[str, Any]:
        """The first value of each entity."""
        values: dict[str, Any] = {}
        for mention in self.mentions:
            values.setdefault(mention["entity"], mention["value"])
        return values

    def names(self) -> Mapping[str, Any]:
        """Return what templates can use beside slots."""
        return {
            "intent": next(iter(self.intents), ""),
            "entities": self.entities,
            "annotations": self.turn.annotations,
            "language": self.turn.language,
            "user": self.turn.user.facts,
            "consent": self.turn.user.consent,
        }


def _probability(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(1.0, max(0.0, float(value))) if is_number else 0.0
