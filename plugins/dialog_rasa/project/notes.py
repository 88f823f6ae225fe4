"""What a reader finds wrong, leaves out or reads differently: findings with their place, and not without end."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, Node, Problem
from dialog_rasa.dialogue.nodes import Keys, Nodes
from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.values import Fate, Finding

MOST_ALIKE: Final = 200
"""Findings of one kind: more are counted, not listed."""


class Notes:
    """Collects findings, in the order they are made."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: list[Finding] = []
        self.refused_files: list[Path] = []
        self._count: Counter[tuple[Fate, str]] = Counter()

    def add(self, fate: Fate, construct: str, message: str, place: Place, remedy: str = "") -> None:
        """Take note of something."""
        self._count[fate, construct] += 1
        if self._count[fate, construct] <= MOST_ALIKE:
            self._found.append(Finding(fate, construct, message, place, remedy))

    def wrong(self, construct: str, message: str, place: Place, remedy: str = "") -> None:
        """Take note of a mistake in the project."""
        self.add("wrong", construct, message, place, remedy)

    def left_out(self, construct: str, message: str, place: Place, remedy: str = "") -> None:
        """Take note of something that is not read."""
        self.add("left out", construct, message, place, remedy)

    def approximated(self, construct: str, message: str, place: Place, remedy: str = "") -> None:
        """Take note of something that is read as something else, which does nearly the same."""
        self.add("approximated", construct, message, place, remedy)

    def problems(self, construct: str, problems: Iterable[Problem]) -> None:
        """Take note of problems as mistakes; where a problem has no place of its own, it is about the whole file."""
        for problem in problems:
            place = Place(problem.file, problem.line or 1)
            self.wrong(construct, problem.message, place, problem.remedy)

    def refused(self, error: ConfigurationError, file: Path) -> None:
        """Take note of why a file could not be read."""
        self.refused_files.append(file)
        for problem in error.problems:
            self.wrong("file", problem.message, Place(problem.file or file, problem.line or 1), problem.remedy)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by file and line."""
        more = [
            Finding(fate, construct, f"{count - MOST_ALIKE:,} more of this kind")
            for (fate, construct), count in self._count.items()
            if count > MOST_ALIKE
        ]
        listed = sorted(dict.fromkeys(self._found), key=lambda one: (str(one.place.file or ""), one.place.line))
        return (*listed, *more)


class Reader(Nodes):
    """Takes nodes apart; whatever is wrong becomes a finding."""

    def __init__(self, notes: Notes) -> None:
        """Take the notes that findings go to."""
        super().__init__([])
        self.notes = notes

    def items(self, node: Node | None, path: Keys) -> Iterator[tuple[Node, Keys]]:
        """Yield what stands in a list; `{}` is one with nothing in it."""
        return super().items(None if node is not None and node.value == {} else node, path)

    def entries(self, node: Node | None, path: Keys) -> Iterator[tuple[str, Node, Keys]]:
        """Yield name and value of what stands in a mapping; `[]` is one with nothing in it."""
        return super().entries(None if node is not None and node.value == [] else node, path)

    def settle(self, construct: str) -> None:
        """Turn the problems collected since the last time into findings about this construct."""
        if self.problems:
            self.notes.problems(construct, self.problems)
            self.problems.clear()

    def unknown(self, node: Node, known: Iterable[str], construct: str) -> None:
        """Take note of keys of a mapping that nobody reads."""
        if isinstance(node.value, dict):
            for key in node.value:
                if key not in known:
                    self.notes.left_out(construct, f"`{key}:` is not read", key_place(node, key))


def key_place(node: Node, key: str) -> Place:
    """Return where a key of a mapping was written."""
    at = node.key_position(key)
    return Place(at.file, at.line)


def keyed(node: Node) -> dict[str, Node]:
    """Return a mapping's values by key; nothing where it is no mapping."""
    return node.value if isinstance(node.value, dict) else {}
