"""How much a text is like examples: by its words, rare ones counting most, or by meaning."""

import math
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from dialog_core import Context
from dialog_core.interfaces import Analyzer, Encoder, FittableEncoder
from dialog_guards.readings.scripts import HAN

_CHINESE = re.compile(HAN)


class Likeness(Protocol):
    """Compares texts with examples."""

    def most_like(self, text: str) -> dict[str, float]:
        """Return for each topic how much its most similar example is like a text, from 0 to 1; 0 is left out."""
        ...


class ByWords:
    """The cosine of the angle between the words of two texts, weighted by how few examples have them.

    The weight is that of BM25 (Robertson & Zaragoza 2009, equation 3.3, kept above zero). A word that no example has
    counts as one that a single example has: a text about something else is like none.
    """

    def __init__(self, examples: Sequence[tuple[str, str]], context: Context) -> None:
        """Take examples, each with its topic."""
        chinese = context.create("analyzer", {"use": "auto", "language": "zh"})
        is_chinese = context.language.casefold().startswith("zh")
        words = context.create("analyzer", {"use": "auto", "language": "en"} if is_chinese else "auto")
        self._analyzers: tuple[Analyzer, Analyzer] = (words, chinese)
        terms = [frozenset(self._terms(text)) for _, text in examples]
        self._topics = [topic for topic, _ in examples]
        found = Counter(term for one in terms for term in one)
        self._weights = {term: _weight(len(examples), count) for term, count in found.items()}
        self._unknown = _weight(len(examples), 1)
        self._lengths = [math.sqrt(sum(self._weights[term] ** 2 for term in one)) for one in terms]
        self._examples: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(terms):
            for term in one:
                self._examples[term].append(number)

    def most_like(self, text: str) -> dict[str, float]:
        """Return for each topic how much its most similar example is like a text."""
        terms = frozenset(self._terms(text))
        length = math.sqrt(sum(self._weights.get(term, self._unknown) ** 2 for term in terms))
        common: dict[int, float] = defaultdict(float)
        for term in terms:
            for number in self._examples.get(term, ()):
                common[number] += self._weights[term] ** 2
        best: dict[str, float] = {}
        for number, weight in common.items():
            topic = self._topics[number]
            best[topic] = max(best.get(topic, 0.0), weight / (length * self._lengths[number]))
        return best

    def _terms(self, text: str) -> Sequence[str]:
        return self._analyzers[_CHINESE.search(text) is not None].tokens(text)


class ByMeaning:
    """The cosine of the angle between vectors of an encoder; the examples are encoded when first needed."""

    def __init__(self, examples: Sequence[tuple[str, str]], spec: str | dict[str, Any], context: Context) -> None:
        """Take examples, each with its topic, and what makes the encoder."""
        self._topics = [topic for topic, _ in examples]
        self._texts = [text for _, text in examples]
        self._encoder: Encoder = context.create("encoder", spec)
        self._lock = threading.Lock()
        self._vectors: Any = None

    def warm(self) -> None:
        """Encode the examples now."""
        with self._lock:
            if self._vectors is None:
                if isinstance(self._encoder, FittableEncoder):
                    self._encoder.fit(self._texts)
                self._vectors = self._encoder.encode(self._texts)

    def most_like(self, text: str) -> dict[str, float]:
        """Return for each topic how much its most similar example is like a text."""
        self.warm()
        best: dict[str, float] = {}
        for topic, likeness in zip(self._topics, self._vectors @ self._encoder.encode([text])[0], strict=True):
            best[topic] = max(best.get(topic, 0.0), min(float(likeness), 1.0))
        return best


def _weight(examples: int, having: int) -> float:
    return math.log(1 + (examples - having + 0.5) / (having + 0.5))
