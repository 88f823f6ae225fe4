"""Data sets of the Hugging Face library `datasets`: by name from the hub, or files and folders on the disk, streaming.

Code that a data set brings along is never run.
"""

import importlib.util
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from dialog_core import PluginError
from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_core.datasets import DataItem, LabelledText
from dialog_core.interfaces import Sample
from dialog_data.files.problems import FileProblems
from dialog_data.files.seen_ids import SeenIds
from dialog_data.files.skipping import SkippingReader
from dialog_data.sources.fields import split_name
from dialog_data.sources.rows import Row, RowReader
from dialog_data.sources.set_options import HuggingFaceOptions

PREFIX = "hf:"  # before a name, where no file is meant
_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_FORMATS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
}
_SAVED = ("dataset_dict.json", "state.json")  # what `save_to_disk` leaves in a folder
_EXTRA = "dialog-core[data]"


class HuggingFaceReader(SkippingReader[HuggingFaceOptions]):
    """Reads any data set whose columns say what they are, or are said to be what they are by the option `columns`.

    A text with a label becomes a labelled text, a question with an answer an entry, messages, a list of utterances, or
    a context with its response a dialogue. Numbers of labels become their names, other columns metadata. A path is read
    from the disk; a name, `hf:org/name`, or `org/name` where there is no such file, from the hub or its cache.

    Attributes:
        folders: It reads folders too.
    """

    folders: ClassVar = True

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a Parquet or Arrow file, a folder that `save_to_disk` has left, or a name with `hf:`."""
        if str(sample.path).startswith(PREFIX) or sample.path.suffix.lower() in (".parquet", ".arrow"):
            return True
        tables = [name for name in sample.names if name.lower().endswith((".parquet", ".arrow"))]
        return bool(tables) and (len(tables) == len(sample.names) or any(name in sample.names for name in _SAVED))

    def read(self, path: Path) -> Iterator[DataItem]:
        """Yield the rows of all splits, or of the one that is wanted.

        Raises:
            ConfigurationError: There is no such data set, or a row of it is not as it should be.
            PluginError: The library is not installed.
        """
        if importlib.util.find_spec("datasets") is None:
            raise PluginError(f"the reader {self.context.name!r} needs the package 'datasets': pip install '{_EXTRA}'")
        problems = FileProblems(path, self.begin())
        seen = SeenIds()
        empty = True
        for name, rows in self._splits(path):
            reader = RowReader(self.options.columns, getattr(rows, "features", None) or {}, problems)
            for number, row in enumerate(_told(rows, path), 1):
                item = reader.item(Row(row, number, name))
                if item is None:
                    problems.item_skipped()
                elif not isinstance(item, LabelledText) and not seen.add(item.id):
                    problems.problem(f"the id {item.id!r} stands there twice", number, path="id")
                    problems.item_skipped()
                elif problems.fit:
                    empty = False
                    yield item
        problems.finish()
        if empty:
            problems.refuse("there are no rows in it")

    def _splits(self, path: Path) -> Iterator[tuple[str, Iterable[Mapping[str, Any]]]]:
        """Yield each wanted split with what it is called."""
        opened = self._opened(path)
        if not isinstance(opened, dict):
            yield split_name(self.options.split) or self.options.split, opened
            return
        wanted = self.options.split
        if wanted and wanted not in opened:
            message = f"there is no split {wanted!r}"
            raise ConfigurationError([Problem(message, path, remedy=f"Splits: {', '.join(opened)}.")])
        for name, rows in opened.items():
            if not wanted or name == wanted:
                yield split_name(name) or name, rows

    def _opened(self, path: Path) -> Any:
        name = str(path).removeprefix(PREFIX)
        if path.exists():
            self.context.files.add(path)
            return _on_disk(path, self.options.config)
        if not str(path).startswith(PREFIX) and (_NAME.fullmatch(name) is None or path.suffix.lower() in _FORMATS):
            raise ConfigurationError([missing_file(path)])
        return self._from_hub(name, path)

    def _from_hub(self, name: str, path: Path) -> Any:
        import datasets

        # It tells each try by a warning, and twice: its own handler and everybody's. Whoever wants that sets the level.
        logging.getLogger("huggingface_hub").setLevel(logging.getLogger().level)
        try:
            return datasets.load_dataset(
                name, self.options.config or None, streaming=True, revision=self.options.revision or None
            )
        except Exception as error:  # of many kinds: no such name, no network, none of its files is data
            raise ConfigurationError([Problem(_reason(name, error), path, remedy=_remedy(error))]) from error


def _on_disk(path: Path, config: str) -> Any:
    """Open what is on the disk, without copying it into a cache."""
    import datasets

    try:
        if path.is_dir() and any((path / name).is_file() for name in _SAVED):
            found = datasets.load_from_disk(str(path), keep_in_memory=False)
            return dict(found) if isinstance(found, dict) else found
        if path.is_dir():
            return dict(datasets.load_dataset(str(path), config or None, streaming=True))
        kind = _FORMATS.get(path.suffix.lower())
        if kind is None:
            message = f"the ending {path.suffix!r} does not say what is in it"
            raise ConfigurationError([Problem(message, path, remedy=f"Known endings: {', '.join(_FORMATS)}.")])
        if kind == "arrow":
            return datasets.Dataset.from_file(str(path))
        more = {"delimiter": "\t"} if path.suffix.lower() == ".tsv" else {}
        return datasets.load_dataset(kind, data_files=str(path), split="train", streaming=True, **more)
    except ConfigurationError:
        raise
    except Exception as error:  # whatever Arrow says of a file that is none
        raise ConfigurationError([Problem(f"cannot be read: {_said(error)}", path)]) from error


def _told(rows: Iterable[Mapping[str, Any]], path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield rows; what the library raises on the way is told as what it is, a mistake in the data."""
    try:
        yield from rows
    except ConfigurationError:
        raise
    except Exception as error:
        raise ConfigurationError([Problem(f"cannot be read any further: {_said(error)}", path)]) from error


def _reason(name: str, error: Exception) -> str:
    kind = type(error).__name__
    if kind in ("ConnectionError", "OfflineModeIsEnabled", "ConnectTimeout", "LocalEntryNotFoundError"):
        return f"the data set {name!r} is not in the cache, and the hub cannot be reached"
    if kind in ("DatasetNotFoundError", "RepositoryNotFoundError"):
        return f"there is no data set {name!r} on the hub, or you may not read it"
    return f"the data set {name!r} cannot be opened: {_said(error)}"


def _remedy(error: Exception) -> str:
    text = str(error)
    if "Config name is missing" in text or "BuilderConfig" in text:
        return "Say which one with the option `config`."
    if "script" in text:
        return "It needs code of its own to be read, which is never run: look for a copy as Parquet files."
    return "A data set on the disk is read by its path: a folder that save_to_disk has left, or a Parquet file."


def _said(error: Exception) -> str:
    """Return the first line of what an error says."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300].rstrip(".")
