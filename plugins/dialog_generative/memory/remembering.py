"""What of a conversation the model is told: the latest turns word for word, and a summary of what came before."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialog_core import Context, Turn
from dialog_core.conversation import JsonValue
from dialog_generative.chat import Backend
from dialog_generative.options import MemoryOptions


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is told of a conversation.

    Attributes:
        summary: Of what came before the turns told word for word; empty if there is none.
        since: Where in `conversation.messages` the first message stands that is told word for word.
        remember: What to keep with the conversation: a summary that has been made since.
    """

    summary: str = ""
    since: int = 0
    remember: Mapping[str, JsonValue] = field(default_factory=dict)


class ConversationMemory:
    """Decides what is told word for word, and has the rest summed up."""

    def __init__(self, options: MemoryOptions, context: Context) -> None:
        self._options = options
        self._context = context

    def recall(self, turn: Turn) -> Recalled:
        """Return what to tell of the conversation before a turn."""
        return Recalled()

    def learn(self, turn: Turn, backend: Backend) -> None:
        """Begin to sum up what is no longer told word for word, beside the turn."""
