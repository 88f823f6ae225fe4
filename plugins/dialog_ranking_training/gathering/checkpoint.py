"""What a bot has said so far, kept so that a gathering that was cut off goes on where it was."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from dialog_ranking.choices import Choice, NotAChoice, from_json, to_json

FILE = "choices.jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of asking.

    Attributes:
        choices: The choices.
        counts: What else is to be told, by what it is.
    """

    choices: Sequence[Choice] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


class Checkpoint:
    """A file of what was asked, a line each, written as it comes; a line that a kill has cut off is asked again."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._file = directory / FILE
        self._found: dict[str, Kept] = {}
        if self._file.exists():
            self._read()
        self._stream = self._file.open("a", encoding="utf-8")

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stream.close()

    def get(self, key: str) -> Kept | None:
        """Return what was kept under a key."""
        return self._found.get(key)

    def put(self, key: str, kept: Kept) -> Kept:
        """Keep something, and return it as it will be read: so that a run that was cut off ends like any other."""
        row = {"key": key, "counts": dict(kept.counts), "choices": [to_json(choice) for choice in kept.choices]}
        self._stream.write(json.dumps(row) + "\n")
        self._stream.flush()
        return as_read(kept)

    def _read(self) -> None:
        whole = 0
        for line in self._file.read_bytes().splitlines(keepends=True):
            try:
                row = json.loads(line)
                found = Kept([from_json(choice) for choice in row["choices"]], row["counts"])
                self._found[row["key"]] = found
            except (NotAChoice, ValueError, KeyError, TypeError):
                break
            whole += len(line)
        with self._file.open("r+b") as stream:  # what comes next begins a line of its own
            stream.truncate(whole)


def as_read(kept: Kept) -> Kept:
    """Return what would be read again: without what a choice does not keep of a turn."""
    return Kept([from_json(json.loads(json.dumps(to_json(choice)))) for choice in kept.choices], kept.counts)
