"""What all readers of published data sets do alike."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn
from dialog_core.testing import make_context
from dialog_data.files.archives import SourceFile, opened
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems
from dialog_data.options import SourceOptions
from dialog_data.sources.source import SourceReader


class Words(SourceReader):
    """A dialogue on each line, called as its first word; lines with a question mark are mistakes."""

    suffixes: ClassVar = (".words",)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[DataItem]:
        for line, text in read_lines(problems):
            if "?" in text:
                problems.problem("who knows", line)
                problems.item_skipped()
            else:
                yield Dialogue(text.split()[0], (DialogueTurn("user", text.strip()),), {"line": line})


def reader(**options: Any) -> Words:
    return Words(SourceOptions(**options), make_context("words"))


def ids(path: Path, **options: Any) -> list[str]:
    return [item.id for item in reader(**options).read(path)]  # type: ignore[union-attr]  # they are dialogues


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.words").write_text("one\ntwo\n")
    (tmp_path / "a.words").write_text("three\n")
    (tmp_path / "README.txt").write_text("What is this?\n")
    return tmp_path


def test_files_of_a_folder_are_read_by_name_and_others_left_alone(folder: Path) -> None:
    assert ids(folder) == ["three", "one", "two"]
    assert ids(folder / "b.words") == ["one", "two"]


def test_a_file_that_is_named_is_read_whatever_it_is_called(folder: Path) -> None:
    (folder / "other.txt").write_text("four")
    assert ids(folder / "other.txt") == ["four"]


def test_an_id_stands_in_all_of_it_once(folder: Path) -> None:
    (folder / "b.words").write_text("one\nthree\n")
    with pytest.raises(ConfigurationError, match=r"b.words:2:1: id: the id 'three' stands there twice"):
        ids(folder)
    assert ids(folder, on_error="skip") == ["three", "one"]
    (folder / "b.words").write_text("one\ntwo\none\n")
    with pytest.raises(ConfigurationError, match=r"b.words:3:1: id: the id 'one' is taken by what stands on line 1"):
        ids(folder / "b.words")


def test_the_first_file_with_mistakes_stops_it(folder: Path) -> None:
    (folder / "a.words").write_text("zero\nwho?\nthree\n")
    found: list[DataItem] = []
    with pytest.raises(ConfigurationError, match=r"a.words:2:1: who knows"):
        found.extend(reader().read(folder))
    assert len(found) == 1


def test_reading_again_begins_anew(folder: Path) -> None:
    (folder / "a.words").write_text("who?\nthree\n")
    made = reader(on_error="skip")
    for _ in range(2):
        assert len(list(made.read(folder))) == 3
        assert made.skipped.count == 1


def test_where_nothing_is_left_it_is_said_why(folder: Path) -> None:
    (folder / "c.words").write_text("who?\n")
    with pytest.raises(ConfigurationError) as raised:
        ids(folder / "c.words", on_error="skip")
    told = sorted(problem.message for problem in raised.value.problems)
    assert told == ["there is nothing in it that this format knows", "who knows"]


def test_files_that_somebody_has_opened_are_read_once_without_opening(folder: Path) -> None:
    made = reader()
    with opened(folder / "b.words") as files:
        made.lend(files)
        assert len(list(made.read(folder))) == 2
    assert len(list(made.read(folder))) == 3
