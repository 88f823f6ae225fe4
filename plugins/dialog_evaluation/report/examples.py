"""Turns to look at, since figures only say how alike words are."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialog_evaluation.replies.statistics import Floats
from dialog_evaluation.report.rows import Row, Rows

SHOWN = 8  # of each kind
FAR = 0.5  # with more words in common than that, a reply is not far from people's


@dataclass(frozen=True, slots=True)
class Example:
    """A turn.

    Attributes:
        row: What came of it.
        closeness: How many words the reply shares with people's; None: people said nothing.
        candidates: The same of each policy's candidate.
    """

    row: Row
    closeness: float | None
    candidates: tuple[float | None, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        answer = self.row.answer
        return {
            "dialogue": self.row.dialogue,
            "line": self.row.line,
            "turn": answer.number,
            "question": answer.question,
            "people": answer.reference,
            "said": answer.text,
            "status": answer.status,
            "policy": answer.policy,
            "probability": answer.probability,
            "closeness": self.closeness,
            "reason": answer.reason,
            "candidates": [
                {
                    "policy": one.policy,
                    "status": one.status,
                    "text": one.text,
                    "probability": one.probability,
                    "closeness": close,
                }
                for one, close in zip(answer.policies, self.candidates, strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """Examples of one kind.

    Attributes:
        name: What it is called in JSON.
        title: What it is called for people.
        meaning: Why one looks at them.
        count: How many such turns there are.
        examples: Some of them.
    """

    name: str
    title: str
    meaning: str
    count: int
    examples: Sequence[Example]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"count": self.count, "turns": [example.to_json() for example in self.examples]}


def kinds_of(rows: Rows, said: Floats, candidates: Floats, seed: int) -> list[Kind]:
    """Return examples of each kind there is.

    Args:
        rows: The replies.
        said: How close each is to people's reply; not a number where people said nothing.
        candidates: The same of each policy's candidate: a column for each policy, not a number where it has none.
        seed: For what is drawn at random.
    """
    picker = Picker(rows, said, candidates)
    statuses = np.array([row.answer.status for row in rows])
    answered = statuses == "answered"
    sure = np.array([row.answer.probability or 0.0 for row in rows])
    told = ~np.isnan(said)
    compared = answered & told
    farthest = min(float(np.quantile(said[compared], 0.1)), FAR) if compared.any() else FAR
    best = _largest(candidates)
    lost = np.nan_to_num(best - said, nan=-1.0)
    drawn = random.Random(seed).sample(range(len(rows)), min(SHOWN, len(rows)))
    kinds = [
        picker.kind(
            ("far", "Far from what people said", "Answered with few words in common; the surest first."),
            np.flatnonzero(compared & (np.nan_to_num(said, nan=1.0) <= farthest)),
            lambda place: (-sure[place], said[place]),
        ),
        picker.kind(
            ("missed", "Another policy had the better reply", "Where choosing otherwise would have helped most."),
            np.flatnonzero(lost > 0),
            lambda place: -lost[place],
        ),
        picker.kind(
            ("unanswered", "Nobody answered", "The fallback, a guard, or a failure had the last word."),
            np.flatnonzero(~answered),
            lambda place: -np.nan_to_num(best[place], nan=-1.0),
        ),
        picker.kind(
            ("close", "Closest to what people said", "Where it went well."),
            np.flatnonzero(compared & (np.nan_to_num(said) > 0)),
            lambda place: (-said[place], -len(rows[place].answer.reference)),
        ),
        picker.kind(
            ("random", "Drawn at random", "What is neither best nor worst: read these before any figure."),
            np.array(sorted(drawn), np.intp),
            lambda place: place,
        ),
    ]
    return [kind for kind in kinds if kind.examples]


class Picker:
    """Makes examples of rows."""

    def __init__(self, rows: Rows, said: Floats, candidates: Floats) -> None:
        self._rows, self._said, self._candidates = rows, said, candidates
        self._columns = {name: column for column, name in enumerate(rows.policies)}

    def kind(self, names: tuple[str, str, str], places: Iterable[int], order: Callable[[int], Any]) -> Kind:
        """Return the turns of a kind, those first that come first in an order."""
        found = sorted((int(place) for place in places), key=order)
        shown: list[Example] = []
        seen: set[str] = set()
        for place in found:  # the same reply to the same people's reply tells nothing new
            answer = self._rows[place].answer
            told = f"{answer.text}\n{answer.reference}"
            if told not in seen:
                seen.add(told)
                shown.append(self.example(place))
            if len(shown) == SHOWN:
                break
        return Kind(*names, len(found), shown)

    def example(self, place: int) -> Example:
        """Return a turn."""
        row = self._rows[place]
        close = tuple(_number(self._candidates[place, self._columns[one.policy]]) for one in row.answer.policies)
        return Example(row, _number(self._said[place]), close)


def _largest(candidates: Floats) -> Floats:
    if not candidates.shape[1]:
        return np.full(len(candidates), np.nan)
    largest = np.where(np.isnan(candidates), -1.0, candidates).max(axis=1)
    return np.where(largest < 0, np.nan, largest)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
