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


def test_output_that_was_closed_is_not_missed() -> None:
    done = subprocess.run(["sh", "-c", f'"{COMMAND}" schema >&-'], stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_another_failure_keeps_its_exit_code() -> None:
    assert run("no-such-command").returncode == 2
