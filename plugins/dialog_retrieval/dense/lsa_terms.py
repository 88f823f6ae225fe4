"""What latent semantic analysis counts: the terms of a text, and the letters of each term."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dialog_retrieval.analysis.terms import Split

LETTERS = 3  # neighbouring letters that are looked at together; with 2 or 4 beside them, recall is about the same
FEWEST_LETTERS = 3  # of a term whose letters are looked at: shorter ones are what they are
MOST_COLUMNS = 60_000  # terms and pieces of terms; of more, the rarest are left out
REMEMBERED_TERMS = 50_000
LONGEST_TEXT = 20_000  # characters; what comes later in a text is not looked at


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text as a sparse row.

    Attributes:
        columns: What of the vocabulary is in it.
        values: How much; the whole text has length 1, what the vocabulary does not have included.
    """

    columns: Sequence[int]
    values: Sequence[float]


@dataclass(slots=True)
class Terms:
    """The vocabulary: terms and pieces of terms with how rare they are.

    Attributes:
        split: What cuts a text into terms.
        letters: How much the letters of a term count beside the term itself.
        words: The column of each term.
        pieces: The column of each piece of a term.
        rarity: The inverse document frequency of each column.
        unknown: That of what is in no text.
    """

    split: Split
    letters: float
    words: dict[str, int] = field(default_factory=dict)
    pieces: dict[str, int] = field(default_factory=dict)
    rarity: Sequence[float] = ()
    unknown: float = 1.0
    _known: dict[str, tuple[tuple[tuple[int, float], ...], float]] = field(default_factory=dict, repr=False)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.words) + len(self.pieces)

    def learn(self, texts: Iterable[str]) -> None:
        """Take the vocabulary from texts."""
        counted = 0
        words: Counter[str] = Counter()
        for text in texts:
            counted += 1
            words.update(set(self._terms(text)))
        pieces: Counter[str] = Counter()
        if self.letters:
            for word, frequency in words.items():
                for piece in set(pieces_of(word)):
                    # As if no text had two words with this piece: near enough, and much quicker to count.
                    pieces[piece] += frequency
        kept = sorted([(-n, 0, word) for word, n in words.items()] + [(-n, 1, piece) for piece, n in pieces.items()])
        kept = kept[:MOST_COLUMNS]
        self._known.clear()
        self.words = {name: column for column, (_, kind, name) in enumerate(kept) if kind == 0}
        self.pieces = {name: column for column, (_, kind, name) in enumerate(kept) if kind == 1}
        self.rarity = [_rarity(counted, min(-negative, counted)) for negative, _, _ in kept]
        self.unknown = _rarity(counted, 0)

    def weigh(self, text: str) -> Weighed:
        """Return what is in a text."""
        values: dict[int, float] = {}
        squares = 0.0
        for term, count in Counter(self._terms(text)).items():
            known = self._known.get(term)
            if known is None:
                known = self._look_up(term)
            columns, missing = known
            much = 1 + math.log(count)  # sublinear: a term that is said twice is not twice as much meant
            for column, value in columns:
                values[column] = values.get(column, 0.0) + much * value
            squares += much * much * missing
        squares += sum(value * value for value in values.values())
        length = math.sqrt(squares) or 1.0
        return Weighed(list(values), [value / length for value in values.values()])

    def _terms(self, text: str) -> list[str]:
        main, minor = self.split(text[:LONGEST_TEXT])
        return [*main, *minor]

    def _look_up(self, term: str) -> tuple[tuple[tuple[int, float], ...], float]:
        """Return for a term its columns with their values, and the squared length of what has no column."""
        columns: dict[int, float] = {}
        missing = 0.0
        column = self.words.get(term)
        pieces = pieces_of(term) if self.letters else []
        weight = self.letters
        if column is not None:
            columns[column] = self.rarity[column]
        elif pieces:
            # Its letters stand for it. Of a misspelt word most are known, of one that nobody has used few.
            weight = 1.0
            missing += self.unknown**2 * sum(piece not in self.pieces for piece in pieces) / len(pieces)
        else:
            missing += self.unknown**2
        share = weight / math.sqrt(len(pieces)) if pieces else 0.0  # long words are not worth more than short ones
        for piece in pieces:
            column = self.pieces.get(piece)
            if column is None:
                missing += (share * self.unknown) ** 2
            else:
                columns[column] = columns.get(column, 0.0) + share * self.rarity[column]
        if len(self._known) >= REMEMBERED_TERMS:
            self._known.clear()
        found = self._known[term] = (tuple(columns.items()), missing)
        return found


def pieces_of(term: str) -> list[str]:
    """Return the runs of letters in a term, its ends marked."""
    if len(term) < FEWEST_LETTERS:
        return []
    marked = f"<{term}>"
    return [marked[at : at + LETTERS] for at in range(len(marked) - LETTERS + 1)]


def _rarity(texts: int, having: int) -> float:
    return math.log((1 + texts) / (1 + having)) + 1
