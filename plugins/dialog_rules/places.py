"""Finds the line and column of a character within a text of a YAML file."""

from pathlib import Path

from dialog_core.configuration import Node


class Places:
    """The lines of one file, read when the first place is asked for: only files with mistakes need it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: list[str] | None = None

    def find(self, node: Node, offset: int | None) -> tuple[int, int]:
        """Return line and column of the character `offset` of a text; None: of the text as a whole.

        Where it is not written as it reads (it has escapes, or is folded over several lines), the place of the text.
        """
        if offset is None:
            return node.line, node.column
        text = node.source
        before = text[:offset]
        index = before.count("\n")
        within = offset - (before.rfind("\n") + 1)
        written = text.split("\n")[index]
        if not index:
            line = self._line(node.line)
            start = node.column - 1
            if not node.plain_style and line[start : start + 1] in ("'", '"'):
                start += 1
            if line[start:].startswith(written):
                return node.line, start + within + 1
        # A block of lines: it begins below the `|`.
        line = self._line(node.line + 1 + index)
        if written and written in line:
            return node.line + 1 + index, line.index(written) + within + 1
        return node.line, node.column

    def _line(self, number: int) -> str:
        if self._lines is None:
            try:
                self._lines = self._file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            except OSError:  # it has gone since it was read: the place of the text will have to do
                self._lines = []
        return self._lines[number - 1] if number <= len(self._lines) else ""
