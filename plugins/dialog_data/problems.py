"""What is wrong with a file: everything at once, but no more than anybody reads."""

from dataclasses import replace
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem

MAX_PROBLEMS = 50  # of one file; more than anybody reads at once


class FileProblems:
    """Collects the problems of one file.

    Attributes:
        file: The file.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._omitted = 0
        self._first_omitted: Problem | None = None

    @property
    def none(self) -> bool:
        """Whether nothing has been found so far."""
        return not self._problems

    def report(self, problem: Problem) -> None:
        """Note a problem."""
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(problem)
        else:
            self._omitted += 1
            self._first_omitted = self._first_omitted or problem

    def problem(self, message: str, line: int, column: int = 1, *, path: str = "", remedy: str = "") -> None:
        """Note a problem at a place of the file."""
        self.report(Problem(message, self.file, line, column, path, remedy))

    def finish(self) -> None:
        """Raise ConfigurationError with everything noted, if anything was."""
        if self._first_omitted is not None:
            more = f"and {self._omitted} more problem{'s' if self._omitted > 1 else ''}, of which this is the first: "
            self._problems.append(replace(self._first_omitted, message=more + self._first_omitted.message, path=""))
        if self._problems:
            raise ConfigurationError(self._problems)
