"""What all readers of published data sets do alike."""

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, ClassVar

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import DataItem, LabelledText
from dialog_data.files.archives import SourceFile, opened
from dialog_data.files.problems import FileProblems
from dialog_data.files.seen_ids import SeenIds
from dialog_data.files.skipping import SkippingReader
from dialog_data.options import SourceOptions


class SourceReader(SkippingReader[SourceOptions], ABC):
    """Reads a file, a folder or an archive of one format, strictly and one item at a time.

    A subclass says which files of a folder it reads and what stands in one of them. Ids are unique in all of it.
    """

    suffixes: ClassVar[tuple[str, ...]]
    """The endings of the files to read in a folder or an archive; others are left alone."""

    nothing: ClassVar[str] = "there is nothing in it that this format knows"
    """What to say of a file without any items."""

    way: ClassVar[str] = ""
    """What to do about it, as a sentence."""

    def __init__(self, options: Any, context: Context) -> None:
        super().__init__(options, context)
        self._files: Sequence[SourceFile] = ()
        self._lent: Sequence[SourceFile] | None = None

    def lend(self, files: Sequence[SourceFile]) -> None:
        """Give it the files of what it is to read next: whoever has opened an archive need not do so twice."""
        self._lent = files

    def read(self, path: Path) -> Iterator[DataItem]:
        """Yield what stands there.

        Raises:
            ConfigurationError: With the problems of the first file that has any; with `on_error: skip`, only where
                there is nothing to read.
        """
        self.context.files.add(path)
        passed_over = self.begin()
        seen = SeenIds()
        empty = True
        lent, self._lent = self._lent, None
        with opened(path) if lent is None else nullcontext(lent) as files:
            self._files = files
            wanted = files if len(files) == 1 else [file for file in files if self.reads(file)]
            for file in wanted:
                problems = FileProblems(file.shown, passed_over, source=file.path, encoding=self.options.encoding)
                for item in self.items(file, problems):
                    if not isinstance(item, LabelledText):
                        line = item.metadata.get("line")
                        at = line if type(line) is int else 0
                        if not seen.add(item.id, at):
                            first = seen.line(item.id) if len(wanted) == 1 else 0
                            _told_twice(item.id, first, at, problems)
                            problems.item_skipped()
                            continue
                    if problems.fit:
                        empty = False
                        yield item
                problems.finish()
        if empty:
            nothing = Problem(self.nothing, path, 1, 1, remedy=self.way)
            raise ConfigurationError([nothing, *self.skipped.problems])

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder or an archive is one of those to read."""
        return file.name.lower().endswith(self.suffixes)

    def beside(self, file: SourceFile, name: str) -> SourceFile | None:
        """Return what stands under a name, relative to a file that is being read, beside it; None: there is nothing."""
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(file.name), name))
        found = next((other for other in self._files if other.name == wanted), None)
        if found is None and file.path == file.shown:  # of a single file, the folder has not been looked into
            path = file.path.parent / name
            found = SourceFile(path, path, wanted) if path.is_file() else None
        return found

    @abstractmethod
    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[DataItem]:
        """Yield the sound items of one file.

        Of any other one its problems are reported, each with its line, and `problems.item_skipped()` is called.
        """


def _told_twice(id: str, first: int, line: int, problems: FileProblems) -> None:
    message = f"the id {id!r} is taken by what stands on line {first}" if first else f"the id {id!r} stands there twice"
    problems.problem(message, line or 1, path="id", remedy="Change one of the two.")
