"""What a file of conversation tests may say, and reading it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field

from dialog_core.configuration import (
    ConfigurationError,
    Duration,
    Names,
    Node,
    Options,
    Problem,
    check,
    read_yaml,
)
from dialog_core.pattern import Parts
from dialog_evaluation.conversations.comparison import Demand

SUFFIXES = (".tests.yaml", ".tests.yml")  # what files of tests are called, where a folder is named

_OPENING = (
    "Begin the step with `user:`, `restart: true` or `wait: 2d`; only a test's first step may check the greeting."
)


T = TypeVar("T")


def _not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    # Not by `min_length`, which counts an entry with a mistake in it as no entry.
    if not items:
        raise ValueError("needs at least one entry")
    return items


class Step(Options):
    """One exchange: what the user says, and what then has to be so. Only what is written is checked."""

    user: str | None = Field(default=None, description="What the user says. A first step without it is the greeting.")
    restart: Literal[True] | None = Field(
        default=None, description="The process ends here: the bot is loaded anew and goes on with the same store."
    )
    wait: Duration | None = Field(
        default=None,
        gt=0,
        description="So much time passes (`2d`) before what is said next; sessions expire meanwhile.",
    )
    bot: Names | None = Field(default=None, description="The whole reply; one of a list.")
    contains: Parts | None = Field(
        default=None, description="What the reply contains, all of a list; a regular expression between slashes."
    )
    lacks: Parts | None = Field(default=None, description="What the reply does not contain, none of a list.")
    slots: dict[str, Any] | None = Field(
        default=None, description="Slot values after the turn; others may be set too. `null`: the slot is not set."
    )
    facts: dict[str, Any] | None = Field(
        default=None,
        description="What is known about the user after the turn; more may be known. `null`: that is not known.",
    )
    consent: bool | None = Field(
        default=None,
        description="Whether the user agreed that facts about them are kept; `null`: they never said.",
    )
    flow: str | None = Field(default=None, description="The task flow under way after the turn; `null`: none.")
    policy: str | None = Field(default=None, description="Which policy answers.")
    evidence: str | None = Field(
        default=None, description="What the reply rests on: the name of a rule, the id of an entry, or a source."
    )
    intent: str | None = Field(
        default=None, description="An intent of the message, as the annotator `intents` finds it; `null`: out of scope."
    )
    action: Names | None = Field(default=None, description="The actions that run in the turn; `null`: none.")
    quick_replies: tuple[str, ...] | None = Field(default=None, description="What the user may pick, in order.")
    fallback: bool | None = Field(default=None, description="Whether nobody knows what to say.")
    handed_over: bool | None = Field(default=None, description="Whether a person has taken over after the turn.")
    probability: Demand | None = Field(default=None, description="How sure the bot is: `>= 0.8`.")

    @property
    def expectations(self) -> tuple[str, ...]:
        """The names of what is written to be checked, in the order of the fields."""
        written = self.model_fields_set - {"user", "restart", "wait"}
        return tuple(name for name in type(self).model_fields if name in written)


class ConversationTest(Options):
    """A conversation the bot has to get right.

    Its time begins at `now`, and goes by a second with each message; without `now` it is the time of day.
    """

    name: str = Field(min_length=1, description="What it is about; unique in its file.")
    language: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language it is held in, as a BCP 47 tag; default: the bot's.",
    )
    slots: dict[str, Any] = Field(default={}, description="Slot values at the start.")
    user_id: str = Field(default="", max_length=1_000, description="Who the user is; default: nobody in particular.")
    facts: dict[str, Any] = Field(
        default={},
        description="What is known about the user at the start: kept with their consent if `user_id` says who they are "
        "and the bot keeps profiles, else said in this session.",
    )
    now: AwareDatetime | None = Field(
        default=None, description="When the first message is sent (`2026-03-02T10:00:00+01:00`)."
    )
    steps: Annotated[tuple[Step, ...], AfterValidator(_not_empty)] = Field(description="What happens, in order.")


class ConversationTests(Options):
    """A file of conversation tests."""

    tests: Annotated[tuple[ConversationTest, ...], AfterValidator(_not_empty)] = Field(description="The tests.")


@dataclass(frozen=True, slots=True)
class LocatedTest:
    """A test with where it stands.

    Attributes:
        file: Its file.
        line: The line it begins on.
        step_lines: The line each of its steps begins on.
        test: The test.
    """

    file: Path
    line: int
    step_lines: tuple[int, ...]
    test: ConversationTest

    @property
    def name(self) -> str:
        """What it is called."""
        return self.test.name

    @property
    def restarts(self) -> bool:
        """Whether the process ends in the middle of it."""
        return any(step.restart for step in self.test.steps)


def read_tests(files: Sequence[Path]) -> list[LocatedTest]:
    """Return the tests of all files; raise ConfigurationError with every mistake of every file."""
    tests: list[LocatedTest] = []
    problems: list[Problem] = []
    for file in files:
        try:
            node = read_yaml(file)
            read, wrong = check(ConversationTests, node)
        except ConfigurationError as error:
            problems.extend(error.problems)
            continue
        problems.extend(wrong)
        if read is not None:
            problems.extend(_contradictions(read, node))
            tests.extend(_located(file, read, node))
    if problems:
        raise ConfigurationError(problems)
    return tests


def _located(file: Path, read: ConversationTests, node: Node) -> Iterator[LocatedTest]:
    for number, test in enumerate(read.tests):
        at = node.find(("tests", number))
        lines = tuple(node.find(("tests", number, "steps", step)).line for step in range(len(test.steps)))
        yield LocatedTest(file, at.line, lines, test)


def _contradictions(read: ConversationTests, node: Node) -> Iterator[Problem]:
    """Find what a schema cannot say."""
    seen: dict[str, int] = {}
    for number, test in enumerate(read.tests):
        at = node.find(("tests", number))
        if test.name in seen:
            message = f"the name {test.name!r} is taken by the test on line {seen[test.name]}"
            yield node.find(("tests", number, "name")).problem(
                message, path=("tests", number, "name"), remedy="Give one of them another name."
            )
        seen.setdefault(test.name, at.line)
        for position, step in enumerate(test.steps):
            path: tuple[str | int, ...] = ("tests", number, "steps", position)
            for message, remedy in _wrong_with(step, first=position == 0):
                yield node.find(path).problem(message, path=path, remedy=remedy)


def _wrong_with(step: Step, *, first: bool) -> Iterator[tuple[str, str]]:
    apart = step.restart or step.wait is not None
    if apart and (step.user is not None or step.expectations or (step.restart and step.wait is not None)):
        what = "a restart" if step.restart else "waiting"
        yield f"{what} is a step of its own", "Put what the user says into the next step."
    elif step.user is None and not apart and not (first and step.expectations):
        yield "nobody says anything in this step", _OPENING
    elif step.user is not None and not step.user.strip():
        yield "the user says nothing", "Write what is said."
