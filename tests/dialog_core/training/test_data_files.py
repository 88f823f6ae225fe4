"""Reading data sets to learn from or to measure on: any known format, one part of several, and nothing by mistake."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry, LabelledText
from dialog_core.testing import make_context
from dialog_core.training import DataFile, line_of, read_data, read_labelled

PARTS = {
    "train": [["hello there", "greet"], ["good day", "greet"], ["bye now", "leave"]],
    "val": [["hi", "greet"]],
    "test": [["farewell", "leave"], ["hey", "greet"]],
    "oos_train": [["is it raining", "oos"]],
}


def published(folder: Path, parts: Mapping[str, Any] = PARTS) -> Path:
    """Write a file as CLINC150 was published."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "data_full.json"
    file.write_text(json.dumps(parts), encoding="utf-8")
    return file


def lines(file: Path, *rows: Mapping[str, Any]) -> Path:
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def read(*files: Path, labels: bool = True, **how: Any) -> list[tuple[str, str]]:
    given = [DataFile(file, {"use": "labelled", "labels": labels}) for file in files]
    return [(item.text, item.label) for _, item in read_labelled(given, make_context(), labels=labels, **how)]


def complaint(*files: Path, **how: Any) -> str:
    with pytest.raises(ConfigurationError) as error:
        read(*files, **how)
    return "\n".join(map(str, error.value.problems))


def test_a_published_file_is_read_as_what_it_is_and_only_the_part_that_is_named(tmp_path: Path) -> None:
    file = published(tmp_path)
    assert read(file, split=["train"]) == [
        ("hello there", "greet"),
        ("good day", "greet"),
        ("bye now", "leave"),
        ("is it raining", "out_of_scope"),
    ]
    assert read(file, split=["validation"]) == [("hi", "greet")]
    assert len(read(file, split=["train", "validation"])) == 5
    assert read(tmp_path, split=["validation"]) == [("hi", "greet")], "a folder is read likewise"


def test_a_file_with_several_parts_is_never_taken_as_a_whole(tmp_path: Path) -> None:
    file = published(tmp_path)
    told = complaint(file)
    assert "data_full.json: has several parts: train (4), validation (1), test (2)" in told
    assert told.endswith("Say which is meant: `split: train`.")
    assert "`validation_split: validation`" in complaint(file, option="validation_split")
    assert "`--split test`" in complaint(file, option="--split")


def test_our_own_form_is_no_exception_once_its_lines_say_where_they_stand(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "a", "intent": "x", "split": "train"},
        {"text": "b", "intent": "x", "metadata": {"split": "test"}},
    ]
    assert "train (1), test (1)" in complaint(lines(tmp_path / "own.jsonl", *rows))
    assert read(tmp_path / "own.jsonl", split=["train"]) == [("a", "x")]
    assert read(lines(tmp_path / "one.jsonl", rows[0])) == [("a", "x")], "one part is a whole"


def test_a_part_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    told = complaint(published(tmp_path), split=["trian"])
    assert "has no part 'trian'; it has train (4), validation (1), test (2). Did you mean 'train'?" in told


def test_a_file_without_parts_is_taken_whole_beside_one_that_has_some(tmp_path: Path) -> None:
    own = lines(tmp_path / "own.jsonl", {"text": "what else", "intent": "greet"})
    assert ("what else", "greet") in read(published(tmp_path), own, split=["train"])
    assert ("what else", "greet") not in read(published(tmp_path), own, split=["validation"], untold="none")


def test_alone_it_has_no_part_that_could_be_asked_for(tmp_path: Path) -> None:
    own = lines(tmp_path / "own.jsonl", {"text": "what else", "intent": "greet"})
    told = complaint(own, split=["train"])
    assert "own.jsonl: nothing in it says which part it stands in, and `split: train` asks for one" in told
    assert "Leave out `split`" in told
    assert read(own, split=["train"], untold="whole") == [("what else", "greet")]
    assert "no" in complaint(split=["train"]), "a part of nothing is a mistake"


def test_where_only_some_lines_say_their_part_nobody_guesses_about_the_others(tmp_path: Path) -> None:
    file = lines(
        tmp_path / "half.jsonl",
        {"text": "a", "intent": "x", "split": "train"},
        {"text": "b", "intent": "x"},
    )
    assert "1 of its items say nothing about the part" in complaint(file, split=["train"])


def test_what_the_usual_reader_understands_stays_with_it(tmp_path: Path) -> None:
    # `text,category` is the form of a published set, too; its reader knows nothing of marked entities.
    file = tmp_path / "train.csv"
    file.write_text("text,category\nfly to [Rome](city),travel\n", encoding="utf-8")
    ((_, item),) = read_labelled([DataFile(file, "labelled")], make_context())
    assert (item.text, [span.entity for span in item.entities]) == ("fly to Rome", ["city"])


def test_a_mistake_in_our_own_form_is_told_by_its_own_reader(tmp_path: Path) -> None:
    file = lines(tmp_path / "own.jsonl", {"text": "hi", "intent": ""}, {"text": "ho", "intent": "greet"})
    assert "own.jsonl:1:1: has no 'intent'" in complaint(file)


def test_dialogues_are_no_labelled_texts_whatever_acts_they_have(tmp_path: Path) -> None:
    turn = {"role": "user", "text": "a table please", "acts": [{"act": "inform"}]}
    file = lines(tmp_path / "talks.jsonl", {"turns": [turn, {"role": "bot", "text": "For how many?"}]})
    told = complaint(file)
    assert "talks.jsonl:1: has dialogues; labelled texts are wanted. Acts are taken for no labels." in told
    assert "dialog-core data label" in told


def test_knowledge_is_no_dialogue(tmp_path: Path) -> None:
    file = lines(tmp_path / "faq.jsonl", {"id": "a", "question": "When?", "answer": "At ten."})
    with pytest.raises(ConfigurationError, match=r"has questions with their answers; dialogues are wanted.*knowledge:"):
        list(read_data([DataFile(file, "dialogues")], make_context(), (Dialogue,)))
    kinds: tuple[type[DataItem], ...] = (Dialogue, KnowledgeEntry)
    ((path, entry),) = read_data([DataFile(file, "dialogues")], make_context(), kinds)
    assert (path, entry.metadata.get("split")) == (file, None)
    assert isinstance(entry, KnowledgeEntry)


def test_an_unlabelled_text_of_another_format_is_told_with_its_line(tmp_path: Path) -> None:
    file = lines(
        tmp_path / "doccano.jsonl", {"id": 1, "text": "hi", "label": ["greet"]}, {"id": 2, "text": "?", "label": []}
    )
    assert "doccano.jsonl:2: has no label" in complaint(file)
    assert [text for text, _ in read(file, labels=False)] == ["hi", "?"]


def test_what_nobody_recognizes_is_told_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text('{"foo": 1}', encoding="utf-8")
    told = complaint(file)
    assert "no format is recognized in JSON whose first object has the keys 'foo'" in told
    assert "dialog-core data convert" in told
    assert "--format NAME, one of" in complaint(file, option="--split"), "a command has an option for that"


def test_every_file_with_mistakes_is_told_at_once(tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text('{"foo": 1}', encoding="utf-8")
    told = complaint(odd, published(tmp_path))
    assert "odd.json" in told
    assert "has several parts" in told


def test_a_reader_that_was_named_is_the_only_one_asked(tmp_path: Path) -> None:
    file = DataFile(published(tmp_path), "labelled", only=True)
    with pytest.raises(ConfigurationError, match="does not say what is in it"):
        read_labelled([file], make_context(), split=["train"])


@given(st.lists(st.tuples(st.sampled_from(["train", "validation", "test", None]), st.integers(0, 3)), min_size=1))
def test_whatever_parts_there_are_all_of_one_is_read_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: Sequence[tuple[str | None, int]]
) -> None:
    class Reader:
        def read(self, path: Path) -> list[LabelledText]:
            return [LabelledText(str(n), "x", {} if part is None else {"split": part}) for part, n in rows]

    file = DataFile(Path("any"), Reader(), only=True)
    parts = {part for part, _ in rows}
    try:
        found = [item for _, item in read_labelled([file], make_context(), split=["train"])]
    except ConfigurationError:
        assert "train" not in parts or None in parts
    else:
        assert len(found) == sum(part == "train" for part, _ in rows)
        assert all(line_of(item) == 1 for item in found)
    try:
        whole = read_labelled([file], make_context())
    except ConfigurationError:
        assert len(parts - {None}) > 1
    else:
        assert len(whole) == len(rows)
