"""The guard `no_diagnosis`: no reply says what somebody has, how much to take, or which medicine to leave."""

from dialog_core import Allow, Candidate, Component, Refuse, Rewrite, Turn
from dialog_core.interfaces import Verdict
from dialog_medical.guards.claims import claims_in, without_doses
from dialog_medical.options import NoDiagnosisOptions

LONGEST = 20_000  # characters; no reply of any use is longer


class NoDiagnosis(Component[NoDiagnosisOptions]):
    """Refuses what only a doctor may say; from quotations of a source it cuts out what is about doses.

    A refusal leaves the floor to the next best candidate, and in the end to the fallback.
    """

    streams = True  # a claim stands in one sentence

    def warm(self) -> None:
        """Have the patterns ready before the first reply."""
        claims_in("Warm. 好。")

    def check_output(self, turn: Turn, candidate: Candidate) -> Verdict:
        """Judge a reply, sentence by sentence."""
        if len(candidate.text) > LONGEST:
            return Refuse(f"it has more than {LONGEST} characters, which nobody can judge in time")
        if candidate.policy in self.options.quotes:
            return self._quoted(turn, candidate.text)
        claims = claims_in(candidate.text, strict=candidate.kind in self.options.strict)
        if claims:
            return Refuse(f"it states a {claims[0].kind}: {claims[0].sentence[:80]!r}")
        return Allow()

    def _quoted(self, turn: Turn, text: str) -> Verdict:
        notes = self.options.left_out
        note = notes.get(turn.language.partition("-")[0]) or next(iter(notes.values()), "[...]")
        rest = without_doses(text, note)
        if rest == text:
            return Allow()
        return Rewrite(rest)
