"""The policy `health_library`: quotes what an institute has published about the condition a question names."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from dialog_core import Candidate, Component, Context, Turn
from dialog_medical.options import LibraryOptions

if TYPE_CHECKING:
    from dialog_medical.library.answers import Answers


class LibraryPolicy(Component[LibraryOptions]):
    """Answers with a passage and its source, or not at all: it says nothing of another condition than the one named.

    The library is read when it is first needed, for that takes longer than loading the rest of a bot.
    """

    def __init__(self, options: LibraryOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.update(options.names)
        self._answers: Answers | None = None
        self._opening = Lock()

    def warm(self) -> None:
        """Read the library now, unless it has been read."""
        self.opened()

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return the passage that answers, what to choose from, or nothing."""
        return self.opened().propose(turn)

    def opened(self) -> "Answers":
        """Return what is in the library, read once."""
        with self._opening:
            if self._answers is None:
                from dialog_medical.library.answers import Answers

                self._answers = Answers(self.options, self.context)
            return self._answers
