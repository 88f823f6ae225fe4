"""How much of what stands in messages a recognizer finds, and how much of what it finds stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialog_core.interfaces import Recognizer
from tests.plugins.dialog_guards.pii_messages import Message

COVERED = 0.8  # how much of an address, say, has to be found


@dataclass
class Figures:
    """What was found, missed, and found where there is nothing."""

    found: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / (self.found + len(self.missed))

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.false))


def measure(recognizer: Recognizer, messages: Sequence[Message]) -> Figures:
    """Measure a recognizer; of which kind it takes a number to be does not matter."""
    figures = Figures()
    for message in messages:
        spans = list(recognizer.find(message.text, message.language))
        at = 0
        for kind, words in message.data:
            start = message.text.index(words, at)
            at = end = start + len(words)
            hits = [span for span in spans if span.start < end and start < span.end]
            covered = sum(min(span.end, end) - max(span.start, start) for span in hits)
            if covered >= COVERED * len(words):
                figures.found += 1
            else:
                figures.missed.append(f"{kind} {words!r} in {message.text!r}")
            spans = [span for span in spans if span not in hits]
        figures.false += [f"{span.kind} {message.text[span.start : span.end]!r} in {message.text!r}" for span in spans]
    return figures
