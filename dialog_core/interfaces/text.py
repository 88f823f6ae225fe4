"""The contracts of what works on texts alone: finding pieces of them, and turning them into terms or vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Recognized:
    """A piece of a text that was looked for.

    Attributes:
        kind: What it is: `email`, `phone`, `id_card`, ...
        start: Where it begins, in characters.
        end: Where it ends, exclusive.
        score: How sure that is, from 0 to 1.
    """

    kind: str
    start: int
    end: int
    score: float = 1.0


class Recognizer(Protocol):
    """Finds pieces of a certain kind in texts, such as personal data. Safe to use from any thread."""

    def find(self, text: str, language: str = "") -> Sequence[Recognized]:
        """Return what it finds, in text order, no two overlapping; `language` is a BCP 47 tag, empty: not known."""
        ...


class Analyzer(Protocol):
    """Turns text into the terms retrieval counts."""

    def tokens(self, text: str) -> Sequence[str]:
        """Return the terms of `text` in order."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors. Safe to use from any thread.

    Optional: `encode_questions(texts)` where questions are encoded otherwise than what answers them.

    Attributes:
        dimension: How long the vectors are; 0 before a `FittableEncoder` was fitted.
        identity: Tells it from every encoder that gives other vectors: the same text and the same identity always give
            the same vector. Vectors are kept under it.
    """

    dimension: int
    identity: str

    def encode(self, texts: Sequence[str]) -> Any:
        """Return an array of float32 of shape (len(texts), dimension).

        Rows have length 1; that of a text which says nothing to the encoder has length 0.
        """
        ...


@runtime_checkable
class FittableEncoder(Protocol):
    """An encoder that first has to see the texts of the knowledge."""

    def fit(self, texts: Sequence[str]) -> None:
        """Learn from the texts."""
        ...

    def save(self, directory: Path) -> None:
        """Write what was learnt into an empty directory."""
        ...

    def restore(self, directory: Path) -> None:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError, KeyError: The files are damaged.
        """
        ...
