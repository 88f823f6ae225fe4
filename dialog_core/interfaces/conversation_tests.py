"""The contract of tests that have a form of their own: `dialog-core test` runs them like conversation tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from dialog_core.bot import Bot


@dataclass(frozen=True, slots=True)
class ForeignCase:
    """A test, with where it stands.

    Attributes:
        name: What it is called.
        file: Its file.
        line: The line it begins on.
        content: The test itself, for who has read it.
    """

    name: str
    file: Path
    line: int
    content: Any = None


@dataclass(frozen=True, slots=True)
class CheckedStep:
    """Something that a test checked.

    Attributes:
        what: `action`, `intent`, `entities`, `slots`, `loop`, `bot`.
        line: Where the test says it.
        expected: What the test says.
        got: What happened.
        passed: Whether that is the same.
        why: How it came about, in words.
    """

    what: str
    line: int
    expected: str
    got: str
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """How a test went.

    Attributes:
        steps: Everything that was checked, in order; a test may go on after something was not as it says.
        error: In words, why it could not be run; empty if it could.
    """

    steps: tuple[CheckedStep, ...] = ()
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything was as the test says."""
        return not self.error and all(step.passed for step in self.steps)


class TestFormat(Protocol):
    """Reads and runs tests of one form. Files are recognized by the endings it is registered with.

    One instance serves all threads that run tests, each with a bot of its own.
    """

    __test__: ClassVar[bool] = False  # it is no test of ours

    def recognizes(self, path: Path) -> bool:
        """Return whether a file that was named itself is of this form although it has another ending."""
        ...

    def read(self, path: Path) -> Sequence[ForeignCase]:
        """Return the tests of a file; raise ConfigurationError with everything that is wrong with it."""
        ...

    def run(self, case: ForeignCase, bot: "Bot", *, given: bool = False) -> CaseOutcome:
        """Run a test against a bot that nobody else uses meanwhile.

        Args:
            case: The test.
            bot: The bot.
            given: Whether messages mean what the test says; else the bot is to understand them itself.
        """
        ...

    def text_of(self, cases: Sequence[ForeignCase], outcomes: Sequence[CaseOutcome]) -> str:
        """Return a file of these tests, each with what happened instead as comments: what failed, written back.

        `read` takes it again, also where there is no test.
        """
        ...
