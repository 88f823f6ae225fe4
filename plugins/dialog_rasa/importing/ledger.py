"""What becomes of each construct of a project, and the comments that stood at it: noted down while it is converted."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from dialog_rasa.dialogue.values import NOWHERE, Place
from dialog_rasa.importing.yaml_text import Noted
from dialog_rasa.project.comments import Comments
from dialog_rasa.project.values import Fate, Finding, RasaProject

_SHOWN = 60  # characters of a comment in a finding
_NEAR = 6  # lines between a key and what is first below it
_LONGEST_ITEM = 400  # lines


class Ledger:
    """Keeps the findings, and carries comments over, each once.

    Args:
        project: What is converted.
    """

    def __init__(self, project: RasaProject) -> None:
        self.project = project
        self.findings: list[Finding] = list(project.findings)
        self._sources: dict[Path, _Source] = {}
        self._domains: dict[Path, _Source] = {}

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
            key: What it stands under, where it has a name: its comments are those of that line, here or shortly above.
        """
        source = self._source(place)
        if source is None:
            return value
        return self._carry(value, source, source.line_of(key, place.line) if key else place.line)

    def keys(self, written: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """Return an item with the comments at its keys; those on its first line are its own."""
        source = self._source(place)
        if source is None:
            return dict(written)
        lines = ((key, value, source.line_below(key, place.line)) for key, value in written.items())
        return {key: self._carry(value, source, line) for key, value, line in lines}

    def section(self, value: Any, name: str, place: Place) -> Any:
        """Return a section of a file, with the comments at its name in the file that some of it comes from."""
        source = self._source(place)
        return value if source is None else self._carry(value, source, source.line_of_section(name))

    def place_in(self, section: str, name: str = "") -> Place:
        """Return where a section of the domain stands, or a name in it that has no place of its own."""
        for file in self.project.files:
            if file not in self._domains and file.suffix in (".yml", ".yaml"):
                self._domains[file] = self._sources.get(file) or _Source(file)
            source = self._domains.get(file)
            if source is not None and (line := source.line_in_section(section, name)):
                return Place(file, line)
        return NOWHERE

    def head(self, *files: Path | None) -> str:
        """Return the comments that begin these files and are about all of a file."""
        found: list[str] = []
        for file in dict.fromkeys(files):
            source = self._source(Place(file, 1))
            if source is not None:
                source.carried.update(range(1, len(source.comments.head) + 1))
                found += [line for line in source.comments.head if line.strip()]
        return "\n".join(found)

    def tell_lost_comments(self) -> None:
        """Note which comments of the files that were carried over stand at nothing that was."""
        for file, source in self._sources.items():
            if file == self.project.configuration.place.file:
                continue  # it is about components that are not here
            for line in source.lost:
                text = source.lines[line - 1].strip()
                message = f"{text[:_SHOWN]!r} stands at nothing that has a place of its own"
                self.note("left out", "comment", message, Place(file, line))

    def _source(self, place: Place) -> "_Source | None":
        if place.file is None or place.line < 1:
            return None
        source = self._sources.get(place.file)
        if source is None:
            source = self._sources[place.file] = _Source(place.file)
        return source if source.text else None

    def _carry(self, value: Any, source: "_Source", line: int) -> Any:
        if line < 1 or line in source.carried:
            return value
        above, beside = source.comments.above(line), source.comments.beside(line)
        source.carried.update(range(line - len(above), line + 1))
        return Noted(value, above, beside) if above or beside else value


class _Source:
    """A file of the project, looked into again for what its values do not keep."""

    def __init__(self, file: Path) -> None:
        try:
            self.text = file.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):  # the reader has told that it cannot be read
            self.text = ""
        self.carried: set[int] = set()

    @cached_property
    def comments(self) -> Comments:
        return Comments(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def lost(self) -> Iterator[int]:
        """The lines with comments that were not carried over."""
        head = len(self.comments.head)
        for line in range(head + 1, len(self.lines) + 1):
            if "#" not in self.lines[line - 1] or line in self.carried:
                continue
            if self.comments.beside(line) or self.comments.above(line + 1):
                yield line

    def line_of(self, key: str, line: int) -> int:
        """Return the line of a key at or above a line; that line itself where the key stands nowhere near."""
        written = re.compile(rf"\s*(?:- +)?(?:\w+: +)?[\"']?{re.escape(key)}[\"']?\s*(?::|$|#)")
        for number in range(line, max(line - _NEAR, 0), -1):
            if number <= len(self.lines) and written.match(self.lines[number - 1]):
                return number
        return line

    def line_below(self, key: str, line: int) -> int:
        """Return the line of a key of the item that begins on a line, if it is another line; else 0."""
        if line > len(self.lines):
            return 0
        written, indent = re.compile(rf"\s+{re.escape(key)}\s*:"), _indent(self.lines[line - 1])
        for number in range(line + 1, min(line + _LONGEST_ITEM, len(self.lines)) + 1):
            text = self.lines[number - 1]
            if text.strip() and _indent(text) <= indent and not text.lstrip().startswith("#"):
                return 0  # the next item
            if written.match(text):
                return number
        return 0

    def line_in_section(self, section: str, name: str) -> int:
        """Return the line of a name in a section, or of the section itself; 0 where it is not there."""
        start = self.line_of_section(section)
        if not start or not name:
            return start
        written = re.compile(rf"(?:.*[\s,\[{{:])?[\"']?{re.escape(name)}[\"']?\s*(?:[:,\]#}}]|$)")
        for number in range(start, len(self.lines) + 1):
            text = self.lines[number - 1]
            if number > start and text[:1].strip() and not text.startswith(("-", "#", "]", "}")):
                return 0  # the next section
            if written.match(text):
                return number
        return 0

    def line_of_section(self, name: str) -> int:
        """Return the line of a section of the file; 0 where it has none."""
        return next((number for number, text in enumerate(self.lines, 1) if text.startswith(f"{name}:")), 0)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
