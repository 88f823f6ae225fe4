"""Decides of a message whether somebody may need help now, which kind of help, and why it thinks so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialog_guards.emergencies import model
from dialog_guards.emergencies.certain import certain
from dialog_guards.emergencies.folding import folded, is_chinese
from dialog_guards.emergencies.kinds import Kind

CERTAIN = 0.95  # the score of what a pattern is certain of
PIECE = 300  # characters that are looked at at once, where a message is longer; a few sentences
_END = re.compile(r"[.!?\n。！？；;…]+\s*")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message is taken for.

    Attributes:
        score: How much speaks for an emergency, from 0 to 1.
        kind: Of which kind it is, if it is one.
        because: What was recognized.
    """

    score: float
    kind: Kind
    because: str


def judge(text: str) -> Judgement:
    """Judge a message: the model's score of the piece that sounds most like an emergency, or a pattern's certainty."""
    text = folded(text)
    language = "zh" if is_chinese(text) else "en"
    weighed = model.of(language)
    scored = max((weighed.score(piece) for piece in pieces_of(text)), key=lambda found: found.odds)
    judged = Judgement(scored.score, scored.kind, ", ".join(scored.because))
    for piece in pieces_of(text):
        for kind, words in certain(piece):
            if judged.score < CERTAIN:
                return Judgement(CERTAIN, kind, words)
    return judged


def pieces_of(text: str) -> Iterator[str]:
    """Yield a text as a whole if it is short, else stretches of sentences, each overlapping the one before by half."""
    if len(text) <= PIECE:
        yield text
        return
    ends = _ends(text)
    start = 0
    while start < len(text):
        fitting = [end for end in ends if start < end <= start + PIECE]
        stop = fitting[-1] if fitting else min(start + PIECE, len(text))
        yield text[start:stop]
        if stop >= len(text):
            return
        halfway = [end for end in fitting[:-1] if end >= start + PIECE // 3]
        start = halfway[0] if halfway else stop


def _ends(text: str) -> list[int]:
    return [*(match.end() for match in _END.finditer(text)), len(text)]
