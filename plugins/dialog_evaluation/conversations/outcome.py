"""How a test went."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from dialog_evaluation.conversations.test_file import LocatedTest

Verdict = Literal["passed", "failed", "error", "not run"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that is not as the test says.

    Attributes:
        what: Which expectation: a key of the step.
        expected: What the test says.
        got: What happened.
        texts: For a whole reply, the expected text that comes nearest and the text that was said, to be compared.
    """

    what: str
    expected: str
    got: str
    texts: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said.

    Attributes:
        who: `user`, `bot`, or how the bot's policy is called.
        text: What.
    """

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test.

    Attributes:
        test: Which.
        verdict: `failed` if something was not as expected, `error` if it could not be held, `not run` after an earlier
            failure with `--fail-fast`.
        seconds: How long it took.
        step: The step it ended at, counted from 0, where it did not pass.
        mismatches: What was not as expected.
        error: In words, why it could not be held.
        conversation: What had been said by then.
        why: The bot's own explanation of its last reply, line by line.
        unsound: Whether a part of the bot failed in it, so that the bot is not as good as a fresh one.
    """

    test: LocatedTest
    verdict: Verdict
    seconds: float = 0.0
    step: int = 0
    mismatches: tuple[Mismatch, ...] = ()
    error: str = ""
    conversation: tuple[Line, ...] = ()
    why: tuple[str, ...] = ()
    unsound: bool = False

    @property
    def bad(self) -> bool:
        """Whether it was run and did not pass."""
        return self.verdict in ("failed", "error")

    @property
    def line(self) -> int:
        """The line of the step it ended at."""
        return self.test.step_lines[self.step] if self.bad else self.test.line


def shown(value: Any) -> str:
    """Write a value as a test file would."""
    return json.dumps(value, ensure_ascii=False, default=str)
