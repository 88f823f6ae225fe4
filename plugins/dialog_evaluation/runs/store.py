"""Where runs are kept: a directory each, to which answers are added dialogue by dialogue.

evaluations/<bot>/<YYYYmmdd-HHMMSS>-<fingerprint>/
    run.json        what was run, on what, with which options
    answers.jsonl   what came of it, a line for each dialogue, in the order they ended
    report.json     what was made of it
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from time import monotonic
from typing import Any

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError, Problem, write_output
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.codec import from_line, to_line
from dialog_evaluation.runs.info import EvaluatedFile, RunInfo, check_info

try:
    import fcntl
except ImportError:  # not on Windows: nobody is kept from running the same twice there
    fcntl = None  # type: ignore[assignment]

VERSION = 1
SYNC_EVERY = 1.0  # seconds; waiting for the disk takes longer than most turns
FOLDER = "evaluations"
RUN, ANSWERS, LOCK = "run.json", "answers.jsonl", "lock"
_NAME = re.compile(r"\d{8}-\d{6}(-\d+)?-[0-9a-f]{12}")
_AGAIN = "Delete the directory, or evaluate anew with --anew."
_ELSEWHERE = "Another directory can be named with --runs DIR"


@dataclass(slots=True)
class Run:
    """A run that is kept in a directory.

    Attributes:
        path: The directory.
        info: What is run.
    """

    path: Path
    info: RunInfo
    _file: FileIO | None = field(default=None, repr=False)
    _synced: float = field(default=0.0, repr=False)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Read what a directory has.

        Raises:
            ConfigurationError: It has no run, or one that is damaged.
        """
        file = path / RUN
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            if told.pop("version") != VERSION:
                raise ValueError("another version of dialog-core has written it")
            known = {one.name for one in fields(RunInfo)}
            info = RunInfo(**{name: value for name, value in told.items() if name in known})
            files = tuple(EvaluatedFile(one["path"], one["sha256"]) for one in info.files)  # type: ignore[index]
            check_info(info, files)
            return cls(path, replace(info, files=files, remarks=tuple(map(str, info.remarks))))
        except OSError as error:
            raise ConfigurationError([Problem(f"cannot be read: {error.strerror}", file)]) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigurationError([Problem(f"is no run of an evaluation: {error}", file, remedy=_AGAIN)]) from error

    @classmethod
    def begin(cls, directory: Path, info: RunInfo) -> "Run":
        """Make the directory of a new run.

        Args:
            directory: Where the runs of the bot are.
            info: What is to be run.

        Raises:
            ConfigurationError: It cannot be made.
        """
        now = datetime.now(UTC).astimezone()
        info = replace(info, started_at=now.isoformat(timespec="milliseconds"))
        for number in range(1, 1_000):
            again = f"-{number}" if number > 1 else ""
            path = directory / f"{now:%Y%m%d-%H%M%S}{again}-{info.fingerprint}"
            try:
                path.mkdir(parents=True)
            except FileExistsError as error:
                if not directory.is_dir():
                    raise _not_made(directory, error) from error
                continue  # begun within the same second
            except OSError as error:
                raise _not_made(directory, error) from error
            run = cls(path, info)
            run._write_info()
            return run
        raise ConfigurationError([Problem("has too many runs of this second", directory)])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep the run to oneself while answers are added; what a run that was killed has half written is cut off.

        Raises:
            DialogError: Another process is at it, or it cannot be written.
        """
        with ExitStack() as stack:
            try:
                _hold(stack.enter_context((self.path / LOCK).open("a+")), self.path)
                self._file = stack.enter_context((self.path / ANSWERS).open("ab+", buffering=0))
                _cut_torn(self._file)
            except OSError as error:
                raise _not_kept(self.path, error) from error
            try:
                yield
            finally:
                self._file = None

    def add(self, answers: DialogueAnswers) -> None:
        """Keep the answers of a dialogue; once this returns they survive the process, and a second later a power cut.

        Raises:
            DialogError: The disk is full, say. What was kept before still is.
        """
        if self._file is None:
            raise ValueError("answers are added within `with run.writing()`")
        line = f"{to_line(answers)}\n".encode()
        end = self._file.seek(0, os.SEEK_END)
        try:
            while line:  # a disk that is nearly full may take a part of it
                line = line[self._file.write(line) :]
            if monotonic() - self._synced >= SYNC_EVERY:
                os.fsync(self._file.fileno())
                self._synced = monotonic()
        except OSError as error:
            self._drop_half_written(end)
            raise _not_kept(self.path, error) from error

    def finish(self, *remarks: str) -> None:
        """Say that all was answered, and what else there is to say about it."""
        now = datetime.now(UTC).astimezone()
        remarks = (*self.info.remarks, *remarks)
        self.info = replace(self.info, finished_at=now.isoformat(timespec="milliseconds"), remarks=remarks)
        self._write_info()

    def answers(self) -> list[DialogueAnswers]:
        """Return what was answered so far, in the order of the files.

        Raises:
            ConfigurationError: The file is damaged, other than by being cut off at its end.
        """
        file = self.path / ANSWERS
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ConfigurationError([Problem(f"cannot be read: {error.strerror}", file)]) from error
        found: dict[int, DialogueAnswers] = {}
        for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines(), 1):
            try:
                answers = from_line(line.decode())
            except ValueError as error:
                raise ConfigurationError([Problem(f"is damaged: {error}", file, number, remedy=_AGAIN)]) from error
            found[answers.position] = answers
        return [found[position] for position in sorted(found)]

    def _drop_half_written(self, end: int) -> None:
        assert self._file is not None
        try:
            self._file.truncate(end)
        except OSError:
            return  # the next time it is opened for writing, the rest of the line is cut off

    def _write_info(self) -> None:
        told = {"version": VERSION, **asdict(self.info)}
        text = json.dumps(told, ensure_ascii=False, indent=2, default=str)
        try:
            write_output(self.path / RUN, f"{text}\n")
        except ConfigurationError as error:
            raise DialogError(f"{error}. {_ELSEWHERE}") from error


def runs_of(bot_file: Path, runs_dir: Path | None = None) -> Path:
    """Return the directory in which the runs of a bot are: beside its file, unless another place is named."""
    return (runs_dir or bot_file.absolute().parent / FOLDER) / bot_file.stem


def find_runs(bot_file: Path, runs_dir: Path | None = None) -> list[Run]:
    """Return the runs of a bot, the oldest first; directories that were never finished being made are left out.

    Args:
        bot_file: The bot file.
        runs_dir: Where runs are kept; default: `evaluations/` beside the bot file.
    """
    directory = runs_of(bot_file, runs_dir)
    try:
        names = sorted(path.name for path in directory.iterdir() if _NAME.fullmatch(path.name))
    except OSError:  # there is none
        return []
    runs = [Run.open(directory / name) for name in names if (directory / name / RUN).is_file()]
    return sorted(runs, key=lambda run: run.info.began)


def latest(runs: Sequence[Run], wanted: Callable[[Run], bool]) -> Run | None:
    """Return the last of the runs that is as wanted."""
    return next((run for run in reversed(runs) if wanted(run)), None)


def _hold(lock: Any, path: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DialogError(
            f"{path}: this very evaluation is under way in another process. Wait for it, or add --anew."
        ) from error


def _cut_torn(file: FileIO) -> None:
    """Cut off what stands behind the last complete line: a process that was killed left it there."""
    file.seek(0)
    content = file.read()
    end = content.rfind(b"\n") + 1
    if end < len(content):
        file.truncate(end)
    file.seek(0, os.SEEK_END)


def _not_made(path: Path, error: OSError) -> ConfigurationError:
    why = error.strerror or str(error)
    return ConfigurationError([Problem(f"cannot be made: {why}", path, remedy=f"{_ELSEWHERE}.")])


def _not_kept(path: Path, error: OSError) -> DialogError:
    why = error.strerror or str(error)
    return DialogError(
        f"{path}: cannot be written: {why}. What was answered so far is kept: the same command goes on from there. "
        f"{_ELSEWHERE}"
    )
