"""What latent semantic analysis has learnt, and what it makes of texts."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from dialog_retrieval.dense.lsa_terms import Terms
from dialog_retrieval.dense.sparse import Floats, Rows
from dialog_retrieval.dense.svd import right_singular_vectors

VERSION = 1  # of what a text becomes; another one is another encoder
MANY = 5_000  # texts from which on dimensions are saved: fitting has to take well under a second
DIMENSIONS = (512, 256)  # up to as many texts, and beyond
NOTHING = 1e-4  # the length of what says nothing: rounding errors are no direction
AT_ONCE = 4096  # texts whose rows are in memory together

ARRAYS, VOCABULARY = "lsa.npz", "vocabulary.json"


@dataclass(frozen=True)
class LsaModel:
    """A vocabulary, and the directions texts are told apart by.

    Attributes:
        terms: The vocabulary.
        directions: A row for each term and piece of a term.
    """

    terms: Terms
    directions: Floats

    @classmethod
    def fit(cls, terms: Terms, texts: Sequence[str], dimensions: int | None, seed: int) -> "LsaModel":
        """Learn from texts.

        Args:
            terms: An empty vocabulary.
            texts: The texts.
            dimensions: How long vectors are at most; None: by the number of texts.
            seed: For the random projection.
        """
        terms.learn(texts)
        most = (dimensions or DIMENSIONS[len(texts) > MANY]) - 1
        if not terms.width:
            return cls(terms, np.zeros((0, 1), dtype=np.float32))
        return cls(terms, right_singular_vectors(_rows(terms, texts), most, seed))

    @classmethod
    def restore(cls, directory: Path, empty: Terms) -> "LsaModel":
        """Read what `save` wrote.

        Raises:
            OSError, ValueError, KeyError: The files are damaged.
        """
        told = json.loads((directory / VOCABULARY).read_text(encoding="utf-8"))
        if not isinstance(told, dict) or told["version"] != VERSION:
            raise ValueError(f"{directory / VOCABULARY} is of another version of dialog-core")
        try:
            # Opened here: `numpy.load` leaves a damaged file open.
            with (directory / ARRAYS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                directions, rarity = arrays["directions"], arrays["rarity"]
        except (BadZipFile, EOFError) as error:
            raise ValueError(f"{directory / ARRAYS} is damaged: {error}") from error
        terms = Terms(empty.split, float(told["letters"]), told["words"], told["pieces"])
        columns = sorted([*terms.words.values(), *terms.pieces.values()])
        if directions.ndim != 2 or columns != list(range(len(directions))) or len(rarity) != len(columns):
            raise ValueError(f"{directory / ARRAYS} does not belong to {VOCABULARY}")
        terms.rarity, terms.unknown = rarity.tolist(), float(told["unknown"])
        return cls(terms, np.ascontiguousarray(directions, dtype=np.float32))

    def save(self, directory: Path) -> None:
        """Write it into a directory."""
        terms = self.terms
        told = {
            "version": VERSION,
            "letters": terms.letters,
            "unknown": terms.unknown,
            "words": terms.words,
            "pieces": terms.pieces,
        }
        # In ASCII, so that half of a surrogate pair can be written.
        (directory / VOCABULARY).write_text(json.dumps(told), encoding="ascii")
        np.savez(directory / ARRAYS, directions=self.directions, rarity=np.asarray(terms.rarity, dtype=np.float64))

    @property
    def dimension(self) -> int:
        """How long vectors are: a dimension for each direction, and one for what is in none of them."""
        return int(self.directions.shape[1]) + 1

    @cached_property
    def content(self) -> str:
        """What tells it from every other."""
        hashed = hashlib.sha256(json.dumps([self.terms.words, self.terms.pieces, self.terms.letters]).encode())
        hashed.update(np.asarray(self.terms.rarity, dtype=np.float64).tobytes())
        hashed.update(self.directions.tobytes())
        return hashed.hexdigest()[:20]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of what may be found."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(texts), AT_ONCE):
            seen = self._project(texts[first : first + AT_ONCE])
            lengths = np.linalg.norm(seen, axis=1, keepdims=True)
            vectors[first : first + len(seen), :-1] = seen / np.where(lengths > NOTHING, lengths, np.inf)
        return vectors

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of questions, the last dimension being what is in no direction."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(texts), AT_ONCE):
            seen = self._project(texts[first : first + AT_ONCE])
            squares = (seen * seen).sum(axis=1)
            says = squares > NOTHING**2
            part = vectors[first : first + len(seen)]
            part[says, :-1] = seen[says]
            part[says, -1] = np.sqrt(np.maximum(1 - squares[says], 0))
        return vectors

    def _project(self, texts: Sequence[str]) -> Floats:
        if len(texts) > 1:
            return _rows(self.terms, texts).times(self.directions)
        row = self.terms.weigh(texts[0])  # a question: no need to put rows together
        if not row.columns:
            return np.zeros((1, self.dimension - 1), dtype=np.float32)
        projected: Floats = np.array(row.values, dtype=np.float32) @ self.directions[row.columns]
        return projected[None]


def _rows(terms: Terms, texts: Sequence[str]) -> Rows:
    weighed = [terms.weigh(text) for text in texts]
    return Rows.of([(row.columns, row.values) for row in weighed], terms.width)
