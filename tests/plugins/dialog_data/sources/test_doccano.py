"""doccano: its exports read, its imports written, and back."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import EntitySpan, LabelledText
from dialog_core.interfaces import DatasetReader, DatasetWriter
from dialog_core.testing import ReaderContract, WriterContract

CONTEXT = Context(name="data")


def read(path: Path, use: str = "doccano", **options: Any) -> list[LabelledText]:
    return list(CONTEXT.create("reader", {"use": use, **options}).read(path))


def rows(tmp_path: Path, *objects: object, name: str = "export.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects))
    return path


def exported(items: list[LabelledText], **options: Any) -> str:
    file = io.StringIO()
    CONTEXT.create("writer", {"use": "doccano", **options}).write(items, file)
    return file.getvalue()


def test_every_kind_of_project_is_read(tmp_path: Path) -> None:
    text = "Google was founded on September 4, 1998, by Larry Page."
    path = rows(
        tmp_path,
        {"id": 1, "text": "Great price.", "label": ["positive"], "Comments": ["sure?"]},
        {"id": 2, "text": "EU rejects German call", "label": [[0, 2, "ORG"], [11, 17, "MISC"]]},
        {
            "id": 3,
            "text": text,
            "entities": [
                {"id": 0, "start_offset": 0, "end_offset": 6, "label": "ORG"},
                {"id": 1, "start_offset": 44, "end_offset": 54, "label": "PERSON"},
            ],
            "relations": [{"from_id": 0, "to_id": 1, "type": "foundedBy"}],
        },
        {"text": "exampleA", "entities": [[0, 1, "LOC"]], "cats": ["book", "fly"]},
        {"text": "exampleB", "cats": [], "entities": []},
        {"id": 6, "data": "an older version", "label": [[3, 8, "AGE"]]},
    )

    one, two, three, four, five, six = read(path)

    assert (one.label, one.metadata) == ("positive", {"id": 1, "Comments": ["sure?"], "line": 1})
    assert two.entities == (EntitySpan(0, 2, "ORG"), EntitySpan(11, 17, "MISC"))
    assert [text[span.start : span.end] for span in three.entities] == ["Google", "Larry Page"]
    assert three.metadata["relations"] == [{"from_id": 0, "to_id": 1, "type": "foundedBy"}]
    assert (four.label, four.metadata["labels"], four.entities) == ("book", ["book", "fly"], (EntitySpan(0, 1, "LOC"),))
    assert (five.label, five.entities) == ("", ())
    assert (six.text, six.entities) == ("an older version", (EntitySpan(3, 8, "AGE"),))


def test_a_json_list_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text('[\n{"text": "a", "label": ["x"]},\n{"text": "b", "label": ["y"]}\n]')
    assert [(item.text, item.label, item.metadata["line"]) for item in read(path, "auto")] == [
        ("a", "x", 2),
        ("b", "y", 3),
    ]


@pytest.mark.parametrize(
    "first",
    [
        {"id": 1, "text": "a b", "label": ["x"]},
        {"id": 1, "text": "a b", "label": []},
        {"id": 1, "text": "a b", "label": [[0, 1, "x"]]},
        {"text": "a b", "entities": [[0, 1, "LOC"]], "cats": ["x"]},
        {"text": "a b", "entities": [{"id": 1, "start_offset": 0, "end_offset": 1, "label": "x"}], "relations": []},
    ],
)
def test_it_is_recognized(tmp_path: Path, first: dict[str, Any]) -> None:
    (item,) = read(rows(tmp_path, first), "auto")
    assert item.text == "a b"


def test_our_own_form_is_not_taken_for_it(tmp_path: Path) -> None:
    row = {"text": "to Berlin", "intent": "fly", "entities": [{"start": 3, "end": 9, "entity": "city"}]}
    (item,) = read(rows(tmp_path, row), "auto")
    assert (item.label, item.entities) == ("fly", (EntitySpan(3, 9, "city"),))


@pytest.mark.parametrize(("offsets", "span"), [("utf16", [22, 32]), ("characters", [19, 29]), ("graphemes", [16, 26])])
def test_offsets_count_what_one_says(tmp_path: Path, offsets: str, span: list[int]) -> None:
    # The text and the offsets that doccano's users have measured; the fireman is four code points joined to one.
    text = "👨🏻\u200d🚒 firemen drive firetrucks at work"
    (item,) = read(rows(tmp_path, {"text": text, "label": [[*span, "CAR"]]}), offsets=offsets)
    assert [text[one.start : one.end] for one in item.entities] == ["firetrucks"]
    assert json.loads(exported([item], project="entities", offsets=offsets))["label"] == [[*span, "CAR"]]


def test_an_offset_within_a_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"export.jsonl:1:1: label: a span from 1 to 3 is not in the text. Say wi"
    ):
        read(rows(tmp_path, {"text": "😀 a", "label": [[1, 3, "X"]]}))


def test_members_who_do_not_share_their_labels_are_annotators(tmp_path: Path) -> None:
    path = tmp_path / "project.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "ann.jsonl", '{"id": 1, "text": "one", "label": ["a"]}\n{"id": 2, "text": "two", "label": ["b"]}\n'
        )
        archive.writestr(
            "bob.jsonl", '{"id": 1, "text": "one", "label": ["a"]}\n{"id": 2, "text": "two", "label": ["c"]}\n'
        )

    each = [(item.text, item.label, item.metadata["annotator"]) for item in read(path, conflicts="all")]
    assert each == [("one", "a", "ann"), ("two", "b", "ann"), ("one", "a", "bob"), ("two", "c", "bob")]
    with pytest.raises(ConfigurationError, match=r"annotators disagree about 'two': ann: b, bob: c.*--format doccano"):
        read(path)
    assert [(item.text, item.label) for item in read(path, conflicts="bob")] == [("one", "a"), ("two", "c")]


def test_what_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    path = rows(
        tmp_path,
        {"text": "fine", "label": ["a"]},
        {"label": ["a"]},
        {"text": "b", "label": [[0, 9, "X"]]},
        {"text": "b", "label": [[0, 1]]},
        {"text": "b", "label": 7},
        {"text": "b", "annotations": [{"label": 2, "user": 1}]},
        [1],
    )
    with pytest.raises(ConfigurationError) as caught:
        read(path)
    told = str(caught.value).replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(":")[1] for line in told] == ["2", "3", "4", "5", "6", "7"]
    assert "has no 'text'" in told[0]
    assert "by number only" in told[4]

    reader = CONTEXT.create("reader", {"use": "doccano", "on_error": "skip"})
    assert [item.text for item in reader.read(path)] == ["fine"]
    assert reader.skipped.count == 6


def test_overlapping_spans_are_kept_beside(tmp_path: Path) -> None:
    (item,) = read(rows(tmp_path, {"text": "New York City", "label": [[0, 8, "a"], [0, 13, "b"]]}))
    assert item.entities == (EntitySpan(0, 13, "b"),)
    assert item.metadata["overlapping"] == [[0, 8, "a"]]


def test_what_a_bot_suggests_is_there_to_be_corrected() -> None:
    told = {"by": "Robin", "label": "book", "score": 0.7, "entities": [{"start": 0, "end": 3, "entity": "number"}]}
    row = json.loads(exported([LabelledText("two please", "", {"suggested": told})]))
    assert row == {"text": "two please", "cats": ["book"], "entities": [[0, 3, "number"]]}


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ("intents", {"cats": ["fly"], "entities": [[3, 9, "city"]]}),
        ("classification", {"label": ["fly"]}),
        ("entities", {"label": [[3, 9, "city"]]}),
    ],
)
def test_each_kind_of_project_has_its_form(project: str, expected: dict[str, Any]) -> None:
    item = LabelledText("to Berlin", "fly", {"line": 7, "source": "log"}, (EntitySpan(3, 9, "city"),))
    assert json.loads(exported([item], project=project)) == {"text": "to Berlin", **expected, "source": "log"}


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)


@st.composite
def items(draw: st.DrawFn) -> LabelledText:
    pieces = draw(st.lists(st.tuples(words, st.sampled_from(["", "city", "date"])), min_size=1, max_size=4))
    text, spans = "", []
    for piece, kind in pieces:
        if kind:
            role, value = draw(st.sampled_from(["", "from"])), draw(st.sampled_from(["", "Berlin, Germany"]))
            spans.append(EntitySpan(len(text), len(text) + len(piece), kind, role, value))
        text += piece
    label = draw(st.sampled_from(["", "fly", "订票"]))
    return LabelledText(text, label, draw(st.sampled_from([{}, {"note": "x"}, {"id": "d1#3"}])), tuple(spans))


@given(st.lists(items(), min_size=1, max_size=5), st.sampled_from(["utf16", "characters"]))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, written: list[LabelledText], offsets: str
) -> None:
    path = tmp_path_factory.mktemp("doccano") / "export.jsonl"
    path.write_text(exported(written, offsets=offsets), encoding="utf-8", newline="")
    found = read(path, offsets=offsets)
    assert [(item.text, item.label, item.entities) for item in found] == [
        (item.text, item.label, item.entities) for item in written
    ]
    assert [{**item.metadata, "line": 0} for item in found] == [{**item.metadata, "line": 0} for item in written]


class TestDoccanoReader(ReaderContract):
    files: ClassVar = {
        "a.jsonl": '{"id": 1, "text": "hi", "label": ["greet"]}\n',
        "b.jsonl": '{"text": "to Berlin", "entities": [[3, 9, "city"]], "cats": ["fly"]}\n',
        "c.json": '[{"text": "to Berlin", "label": [[3, 9, "city"]]},\n{"text": "hi", "label": []}]',
    }

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = CONTEXT.create("reader", "doccano")
        return reader


class TestDoccanoWriter(WriterContract):
    def make_writer(self, tmp_path: Path) -> DatasetWriter:
        writer: DatasetWriter = CONTEXT.create("writer", "doccano")
        return writer

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = CONTEXT.create("reader", "doccano")
        return reader
