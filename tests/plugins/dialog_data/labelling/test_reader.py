"""A log as data: for training, for other formats, and where annotators disagree."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import EntitySpan, LabelledText
from dialog_core.interfaces import DatasetReader
from dialog_core.testing import ReaderContract
from dialog_data.labelling.log import LabelLog
from tests.plugins.dialog_data.labelling.logs import decision, written

CITY, PLACE, DAY = EntitySpan(0, 6, "city"), EntitySpan(0, 6, "place"), EntitySpan(7, 12, "date")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def read(path: Path, use: str = "labels", **options: Any) -> list[LabelledText]:
    return list(Context(name="data").create("reader", {"use": use, **options}).read(path))


def said(items: list[LabelledText]) -> list[tuple[str, str]]:
    return [(item.text, item.label) for item in items]


def complaint(path: Path, use: str = "labels", **options: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(path, use, **options)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_the_last_decision_of_each_annotator_counts_and_skipped_texts_are_left_out(path: Path) -> None:
    written(path, decision("one", "book"), decision("one", "cancel"), decision("two", skipped=True), decision("[3](x)"))
    (first, second) = read(path)
    assert said([first, second]) == [("one", "cancel"), ("[3](x)", "book")]
    assert first.metadata["annotators"] == ["ann"]
    assert first.metadata["line"] == 3


def test_a_log_is_recognized_and_is_training_data_as_it_stands(path: Path) -> None:
    text = "[Berlin](city) it is"
    written(path, decision("one"), decision(text, "fly", "bob"))
    assert said(read(path, "auto")) == said(read(path, "labelled")) == [("one", "book"), (text, "fly")]


def test_who_learns_labels_gets_none_without_and_who_learns_entities_only_what_was_looked_at(path: Path) -> None:
    written(
        path,
        decision("Berlin today", None, entities=(CITY, DAY)),
        decision("nothing here", "chat", entities=()),
        decision("Berlin again", "fly", entities=None),
    )
    assert said(read(path, "labelled")) == [("nothing here", "chat"), ("Berlin again", "fly")]
    entities = read(path, "labelled", labels=False, entities=True)
    assert [(item.text, item.entities) for item in entities] == [("Berlin today", (CITY, DAY)), ("nothing here", ())]


def test_a_log_without_what_is_wanted_says_so(path: Path) -> None:
    written(path, decision("one", skipped=True))
    assert "nobody has given any labels yet" in complaint(path, "labelled")


def test_annotators_who_disagree_are_told_with_what_each_says_and_how_to_settle_it(path: Path) -> None:
    written(path, decision("one", "book"), decision("one", "cancel", "bob"), decision("two", "book"))

    for reader in ("labels", "labelled", "auto"):
        assert complaint(path, reader) == (
            "labels.jsonl:3: annotators disagree about 'one': ann: book, bob: cancel. Settle it: "
            "dialog-core data convert labels.jsonl agreed.jsonl --format labels --option conflicts=majority."
        )


@pytest.mark.parametrize(
    ("conflicts", "expected"),
    [
        ("majority", [("one", "book"), ("three", "x")]),
        ("leave_out", [("three", "x")]),
        ("bob", [("one", "cancel"), ("two", "hours"), ("three", "x")]),
        ("cleo", [("one", "book"), ("three", "x")]),
        (
            "all",
            [("one", "book"), ("two", "book"), ("one", "cancel"), ("two", "hours"), ("three", "x"), ("one", "book")],
        ),
    ],
)
def test_a_disagreement_is_settled_as_one_says(path: Path, conflicts: str, expected: list[tuple[str, str]]) -> None:
    written(
        path,
        decision("one", "book"),
        decision("two", "book"),
        decision("one", "cancel", "bob"),
        decision("two", "hours", "bob"),
        decision("three", "x"),
        decision("one", "book", "cleo"),
    )
    assert said(read(path, conflicts=conflicts)) == expected


def test_of_entities_stays_what_more_than_half_have_marked(path: Path) -> None:
    text = "Berlin today"
    written(
        path,
        decision(text, "fly", "ann", entities=(CITY, DAY)),
        decision(text, "fly", "bob", entities=(CITY,)),
        decision(text, "fly", "cleo", entities=(PLACE, DAY)),
    )
    (item,) = read(path, conflicts="majority")
    assert item.entities == (CITY, DAY)
    told = complaint(path)
    assert "ann: [Berlin](city) [today](date), bob: [Berlin](city), cleo: [Berlin](place) [today](date)" in told


def test_two_who_mark_differently_are_a_tie(path: Path) -> None:
    written(path, decision("Berlin", "x", entities=(CITY,)), decision("Berlin", "x", "bob", entities=()))
    assert read(path, conflicts="majority") == []
    assert "bob: no entities" in complaint(path)


def test_a_damaged_line_is_told_or_passed_over(path: Path) -> None:
    written(path, decision("one"), decision("two"))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "{oops", lines[2]]) + "\n")

    assert "labels.jsonl:2:1: this is not JSON" in complaint(path)
    reader = Context(name="data").create("reader", {"use": "labels", "on_error": "skip"})
    assert said(list(reader.read(path))) == [("two", "book")]
    assert reader.skipped.count == 1


def test_a_line_that_is_still_being_written_is_no_mistake(path: Path) -> None:
    written(path, decision("one"))
    with path.open("ab") as file:
        file.write(b'{"text": "tw')
    assert said(read(path)) == [("one", "book")]


def test_no_log_is_no_log(path: Path) -> None:
    path.write_text('{"text": "hi", "intent": "greet"}\n')
    assert "labels.jsonl:1:1: is no log of labels" in complaint(path)


def test_what_was_taken_back_is_not_read(path: Path) -> None:
    log, other = LabelLog(written(path, decision("zero"))), LabelLog(path)
    first = log.append(decision("one"), log.history.heads[-1], over=None)
    other.append(decision("two", annotator="bob"), log.history.heads[-1], over=None)
    log.take_back(first)
    assert said(read(path)) == [("zero", "book"), ("two", "book")]


class TestLabelsReader(ReaderContract):
    files: ClassVar = {
        "labels.jsonl": '{"labels": 1, "file": "a.txt", "texts": 2, "sha256": "c0ffee"}\n'
        '{"text": "to Berlin", "intent": "fly", "entities": [{"start": 3, "end": 9, "entity": "city"}], '
        '"annotator": "ann", "at": "2026", "id": "1"}\n'
        '{"text": "hi", "skipped": true, "annotator": "ann", "at": "2026", "id": "2"}\n'
    }

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = Context(name="data").create("reader", "labels")
        return reader
