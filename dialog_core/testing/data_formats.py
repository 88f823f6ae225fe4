r"""What every reader and writer of data sets must do, as tests to subclass.

    from dialog_core.testing import ReaderContract, WriterContract

    class TestTabReader(ReaderContract):
        files = {"a.tab": "hi\thello\n"}

        def make_reader(self, tmp_path):
            return TabReader(Options(), make_context("tab"))

    class TestTabWriter(WriterContract):
        def make_writer(self, tmp_path):
            return TabWriter(Options(), make_context("tab"))

        def make_reader(self, tmp_path):
            return TabReader(Options(), make_context("tab"))

The tests need pytest and nothing else.
"""

import io
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, KnowledgeEntry, LabelledText, texts_of
from dialog_core.interfaces import DatasetReader, DatasetWriter, RecognizingReader, Sample
from dialog_core.testing.checks import no_network
from dialog_core.testing.data_steps import SAMPLE_ITEMS, check_entities, nasty_items
from dialog_core.text import repair_text

DAMAGES = 40  # how many damaged copies of each file are read
MANY = 5000  # items a writer has to be writing before it has seen all of them

# What no format of one data set should take for its own.
_OTHERS: Mapping[str, str] = {
    "empty.txt": "",
    "page.html": "<html><body><h1>Hello</h1></body></html>",
    "prose.txt": "It was a dark and stormy night.\n",
    "numbers.csv": "a,b,c\n1,2,3\n",
    "list.json": "[1, 2, 3]",
    "bot.yaml": "version: 1\nbot: {name: Aria}\npolicies: []\n",
}


class ReaderContract:
    """Tests for any reader of data sets.

    Attributes:
        files: Sound files by name, with their contents.
        uses_network: Whether it talks to a service; see `PolicyContract`.
    """

    files: ClassVar[Mapping[str, str | bytes]] = {}
    uses_network: bool = False

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        """Return a new reader. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its reader: override make_reader")

    def test_it_yields_items_that_can_be_told_apart(self, tmp_path: Path) -> None:
        for path in self._written(tmp_path):
            items = self._read(tmp_path, path)
            assert items, f"there is nothing in {path.name}"
            for item in items:
                assert isinstance(item, Dialogue | LabelledText | KnowledgeEntry)
                if isinstance(item, LabelledText):
                    check_entities(item)
            ids = [item.id for item in items if not isinstance(item, LabelledText)]
            assert all(id.strip() for id in ids)
            assert len(set(ids)) == len(ids)

    def test_what_it_yields_can_be_written(self, tmp_path: Path) -> None:
        for path in self._written(tmp_path):
            for item in self._read(tmp_path, path):
                facts: list[Any] = [dict(item.metadata), texts_of(item)]
                if isinstance(item, Dialogue):
                    facts += [[dict(turn.metadata), dict(turn.state)] for turn in item.turns]
                json.dumps(facts, allow_nan=False, ensure_ascii=False).encode()

    def test_reading_again_gives_the_same(self, tmp_path: Path) -> None:
        for path in self._written(tmp_path):
            reader = self.make_reader(tmp_path)
            first = list(reader.read(path))
            assert list(reader.read(path)) == first
            assert self._read(tmp_path, path) == first

    def test_a_file_that_is_not_there_is_told_by_its_name(self, tmp_path: Path) -> None:
        for name in self.files:
            missing = tmp_path / "missing" / name
            with pytest.raises(ConfigurationError) as raised:
                self._read(tmp_path, missing)
            assert Path(name).name in str(raised.value)

    def test_whatever_is_damaged_ends_in_a_message(self, tmp_path: Path) -> None:
        chance = random.Random(0)
        for path in self._written(tmp_path):
            content = path.read_bytes()
            for number in range(DAMAGES):
                path.write_bytes(_damaged(content, number, chance))
                with suppress(ConfigurationError):
                    self._read(tmp_path, path)

    def test_it_recognizes_its_own_files_and_no_others(self, tmp_path: Path) -> None:
        reader = type(self.make_reader(tmp_path))
        if not isinstance(reader, RecognizingReader):
            pytest.skip("recognizes nothing: it has to be named")
        for path in self._written(tmp_path):
            assert reader.recognizes(_sample(path)), f"{path.name} is not recognized"
        others = tmp_path / "others"
        others.mkdir()
        for name, content in _OTHERS.items():
            (others / name).write_text(content)
            assert not reader.recognizes(_sample(others / name)), f"{name} is taken for such a file"
        reader.recognizes(Sample(tmp_path, names=("README.md", "a/b.bin")))

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        if self.uses_network:
            pytest.skip("declared to talk to a service")
        paths = list(self._written(tmp_path))
        with no_network() as attempts:
            for path in paths:
                self._read(tmp_path, path)
        assert not attempts

    def _written(self, folder: Path) -> Iterator[Path]:
        assert self.files, "give the contract files that it reads, as `files`"
        for name, content in self.files.items():
            path = folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            yield path

    def _read(self, tmp_path: Path, path: Path) -> list[DataItem]:
        return list(self.make_reader(tmp_path).read(path))


class WriterContract:
    """Tests for any writer of data sets.

    Attributes:
        items: What it is given, as far as it accepts such items.
        streams: Whether it writes before it has seen everything.
        strict: Whether what it has written is read with all texts as they were.
    """

    items: Sequence[DataItem] = SAMPLE_ITEMS
    streams: bool = True
    strict: bool = True

    def make_writer(self, tmp_path: Path) -> DatasetWriter:
        """Return a new writer. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its writer: override make_writer")

    def make_reader(self, tmp_path: Path) -> DatasetReader | None:
        """Return a new reader of the same format; None: there is none."""
        return None

    def test_it_says_what_it_accepts(self, tmp_path: Path) -> None:
        writer = self.make_writer(tmp_path)
        assert writer.accepts
        assert set(writer.accepts) <= {Dialogue, LabelledText, KnowledgeEntry}
        assert writer.suffix.startswith(".")
        assert self._accepted(tmp_path), "it accepts none of `items`: give the contract some that it does"

    def test_the_same_items_give_the_same_file(self, tmp_path: Path) -> None:
        items = self._accepted(tmp_path)
        before = repr(items)
        first = self._write(tmp_path, items)
        assert self._write(tmp_path, items) == first
        assert repr(items) == before, "it has changed what it was given"

    def test_nothing_can_be_written_as_well(self, tmp_path: Path) -> None:
        self._write(tmp_path, [])

    def test_it_writes_text_or_refuses_it(self, tmp_path: Path) -> None:
        accepts = tuple(self.make_writer(tmp_path).accepts)
        half = "half a pair: \ud83d"
        halves = [
            LabelledText(half, "x"),
            Dialogue("h", (DialogueTurn("user", half),)),
            KnowledgeEntry("h", (half,), half),
        ]
        for item in (*nasty_items(), *halves):
            if isinstance(item, accepts):
                with suppress(ConfigurationError):
                    self._write(tmp_path, [item]).encode()

    def test_it_writes_before_it_has_seen_everything(self, tmp_path: Path) -> None:
        if not self.streams:
            pytest.skip("declared to need all items at once")
        file = io.StringIO()
        written = []

        def items() -> Iterator[DataItem]:
            (first, *_) = self._accepted(tmp_path)
            for number in range(MANY):
                written.append(file.tell())
                yield first if isinstance(first, LabelledText) else replace(first, id=f"{first.id}{number}")

        self.make_writer(tmp_path).write(items(), file)
        assert 0 < written[-1] < file.tell()

    def test_what_is_written_is_read_again(self, tmp_path: Path) -> None:
        reader = self.make_reader(tmp_path)
        if reader is None:
            pytest.skip("no reader is given")
        path = tmp_path / f"written{self.make_writer(tmp_path).suffix}"
        items = self._accepted(tmp_path)
        path.write_text(self._write(tmp_path, items), encoding="utf-8", newline="\n")
        found = list(reader.read(path))
        assert [type(item) for item in found] == [type(item) for item in items]
        if self.strict:
            wanted = [[repair_text(text).strip() for text in texts_of(item)] for item in items]
            assert [texts_of(item) for item in found] == wanted

    def _accepted(self, tmp_path: Path) -> list[DataItem]:
        accepts = tuple(self.make_writer(tmp_path).accepts)
        return [item for item in self.items if isinstance(item, accepts)]

    def _write(self, tmp_path: Path, items: Sequence[DataItem]) -> str:
        file = io.StringIO()
        self.make_writer(tmp_path).write(iter(items), file)
        return file.getvalue()


def _damaged(content: bytes, number: int, chance: random.Random) -> bytes:
    """Return a file as accidents leave it: cut off, with other bytes, with a part that is missing or there twice."""
    if not content:
        return bytes([number])
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    ways = (
        content[:start],
        content[:start] + content[end:],
        content[:end] + content[start:],
        content[:start] + bytes(chance.randrange(256) for _ in range(4)) + content[start:],
    )
    return ways[number % len(ways)]


def _sample(path: Path) -> Sample:
    head = path.read_bytes().decode("utf-8-sig", "replace")
    first: Any = None
    for text in (head, head.lstrip().partition("\n")[0]):
        try:
            first = json.loads(text)
        except (ValueError, RecursionError):
            continue
        break
    if isinstance(first, list):
        first = first[0] if first else None
    return Sample(path, head, first=first if isinstance(first, dict | list) else None)
