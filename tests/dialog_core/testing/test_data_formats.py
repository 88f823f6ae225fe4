"""The contracts of readers and writers find what they are there to find."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, TextIO

import pytest

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_core.testing import ReaderContract, WriterContract


class Tabs:
    """A sound reader: what the user says, a tab, what the bot says."""

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        return sample.head.partition("\n")[0].count("\t") == 1

    def read(self, path: Path) -> Iterator[DataItem]:
        if not path.exists():
            raise ConfigurationError([missing_file(path)])
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            try:
                said, reply = line.decode().split("\t") if line else ("", "")
            except ValueError:
                raise ConfigurationError([Problem("is no pair", path, number)]) from None
            if said:
                yield self.item(number, said, reply)

    def item(self, number: int, said: str, reply: str) -> DataItem:
        return Dialogue(f"d{number}", (DialogueTurn("user", said), DialogueTurn("bot", reply)), {"line": number})


class ReadsTabs(ReaderContract):
    files: ClassVar = {"a.tab": "hi\thello\nbye\tgood-bye\n"}
    reader: type = Tabs

    def make_reader(self, tmp_path: Path) -> Any:
        return self.reader()


class TestTabs(ReadsTabs):
    pass


class SameId(Tabs):
    def item(self, number: int, said: str, reply: str) -> DataItem:
        return super().item(1, said, reply)


class PathInMetadata(Tabs):
    def item(self, number: int, said: str, reply: str) -> DataItem:
        return Dialogue(f"d{number}", (DialogueTurn("user", said),), {"path": Path("a")})  # type: ignore[dict-item]


class Trusting(Tabs):
    def read(self, path: Path) -> Iterator[DataItem]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            said, reply = line.split("\t")
            yield self.item(number, said, reply)


class Greedy(Tabs):
    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        return True


class Counting(Tabs):
    count = 0

    def item(self, number: int, said: str, reply: str) -> DataItem:
        type(self).count += 1
        return super().item(self.count, said, reply)


FAULTS: dict[type, Callable[[ReaderContract, Path], None]] = {
    SameId: ReaderContract.test_it_yields_items_that_can_be_told_apart,
    PathInMetadata: ReaderContract.test_what_it_yields_can_be_written,
    Trusting: ReaderContract.test_whatever_is_damaged_ends_in_a_message,
    Greedy: ReaderContract.test_it_recognizes_its_own_files_and_no_others,
    Counting: ReaderContract.test_reading_again_gives_the_same,
}


@pytest.mark.parametrize(("reader", "test"), FAULTS.items())
def test_a_faulty_reader_is_found_out(
    tmp_path: Path, reader: type, test: Callable[[ReaderContract, Path], None]
) -> None:
    contract = ReadsTabs()
    contract.reader = reader
    with pytest.raises((AssertionError, TypeError, ValueError)):
        test(contract, tmp_path)


class Writes:
    """A sound writer."""

    accepts: ClassVar = (Dialogue,)
    suffix = ".tab"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        for item in items:
            assert isinstance(item, Dialogue)
            file.write("\t".join(ascii(turn.text) for turn in item.turns) + "\n")


class WritesTabs(WriterContract):
    writer: type = Writes

    def make_writer(self, tmp_path: Path) -> Any:
        return self.writer()


class TestWrites(WritesTabs):
    pass


class AllAtOnce(Writes):
    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        super().write(list(items), file)


class AsItComes(Writes):
    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        for item in items:
            assert isinstance(item, Dialogue)
            file.write("\t".join(turn.text for turn in item.turns) + "\n")


class NothingToWrite(Writes):
    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        next(iter(items))


WRITING_FAULTS: dict[type, Callable[[WriterContract, Path], None]] = {
    AllAtOnce: WriterContract.test_it_writes_before_it_has_seen_everything,
    AsItComes: WriterContract.test_it_writes_text_or_refuses_it,
    NothingToWrite: WriterContract.test_nothing_can_be_written_as_well,
}


@pytest.mark.parametrize(("writer", "test"), WRITING_FAULTS.items())
def test_a_faulty_writer_is_found_out(
    tmp_path: Path, writer: type, test: Callable[[WriterContract, Path], None]
) -> None:
    contract = WritesTabs()
    contract.writer = writer
    with pytest.raises((AssertionError, UnicodeEncodeError, StopIteration)):
        test(contract, tmp_path)
