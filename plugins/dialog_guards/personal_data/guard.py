"""The guard `pii`: personal data is replaced before anything is stored or sent."""

import re
from collections.abc import Sequence

from dialog_core import Allow, Candidate, Component, Context, Refuse, Rewrite, Turn
from dialog_core.interfaces import Recognized, Recognizer
from dialog_core.wording import worded
from dialog_guards.personal_data.options import PiiGuardOptions

GENERATIVE = "generative"  # the kind of policy whose replies are looked at
_SIGNS = re.compile(r"[\W_]+")
MOST_ROUNDS = 4  # where one thing was replaced, what stands beside it may be another than before


class PiiGuard(Component[PiiGuardOptions]):
    """Puts `[email]`, `[phone]` and the like in the place of what a recognizer finds."""

    streams = True
    withholds = True

    def __init__(self, options: PiiGuardOptions, context: Context) -> None:
        super().__init__(options, context)
        self._recognizer: Recognizer = context.create("recognizer", options.recognizer)

    def check_input(self, turn: Turn) -> Allow | Rewrite | Refuse:
        """Judge a message."""
        if self.options.incoming == "allow":
            return Allow()
        return self._judge(turn.text, turn, self.options.incoming, known="")

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Rewrite | Refuse:
        """Judge a reply of a language model."""
        if self.options.outgoing == "allow" or candidate.kind != GENERATIVE:
            return Allow()
        known = "\n".join(_letters(text) for text in (turn.text, *(one.text for one in candidate.evidence)))
        return self._judge(candidate.text, turn, self.options.outgoing, known=known)

    def _judge(self, text: str, turn: Turn, how: str, *, known: str) -> Allow | Rewrite | Refuse:
        found = self._found(text, turn.language, known)
        if not found:
            return Allow()
        kinds = ", ".join(dict.fromkeys(one.kind for one in found))
        for _ in range(MOST_ROUNDS):
            text = _replaced(text, found)
            found = self._found(text, turn.language, known)
            if not found:
                break
        if how == "replace":
            return Rewrite(text)
        return Refuse(f"personal data: {kinds}", worded(self.options.reply, turn.language), message=text)

    def _found(self, text: str, language: str, known: str) -> Sequence[Recognized]:
        """Return what there is to replace: what stands in `known` may be said, however it is spaced there."""
        return [
            one
            for one in self._recognizer.find(text, language)
            if one.kind not in self.options.keep and not (known and _letters(text[one.start : one.end]) in known)
        ]


def _letters(text: str) -> str:
    """Return the letters and digits of a text, as which a number may stand in the evidence otherwise grouped."""
    return _SIGNS.sub("", text).casefold()


def _replaced(text: str, found: Sequence[Recognized]) -> str:
    for one in reversed(found):
        text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
    return text
