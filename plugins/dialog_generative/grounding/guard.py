"""The guard `groundedness`: no reply of a language model that does not rest on its evidence."""

from dialog_core import Allow, Candidate, Component, Refuse, Turn
from dialog_generative.grounding.grounder import EVIDENCE_COUNT, GROUNDEDNESS
from dialog_generative.grounding.options import GroundednessOptions

KIND = "generative"  # the kind of policy whose replies are judged


class GroundednessGuard(Component[GroundednessOptions]):
    """Reads how well a reply is grounded off its features; candidates of other kinds pass.

    A reply is judged as a whole: the sentences of one that is still being written have no features yet, and the first
    ones of a good reply may rest on nothing. So the guard does not say `streams`, and where it is used, replies are
    shown when they are complete.
    """

    inline = True

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        """Judge a reply."""
        if candidate.kind != KIND or candidate.action is not None:  # what an action gives is judged when it has run
            return Allow()
        grounded = candidate.features.get(GROUNDEDNESS)
        if grounded is None or not candidate.features.get(EVIDENCE_COUNT):
            return Allow() if self.options.allow_without_evidence else Refuse("there was no evidence to rest on")
        if grounded < self.options.at_least:
            return Refuse(f"groundedness {grounded:.2f} is below {self.options.at_least:g}")
        return Allow()
