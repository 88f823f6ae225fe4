"""Tests that have a form of their own: finding out which form a file has, reading it, running a test."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dialog_core import Bot, Context, DialogError, PluginError, read_bot_file
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.interfaces import CaseOutcome, CheckedStep, ForeignCase, TestFormat
from dialog_evaluation.conversations.outcome import Outcome, Verdict
from dialog_evaluation.conversations.test_file import SUFFIXES, LocatedTest


@dataclass(frozen=True)
class Form:
    """A form of tests.

    Attributes:
        name: What it is registered as, which is what its tests are called: `stories`.
        suffixes: How its files end.
        context: What makes who reads and runs them, once that is needed.
    """

    name: str
    suffixes: tuple[str, ...]
    context: Context

    @cached_property
    def format(self) -> TestFormat:
        """Who reads and runs its tests."""
        made: TestFormat = self.context.create("test_format", self.name)
        return made


@dataclass(frozen=True, slots=True)
class ForeignTest:
    """A test of such a form."""

    form: Form
    case: ForeignCase

    @property
    def name(self) -> str:
        """What it is called."""
        return self.case.name

    @property
    def file(self) -> Path:
        """Its file."""
        return self.case.file

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self.case.line


@dataclass(frozen=True, slots=True)
class ForeignOutcome:
    """What became of it; see `Outcome`."""

    test: ForeignTest
    verdict: Verdict
    seconds: float = 0.0
    outcome: CaseOutcome = field(default_factory=CaseOutcome)
    unsound: bool = False

    @property
    def bad(self) -> bool:
        """Whether it was run and did not pass."""
        return self.verdict in ("failed", "error")

    @property
    def wrong(self) -> tuple[CheckedStep, ...]:
        """What was not as the test says."""
        return tuple(step for step in self.outcome.steps if not step.passed)

    @property
    def line(self) -> int:
        """The line of the first step that is not as the test says, else of the test."""
        return self.wrong[0].line if self.wrong else self.test.line


AnyTest = LocatedTest | ForeignTest
AnyOutcome = Outcome | ForeignOutcome


def known_forms(bot: Path) -> tuple[Form, ...]:
    """Return every form that a plugin has registered: a built-in one, or one that the bot names.

    Raises:
        ConfigurationError: The bot file cannot be read, or names what is no plugin.
    """
    context = Context.of_command("test", bot=bot)
    try:
        found = context.registered("test_format")
    except PluginError:
        read_bot_file(bot, training=False)  # tells where the file names what cannot be used
        raise
    return tuple(Form(one.name, one.suffixes, context) for one in found)


def form_of(file: Path, forms: Sequence[Form]) -> Form | None:
    """Return which form a file has: by its ending, else as the form itself says; None: conversation tests."""
    if file.name.endswith(SUFFIXES):
        return None
    by_ending = (form for form in forms if file.name.endswith(form.suffixes))
    return next(by_ending, None) or next((form for form in forms if form.format.recognizes(file)), None)


def only_form(tests: Iterable[AnyTest], option: str = "--failed") -> Form:
    """Return the form that tests other than conversation tests have.

    Args:
        tests: The tests.
        option: For which option, in words for the user.

    Raises:
        ConfigurationError: There is no such form, or more than one.
    """
    forms = list(dict.fromkeys(test.form for test in tests if isinstance(test, ForeignTest)))
    if not forms:
        remedy = "It is for test stories, *.stories.yaml, and these are conversation tests."
        raise ConfigurationError([Problem(f"there are no tests that {option} could be about", remedy=remedy)])
    if len(forms) > 1:
        named = " and ".join(form.name for form in forms)
        remedy = "Name the files of one of them."
        raise ConfigurationError(
            [Problem(f"{option} is about tests of one form, and these are {named}", remedy=remedy)]
        )
    return forms[0]


def read_foreign(file: Path, form: Form) -> list[ForeignTest]:
    """Return the tests of a file; raise ConfigurationError with everything that is wrong with it."""
    try:
        cases = form.format.read(file)
    except DialogError:
        raise
    except Exception as error:  # whoever wrote the form, the user has to learn which file it was
        told = f"its form of tests, {form.name!r}, failed to read it: {type(error).__name__}: {error}"
        raise ConfigurationError([Problem(told, file)]) from error
    return [ForeignTest(form, case) for case in cases]


def run_foreign(test: ForeignTest, bot: Bot, *, given: bool) -> ForeignOutcome:
    """Run a test; whatever is raised is in the outcome."""
    started = time.monotonic()
    unsound = False
    try:
        outcome = test.form.format.run(test.case, bot, given=given)
    except Exception as error:
        told = str(error) if isinstance(error, DialogError) else f"{type(error).__name__}: {error}"
        outcome, unsound = CaseOutcome(error=told or type(error).__name__), True
    verdict: Verdict = "error" if outcome.error else "passed" if outcome.passed else "failed"
    return ForeignOutcome(test, verdict, time.monotonic() - started, outcome, unsound)
