"""The files that are learnt from, each read by its kind before anything is asked."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import Dialogue
from dialog_ranking.choices import Choice, read_choices
from dialog_ranking_training.gathering.conversation_tests import steps_of
from dialog_ranking_training.gathering.dialogues import Question, questions_of
from dialog_ranking_training.gathering.ratings import READER, is_ratings, question_of
from dialog_ranking_training.options import RankingTraining

CHOICES = ".choices.jsonl"
TESTS = (".tests.yaml", ".tests.yml")


@dataclass(frozen=True, slots=True)
class Material:
    """What stands in a file.

    Attributes:
        file: The file.
        name: What it is called among the others.
        checksum: Of its content.
        choices: If it is a file of choices.
        questions: Messages with what is known of the right reply, if it is one of labelled dialogues or of ratings.
        silent: How many of its messages say nothing of the right reply.
        tests: If it is one of conversation tests.
        rated: Whether it is one of ratings.
    """

    file: Path
    name: str
    checksum: str
    choices: Sequence[Choice] = ()
    questions: Sequence[Question] = ()
    silent: int = 0
    tests: Sequence[Dialogue] = ()
    rated: bool = False

    @property
    def to_ask(self) -> int:
        """How many messages the bot is asked about."""
        return len(self.questions) + sum(step.turn is not None for test in self.tests for step in steps_of(test))


def read_material(files: Sequence[Path], context: Context, now: datetime) -> list[Material]:
    """Return what stands in the files, each once.

    Args:
        files: The files.
        context: Gives the readers.
        now: When dialogues take place that do not say so.

    Raises:
        ConfigurationError: With every mistake of every file.
    """
    found: list[Material] = []
    problems: list[Problem] = []
    names = _names(files)
    for file in dict.fromkeys(files):
        try:
            found.append(_read(file, names[file], context, now))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return found


def check(options: RankingTraining, context: Context) -> list[Problem]:
    """Return the mistakes in the files that a ranking is to learn from."""
    try:
        read_material(options.data, context, datetime.now(UTC))
    except ConfigurationError as error:
        return list(error.problems)
    return []


def _read(file: Path, name: str, context: Context, now: datetime) -> Material:
    if file.name.lower().endswith(CHOICES):
        return Material(file, name, "", choices=read_choices(file))
    if file.name.lower().endswith(TESTS):
        tests = list(context.create("reader", "conversation_tests").read(file))
        return Material(file, name, _checksum(file), tests=tests)
    if is_ratings(file):
        rated = [question_of(dialogue, name, now) for dialogue in context.create("reader", READER).read(file)]
        return Material(file, name, _checksum(file), questions=rated, rated=True)
    questions: list[Question] = []
    problems: list[Problem] = []
    silent = 0
    for dialogue in context.create("reader", "dialogues").read(file):
        asked, left_out, wrong = questions_of(dialogue, file, name, now)
        questions += asked
        silent += left_out
        problems += wrong
    if problems:
        raise ConfigurationError(problems)
    return Material(file, name, _checksum(file), questions=questions, silent=silent)


def _names(files: Sequence[Path]) -> dict[Path, str]:
    """Return what files are called, so that no two are called the same: ids of conversations begin with it."""

    def candidates(file: Path) -> Iterator[str]:
        yield file.name
        yield str(file)

    taken: dict[str, Path] = {}
    for file in files:
        name = next((name for name in candidates(file) if taken.get(name, file) == file), str(file))
        taken[name] = file
    return {file: name for name, file in taken.items()}


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
