"""Whoever is to have what is printed may have no room for it, or may have gone."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import COMMAND, run

FULL = Path("/dev/full")
BUFFERING = ("", "1")  # PYTHONUNBUFFERED: the failure comes at the end, or with the first word


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("unbuffered", BUFFERING)
@pytest.mark.parametrize("words", [("--version",), ("--help",), ("data", "--help"), ("schema",), ("plugins", "list")])
def test_a_full_disk_is_told_and_no_traceback_shown(words: tuple[str, ...], unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with FULL.open("w") as full:
        done = subprocess.run([COMMAND, *words], stdout=full, stderr=subprocess.PIPE, env=environment, timeout=60)
    assert done.returncode == 1
    assert done.stderr.decode() == "error: what was to be written found no room: No space left on device\n"


@pytest.mark.parametrize("unbuffered", BUFFERING)
def test_a_reader_that_has_gone_is_no_error_to_tell(unbuffered: str) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run([COMMAND, "schema"], stdout=write, stderr=subprocess.PIPE, env=environment, timeout=60)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_reader_of_a_data_set_may_go_early(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"turns": [{"user": "hi"}, {"bot": "hello"}]}\n' * 20_000, encoding="utf-8")
    command = f'"{COMMAND}" data convert {file} /dev/stdout --to dialogues | head -c 10; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    "words",
    [
        ("data", "inspect", "{}"),
        ("data", "convert", "{}", "b.jsonl", "--format", "csv"),
        ("data", "convert", "{}/a.csv", "b.jsonl"),
        ("check", "{}"),
        ("report", "{}"),
        ("init", "{}"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(*(word.format("a" * 300) for word in words), cwd=tmp_path)
    assert done.returncode == 2
    assert "aaa" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every directory")
@pytest.mark.parametrize("words", [("data", "inspect", "shut/a.csv"), ("data", "convert", "a.csv", "shut/b.csv")])
def test_a_directory_that_may_not_be_looked_into_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "a.csv").write_text("text,intent\nhi,greet\n", encoding="utf-8")
    (tmp_path / "shut").mkdir(mode=0)
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert "ermission denied" in done.stderr


def test_output_that_was_closed_is_not_missed() -> None:
    done = subprocess.run(["sh", "-c", f'"{COMMAND}" schema >&-'], stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_another_failure_keeps_its_exit_code() -> None:
    assert run("no-such-command").returncode == 2
