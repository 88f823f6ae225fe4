"""Retrievers that find what a test says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dialog_core import Bot, Candidate, Turn
from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_core.testing import make_bot

Script = Mapping[str, Sequence[tuple[str, float]]]
"""For each question the ids that are found, each with its score."""


def hit(id: str, score: float, knowledge: str = "faq", question: str = "") -> Hit:
    entry = KnowledgeEntry(id, (question or f"What is {id}?",), f"About {id}.")
    return Hit(entry, knowledge, score, matched=entry.questions[0])


class ScriptedRetriever:
    """Finds what a script says, or what a function returns or raises."""

    def __init__(self, script: Script | Callable[[str], Sequence[Hit]], **parts: Any) -> None:
        self._script = script
        self.parts = parts
        self.asked: list[tuple[str, int]] = []

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate(found.entry.answer, found.score) for found in self.search(turn, 1)]

    def search(self, turn: Turn, top_k: int) -> Sequence[Hit]:
        self.asked.append((turn.text, top_k))
        if callable(self._script):
            return self._script(turn.text)
        return [hit(id, score) for id, score in self._script.get(turn.text, ())][:top_k]


def searching_bot(**retrievers: Any) -> Bot:
    """Return a bot with retrievers of these names; a mapping or a function stands for a `ScriptedRetriever` of it."""
    return make_bot(
        {name: one if hasattr(one, "search") else ScriptedRetriever(one) for name, one in retrievers.items()}
    )
