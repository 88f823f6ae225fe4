"""What is wrong with a configuration file, where, and what to do about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dialog_core.errors import DialogError

FEW_CHOICES = 8  # more names than this in an error message are skipped over, not read

# Text from a file must not steer the terminal that shows the message: control characters and changes of direction.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SIMPLE_KEY = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Problem:
    """One mistake in a configuration file.

    Attributes:
        message: What is wrong, without a full stop at the end.
        file: The file that holds the mistake, where there is one.
        line: Its line, counted from 1.
        column: Its column in characters, counted from 1.
        path: The path of the key, such as `policies[1].knowledge`.
        remedy: What to do about it, as a sentence.
    """

    message: str
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    path: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        where = [] if self.file is None else [shown_path(self.file)]
        if self.line is not None:
            # Without a file the numbers alone would say nothing.
            where += [f"{self.line}"] if where else [f"line {self.line}"]
            if self.column is not None:
                where += [f"{self.column}"]
        parts = [":".join(where), self.path, self.message]
        text = ": ".join(part for part in parts if part)
        if self.remedy:
            text = f"{text} {self.remedy}" if text.endswith((".", "?", "!")) else f"{text}. {self.remedy}"
        return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)

    @property
    def sort_key(self) -> tuple[str, int, int]:
        """Orders problems as a reader meets them: by file, line and column."""
        return (str(self.file or ""), self.line or 0, self.column or 0)


@dataclass(frozen=True)
class Remark(Problem):
    """Something that is no mistake, and may well be one: what is never used, what goes round in circles.

    `dialog-core check` tells of it and leaves with exit code 0. Checks of components yield it beside problems.
    """


class ConfigurationError(DialogError):
    """A configuration that cannot be used; holds every problem found, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        unique = dict.fromkeys(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(unique, key=lambda problem: problem.sort_key))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def shown_path(file: Path) -> str:
    """Writes a file's path as a user would: relative to the working directory where the file lies below it."""
    if not file.is_absolute():
        return str(file)
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):  # elsewhere, or the working directory was deleted
        return str(file)


def dotted(path: Iterable[str | int]) -> str:
    """Writes the path of a key, such as `policies[1].knowledge`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _SIMPLE_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{_shorten(part)!r}]"
    return text


def did_you_mean(word: str, choices: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Suggests the likely right word for a wrong one.

    Args:
        word: What was written.
        choices: What could have been written.
        cutoff: How similar a word has to be, from 0 to 1.

    Returns:
        "Did you mean 'x'?", or "Known: a, b, c." where nothing is similar and the choices are few, or "".
    """
    by_folded = {choice.casefold(): choice for choice in choices}
    if not by_folded:
        return ""
    # A word of thousands of characters is similar to nothing and would only cost time.
    similar = difflib.get_close_matches(word.casefold()[:100], by_folded, n=1, cutoff=cutoff)
    if similar:
        return f"Did you mean '{by_folded[similar[0]]}'?"
    if len(by_folded) <= FEW_CHOICES:
        return f"Known: {', '.join(sorted(by_folded.values()))}."
    return ""


def _shorten(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
