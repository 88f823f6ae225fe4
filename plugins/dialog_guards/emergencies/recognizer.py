"""Decides of a message whether somebody may need help now, which kind of help, and why it thinks so.

The score of a message is the highest of three: the model's of the message as a whole; where it is long, its score of
the most alarming sentence or two neighbouring ones, less a `MARGIN`, for out of their context they say less; and
`CERTAIN`, where a sentence says something that must never be missed (`certain`) and nothing around it speaks against.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from dialog_guards.emergencies import model
from dialog_guards.emergencies.certain import certain
from dialog_guards.emergencies.folding import folded, is_chinese
from dialog_guards.emergencies.kinds import Kind

CERTAIN = 0.95
CERTAIN_ODDS = log(CERTAIN / (1 - CERTAIN))
# From how many characters on a message is looked at in parts as well, and what is taken off the odds of a part: what
# costs little precision on the folds and finds an emergency among other sentences.
PARTED_FROM = {"en": 150, "zh": 40}
MARGIN = {"en": 2.0, "zh": 1.0}
LONGEST_PART = 150  # characters; a sentence longer than that is cut
SHORTEST_PART = 25  # characters of a stretch of sentences
LONG = 1_500  # characters of a text that is not looked at sentence by sentence
_END = re.compile(r"[.!?\n。！？；;…]+\s*")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message is taken for.

    Attributes:
        odds: How much speaks for an emergency, as the logarithm of odds.
        kind: Of which kind it is, if it is one.
        because: What was recognized.
    """

    odds: float
    kind: Kind
    because: str

    @property
    def score(self) -> float:
        """The odds on a scale from 0 to 1."""
        return model.probability(self.odds)


def judge(text: str) -> Judgement:
    """Judge a message."""
    text = folded(text)
    language = language_of(text)
    weighed = model.of(language)
    best = weighed.score(text)
    odds = best.odds
    for part in parts_of(text, language):
        scored = weighed.score(part)
        if scored.odds - MARGIN[language] > odds:
            best, odds = scored, scored.odds - MARGIN[language]
    for kind, words in certain(text):
        return Judgement(max(odds, CERTAIN_ODDS), kind, words)
    return Judgement(odds, best.kind, ", ".join(best.because))


def language_of(text: str) -> str:
    """Return which model judges a text."""
    return "zh" if is_chinese(text) else "en"


def parts_of(text: str, language: str) -> Iterator[str]:
    """Yield each sentence of a text and each two neighbouring ones; nothing if it is short, or one sentence.

    Of long texts, stretches of a few sentences, so that each character is looked at once more and not twice.
    """
    if len(text) < PARTED_FROM[language]:
        return
    if len(text) > LONG:
        yield from dict.fromkeys(_stretches(text))
        return
    sentences = list(dict.fromkeys(_sentences(text)))
    if len(sentences) < 2:
        return
    before = ""
    for sentence in sentences:
        yield sentence
        if before:
            yield before + sentence
        before = sentence


def _stretches(text: str) -> Iterator[str]:
    stretch = ""
    for sentence in _sentences(text):
        stretch += sentence
        if len(stretch) >= SHORTEST_PART:
            yield stretch[:LONGEST_PART]
            stretch = ""
    if stretch:
        yield stretch


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for end in (*(match.end() for match in _END.finditer(text)), len(text)):
        while start < end:
            stop = min(end, start + LONGEST_PART - SHORTEST_PART)
            if not text[start:stop].isspace():
                yield text[start:stop]
            start = stop
