from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, write_output


def test_the_directories_of_a_file_are_made(tmp_path: Path) -> None:
    write_output(tmp_path / "a" / "b.txt", "你好\n")
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "你好\n"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file, not a directory")
    with pytest.raises(ConfigurationError, match=r"a/b\.txt: cannot be written: "):
        write_output(tmp_path / "a" / "b.txt", "hello")
