"""Lines are read whatever the file turns out to be."""

from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, Problem, read_lines
from dialog_core.configuration.lines import MAX_LINE


def test_lines_come_with_their_numbers_and_without_marks_and_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\n\n two \xc3\xa9\nlast")
    assert list(read_lines(path)) == [(1, "one"), (2, ""), (3, " two é"), (4, "last")]
    path.write_bytes(b"")
    assert list(read_lines(path)) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"caf\xe9", ":2:4: this is not UTF-8 text"),
        (b"a\0b", ":2:1: is a binary file"),
        (b"x" * (MAX_LINE + 1), ":2:1: the line is longer than 1,000,000 bytes"),
        (b"x" * (3 * MAX_LINE), ":2:1: the line is longer than 1,000,000 bytes"),
    ],
)
def test_a_line_that_cannot_be_read_ends_it_or_is_left_out(line: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"first\n" + line + b"\nthird\n")
    with pytest.raises(ConfigurationError) as raised:
        list(read_lines(path))
    assert reason in str(raised.value)

    told: list[Problem] = []
    assert list(read_lines(path, told.append)) == [(1, "first"), (3, "third")]
    assert [reason in str(problem) for problem in told] == [True]


def test_a_line_may_be_just_as_long_as_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * MAX_LINE + b"\r\nnext")
    assert [len(line) for _, line in read_lines(path)] == [MAX_LINE, 4]


@pytest.mark.parametrize(("name", "reason"), [("b.txt", "no such file"), (".", "is a directory"), ("a\0b", "cannot")])
def test_what_is_no_file_is_told_by_its_name(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        list(read_lines(tmp_path / name))
