"""The log of decisions: a file of JSON lines that only grows, a line for each decision, on disk before it is shown.

    {"labels": 1, "file": "chats.jsonl", "texts": 120, "sha256": "..."}              which texts these are labels of
    {"text": "a table for two", "intent": "book", "annotator": "ann", ...}           a decision
    {"undo": true, "id": "...", "text": "...", "annotator": "ann", "at": "..."}      the last decision of this annotator
                                                                                     about this text does not count

Several people may write into one log at once. Of the decisions of one annotator about one text the last one counts;
those of others are never touched.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_data.files.problems import MAX_PROBLEMS
from dialog_data.labelling.decision import Decision, Key, NotADecision, as_row, from_row

try:
    import fcntl
except ImportError:  # Windows: nobody else may write into the same log there
    fcntl = None  # type: ignore[assignment]

VERSION = 1
_BEGINNING = b'{"labels": 1'  # of the first line
_REMEDY = "Correct the line or remove it."


class DecidedMeanwhile(DialogError):
    """Somebody has decided about this text under the same name since it was shown.

    Attributes:
        decision: What was decided.
    """

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"{decision.annotator!r} has labelled this text meanwhile, in another window")
        self.decision = decision


@dataclass(frozen=True, slots=True)
class LabelsOf:
    """Which texts the decisions after it are about.

    Attributes:
        file: What the file is called.
        texts: How many texts there are in it.
        sha256: What tells them from others.
    """

    file: str
    texts: int
    sha256: str


def is_head(value: object) -> bool:
    """Whether a value of JSON is what a log begins with."""
    return isinstance(value, Mapping) and value.get("labels") == VERSION and isinstance(value.get("sha256"), str)


class History:
    """What a log says, line by line.

    Attributes:
        heads: Of which texts these are labels; the last one holds.
    """

    def __init__(self) -> None:
        self.heads: list[LabelsOf] = []
        self._decisions: dict[Key, list[Decision]] = {}

    def absorb(self, row: Mapping[str, Any], line: int) -> None:
        """Take in a line.

        Raises:
            NotADecision: It is none a log may have.
        """
        if is_head(row):
            texts = row.get("texts")
            self.heads.append(LabelsOf(str(row.get("file")), texts if isinstance(texts, int) else 0, row["sha256"]))
        elif row.get("undo") is True:
            key = (str(row.get("id")), str(row.get("text")), str(row.get("annotator")))
            if not self._decisions.get(key):
                raise NotADecision("takes back what nobody has said")
            self._decisions[key].pop()
        else:
            decision = from_row(row, line)
            self._decisions.setdefault(decision.key, []).append(decision)

    def last(self, key: Key) -> Decision | None:
        """Return the decision that counts."""
        found = self._decisions.get(key)
        return found[-1] if found else None

    def all_of(self, key: Key) -> tuple[Decision, ...]:
        """Return everything an annotator has said about a text and not taken back, the oldest first."""
        return tuple(self._decisions.get(key, ()))

    def decided(self) -> list[Key]:
        """Return what has been decided about, and by whom, in the order in which that was first done."""
        return [key for key, decisions in self._decisions.items() if decisions]

    def everything(self) -> list[Decision]:
        """Return what anybody has said and not taken back, in the order of the log."""
        return sorted((one for found in self._decisions.values() for one in found), key=lambda one: one.line)

    def decisions(self) -> list[Decision]:
        """Return the decisions that count, in the order of the log."""
        return sorted((found[-1] for found in self._decisions.values() if found), key=lambda one: one.line)


class LabelLog:
    """A log that is written to.

    Attributes:
        path: The file.
        history: What it says.
        repaired: What stood in a last line that had only half been written and was taken out; empty: nothing.

    Args:
        path: The file; it need not be there, and comes with the first decision.

    Raises:
        ConfigurationError: It is no log, or lines of it are damaged: all of them are named.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.repaired = ""
        self._forget()
        if path.exists():
            with self._locked():
                pass

    def append(self, decision: Decision, texts: LabelsOf, *, over: Decision | None) -> Decision:
        """Write a decision, and return it when it is on disk.

        Args:
            decision: The decision.
            texts: Which texts it is one of.
            over: What the same annotator had decided before, as far as they know.

        Raises:
            DecidedMeanwhile: That is not so any more.
            ConfigurationError: It could not be written; the log is as it was.
        """
        with self._locked() as file:
            now = self.history.last(decision.key)
            if now is not None and now != over:
                raise DecidedMeanwhile(now)
            if not self.history.heads or self.history.heads[-1] != texts:
                self._write(file, {"labels": VERSION, "file": texts.file, "texts": texts.texts, "sha256": texts.sha256})
            self._write(file, as_row(decision))
            return replace(decision, line=self._lines)

    def take_back(self, decision: Decision) -> None:
        """Take a decision out of the log; where others have written since, say there that it does not count.

        Raises:
            DecidedMeanwhile: It is not the last one of its annotator about its text any more.
            ConfigurationError: It could not be written.
        """
        with self._locked() as file:
            now = self.history.last(decision.key)
            if now != decision:
                raise DecidedMeanwhile(now or decision)
            if decision.line == self._lines:
                file.truncate(self._read_to - len(self._last))
                os.fsync(file.fileno())
                self._forget()
                self._catch_up(file)
            else:
                named = {"id": decision.id, "text": decision.text, "annotator": decision.annotator, "at": decision.at}
                self._write(file, {"undo": True, **named})

    def _forget(self) -> None:
        self.history = History()
        self._read_to = self._lines = 0
        self._last = b""  # the last line that was read

    @contextlib.contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """Open the file for nobody else to write to, with everything read that stands there."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            with open(descriptor, "r+b", buffering=0) as file:
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(self._read_to - len(self._last))
                if file.read(len(self._last)) != self._last:
                    self._forget()  # somebody has taken their last decision back
                self._catch_up(file)
                yield file
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigurationError([Problem(f"cannot be written: {reason}", self.path)]) from error

    def _catch_up(self, file: BinaryIO) -> None:
        """Read what has come since; take out what was only half written when somebody's machine stopped."""
        file.seek(self._read_to)
        problems: list[Problem] = []
        for raw in file.read().splitlines(keepends=True):
            row, complaint = parse_line(raw)
            ended = raw.endswith(b"\n")
            if not ended and row is None and (self._lines or raw.startswith(_BEGINNING[: len(raw)])):
                self.repaired = raw.decode(errors="replace")
                file.truncate(self._read_to)
                break
            if not self._lines and not is_head(row):
                remedy = "Name another file to write labels into: --out labels.jsonl."
                raise ConfigurationError([Problem("is no log of labels", self.path, 1, remedy=remedy)])
            if not ended:
                file.seek(0, os.SEEK_END)
                file.write(b"\n")
                raw += b"\n"
            self._lines += 1
            self._last, self._read_to = raw, self._read_to + len(raw)
            try:
                if row is not None:
                    self.history.absorb(row, self._lines)
            except NotADecision as error:
                complaint = str(error)
            if complaint:
                problems.append(Problem(complaint, self.path, self._lines, remedy=_REMEDY))
        if problems:
            raise ConfigurationError(problems[:MAX_PROBLEMS])

    def _write(self, file: BinaryIO, row: Mapping[str, Any]) -> None:
        raw = json.dumps(row, ensure_ascii=False).encode() + b"\n"
        try:
            file.seek(self._read_to)
            rest = raw
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):  # what kept it from being written is what is told
                file.truncate(self._read_to)
            raise
        if not self._read_to:
            _sync_directory(self.path.parent)
        self._lines += 1
        self._last, self._read_to = raw, self._read_to + len(raw)
        self.history.absorb(row, self._lines)


def parse_line(raw: bytes | str) -> tuple[dict[str, Any] | None, str]:
    """Return the object on a line of a log, or None and what is wrong with it; of a blank line, nothing is."""
    if not raw.strip():
        return None, ""
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError) as error:
        told = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        return None, f"this is not JSON: {told}"
    return (row, "") if isinstance(row, dict) else (None, "needs an object in braces")


def _sync_directory(directory: Path) -> None:
    """See that the new file's name is on disk, too, where the system can say so."""
    with contextlib.suppress(OSError):  # Windows cannot
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
