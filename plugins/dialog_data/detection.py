"""Which format a file has, by what stands in it; and the reader `auto`, which needs not be told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from dialog_core import Component, Context, PluginError
from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_core.datasets import DataItem
from dialog_core.interfaces import RecognizingReader, Sample, Skipped
from dialog_data.files.archives import SourceFile, opened
from dialog_data.files.samples import columns_of, sample_of
from dialog_data.options import SourceOptions
from dialog_data.sources.source import SourceReader

AUTO = "auto"
FOLDER = "/"  # among a reader's endings: it reads folders
FEW_FILES = 20  # of a folder or an archive, whose contents are looked at where the names say nothing
FEW_NAMES = 8
DOCUMENTS = ("markdown", "documents")
TABLES = "Its header row would name text,intent for labelled texts, question,answer for knowledge, or context,response."


class AutoReader(Component[SourceOptions]):
    """Reads what it recognizes, with the reader of that format.

    Attributes:
        format: The name of the format it found; empty before it has read.
        skipped: What was passed over, with `on_error: skip`.
    """

    def __init__(self, options: SourceOptions, context: Context) -> None:
        super().__init__(options, context)
        self.format = ""
        self._reader: Any = None
        self._set = {"on_error", "encoding"} & options.model_fields_set

    @property
    def skipped(self) -> Skipped:
        """What the reader of that format passed over."""
        found = getattr(self._reader, "skipped", None)
        return found if isinstance(found, Skipped) else Skipped()

    def read(self, path: Path) -> Iterator[DataItem]:
        """Yield what stands there.

        Raises:
            ConfigurationError: No format is recognized, or several are, or what that format's reader raises.
        """
        self.context.files.add(path)
        with _opened(path) as files:
            self.format = _detected(path, files, self.context, self.options.encoding)
            self._reader = self._made(path)
            if files and isinstance(self._reader, SourceReader):
                self._reader.lend(files)
            yield from self._reader.read(path)

    def _made(self, path: Path) -> Any:
        # What nobody has set is for that reader to choose.
        inherit: dict[str, Any] = {
            name: getattr(self.options, name) for name in ("on_error", "encoding") if name in self._set
        }
        reader = self.context.create("reader", self.format, inherit=inherit)
        if self.options.on_error == "skip" and not isinstance(getattr(reader, "skipped", None), Skipped):
            message = f"the reader {self.format!r} cannot pass over mistakes"
            raise ConfigurationError([Problem(message, path, remedy="Read it with `on_error: stop`.")])
        return reader


def detect(path: Path, context: Context, encoding: str = "utf-8") -> str:
    """Return the name of the reader that recognizes a file, a folder or an archive.

    Of a folder or an archive its names are looked at first, and if they say nothing, its files. A format of one data
    set goes before a general one, which is that of a reader class with the attribute `general = True`: many data sets
    are JSON lines with turns.

    Raises:
        ConfigurationError: None does, or several do; or the file cannot be read.
        PluginError: A reader fails while it looks at the file.
    """
    with _opened(path) as files:
        return _detected(path, files, context, encoding)


@contextmanager
def _opened(path: Path) -> Iterator[Sequence[SourceFile]]:
    """Give the files of a path; none for what does not exist: it may be the name of something that is elsewhere."""
    if path.exists():
        with opened(path) as files:
            yield files
    else:
        yield ()


def _detected(path: Path, files: Sequence[SourceFile], context: Context, encoding: str) -> str:
    readers, missing = _readers(context)
    if not path.exists():
        named = _recognizing(readers, Sample(path))
        if len(named) == 1:
            return named.pop()
        raise ConfigurationError([missing_file(path)])
    if [file.path for file in files] != [path]:
        readers = [reader for reader in readers if reader.opens]
    names = tuple(file.name for file in files)
    whole = looked = Sample(path, names=names)
    found = _recognizing(readers, whole) if len(names) > 1 else set()
    if not found:
        for file in islice(files, FEW_FILES):
            sample = sample_of(file, encoding)
            found |= _recognizing(readers, sample)
            looked = sample if len(names) == 1 else whole
    special = found.difference(reader.name for reader in readers if reader.general)
    found = special or found
    if len(found) == 1:
        return found.pop()
    if found:
        ways = " or ".join(f"--format {name}" for name in sorted(found))
        message = f"may be of several formats: {', '.join(sorted(found))}"
        raise ConfigurationError([Problem(message, path, remedy=f"Say which: {ways}.")])
    remedy = _remedy(files, looked, context, encoding)
    if missing:
        remedy += f" Not asked were {', '.join(missing)}: packages of theirs are not installed."
    if hint := context.untrusted_hint():
        remedy += f" {hint}"
    raise ConfigurationError([Problem(f"no format is recognized in {_described(looked)}", path, remedy=remedy)])


def _remedy(files: Sequence[SourceFile], looked: Sample, context: Context, encoding: str) -> str:
    """Return what to do about data of which no format is recognized."""
    if not looked.names and not looked.head.strip():
        return "There is nothing to read. Is it the right one?"
    if looked.names:  # what reads single files does not open folders and archives
        single = [reader for reader in _readers(context)[0] if not reader.opens]
        seen = ((file, sorted(_recognizing(single, sample_of(file, encoding)))) for file in islice(files, FEW_FILES))
        told = [(file, found[0]) for file, found in seen if found]
        if told:  # a README is no data set, where there is something else
            file, name = min(told, key=lambda one: one[1] in DOCUMENTS)
            return f"The format {name!r} is read from single files: name one, such as {file.name!r}."
    known = ", ".join(entry.name for entry in context.registered("reader") if entry.name != AUTO)
    remedy = f"Say which format it has: --format NAME, one of {known}."
    return f"{TABLES} {remedy}" if columns_of(looked) else remedy


@dataclass(frozen=True, slots=True)
class _Reader:
    """A reader that can tell its format."""

    name: str
    reader: RecognizingReader
    opens: bool  # folders and archives
    general: bool


def _readers(context: Context) -> tuple[list[_Reader], list[str]]:
    """Return the readers that can tell their formats, and the names of those that lack packages."""
    found: list[_Reader] = []
    missing: list[str] = []
    for entry in context.registered("reader"):
        try:
            reader = entry.load()
        except PluginError as error:
            if not isinstance(error.__cause__, Exception) or not entry.missing_package(error.__cause__):
                raise
            missing.append(entry.name)
            continue
        if entry.name != AUTO and isinstance(reader, RecognizingReader):
            is_source = isinstance(reader, type) and issubclass(reader, SourceReader)
            opens = FOLDER in entry.suffixes or is_source or getattr(reader, "folders", False)
            found.append(_Reader(entry.name, reader, opens, bool(getattr(reader, "general", False))))
    return found, missing


def _recognizing(readers: Sequence[_Reader], sample: Sample) -> set[str]:
    found = set()
    for one in readers:
        try:
            yes = one.reader.recognizes(sample)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise PluginError(f"the reader {one.name!r} fails while it looks at {sample.path}: {what}") from error
        if yes:
            found.add(one.name)
    return found


def _described(sample: Sample) -> str:
    """Return what was looked at, in a few words."""
    first = sample.first
    if sample.names:
        more = ", ..." if len(sample.names) > FEW_NAMES else ""
        return f"its files {', '.join(sample.names[:FEW_NAMES])}{more}"
    if isinstance(first, dict):
        more = ", ..." if len(first) > FEW_NAMES else ""
        return f"JSON whose first object has the keys {', '.join(map(repr, list(first)[:FEW_NAMES]))}{more}"
    if columns := columns_of(sample):
        return f"a table with the columns {', '.join(map(repr, columns[:FEW_NAMES]))}"
    line = next((line.strip() for line in sample.head.splitlines() if line.strip()), "")
    if not line and sample.path.is_dir():
        return "an empty folder"
    return f"a file that begins with {line[:60]!r}" if line else "an empty file"
