"""The comments of a YAML file, by line, so that they can be carried over to where their lines go."""

import re
from functools import cached_property

_BLOCK = re.compile(r"""(?:^|[\s:\-])[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$""")
_PARTING = re.compile(r"\s*$|version\s*:")


class Comments:
    """The comments of a text; lines count from 1."""

    def __init__(self, text: str) -> None:
        """Take the text of the file."""
        self._lines = text.removeprefix("\ufeff").splitlines()

    def above(self, line: int) -> tuple[str, ...]:
        """Return the comments on the lines directly above a line, without their `#`; a blank line ends them."""
        head = len(self._head_lines)
        found: list[str] = []
        at = line - 2
        while at >= head and at < len(self._found) and self._whole(at):
            found.append(self._found[at][1])
            at -= 1
        return tuple(reversed(found))

    def beside(self, line: int) -> str:
        """Return the comment behind what stands on a line, without its `#`; empty where there is none."""
        if not 1 <= line <= len(self._found) or self._whole(line - 1):
            return ""
        return self._found[line - 1][1]

    @property
    def head(self) -> tuple[str, ...]:
        """The comments at the beginning that a blank line or the version parts from the rest: about the whole file."""
        return tuple(self._found[at][1] for at in self._head_lines)

    @cached_property
    def _head_lines(self) -> range:
        at = 0
        while at < len(self._lines) and self._whole(at):
            at += 1
        parted = at > 0 and (at == len(self._lines) or bool(_PARTING.match(self._lines[at])))
        return range(at if parted else 0)

    def _whole(self, at: int) -> bool:
        """Whether nothing but a comment stands on a line."""
        return self._found[at][0] and bool(self._lines[at].lstrip().startswith("#"))

    @cached_property
    def _found(self) -> list[tuple[bool, str]]:
        """Of each line whether it has a comment, and which."""
        found: list[tuple[bool, str]] = []
        block: int | None = None  # the indentation of the line that began a block of text
        quote = ""
        for line in self._lines:
            indent = len(line) - len(line.lstrip(" "))
            if block is not None:
                if not line.strip() or indent > block:
                    found.append((False, ""))
                    continue
                block = None
            start, quote = _comment_start(line, quote)
            found.append((start >= 0, "" if start < 0 else line[start + 1 :].strip()))
            content = line if start < 0 else line[:start]
            if not quote and content.strip() and _BLOCK.search(content.rstrip()):
                block = _parent_indent(content)
        return found


def _parent_indent(line: str) -> int:
    """Return the indentation that lines of a block of text are deeper than: that of the key before its sign."""
    at = len(line) - len(line.lstrip(" "))
    rest = line[at:]
    # `- text: |` begins its text deeper than `text`, and `- |` deeper than the dash.
    while rest.startswith("- ") and ":" in rest:
        stripped = rest[2:].lstrip(" ")
        at += len(rest) - len(stripped)
        rest = stripped
    return at


def _comment_start(line: str, quote: str) -> tuple[int, str]:
    """Return where a comment begins on a line (-1: nowhere), and the quote that is open at its end."""
    at = 0
    while at < len(line):
        character = line[at]
        if quote == '"' and character == "\\":
            at += 2
            continue
        if quote:
            if character == quote:
                if quote == "'" and line[at + 1 : at + 2] == "'":
                    at += 2
                    continue
                quote = ""
        elif character in "\"'" and _begins_value(line, at):
            quote = character
        elif character == "#" and (at == 0 or line[at - 1] in " \t"):
            return at, ""
        at += 1
    return -1, quote


def _begins_value(line: str, at: int) -> bool:
    """Whether a quote at this place opens a quoted text, and is no apostrophe within one that is not quoted."""
    before = line[:at].rstrip(" \t")
    return not before or before[-1] in "[{,&!" or (before.endswith((":", "-", "?")) and line[at - 1] in " \t")
