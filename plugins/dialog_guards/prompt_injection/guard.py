"""The guard `prompt_injection`: attempts to make a language model act against whoever runs it."""

import re

from dialog_core import Allow, Candidate, Component, Context, Refuse, Turn
from dialog_core.wording import worded
from dialog_guards.prompt_injection.options import PromptInjectionOptions
from dialog_guards.prompt_injection.recognizer import judge, warm
from dialog_guards.prompt_injection.signals import Suspicion
from dialog_guards.readings.hidden import decoded, leet, plainly

GENERATIVE = "generative"  # the kind of policy that can be talked into something
_SIGNS = re.compile(r"[\W_]+")


class PromptInjection(Component[PromptInjectionOptions]):
    """Refuses such messages, and replies that rest on such evidence or say what is secret."""

    inline = True
    streams = True

    def __init__(self, options: PromptInjectionOptions, context: Context) -> None:
        super().__init__(options, context)
        self._secrets = [_letters(plainly(secret)) for secret in options.secrets]

    def warm(self) -> None:
        """Compile the patterns now, and not while the first message waits."""
        warm()

    def check_input(self, turn: Turn) -> Allow | Refuse:
        """Judge a message."""
        found = judge(turn.text) if self.options.incoming else Suspicion()
        if found.score < self.options.threshold:
            return Allow()
        return Refuse(_told("", found), worded(self.options.reply, turn.language))

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        """Judge a reply."""
        if self._secrets and self._gives_away(candidate.text):
            return Refuse("says what is secret")
        if not self.options.evidence or candidate.kind != GENERATIVE:
            return Allow()
        for evidence in candidate.evidence:
            found = judge(evidence.text)
            if found.score >= self.options.threshold:
                return Refuse(_told(f"the evidence {evidence.source!r} has ", found))
        return Allow()

    def _gives_away(self, text: str) -> bool:
        plain = plainly(text)
        readings = [plain, leet(plain) or "", *(plainly(said) for _, said in decoded(text))]
        said = [letters for reading in readings if (letters := _letters(reading))]
        # Backwards is how models are asked to say what a filter would see.
        said += [letters[::-1] for letters in said[:1]]
        return any(secret in letters for secret in self._secrets for letters in said)


def _letters(text: str) -> str:
    return _SIGNS.sub("", text)


def _told(where: str, found: Suspicion) -> str:
    return f"{where}signs of prompt injection ({found.score:.2f}): {', '.join(found.names)}"
