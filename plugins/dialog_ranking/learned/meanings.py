"""How alike texts are in meaning, by an encoder's vectors; those of texts that come again are remembered."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Candidate, Turn
from dialog_ranking.choices.choice import PASSAGE, TEXT
from dialog_ranking.features.numbers import MISSING, number
from dialog_ranking.features.turns import MESSAGE

Vector = NDArray[Any]

REMEMBERED = 4096  # vectors; 6 MB where they have 384 dimensions


class Meanings:
    """Compares the message with replies and evidence. Safe to use from any thread."""

    def __init__(self, encoder: Any) -> None:
        self._texts = _Remembered(encoder.encode)
        self._questions = _Remembered(getattr(encoder, "encode_questions", encoder.encode))

    def columns(self, turn: Turn, candidates: Sequence[Candidate]) -> dict[str, list[float]]:
        """Return the columns `meaning` and `evidence_meaning`."""
        evidence = [candidate.evidence[0].text[:PASSAGE] if candidate.evidence else "" for candidate in candidates]
        replies = [candidate.text[:TEXT] for candidate in candidates]
        (asked,) = self._questions.vectors([turn.text[:MESSAGE]])
        vectors = self._texts.vectors([*replies, *evidence])
        alike = [_cosine(asked, vector) for vector in vectors]
        return {"meaning": alike[: len(candidates)], "evidence_meaning": alike[len(candidates) :]}


class _Remembered:
    """The vectors of texts; what says nothing has none."""

    def __init__(self, encode: Callable[[Sequence[str]], Any]) -> None:
        self._encode = encode
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = Lock()

    def vectors(self, texts: Sequence[str]) -> list[Vector | None]:
        wanted = [text for text in dict.fromkeys(texts) if text.strip()]
        with self._lock:
            found = {text: self._known[text] for text in wanted if text in self._known}
        new = [text for text in wanted if text not in found]
        if new:
            found.update(zip(new, np.asarray(self._encode(new)), strict=True))
        with self._lock:
            for text in wanted:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return [found.get(text) for text in texts]


def _cosine(one: Vector | None, other: Vector | None) -> float:
    if one is None or other is None or not one.any() or not other.any():
        return MISSING
    alike = number(float(np.dot(one, other)))  # they have length 1
    return max(-1.0, min(1.0, alike)) if alike == alike else MISSING
