import subprocess
import sys
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError, open_output, write_output


def test_the_directories_of_a_file_are_made(tmp_path: Path) -> None:
    write_output(tmp_path / "a" / "b.txt", "你好\n")
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "你好\n"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file, not a directory")
    with pytest.raises(ConfigurationError, match=r"a/b\.txt: cannot be written: "):
        write_output(tmp_path / "a" / "b.txt", "hello")


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    with open_output(file) as out:
        out.write("one\n")
        assert not file.exists()
        out.write("two\n")
    assert file.read_text(encoding="utf-8") == "one\ntwo\n"
    assert list(tmp_path.iterdir()) == [file]


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    file.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with open_output(file) as out:
            out.write("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_one_and_a_device_is_written_to_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_output(tmp_path / "link", "hello")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "hello"
    write_output(Path("/dev/null"), "nobody reads this")
    assert not Path("/dev/null").is_file()


def test_an_error_about_another_file_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_output(tmp_path / "out.txt"):
        (tmp_path / "missing").read_text(encoding="utf-8")


def test_a_pipe_is_written_to_under_the_name_the_system_gives_it() -> None:
    code = "from dialog_core.configuration import write_output; from pathlib import Path; "
    code += "write_output(Path('/dev/stdout'), 'there')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"there"
