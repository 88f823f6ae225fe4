from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import EntitySpan, LabelledText
from dialog_core.testing import make_context
from dialog_data.labelled.marks import parse_marks

Read = Callable[..., list[LabelledText]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reads(name: str, content: str | bytes, **options: Any) -> list[LabelledText]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        context = make_context("intents")
        found = list(context.create("reader", {"use": "labelled", **options}).read(path))
        assert path in context.files
        return found

    return reads


@pytest.fixture
def problems(read: Read, tmp_path: Path) -> Callable[..., list[str]]:
    def told(name: str, content: str | bytes, **options: Any) -> list[str]:
        with pytest.raises(ConfigurationError) as raised:
            read(name, content, **options)
        return [str(problem).removeprefix(f"{tmp_path}/") for problem in raised.value.problems]

    return told


# --- Labels


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'Text,Intent,more\nhi,greet,\n\n"where, please?",order,x\n'),
        ("a.tsv", "intent\ttext\ngreet\thi\norder\twhere, please?\n"),
        ("a.csv", '\ufefftext,label\r\nhi,greet\r\n"where, please?",order\r\n'),
        ("a.csv", "\ufefftext;label\r\nhi;greet\r\nwhere, please?;order\r\n"),
        ("a.jsonl", '{"text": "hi", "intent": "greet"}\n\n{"text": "where, please?", "label": "order"}\n'),
        ("a.csv", 'question,entry\nhi,greet\n"where, please?",order\n'),
        ("a.jsonl", '{"question": "hi", "entry": "greet"}\n{"question": "where, please?", "entry": "order"}\n'),
        ("a.yaml", "- {question: hi, entry: greet}\n- {question: 'where, please?', entry: order}\n"),
        ("a.yaml", "- {text: hi, intent: greet}\n- {text: 'where, please?', intent: order}\n"),
        ("a.yaml", "examples:\n  - {text: hi, intent: greet}\n  - {text: 'where, please?', intent: order}\n"),
        ("a.yml", "intents:\n  greet: [hi]\n  order:\n    - where, please?\n"),
        ("a.yaml", "intents:\n  greet: hi\n  order: {examples: ['where, please?']}\n"),
        ("a.yaml", "intents:\n  - {intent: greet, examples: [hi]}\n  - {name: order, examples: ['where, please?']}\n"),
        (
            "a.yaml",
            "intents: {greet: [hi]}\nexamples: [{text: 'where, please?', intent: order}]\nentities: ['[x](y)']\n",
        ),
    ],
)
def test_every_form_says_the_same(read: Read, name: str, content: str) -> None:
    assert [(row.text, row.label) for row in read(name, content)] == [("hi", "greet"), ("where, please?", "order")]


def test_marks_of_entities_are_not_part_of_what_was_said(read: Read) -> None:
    (row,) = read("a.csv", "text,intent\nfly to [Berlin](city) [now](when:at=0) see [this](https://example.com),book\n")

    assert row.text == "fly to Berlin now see [this](https://example.com)"
    assert row.entities == (EntitySpan(7, 13, "city"), EntitySpan(14, 17, "when", "at", "0"))


def test_every_row_knows_its_line(read: Read) -> None:
    rows = read("a.csv", 'text,intent\nhi,greet\n"two\nlines",greet\nbye,bye\n')
    assert [row.metadata["line"] for row in rows] == [2, 3, 5]


def test_what_yaml_takes_for_a_number_is_read_as_it_is_written(read: Read) -> None:
    assert [row.text for row in read("a.yaml", "intents: {number: [007, 1.10, 12:30]}\n")] == ["007", "1.10", "12:30"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "", ["a.csv:1:1: there are no examples"]),
        ("a.csv", "text,intent\n", ["a.csv:1:1: there are no examples"]),
        ("a.csv", "txt,intent\nhi,greet\n", ["a.csv:1:1: the column 'text' is missing. Did you mean 'txt'?"]),
        ("a.csv", "text,what\nhi,greet\n", ["a.csv:1:1: the column 'intent' is missing. Add it to the header row"]),
        ("a.csv", "text,intent\nhi,\n,greet\nok,yes\n", ["a.csv:2:1: has no 'intent'", "a.csv:3:1: has no 'text'"]),
        ("a.csv", "text,intent\na, b,greet\n", ["a.csv:2:1: the row has 3 cells, and the header has 2"]),
        ("a.csv", 'text,intent\n"hi,greet\n', ["a.csv:2:1: this is no table row"]),
        (
            "a.jsonl",
            '{"text": "hi"}\n[1]\nnope\n',
            ["has no 'intent'", "needs an object", "a.jsonl:3:1: this is not JSON"],
        ),
        ("a.jsonl", '{"text": true, "intent": "greet"}\n', ["a.jsonl:1:1: has no 'text'"]),
        ("a.yaml", "rows: []\n", ["has none of intents, labels, examples"]),
        ("a.yaml", "intents:\n  greet:\n", ["a.yaml:2:9: 'greet' has no examples. Write some below it."]),
        ("a.yaml", "intents:\n  greet:\n    - [hi]\n", ["a.yaml:3:1: has no 'text'"]),
        ("a.yaml", "- hello\n", ["a.yaml:1:1: has no 'intent'"]),
        ("a.yaml", "hello\n", ["needs a list or a mapping"]),
        ("a.csv", b"text,intent\nhi \xff,greet\n", ["a.csv:2:4: this is not UTF-8 text"]),
        ("a.csv", "text,intent\nhi,greet\n".encode("utf-16")[:-1], ["a.csv:2:9: this is not UTF-16 text"]),
        ("a.txt", "hi", ["a.txt: the ending '.txt' does not say what is in it. Known endings: .csv, .tsv"]),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    problems: Callable[..., list[str]], name: str, content: str, told: list[str]
) -> None:
    found = problems(name, content)

    assert len(found) == len(told), found
    for expected, problem in zip(told, found, strict=True):
        assert expected in problem


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    reader = make_context().create("reader", "labelled")
    with pytest.raises(ConfigurationError, match="there is no such file"):
        list(reader.read(tmp_path / "none.csv"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ConfigurationError, match="is a directory"):
        list(reader.read(tmp_path / "folder.csv"))


def test_of_thousands_of_bad_rows_the_first_are_told(problems: Callable[..., list[str]]) -> None:
    found = problems("a.csv", "text,intent\n" + "hi,\n" * 5000)

    assert len(found) == 51
    assert "and 4950 more problems" in found[-1]


def test_a_hundred_thousand_rows(read: Read) -> None:
    rows = read("a.csv", "text,intent\n" + "".join(f"message {n},intent {n % 7}\n" for n in range(100_000)))
    assert len(rows) == 100_000


# --- Entities


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "# journeys\n- fly to [NYC](city:to=New York)\nhello\n"),
        ("a.yaml", "entities:\n  - fly to [NYC](city:to=New York)\n  - hello\n"),
        ("a.yaml", "intents:\n  book: ['fly to [NYC](city:to=New York)']\n  greet: [hello]\n"),
        ("a.csv", "text\nfly to [NYC](city:to=New York)\nhello\n"),
        (
            "a.jsonl",
            '{"text": " fly to NYC", "entities": [{"start": 8, "end": 11, "entity": "city", "role": "to", '
            '"value": "New York"}]}\n{"text": "hello"}\n',
        ),
        ("a.txt", 'fly to [NYC]{"entity": "city", "role": "to", "value": "New York"}\nhello'),
    ],
)
def test_every_form_marks_the_same(read: Read, name: str, content: str) -> None:
    rows = read(name, content, labels=False, entities=True)

    assert [row.text for row in rows] == ["fly to NYC", "hello"]
    assert [row.entities for row in rows] == [(EntitySpan(7, 10, "city", "to", "New York"),), ()]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "fly to [Berlin] (city)\nto [Rome](big city)\n", "a.txt:2:1: '[Rome](big city)' looks like a mark"),
        ("a.txt", "", "a.txt:1:1: there are no examples. Write some. Write [Berlin](city)"),
        ("a.jsonl", '{"text": "hi", "entities": [{"start": 0}]}', "an entity needs `start`, `end` and `entity`"),
        ("a.jsonl", '{"text": "hi", "entities": [{"start": 0, "end": 9, "entity": "x"}]}', "from 0 to 9 is not in"),
        (
            "a.jsonl",
            '{"text": "hi you", "entities": [{"start": 0, "end": 4, "entity": "x"}, '
            '{"start": 3, "end": 6, "entity": "y"}]}',
            "a.jsonl:1:1: two of its entities overlap",
        ),
        ("a.yaml", "rows: []\n", "has none of intents, labels, examples, entities"),
    ],
)
def test_a_wrong_mark_is_told_with_its_line(
    problems: Callable[..., list[str]], name: str, content: str, told: str
) -> None:
    (found,) = problems(name, content, labels=False, entities=True)
    assert told in found


@given(st.lists(st.tuples(st.text("ab []()", max_size=5), st.text("xyz", min_size=1, max_size=4)), max_size=4))
def test_spans_say_where_the_marked_words_stand(pieces: list[tuple[str, str]]) -> None:
    plain = [(before.replace("[", "").replace("]", ""), word) for before, word in pieces]
    marked = parse_marks("".join(f"{before}[{word}](city)" for before, word in plain))

    assert marked.text == "".join(f"{before}{word}" for before, word in plain)
    assert [marked.text[one.start : one.end] for one in marked.entities] == [word for _, word in plain]
