"""Texts that nobody has labelled yet."""

from pathlib import Path

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import LabelledText


def read(file: Path, spec: object = "auto") -> list[LabelledText]:
    return list(Context(name="data").create("reader", spec).read(file))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("asked.csv", "text,when\nhello,monday\nwhere is it,tuesday\n"),
        ("asked.tsv", "when\ttext\nmonday\thello\ntuesday\twhere is it\n"),
        ("asked.jsonl", '{"text": "hello", "when": "monday"}\n{"text": "where is it", "when": "tuesday"}\n'),
    ],
)
def test_a_table_or_json_lines_with_texts_alone_are_recognized(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    found = read(file)
    assert [(one.text, one.label, one.metadata["when"]) for one in found] == [
        ("hello", "", "monday"),
        ("where is it", "", "tuesday"),
    ]


def test_texts_with_labels_are_still_labelled_texts(tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text("text,intent\nhello,greet\n", encoding="utf-8")
    assert [one.label for one in read(file)] == ["greet"]


def test_lines_of_a_plain_file_are_texts_by_name(tmp_path: Path) -> None:
    file = tmp_path / "asked.txt"
    file.write_text("hello\n你好\n", encoding="utf-8")
    assert [one.text for one in read(file, "texts")] == ["hello", "你好"]


def test_an_empty_text_is_told_with_its_line_or_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text("text,when\nhello,monday\n,tuesday\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"asked\.csv:3:1: has no 'text'"):
        read(file)
    assert [one.text for one in read(file, {"use": "auto", "on_error": "skip"})] == ["hello"]
