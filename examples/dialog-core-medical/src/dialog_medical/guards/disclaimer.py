"""The guard `disclaimer`: what medical knowledge from a bot is worth, said once a session and with all of it."""

from itertools import takewhile

from dialog_core import Allow, BotSaid, Candidate, Component, Conversation, Rewrite, SessionStarted, Turn
from dialog_core.interfaces import Verdict
from dialog_medical.options import DisclaimerOptions

MEDICAL = "medical"  # evidence with this in its metadata is medical knowledge


class Disclaimer(Component[DisclaimerOptions]):
    """Adds its line to the first reply of a session, and to every reply that rests on medical knowledge."""

    inline = True

    def check_output(self, turn: Turn, candidate: Candidate) -> Verdict:
        """Return the reply with the line, unless it has it already or needs none."""
        wordings = self.options.text.values()
        if candidate.text == candidate.follow_up or any(words in candidate.text for words in wordings):
            return Allow()  # a question asked again stands behind a reply that had the line
        medical = any(evidence.metadata.get(MEDICAL) for evidence in candidate.evidence)
        if not medical and self._was_said(turn.conversation):
            return Allow()
        return Rewrite(f"{candidate.text}\n\n*{self._wording(turn.language)}*")

    def _was_said(self, conversation: Conversation) -> bool:
        session = takewhile(lambda event: not isinstance(event, SessionStarted), reversed(conversation.events))
        said = (event.text for event in session if isinstance(event, BotSaid))
        return any(words in text for text in said for words in self.options.text.values())

    def _wording(self, language: str) -> str:
        texts = self.options.text
        return texts.get(language) or texts.get(language.partition("-")[0]) or next(iter(texts.values()))
