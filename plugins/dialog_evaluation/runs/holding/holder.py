"""What holds dialogues: one way for each mode."""

from typing import Protocol

from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.questions import Held


class Holder(Protocol):
    """A way of holding dialogues."""

    async def hold(self, held: Held) -> DialogueAnswers:
        """Hold a dialogue; what goes wrong in a turn is in its answer, and not raised."""
        ...
