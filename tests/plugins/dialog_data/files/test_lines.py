"""The lines of whatever file it turns out to be."""

from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.interfaces import Skipped
from dialog_data.files.json_lines import read_objects
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems


def read(path: Path, content: bytes, encoding: str = "utf-8") -> list[tuple[int, str]]:
    path.write_bytes(content)
    problems = FileProblems(path, encoding=encoding)
    found = list(read_lines(problems))
    problems.finish()
    return found


def problem(path: Path, content: bytes, encoding: str = "utf-8") -> str:
    with pytest.raises(ConfigurationError) as raised:
        read(path, content, encoding)
    return str(raised.value.problems[0]).replace(f"{path.parent}/", "")


TEXT = "naïve 你好 😀\nzweite Zeile\n\n"
LINES = [(1, "naïve 你好 😀\n"), (2, "zweite Zeile\n"), (3, "\n")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_the_text_is_encoded(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.txt", TEXT.encode(encoding)) == LINES


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-8", "UTF8", "utf_16_be"])
def test_other_encodings_are_read_where_they_are_named(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.txt", TEXT.encode(encoding), encoding) == LINES


def test_bytes_that_are_no_text_are_told_with_line_and_column(tmp_path: Path) -> None:
    content = "naïve\nCafé \n".encode() + "Café\n".encode("cp1252")
    assert problem(tmp_path / "a.txt", content).startswith("a.txt:3:4: this is not UTF-8 text. Save the file as UTF-8")
    assert "a.txt:2:2: this is not GB18030 text" in problem(tmp_path / "a.txt", b"ok\nx\xff\n", "gb18030")
    assert "a.txt:2:2: this is not UTF-16 text" in problem(tmp_path / "a.txt", "ok\nab".encode("utf-16")[:-1])


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", ""])
def test_an_encoding_nobody_knows_is_refused(tmp_path: Path, name: str) -> None:
    assert f"there is no encoding {name!r}" in problem(tmp_path / "a.txt", b"a", name)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\r\nb\r\n", ["a\r\n", "b\r\n"]),
        (b"a\rb\rc", ["a\n", "b\n", "c"]),
        (b"a\r\nb\rc\n", ["a\r\n", "b\rc\n"]),
        (b"", []),
        (b"\xef\xbb\xbf", []),
        (b"\xef\xbb\xbf\n", ["\n"]),
        ("a\u2028b\x85c\x0bd\n".encode(), ["a\u2028b\x85c\x0bd\n"]),
    ],
)
def test_lines_end_as_lines_of_any_system_do(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    assert [text for _, text in read(tmp_path / "a.txt", content)] == lines


def test_a_binary_file_is_named_as_such(tmp_path: Path) -> None:
    assert "is a binary file, not text" in problem(tmp_path / "a.txt", b"\x7fELF\0\0\0\n" * 10)


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\n" + b"x" * 1_000_000 + b"\nb\n")
    problems = FileProblems(path)
    assert list(read_lines(problems, longest=1000)) == [(1, "a\n"), (3, "b\n")]
    with pytest.raises(ConfigurationError, match=r"a.txt:2:1: the line is longer than 1,000 bytes"):
        problems.finish()


def test_a_file_of_mixed_encodings_loses_only_its_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [b'{"a": 1}', '{"a": "é"}'.encode("cp1252"), b'{"a": "\0"}', '{"a": "é"}'.encode(), b'["a"]', b'{"a": 2']
    path.write_bytes(b"\n".join([*lines, b"", b'{"a": 3}']))
    skipped = Skipped()
    found = [(number, row) for number, _, row in read_objects(FileProblems(path, skipped)) if row is not None]
    assert found == [(1, {"a": 1}), (4, {"a": "é"}), (8, {"a": 3})]
    assert skipped.count == 4
    assert [(one.line, one.column) for one in skipped.problems] == [(2, 8), (3, 1), (5, 1), (6, 8)]


@pytest.mark.slow
def test_one_bad_line_in_a_million_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n' * 777_776 + b'{"a": 1\n' + b'{"a": 1}\n' * 222_223)
    problems = FileProblems(path)
    assert sum(row is not None for _, _, row in read_objects(problems)) == 999_999
    with pytest.raises(ConfigurationError) as raised:
        problems.finish()
    assert [one.line for one in raised.value.problems] == [777_777]
