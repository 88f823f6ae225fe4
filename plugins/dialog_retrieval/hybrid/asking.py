"""Asking the parts of a hybrid. One that fails does not keep the others from answering."""

import logging
from collections.abc import Mapping, Sequence

from dialog_core import Turn
from dialog_core.interfaces import Retriever
from dialog_core.retrieval import Hit

logger = logging.getLogger(__name__)


class Parts:
    """The retrievers of a hybrid, asked one after the other.

    Not at the same time: handing a question to a thread and back costs 50 µs, and threads that compute take turns.

    Args:
        owner: What the hybrid is called, for the log.
        retrievers: The retrievers, by name.
    """

    def __init__(self, owner: str, retrievers: Mapping[str, Retriever]) -> None:
        self._owner = owner
        self._retrievers = retrievers
        self._failing: dict[str, str] = {}

    def ask(self, turn: Turn, depth: int) -> dict[str, Sequence[Hit]]:
        """Return what each of them finds; those that fail are missing.

        Args:
            turn: The turn.
            depth: How many entries each may find.

        Raises:
            Exception: All of them failed; what the first one raised.
        """
        found: dict[str, Sequence[Hit]] = {}
        errors: list[Exception] = []
        for name, retriever in self._retrievers.items():
            try:
                found[name] = retriever.search(turn, depth)
            except Exception as error:
                errors.append(error)
                self._note(name, error)
            else:
                self._failing.pop(name, None)
        if errors and not found:
            raise errors[0]
        return found

    def _note(self, name: str, error: Exception) -> None:
        """Log a failure; not again with every message while it stays the same."""
        told = f"{type(error).__name__}: {error}"
        if self._failing.get(name) != told:
            self._failing[name] = told
            logger.warning("%s of %s cannot search, and the others answer without it: %s", name, self._owner, told)
