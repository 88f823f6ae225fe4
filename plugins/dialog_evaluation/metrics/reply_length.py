"""How long texts are."""

from collections.abc import Sequence
from typing import Any

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_evaluation.replies.words import words


class ReplyLength(Component[Options]):
    """`characters` and `words`, on average; scripts without spaces have a word for each character."""

    def compute(self, predictions: Sequence[str], references: Sequence[Any]) -> dict[str, float]:
        """Return the figures; none where there are no texts. References are not looked at."""
        if not predictions:
            return {}
        return {
            "characters": sum(map(len, predictions)) / len(predictions),
            "words": sum(len(words(text)) for text in predictions) / len(predictions),
        }
