"""Finds entities as a trained model has seen them marked: a linear chain over the words of a message.

Every word gets scores from features of itself and its neighbours; the best sequence of tags is found with Viterbi's
algorithm. A tag says that an entity begins (`B-city`), goes on (`I-city`) or that there is none (`O`); one with a role
is a kind of its own (`B-city|from`). numpy alone is needed.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from dialog_core.training import Artefact
from dialog_nlu.entity_found import SPACED, Found, narrow
from dialog_nlu.model_files import reading

OUTSIDE = "O"
ROLE_MARK = "|"
UNKNOWN = 0  # the row of features that were not seen in training: all zero

_TOKEN = re.compile(rf"{SPACED}+|[^\s]")
_LONGEST_TOKEN = 40
_EDGE_WORD = "\x00"


class Token(NamedTuple):
    """A word or sign of a message, and where it stands."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Return the words and signs of a text; a Chinese character is a word."""
    return [Token(match[0][:_LONGEST_TOKEN], match.start(), match.end()) for match in _TOKEN.finditer(narrow(text))]


def shape(word: str) -> str:
    """Return what kinds of characters a word is made of: `Aa`, `a9`, `中`."""
    kinds: list[str] = []
    for char in word[:12]:
        kind = "9" if char.isdecimal() else "A" if char.isupper() else "a" if char.islower() else _other(char)
        if not kinds or kinds[-1] != kind:
            kinds.append(kind)
    return "".join(kinds)


def _other(char: str) -> str:
    return "中" if unicodedata.category(char) == "Lo" else char


FEATURES_EACH = 24


def features(words: Sequence[str]) -> list[list[str]]:
    """Return the features of each word, `FEATURES_EACH` of them, always in the same order."""
    lower = [_EDGE_WORD, _EDGE_WORD, *(word.lower() for word in words), _EDGE_WORD, _EDGE_WORD]
    shapes = ["", "", *map(shape, words), "", ""]
    found = []
    for at in range(2, len(words) + 2):
        w, s = lower[at], shapes[at]
        before, before2, after, after2 = lower[at - 1], lower[at - 2], lower[at + 1], lower[at + 2]
        found.append(
            [
                "bias",
                f"w={w}",
                f"s={s}",
                f"n={len(w) if len(w) < 6 else 6}",
                f"p1={w[:1]}",
                f"p2={w[:2]}",
                f"p3={w[:3]}",
                f"e1={w[-1:]}",
                f"e2={w[-2:]}",
                f"e3={w[-3:]}",
                f"e4={w[-4:]}",
                f"w-1={before}",
                f"w-2={before2}",
                f"w+1={after}",
                f"w+2={after2}",
                f"w-1,w={before} {w}",
                f"w,w+1={w} {after}",
                f"w-2,w-1={before2} {before}",
                f"w+1,w+2={after} {after2}",
                f"w-1,w+1={before} {after}",
                f"s-1,s={shapes[at - 1]} {s}",
                f"s,s+1={s} {shapes[at + 1]}",
                f"w-1,s={before} {s}",
                f"e-1={before[-3:]}",
            ]
        )
    return found


class Tagger:
    """The model.

    Args:
        labels: The tags.
        index: The row of each feature.
        emissions: Scores of a feature for each tag; the first row is zero.
        transitions: Scores of a tag behind another one; the last row is for the beginning of a message.
        values: The normal forms of texts that training gave one, by entity and text in lower case.
    """

    def __init__(
        self,
        labels: Sequence[str],
        index: dict[str, int],
        emissions: Any,
        transitions: Any,
        values: dict[str, dict[str, str]],
    ) -> None:
        self.labels = list(labels)
        self.index = index
        self.emissions = emissions
        self.transitions = transitions
        self.values = values

    @classmethod
    def load(cls, artefact: Artefact) -> "Tagger":
        """Read what training left behind.

        Raises:
            ArtefactError: The files do not belong together.
        """
        names = artefact.load_json("tagger.json")
        with reading(artefact):
            with artefact.path("tagger.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                emissions, transitions = arrays["emissions"], arrays["transitions"]
            labels, index, values = names["labels"], names["features"], names["values"]
            shapes = (len(index) + 1, len(labels)), (len(labels) + 1, len(labels))
            if (emissions.shape, transitions.shape) != shapes:
                raise ValueError(f"its weights are {emissions.shape} and {transitions.shape}, and should be {shapes}")
        return cls(labels, index, emissions, transitions, values)

    def find(self, text: str) -> list[Found]:
        """Return the entities of a text."""
        tokens = tokenize(text)
        if not tokens:
            return []
        return list(self._found(text, tokens, self.tags([token.text for token in tokens])))

    def tags(self, words: Sequence[str]) -> list[str]:
        """Return the best sequence of tags."""
        rows = np.array([[self.index.get(name, UNKNOWN) for name in row] for row in features(words)], dtype=np.intp)
        return [self.labels[tag] for tag in viterbi(self.emissions[rows].sum(axis=1), self.transitions)]

    def _found(self, text: str, tokens: Sequence[Token], tags: Sequence[str]) -> Iterator[Found]:
        for first, last, kind in spans(tags):
            entity, _, role = kind.partition(ROLE_MARK)
            start, end = tokens[first].start, tokens[last].end
            written = text[start:end]
            if all(unicodedata.category(char)[0] in "PZ" for char in written):
                continue  # nothing is called a comma
            value = self.values.get(entity, {}).get(written.lower(), written)
            yield Found(start, end, value, entity=entity, role=role)


def viterbi(emissions: Any, transitions: Any) -> list[int]:
    """Return the sequence of tags with the highest score.

    Args:
        emissions: Scores of each tag for each word.
        transitions: Scores of a tag behind another one; the last row is for the first word.
    """
    best = emissions[0] + transitions[-1]
    back = np.empty(emissions.shape, dtype=np.intp)
    between = transitions[:-1]
    for at in range(1, len(emissions)):
        scores = best[:, None] + between
        back[at] = scores.argmax(axis=0)
        best = scores.max(axis=0) + emissions[at]
    path = [int(best.argmax())]
    for at in range(len(emissions) - 1, 0, -1):
        path.append(int(back[at, path[-1]]))
    return path[::-1]


def spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the entities in a sequence of tags: first and last word, and kind. One may begin without its `B-`."""
    start, kind = 0, ""
    for at, tag in enumerate([*tags, OUTSIDE]):
        mark, _, name = tag.partition("-")
        if kind and (mark != "I" or name != kind):
            yield start, at - 1, kind
            kind = ""
        if name and not kind:
            start, kind = at, name
