from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_evaluation.intents.rows import read_rows

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writes(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return writes


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        read_rows(path)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'Text,Intent,more\nhi,greet,\n\n"where, please?",order,x\n'),
        ("a.tsv", "intent\ttext\ngreet\thi\norder\twhere, please?\n"),
        ("a.csv", '\ufefftext,label\r\nhi,greet\r\n"where, please?",order\r\n'),
        ("a.jsonl", '{"text": "hi", "intent": "greet"}\n\n{"text": "where, please?", "label": "order"}\n'),
        ("a.yaml", "- {text: hi, intent: greet}\n- {text: 'where, please?', intent: order}\n"),
        ("a.yaml", "examples:\n  - {text: hi, intent: greet}\n  - {text: 'where, please?', intent: order}\n"),
        ("a.yml", "intents:\n  greet: [hi]\n  order:\n    - where, please?\n"),
        ("a.yaml", "intents:\n  greet: hi\n  order: {examples: ['where, please?']}\n"),
        ("a.yaml", "intents:\n  - {intent: greet, examples: [hi]}\n  - {name: order, examples: ['where, please?']}\n"),
    ],
)
def test_every_form_says_the_same(write: Write, name: str, content: str) -> None:
    assert [(row.text, row.label) for row in read_rows(write(name, content))] == [
        ("hi", "greet"),
        ("where, please?", "order"),
    ]


def test_marks_of_entities_are_not_part_of_what_was_said(write: Write) -> None:
    path = write("a.csv", "text,intent\nfly to [Berlin](city) [now]{...} see [this](https://example.com),book\n")
    assert [row.text for row in read_rows(path)] == ["fly to Berlin now see [this](https://example.com)"]


def test_every_row_knows_its_line(write: Write) -> None:
    path = write("a.csv", 'text,intent\nhi,greet\n"two\nlines",greet\nbye,bye\n')
    assert [row.metadata["line"] for row in read_rows(path)] == [2, 3, 5]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "", ["a.csv:1:1: there are no rows"]),
        ("a.csv", "text,intent\n", ["a.csv:1:1: there are no rows"]),
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
        ("a.yaml", "intents:\n  greet:\n    - [hi]\n", ["a.yaml:3:1: has no 'text'"]),
        ("a.yaml", "- hello\n", ["a.yaml:1:1: needs a mapping"]),
        ("a.yaml", "hello\n", ["needs a list or a mapping"]),
        ("a.csv", b"text,intent\nhi \xff,greet\n", ["a.csv:2:1: this is not UTF-8 text"]),
        ("a.csv", "text,intent\n".encode("utf-16"), ["a.csv:1:1: this is UTF-16 text"]),
        ("a.txt", "hi", ["a.txt: the ending '.txt' does not say what is in it"]),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(write: Write, name: str, content: str, told: list[str]) -> None:
    problems = problems_of(write(name, content))
    assert len(problems) == len(told)
    for expected, problem in zip(told, problems, strict=True):
        assert expected in problem


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no such file" in problems_of(tmp_path / "none.csv")[0]
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in problems_of(tmp_path / "folder.csv")[0]


def test_of_thousands_of_bad_rows_the_first_are_told(write: Write) -> None:
    problems = problems_of(write("a.csv", "text,intent\n" + "hi,\n" * 5000))
    assert len(problems) == 51
    assert "and 4950 more problems" in " ".join(problems)


def test_a_hundred_thousand_rows(write: Write) -> None:
    path = write("a.csv", "text,intent\n" + "".join(f"message {n},intent {n % 7}\n" for n in range(100_000)))
    assert len(read_rows(path)) == 100_000
