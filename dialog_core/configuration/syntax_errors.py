"""PyYAML's errors in plain words: what the writer of the file did, and how to put it right."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dialog_core.configuration.problems import Problem

_QUOTE = "Put the text in quotes."

# What PyYAML's message contains, our message, the remedy. LibYAML and PyYAML word theirs differently; both are here.
_MESSAGES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("mapping values are not allowed",),
        "a `: ` is not allowed here",
        "Put text that holds a `: ` in quotes; align a key with the keys beside it; see that the line above is whole.",
    ),
    (
        ("could not find expected ':'",),
        "this line is neither a `key: value` pair nor part of a text",
        "Add the colon, or align the line with the text it belongs to.",
    ),
    (
        ("sequence entries are not allowed",),
        "a list item (`- `) cannot begin here",
        "Begin the list on a line of its own, aligned with its other items.",
    ),
    (("cannot start any token",), "unquoted text cannot begin with this character", _QUOTE),
    (
        ("unknown escape character",),
        "a backslash in double quotes begins a special character, and this one is unknown",
        r"Use single quotes, or write `\\` for a backslash.",
    ),
    (
        ("Unicode character escape code", "hexdecimal number", "hexadecimal numbers"),
        "this escape stands for no character",
        "Write the character itself.",
    ),
    (
        ("unexpected document separator", "unexpected document indicator", "unexpected end of stream"),
        "the quotes opened here are not closed",
        "Close the quotes.",
    ),
    (
        ("',' or ']'",),
        "the list opened with `[` has no `,` or `]` where one is needed",
        "Add the comma, close the list, or put text with special characters in quotes.",
    ),
    (
        ("',' or '}'",),
        "the mapping opened with `{` has no `,` or `}` where one is needed",
        "Add the comma, close the mapping, or put text with special characters in quotes.",
    ),
    (
        ("did not find expected '-' indicator",),
        "this line stands beside list items but does not begin with `- `",
        "Add the `- `, or correct the indentation.",
    ),
    (
        ("did not find expected key", "expected <block end>"),
        "this line does not fit the lines above it",
        "Align it with the lines beside it; put text with special characters in quotes.",
    ),
    (
        ("alphabetic or numeric character",),
        "`*` and `&` at the beginning of unquoted text have a special meaning",
        _QUOTE,
    ),
    (
        ("comment or line break", "comment or a line break"),
        "text after `|` or `>` begins on the next line",
        "Begin a new, indented line, or use quotes.",
    ),
    (("node content",), "a value is missing before this character", "Write the value, or remove the character."),
    (
        ("<document start>",),
        "this line does not belong to what is above it",
        "Align it with the first line of the file.",
    ),
    ((" a tag", "tag handle"), "text that begins with `!` has a special meaning", _QUOTE),
    (
        ("directive", "incompatible YAML document"),
        "lines that begin with `%` are not supported",
        "Remove the line, or put the text in quotes.",
    ),
)

_TABBED = re.compile(r"[ ]*\t[ \t]*(?=[^ \t\r\n])")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def explain(error: yaml.YAMLError, text: str, file: Path | None) -> Problem:
    """Translates an error of PyYAML into a problem."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(f"cannot be read as YAML: {str(error).splitlines()[0]}", file)
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    tab = _indenting_tab(text, line)
    if tab is not None:
        message = "the line is indented with a tab, which YAML does not allow"
        return Problem(message, file, line + 1, tab + 1, remedy="Replace the tabs with spaces (two for each level).")
    wording = f"{error.problem or ''} {error.context or ''}"
    for fragments, message, remedy in _MESSAGES:
        if any(fragment in wording for fragment in fragments):
            opening = error.context_mark
            if opening is not None and message.startswith(("the quotes", "this line is neither")):
                # What is wrong shows at the end of the file, or on the next line; the place to mend is where it opens.
                line, column = opening.line, opening.column
            elif opening is not None:
                message = message.replace(" opened ", f" opened on line {opening.line + 1} ")
            return Problem(message, file, line + 1, column + 1, remedy=remedy)
    return Problem(f"cannot be read as YAML: {wording.strip()}", file, line + 1, column + 1)


def _indenting_tab(text: str, line: int) -> int | None:
    """The column of a tab in the indentation of a line, None where there is none."""
    start = 0
    for _ in range(line):
        end = _BREAK.search(text, start)
        if end is None:
            return None
        start = end.end()
    match = _TABBED.match(text, start)
    return text.index("\t", start) - start if match else None
