"""The files that are learnt from, each read by its kind before anything is asked."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import Dialogue
from dialog_core.training import DataFile, read_data
from dialog_ranking.choices import Choice, read_choices
from dialog_ranking_training.gathering.conversation_tests import steps_of
from dialog_ranking_training.gathering.dialogues import Question, questions_of
from dialog_ranking_training.gathering.ratings import READER, is_ratings, question_of
from dialog_ranking_training.options import RankingTraining

CHECKSUM = 16  # hexadecimal digits
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


def read_material(files: Sequence[Path], context: Context, now: datetime, split: Sequence[str] = ()) -> list[Material]:
    """Return what stands in the files, each once.

    Args:
        files: The files.
        context: Gives the readers.
        now: When dialogues take place that do not say so.
        split: From which parts of files of labelled dialogues; none: they have no parts.

    Raises:
        ConfigurationError: With every mistake of every file.
    """
    found: dict[Path, Material] = {}
    problems: list[Problem] = []
    names = _names(files)
    dialogues: list[Path] = []
    for file in dict.fromkeys(files):
        try:
            known = _read(file, names[file], context, now)
        except ConfigurationError as error:
            problems += error.problems
            continue
        if known is None:
            dialogues.append(file)
        else:
            found[file] = known
    try:
        found |= _read_dialogues(dialogues, names, context, now, split)
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return [found[file] for file in dict.fromkeys(files)]


def check(options: RankingTraining, context: Context) -> list[Problem]:
    """Return the mistakes in the files that a ranking is to learn from."""
    try:
        read_material(options.data, context, datetime.now(UTC), options.split)
    except ConfigurationError as error:
        return list(error.problems)
    return []


def _read(file: Path, name: str, context: Context, now: datetime) -> Material | None:
    """Return what stands in a file that is not of labelled dialogues."""
    if file.name.lower().endswith(CHOICES):
        return Material(file, name, "", choices=read_choices(file))
    if file.name.lower().endswith(TESTS):
        tests = list(context.create("reader", "conversation_tests").read(file))
        return Material(file, name, _checksum(file), tests=tests)
    if is_ratings(file):
        rated = [question_of(dialogue, name, now) for dialogue in context.create("reader", READER).read(file)]
        return Material(file, name, _checksum(file), questions=rated, rated=True)
    return None


def _read_dialogues(
    files: Sequence[Path], names: Mapping[Path, str], context: Context, now: datetime, split: Sequence[str]
) -> dict[Path, Material]:
    questions: dict[Path, list[Question]] = {file: [] for file in files}
    silent = dict.fromkeys(files, 0)
    problems: list[Problem] = []
    wanted = [DataFile(file, "dialogues") for file in files]
    try:
        for file, dialogue in read_data(wanted, context, (Dialogue,), split=split):
            asked, left_out, wrong = questions_of(dialogue, file, names[file], now)
            questions[file] += asked
            silent[file] += left_out
            problems += wrong
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return {
        file: Material(file, names[file], _checksum(file), questions=questions[file], silent=silent[file])
        for file in files
    }


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


def _checksum(path: Path) -> str:
    """Return the checksum of a file, or of the files in a folder."""
    hashed = hashlib.sha256()
    if not path.is_dir():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:CHECKSUM]
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        hashed.update(f"{file.relative_to(path).as_posix()}:{_checksum(file)}\n".encode())
    return hashed.hexdigest()[:CHECKSUM]
