"""What becomes of each construct of a project, and the comments that stood at it: noted down while it is converted."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from dialog_rasa.dialogue.values import NOWHERE, Place
from dialog_rasa.importing.yaml_text import Noted
from dialog_rasa.project.comments import Comments
from dialog_rasa.project.values import Fate, Finding, RasaProject


class Ledger:
    """Keeps the findings, and carries comments over, each once.

    Args:
        project: What is converted.
    """

    def __init__(self, project: RasaProject) -> None:
        self.project = project
        self.findings: list[Finding] = list(project.findings)
        self._sources: dict[Path, _Source] = {}
        self._carried: set[tuple[Path, int]] = set()

    def note(self, fate: Fate, construct: str, message: str, place: Place = NOWHERE, remedy: str = "") -> None:
        """Note what becomes of something."""
        self.findings.append(Finding(fate, construct, message, place, remedy))

    def exact(self, construct: str, name: str, place: Place = NOWHERE) -> None:
        """Note that something is the same here."""
        self.note("exact", construct, name, place)

    def commented(self, value: Any, place: Place, key: str = "") -> Any:
        """Return a value with the comments that stand at it in the source.

        Args:
            value: What is written instead of it.
            place: Where it stands.
            key: What it stands under, where `place` may be that of what is below: its comments are above the key.
        """
        if place.file is None or place.line < 1:
            return value
        source = self._sources.setdefault(place.file, _Source(place.file))
        line = source.line_of(key, place.line) if key else place.line
        if not source.text or (place.file, line) in self._carried:
            return value
        self._carried.add((place.file, line))
        above, beside = source.comments.above(line), source.comments.beside(line)
        return Noted(value, above, beside) if above or beside else value


class _Source:
    """A file of the project, looked into again for what its values do not keep."""

    def __init__(self, file: Path) -> None:
        try:
            self.text = file.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):  # the reader has told that it cannot be read
            self.text = ""

    @cached_property
    def comments(self) -> Comments:
        return Comments(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def line_of(self, key: str, line: int) -> int:
        """Return the line of a key at or above a line; that line itself where the key stands nowhere near."""
        written = re.compile(rf"\s*(?:- +)?(?:\w+: +)?[\"']?{re.escape(key)}[\"']?\s*(?::|$|#)")
        for number in range(line, max(line - 6, 0), -1):
            if number <= len(self.lines) and written.match(self.lines[number - 1]):
                return number
        return line
