"""What is wrong with a file: everything at once, but no more than anybody reads."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.interfaces import Skipped

MAX_PROBLEMS = 50  # of one file; more than anybody reads at once


class FileProblems:
    """Collects the problems of one file.

    Attributes:
        file: What the file is called.
        source: Where it is read from.
        encoding: How its text is encoded.
        count: How many there have been.

    Args:
        file: What the file is called: `corpus.zip/train.txt` where it stands in an archive.
        skipped: Where to note what is passed over; None: nothing is, and `finish` raises whatever was found.
        source: Where it is read from, if that is another place.
        encoding: How its text is encoded.
    """

    def __init__(
        self, file: Path, skipped: Skipped | None = None, *, source: Path | None = None, encoding: str = "utf-8"
    ) -> None:
        self.file = file
        self.source = source or file
        self.encoding = encoding
        self.count = 0
        self._counted = 0  # of the problems, those of items that are done with
        self._skipped = skipped
        self._problems: list[Problem] = []
        self._omitted = 0
        self._first_omitted: Problem | None = None

    @property
    def skips(self) -> bool:
        """Whether what is wrong is passed over."""
        return self._skipped is not None

    @property
    def fit(self) -> bool:
        """Whether what is sound may be used: nothing is wrong so far, or what is wrong is passed over."""
        return self._skipped is not None or not self.count

    def report(self, problem: Problem) -> None:
        """Note a problem."""
        self.count += 1
        if self._skipped is not None and len(self._skipped.problems) < MAX_PROBLEMS:
            self._skipped.problems.append(problem)
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(problem)
        else:
            self._omitted += 1
            self._first_omitted = self._first_omitted or problem

    def refuse(self, message: str, line: int = 1, *, remedy: str = "") -> NoReturn:
        """Give the whole file up: it is not what it should be, and there is nothing in it to pass over.

        Raises:
            ConfigurationError: Always; with what was noted before.
        """
        self.problem(message, line, remedy=remedy)
        self.give_up()

    def give_up(self) -> NoReturn:
        """Give the whole file up for what was noted before, also where items are passed over.

        Raises:
            ConfigurationError: Always.
        """
        self._skipped = None
        self.finish()
        raise AssertionError("a problem was noted")

    def item_skipped(self) -> None:
        """Count an item that is passed over; once, however many of those who looked at it say so."""
        if self._skipped is not None and self.count > self._counted:
            self._skipped.count += 1
        self._counted = self.count

    def item_done(self) -> bool:
        """Return whether nothing was wrong with an item; one that something was wrong with is passed over."""
        sound = self.count == self._counted
        if not sound:
            self.item_skipped()
        return sound

    def problem(self, message: str, line: int, column: int = 1, *, path: str = "", remedy: str = "") -> None:
        """Note a problem at a place of the file."""
        self.report(Problem(message, self.file, line, column, path, remedy))

    def finish(self) -> None:
        """Raise ConfigurationError with everything noted, if anything was and it is not to be passed over."""
        if self._skipped is not None:
            return
        if self._first_omitted is not None:
            more = f"and {self._omitted} more problem{'s' if self._omitted > 1 else ''}, of which this is the first: "
            self._problems.append(replace(self._first_omitted, message=more + self._first_omitted.message, path=""))
        if self._problems:
            raise ConfigurationError(self._problems)
