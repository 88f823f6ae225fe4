"""How much is done at once, and what gives way when memory runs out.

Imports torch: import it late.
"""

import torch

from dialog_generative.errors import GenerationError
from dialog_generative.local.engine.conversations import Conversations
from dialog_generative.local.model import LoadedModel

READ_LEAST = 32  # tokens of a piece of a chat, however many chats are being read
_READ_AT_ONCE = {"cuda": 2048, "cpu": 256}  # tokens of a round: enough to keep it busy, little enough to wait for


class Room:
    """How much there is room for; each answer that comes to its end gives some of it back.

    Args:
        loaded: The model.
        rows: How many rows there are at once, at most.
        conversations: What can be given up, for it can be read again.

    Attributes:
        rows: How many rows there may be at once now.
        tokens: How many tokens of chats may be read in a round now.
    """

    def __init__(self, loaded: LoadedModel, rows: int, conversations: Conversations) -> None:
        self._loaded = loaded
        self._conversations = conversations
        self.rows = self._most_rows = rows
        self.tokens = self._most_tokens = _READ_AT_ONCE.get(loaded.device.type, 256)

    @property
    def can_shrink(self) -> bool:
        """Whether something is left to give up besides rows."""
        return len(self._conversations) > 0 or self.tokens > READ_LEAST

    def make(self, rows: int) -> None:
        """After memory ran out: forget what can be read again, and have so many rows at once."""
        self._conversations.clear()
        self.rows = max(1, min(rows, self.rows))
        if self._loaded.device.type == "cuda":
            torch.cuda.empty_cache()

    def read_less(self) -> None:
        """Read half as much in a round."""
        self.tokens = max(READ_LEAST, self.tokens // 2)

    def recover(self) -> None:
        """An answer has come to its end: let there be a row more, and read as much as ever."""
        self.rows = min(self._most_rows, self.rows + 1)
        self.tokens = self._most_tokens

    def refusal(self, tokens: int) -> GenerationError:
        """Return what is said where nothing is left to give up.

        Args:
            tokens: How many there were to read.
        """
        return GenerationError(
            f"out of memory with {tokens} tokens in {self._loaded.name}: give it less to read (`context_tokens`), keep "
            "fewer conversations (`cache`), or use a smaller model or `dtype: bfloat16`"
        )
