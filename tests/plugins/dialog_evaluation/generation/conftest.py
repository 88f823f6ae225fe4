"""Recorded dialogues, and speakers that say what a test wants."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Likelihood
from dialog_evaluation.generation.asking import Said
from dialog_evaluation.replies.cases import Case, Cases, cases_of

FILE = Path("talks.jsonl")


def dialogue(id: str, *said: str) -> Dialogue:
    """Return a dialogue: the user begins, or `bot:` and `system:` before a text say who speaks."""
    turns = []
    for number, text in enumerate(said):
        role, colon, rest = text.partition(": ")
        if colon and role in ("user", "bot", "system"):
            turns.append(DialogueTurn(role, rest))  # type: ignore[arg-type]
        else:
            turns.append(DialogueTurn(("user", "bot")[number % 2], text))
    return Dialogue(id, tuple(turns), {"line": int(id) if id.isdigit() else 1})


def cases(*dialogues: Dialogue) -> Cases:
    return cases_of(dialogues, FILE)


def flat(found: Cases) -> list[Case]:
    return [case for each in found.by_dialogue for case in each]


class Scripted:
    """A speaker that says what a function of the case returns."""

    def __init__(self, says: Callable[[Case], Any], likelihood: Callable[[Case], Any] = lambda case: None) -> None:
        self._says = says
        self._likelihood = likelihood
        self.asked: list[Case] = []

    def answer(self, case: Case) -> Said:
        self.asked.append(case)
        said = self._says(case)
        return Said("answered", said) if isinstance(said, str) else said

    def likelihoods(self, cases: Sequence[Case]) -> Sequence[Likelihood | None]:
        return [self._likelihood(case) for case in cases]


@pytest.fixture
def talks() -> Cases:
    return cases(
        dialogue("1", "hi there", "Hello, how can I help?", "a table for two", "For when shall I book it?"),
        dialogue("2", "where are you", "In the High Street.", "thank you", "You are welcome."),
        dialogue("3", "bye", "You are welcome."),
    )
