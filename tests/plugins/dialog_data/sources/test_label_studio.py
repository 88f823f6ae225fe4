"""Label Studio: its exports read, its imports written, and back."""

import io
import json
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
from tests.plugins.dialog_data.sources.test_doccano import items

CONTEXT = Context(name="data")
CAT = "🐱 Warning: 🐱 This is a test"


def read(path: Path, use: str = "label_studio", **options: Any) -> list[LabelledText]:
    return list(CONTEXT.create("reader", {"use": use, **options}).read(path))


def export(tmp_path: Path, *tasks: object) -> Path:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1))
    return path


def task(text: str, *annotations: object, **more: Any) -> dict[str, Any]:
    return {"id": 1, "data": {"text": text}, "annotations": list(annotations), **more}


def annotation(*results: object, by: Any = 7, **more: Any) -> dict[str, Any]:
    return {"id": 11, "completed_by": by, "result": list(results), "was_cancelled": False, **more}


def choice(*labels: str) -> dict[str, Any]:
    return {"from_name": "i", "to_name": "t", "type": "choices", "value": {"choices": list(labels)}}


def span(start: int, end: int, label: str, text: str | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": [label]}
    return {"from_name": "e", "to_name": "t", "type": "labels", "value": value | ({"text": text} if text else {})}


def test_choices_and_spans_of_an_annotation_are_read(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        task(
            "fly to Berlin",
            annotation(choice("book"), span(7, 13, "city", "Berlin"), created_at="2021-03-09T22:16:08Z", lead_time=4.2),
            project=83,
            predictions=[],
        ),
    )
    (item,) = read(path, "auto")
    assert (item.text, item.label, item.entities) == ("fly to Berlin", "book", (EntitySpan(7, 13, "city"),))
    assert item.metadata == {"project": 83, "task": 1, "line": 2, "annotator": "7", "at": "2021-03-09T22:16:08Z"}


def test_code_points_are_counted_as_its_editor_does(tmp_path: Path) -> None:
    (item,) = read(export(tmp_path, task(CAT, annotation(span(23, 27, "X", "test")))))
    assert [CAT[one.start : one.end] for one in item.entities] == ["test"]


def test_versions_before_1_4_counted_utf16_which_the_words_tell(tmp_path: Path) -> None:
    first, second = span(3, 10, "A", "Warning"), span(25, 29, "X", "test")
    (item,) = read(export(tmp_path, task(CAT, annotation(first, second))))
    assert [CAT[one.start : one.end] for one in item.entities] == ["Warning", "test"]


def test_without_words_code_points_are_meant(tmp_path: Path) -> None:
    (item,) = read(export(tmp_path, task(CAT, annotation(span(2, 9, "A")))))
    assert [CAT[one.start : one.end] for one in item.entities] == ["Warning"]


def test_line_breaks_in_words_are_written_with_a_backslash(tmp_path: Path) -> None:
    (item,) = read(export(tmp_path, task("a\n🐱 b", annotation(span(0, 5, "A", "a\\n🐱 b")))))
    assert item.entities == (EntitySpan(0, 5, "A"),)


def test_words_that_do_not_stand_there_are_told(tmp_path: Path) -> None:
    path = export(tmp_path, task("fly to Berlin", annotation(span(0, 3, "city", "Berlin"))))
    with pytest.raises(ConfigurationError, match=r"export.json:2.*says 'Berlin', and there stands 'fly'"):
        read(path)


def test_several_annotators_are_told_apart_and_one_may_choose(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        task("one", annotation(choice("a"), by={"id": 1, "email": "ann@x"}), annotation(choice("a"), by=2)),
        task("two", annotation(choice("b"), by={"id": 1, "email": "ann@x"}), annotation(choice("c"), by=2)),
        task("three", annotation(choice("x"), was_cancelled=True) | {"was_cancelled": True}),
    )
    with pytest.raises(ConfigurationError, match="annotators disagree about 'two': ann@x: b, 2: c"):
        read(path)
    said = [(item.text, item.label, item.metadata.get("annotator")) for item in read(path, conflicts="all")]
    assert said == [
        ("one", "a", "ann@x"),
        ("one", "a", "2"),
        ("two", "b", "ann@x"),
        ("two", "c", "2"),
        ("three", "", None),
    ]
    chosen = {item.text: item.label for item in read(path, conflicts="ann@x")}
    assert chosen == {"one": "a", "two": "b", "three": ""}


def test_what_has_no_place_is_kept_as_it_is(tmp_path: Path) -> None:
    rating = {"from_name": "r", "to_name": "t", "type": "rating", "value": {"rating": 4}}
    (item,) = read(export(tmp_path, task("one", annotation(choice("a", "b"), rating))))
    assert (item.label, item.metadata["labels"], item.metadata["results"]) == ("a", ["a", "b"], [rating])
    assert rating in json.loads(written([item]))[0]["annotations"][0]["result"]


def test_tasks_that_nobody_has_annotated_keep_what_was_predicted(tmp_path: Path) -> None:
    predicted = [{"model_version": "m", "result": [choice("a")]}]
    (item,) = read(export(tmp_path, {"data": {"utterance": "one", "n": 3}, "predictions": predicted}), "auto")
    assert (item.text, item.label, item.metadata["predictions"]) == ("one", "", predicted)


def test_older_exports_call_annotations_completions(tmp_path: Path) -> None:
    (item,) = read(
        export(tmp_path, {"id": 1, "data": {"text": "one"}, "completions": [annotation(choice("a"))]}), "auto"
    )
    assert item.label == "a"


def test_where_several_texts_are_one_has_to_say_which(tmp_path: Path) -> None:
    path = export(tmp_path, {"data": {"title": "a", "body": "b"}, "annotations": []})
    with pytest.raises(ConfigurationError, match="Say under which key the text stands, with `text`: title, body"):
        read(path)
    assert [item.text for item in read(path, text="body")] == ["b"]


def test_what_is_wrong_is_told_with_its_line_or_passed_over(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        task("fine", annotation(choice("a"))),
        {"id": 2},
        task("short", annotation(span(0, 99, "x"))),
        task("b", annotation({"type": "choices"})),
        7,
    )
    with pytest.raises(ConfigurationError) as caught:
        read(path)
    told = str(caught.value)
    for wrong in (
        "it has no 'data'",
        "a span from 0 to 99 is not in the text",
        "a result has no 'value'",
        "is no task",
    ):
        assert wrong in told
    reader = CONTEXT.create("reader", {"use": "label_studio", "on_error": "skip"})
    assert [item.text for item in reader.read(path)] == ["fine"]
    assert reader.skipped.count == 4


@pytest.mark.parametrize("content", ["", "[", "[]", "{}", '{"data": 3}', '[{"data": {"text": "a"}, "annotations": ['])
def test_files_that_are_cut_off_or_empty_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError):
        read(path)


def written(given_items: list[LabelledText], **options: Any) -> str:
    file = io.StringIO()
    CONTEXT.create("writer", {"use": "label_studio", **options}).write(given_items, file)
    return file.getvalue()


def test_what_a_bot_suggests_is_a_prediction() -> None:
    told = {"by": "Robin", "label": "book", "score": 0.7, "entities": [{"start": 2, "end": 5, "entity": "number"}]}
    (found,) = json.loads(written([LabelledText("😀 two please", "", {"suggested": told})], label_control="intent2"))
    (prediction,) = found["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("Robin", 0.7)
    assert [(one["type"], one["from_name"]) for one in prediction["result"]] == [
        ("choices", "intent2"),
        ("labels", "entities"),
    ]
    assert prediction["result"][1]["value"] == {"start": 2, "end": 5, "text": "two", "labels": ["number"]}
    assert "annotations" not in found


def test_an_interface_may_call_its_parts_what_it_likes() -> None:
    item = LabelledText("two please", "book", {}, (EntitySpan(0, 3, "number"),))
    (found,) = json.loads(written([item], entity_control="marks", text_object="message", label_control="wish"))
    (annotation,) = found["annotations"]
    told = {(one["type"], one["from_name"], one["to_name"]) for one in annotation["result"]}
    assert told == {("choices", "wish", "message"), ("labels", "marks", "message")}


def test_nothing_is_a_list_without_tasks() -> None:
    assert json.loads(written([])) == []


@given(st.lists(items(), min_size=1, max_size=5))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, given_items: list[LabelledText]
) -> None:
    path = tmp_path_factory.mktemp("label_studio") / "tasks.json"
    path.write_text(written(given_items), encoding="utf-8", newline="")
    found = read(path)
    assert [(item.text, item.label, item.entities) for item in found] == [
        (item.text, item.label, item.entities) for item in given_items
    ]
    assert [{**item.metadata, "line": 0} for item in found] == [{**item.metadata, "line": 0} for item in given_items]


class TestLabelStudioReader(ReaderContract):
    files: ClassVar = {
        "a.json": json.dumps([task("fly to Berlin", annotation(choice("book"), span(7, 13, "city")))]),
        "b.jsonl": json.dumps({"data": {"text": "hi"}, "predictions": []}) + "\n",
    }

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = CONTEXT.create("reader", "label_studio")
        return reader


class TestLabelStudioWriter(WriterContract):
    def make_writer(self, tmp_path: Path) -> DatasetWriter:
        writer: DatasetWriter = CONTEXT.create("writer", "label_studio")
        return writer

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = CONTEXT.create("reader", "label_studio")
        return reader
