"""What the operator adds: words or expressions that are an emergency too, or that make a message none."""

import regex

from dialog_guards.emergencies.folding import folded
from dialog_guards.emergencies.options import EmergenciesOptions
from dialog_guards.emergencies.recognizer import Judgement

SURE = 30.0  # odds of what the operator says
SECONDS_TO_MATCH = 0.02  # of one expression on one message; one that takes longer does not match


class OwnPatterns:
    """The patterns of one bot."""

    def __init__(self, options: EmergenciesOptions) -> None:
        self._also = [(kind, part, _compiled(part)) for kind, parts in options.also.items() for part in parts]
        self._unless = [(part, _compiled(part)) for part in options.unless]

    def judge(self, text: str) -> Judgement | None:
        """Return what the patterns say of a message; None if they say nothing."""
        if not self._also and not self._unless:
            return None
        text = folded(text)
        for kind, part, pattern in self._also:
            if _matches(pattern, text):
                return Judgement(SURE, kind, part)
        for part, pattern in self._unless:
            if _matches(pattern, text):
                return Judgement(-SURE, "medical", part)
        return None


def _compiled(part: str) -> "regex.Pattern[str]":
    if len(part) > 2 and part.startswith("/") and part.endswith("/"):
        return regex.compile(part[1:-1], regex.IGNORECASE)
    words = r"\s+".join(regex.escape(word) for word in folded(part).split())
    before, after = (r"\b" if part[at].isascii() and part[at].isalnum() else "" for at in (0, -1))
    return regex.compile(before + words + after)


def _matches(pattern: "regex.Pattern[str]", text: str) -> bool:
    try:
        return pattern.search(text, timeout=SECONDS_TO_MATCH) is not None
    except TimeoutError:
        return False
