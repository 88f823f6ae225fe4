"""The replies of a run, one after the other, with what is known about each."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.replies.cases import Case
from dialog_evaluation.replies.statistics import Bools
from dialog_evaluation.replies.words import has_han
from dialog_evaluation.runs.answers import DialogueAnswers, Mode, PolicyAnswer, TurnAnswer

NO_TURNS: tuple[DialogueTurn, ...] = ()
LANGUAGE = "language"  # the key in a dialogue's metadata


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one message.

    Attributes:
        dialogue: The dialogue's id.
        group: Which of the dialogues of the run it is, counted from 0.
        line: Where the file has it.
        position: Which of the dialogue's messages it is, counted from 1.
        answer: What came of it.
        history: What was said before the message.
        language: What is spoken, as far as it is told.
    """

    dialogue: str
    group: int
    line: int
    position: int
    answer: TurnAnswer
    history: tuple[DialogueTurn, ...]
    language: str

    @property
    def before(self) -> str:
        """What the bot's side said just before; empty: nothing."""
        return next((turn.text for turn in reversed(self.history) if turn.role == "bot"), "")


class Rows(Sequence[Row]):
    """The replies of a run.

    Args:
        rows: The replies.
        dialogues: The dialogues they are of, as far as they are at hand, by id.
    """

    def __init__(self, rows: Sequence[Row], dialogues: Mapping[str, Dialogue]) -> None:
        self._rows = rows
        self.dialogues = dialogues

    @classmethod
    def read(cls, answers: Sequence[DialogueAnswers], dialogues: Sequence[Dialogue], mode: Mode) -> "Rows":
        """Return the replies of a run.

        Args:
            answers: Its answers.
            dialogues: What was put to the bot, as far as it is at hand: without it less is known of what was said.
            mode: How dialogues were held.
        """
        known = {dialogue.id: dialogue for dialogue in dialogues}
        return cls([row for group, held in enumerate(answers) for row in _rows(group, held, known, mode)], known)

    def only(self, places: Sequence[int]) -> "Rows":
        """Return some of the replies, in that order."""
        return Rows([self._rows[place] for place in places], self.dialogues)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __getitem__(self, number):  # type: ignore[no-untyped-def]
        return self._rows[number]

    @cached_property
    def groups(self) -> list[int]:
        """Of which dialogue each row is."""
        return [row.group for row in self._rows]

    @cached_property
    def said(self) -> list[str]:
        """What the bot said."""
        return [row.answer.text for row in self._rows]

    @cached_property
    def gold(self) -> list[str]:
        """What people said; empty where nobody did."""
        return [row.answer.reference for row in self._rows]

    @cached_property
    def before(self) -> list[str]:
        """What the bot's side said just before."""
        return [row.before for row in self._rows]

    @cached_property
    def referenced(self) -> Bools:
        """Where people said something."""
        return np.array([bool(text.strip()) for text in self.gold], np.bool_)

    @cached_property
    def cases(self) -> list[Case]:
        """The rows as what was asked and what people answered."""
        return [
            Case(str(row.group), row.answer.number, row.line, row.history, row.answer.question, row.answer.reference)
            for row in self._rows
        ]

    @cached_property
    def policies(self) -> Mapping[str, list[PolicyAnswer | None]]:
        """What each policy proposed for each row, in the order they are asked; None: it was not there."""
        found: dict[str, list[PolicyAnswer | None]] = {}
        for number, row in enumerate(self._rows):
            for proposed in row.answer.policies:
                found.setdefault(proposed.policy, [None] * len(self._rows))[number] = proposed
        return found

    @cached_property
    def keys(self) -> list[tuple[str, int, int]]:
        """What a row is found by in another run: its dialogue, which of several of that name, and the turn."""
        seen: dict[tuple[str, int], int] = {}
        found = []
        for row in self._rows:
            key = row.dialogue, row.answer.number
            seen[key] = seen.get(key, -1) + 1
            found.append((*key, seen[key]))
        return found


def _rows(group: int, held: DialogueAnswers, dialogues: Mapping[str, Dialogue], mode: Mode) -> Iterator[Row]:
    dialogue = dialogues.get(held.dialogue)
    language = str(dialogue.metadata.get(LANGUAGE, "")) if dialogue is not None else ""
    told: list[DialogueTurn] = []
    for position, answer in enumerate(map(_sane, held.turns), 1):
        recorded = dialogue is not None and mode == "teacher-forced"
        history = _recorded(dialogue, answer) if recorded and dialogue is not None else tuple(told)
        spoken = language or ("zh" if has_han(answer.question + answer.reference) else "")
        yield Row(held.dialogue, group, held.line, position, answer, history, spoken)
        told.append(DialogueTurn("user", answer.question))
        reply = answer.reference if mode == "teacher-forced" else answer.text
        if reply.strip():
            told.append(DialogueTurn("bot", reply))


def _recorded(dialogue: Dialogue, answer: TurnAnswer) -> tuple[DialogueTurn, ...]:
    """Return what people said before a message."""
    before = [turn for turn in dialogue.turns[: answer.number] if turn.role != "system" and turn.text.strip()]
    if before and before[-1].role == "user":  # the message itself
        before.pop()
    return tuple(before)


def _sane(answer: TurnAnswer) -> TurnAnswer:
    """Return an answer without numbers that are none, as a damaged file may have them."""
    policies = tuple(_with_numbers(one) for one in answer.policies)
    answer = _with_numbers(answer)
    return answer if policies == answer.policies else replace(answer, policies=policies)


Answer = TypeVar("Answer", TurnAnswer, PolicyAnswer)


def _with_numbers(answer: Answer) -> Answer:
    known = answer.probability is None or math.isfinite(answer.probability)
    if known and math.isfinite(answer.seconds) and all(map(math.isfinite, answer.cost.values())):
        return answer
    return replace(
        answer,
        probability=answer.probability if known else None,
        seconds=answer.seconds if math.isfinite(answer.seconds) else 0.0,
        cost={name: value for name, value in answer.cost.items() if math.isfinite(value)},
    )
