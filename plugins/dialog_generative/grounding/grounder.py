"""Gathers what replies may rest on, and judges how much of a reply does."""

from dialog_core import Candidate, Context, Evidence, Turn
from dialog_generative.chat import Completion
from dialog_generative.options import GenerativeOptions


class Grounder:
    """Gathers evidence and makes candidates of completions."""

    def __init__(self, options: GenerativeOptions, context: Context) -> None:
        self._options = options
        self._context = context

    def gather(self, turn: Turn) -> tuple[Evidence, ...]:
        """Return the evidence of the policies the options name, best first, in the order it is cited by."""
        return ()

    async def candidate(self, turn: Turn, said: Completion, evidence: tuple[Evidence, ...]) -> Candidate:
        """Return a completion as a candidate: with what it cites, and how well it is grounded."""
        return Candidate(said.text, 0.5)

    def acting(self, turn: Turn, said: Completion, evidence: tuple[Evidence, ...]) -> Candidate:
        """Return a completion that wants an action run as a candidate; its text may be empty."""
        return Candidate(said.text, 0.5)
