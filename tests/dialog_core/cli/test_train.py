"""`dialog-core train` as people use it: real processes that are killed, interrupted, and started twice."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialog_core.testing import write_bot
from tests.dialog_core.cli.command import COMMAND, run
from tests.training_parts import BOT, WORDS

ROOT = Path(__file__).parents[3]
GATED = BOT.replace("data: words.txt", "data: words.txt, gate: gate")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which the test's plugin is installed."""
    metadata = tmp_path / "site" / "training_parts-1.2.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: training_parts\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text("[dialog_core]\ntraining_parts = tests.training_parts\n")
    return {"PYTHONPATH": os.pathsep.join((str(tmp_path / "site"), str(ROOT)))}


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write_bot(tmp_path / "bot", BOT + "plugins: [training_parts]\n", **{"words.txt": WORDS})


@pytest.fixture
def gated(tmp_path: Path) -> Path:
    """A bot whose first component is half trained when it waits for a file to appear."""
    return write_bot(tmp_path / "bot", GATED + "plugins: [training_parts]\n", **{"words.txt": WORDS})


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[[Path], "subprocess.Popen[str]"]]:
    """Start a training and wait until it is half done, or at least until it waits for another one."""
    started: list[subprocess.Popen[str]] = []

    def start(bot: Path, *arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [COMMAND, "train", str(bot), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until_half_done(bot: Path) -> Path:
    """Return the directory in which half of an artefact stands."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for half in bot.parent.glob("models/bot/words/.training-*/half.json"):
            return half.parent
        time.sleep(0.02)
    raise AssertionError("the training did not begin")


def words(bot: Path) -> Path:
    return bot.parent / "models" / "bot" / "words"


def artefacts(bot: Path) -> list[Path]:
    return [path.parent for path in words(bot).glob("*/manifest.json")]


def test_it_trains_in_order_and_shows_figures_before_and_after(bot: Path, environment: dict[str, str]) -> None:
    done = run("train", bot, **environment)

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.endswith(": trained")] == [
        "words: trained",
        "echo: trained",
        "ranking: trained",
    ]
    assert lines[0] == "words: counting"
    assert ["words", "words", "0", "8"] in [line.split()[:4] for line in lines]
    assert "words: counted 5 lines" in lines
    assert run("ask", bot, "a poem", **environment).stdout == "Aha {'words': {'a': 4, 'poem': 1}}\n"


def test_nothing_to_do_is_said(bot: Path, environment: dict[str, str]) -> None:
    run("train", bot, **environment)

    done = run("train", bot, **environment)

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "words: nothing has changed",
        "echo: nothing has changed",
        "ranking: nothing has changed",
        "Nothing to do: words, echo, ranking trained already, and nothing has changed. --force trains anyway.",
    ]


def test_only_and_force(bot: Path, environment: dict[str, str]) -> None:
    run("train", bot, **environment)

    done = run("train", bot, "--only", "echo", "--force", **environment)

    assert done.returncode == 0
    assert "echo: trained" in done.stdout
    assert "words" not in done.stdout


def test_an_unknown_name_is_answered_with_the_likely_one(bot: Path, environment: dict[str, str]) -> None:
    done = run("train", bot, "--only", "wrods", **environment)

    assert done.returncode == 2
    assert "Did you mean 'words'?" in done.stderr


def test_a_bot_without_training_has_nothing_to_do(tmp_path: Path) -> None:
    bot = write_bot(
        tmp_path,
        "version: 1\npolicies: [{use: rules, path: rules.yaml}]\n",
        **{"rules.yaml": "rules: [{name: a, when: hi, say: hello}]\n"},
    )

    done = run("train", bot)

    assert done.returncode == 0
    assert "Nothing to do" in done.stdout


def test_a_mistake_in_the_bot_file_is_told_and_nothing_is_trained(bot: Path, environment: dict[str, str]) -> None:
    bot.write_text(bot.read_text().replace("prefix: Aha", "prefx: Aha"))

    for command in ("train", "check"):
        done = run(command, bot, **environment)
        assert done.returncode == 2
        assert "Did you mean 'prefix'?" in done.stderr
    assert not words(bot).exists()


def test_check_says_what_is_not_trained_yet(bot: Path, environment: dict[str, str]) -> None:
    assert "Not trained yet: words, echo, ranking. Run: dialog-core train" in run("check", bot, **environment).stdout

    run("train", bot, **environment)

    assert "Not trained" not in run("check", bot, **environment).stdout


def test_an_untrained_bot_names_all_that_is_missing_and_the_remedy(bot: Path, environment: dict[str, str]) -> None:
    done = run("ask", bot, "hi", **environment)

    assert done.returncode == 2
    assert (
        done.stderr == f"error: these components are not trained: echo, words, ranking. Run: dialog-core train {bot}\n"
    )


def test_a_trainer_that_fails_is_named_and_what_was_done_before_stays(bot: Path, environment: dict[str, str]) -> None:
    run("train", bot, "--only", "echo", **environment)
    bot.write_text(bot.read_text().replace("data: words.txt", "data: words.txt, trouble: bug"))

    done = run("train", bot, **environment)

    assert done.returncode == 1
    assert "'words' could not be trained: ValueError in the trainer 'counts'" in done.stderr


def test_kill_minus_nine_leaves_nothing_half_and_the_next_one_goes_on(
    gated: Path, start: Callable[[Path], "subprocess.Popen[str]"], environment: dict[str, str]
) -> None:
    process = start(gated)
    half = wait_until_half_done(gated)
    process.kill()
    process.wait()

    assert artefacts(gated) == []
    assert not (words(gated) / "current.json").exists()
    assert run("ask", gated, "hi", **environment).returncode == 2

    (gated.parent / "gate").touch()
    done = run("train", gated, "--only", "words", **environment)

    assert done.returncode == 0
    (made,) = artefacts(gated)
    assert json.loads((made / "manifest.json").read_text())["details"] == {"resumed_at": 3}
    assert json.loads((made / "counts.json").read_text())["rose"] == 3
    assert not half.exists()
    assert not list(words(gated).glob(".checkpoints-*"))


def test_ctrl_c_leaves_nothing_half_and_says_so(gated: Path, start: Callable[[Path], "subprocess.Popen[str]"]) -> None:
    process = start(gated)
    half = wait_until_half_done(gated)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "interrupted: words, echo, ranking not trained, and what was in use stays in use" in told
    assert "Traceback" not in told
    assert not half.exists()
    assert artefacts(gated) == []


def test_two_at_once_wait_for_each_other_and_train_once(
    gated: Path, start: Callable[[Path], "subprocess.Popen[str]"]
) -> None:
    first = start(gated)
    wait_until_half_done(gated)
    second = start(gated)
    assert second.stdout is not None
    assert second.stdout.readline() == "words: waiting for another training of it to end\n"

    (gated.parent / "gate").touch()
    told = [process.communicate(timeout=60) for process in (first, second)]

    assert [process.returncode for process in (first, second)] == [0, 0], told
    assert "words: trained" in told[0][0]
    assert "words: nothing has changed" in told[1][0]
    assert len(artefacts(gated)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_file_that_finds_no_room_is_told_and_changes_nothing(bot: Path, environment: dict[str, str]) -> None:
    run("train", bot, "--only", "words", **environment)
    (before,) = artefacts(bot)
    bot.write_text(bot.read_text().replace("data: words.txt", "data: words.txt, scale: 2, trouble: large"))

    done = subprocess.run(
        [COMMAND, "train", str(bot)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )

    assert done.returncode == 1
    assert "'words' could not be trained:" in done.stderr
    assert "File too large. What was in use stays in use. Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert artefacts(bot) == [before]
    assert json.loads((words(bot) / "current.json").read_text())["artefact"] == before.name


def test_a_terminal_shows_a_line_for_each_component(bot: Path, environment: dict[str, str]) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "train", str(bot)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **environment, "TERM": "xterm", "COLUMNS": "120", "LINES": "30"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)

    assert process.wait(timeout=60) == 0
    text = shown.decode()
    last = text[text.rindex("\x1b[?25l") :] if "\x1b[?25l" in text else text
    assert all(name in last for name in ("words", "echo", "ranking"))
    assert "trained" in last
    assert "0:00:0" in last
