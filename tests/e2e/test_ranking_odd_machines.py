"""What becomes of a trained ranking on machines that fail: damaged files, full disks, kills, two at once, moves."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core import ArtefactError, Bot
from dialog_ranking.features.names import FEATURES
from tests.e2e.oddities import ANSWER, PROGRAM, QUESTION, artefact_of, asked, command, odd_bot, train

pytestmark = pytest.mark.usefixtures("odd")
SLOW = "use: parrot, of: {use: bm25, knowledge: shop}, delay: 0.02"
OVERRATED = "Tell me the number of your order."
RANKERS = ["calibrated", "logistic"]
Damage = Callable[[Path], object]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def edited(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])


@pytest.fixture(scope="module", params=RANKERS)
def whole(odd: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained bot."""
    path = odd_bot(tmp_path_factory.mktemp("bot"), ranker=request.param)
    train(path)
    return path


@pytest.fixture
def trained(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, which may be broken."""
    shutil.copytree(whole.parent, tmp_path / "bot")
    return tmp_path / "bot" / "bot.yaml"


@pytest.mark.parametrize("damage", [cut, edited, Path.unlink], ids=["cut", "edited", "gone"])
def test_a_damaged_file_is_named_with_what_to_do_and_never_taken_for_no_training(trained: Path, damage: Damage) -> None:
    for name in sorted(file.name for file in artefact_of(trained).iterdir()):
        file = artefact_of(trained) / name
        content, status = file.read_bytes(), file.stat()
        damage(file)
        with pytest.raises(ArtefactError) as caught, Bot.load(trained) as bot:
            bot.reply(QUESTION)
        assert name in str(caught.value)
        assert "Run: dialog-core train" in str(caught.value)
        file.write_bytes(content)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert asked(trained)[0] == ANSWER


def test_the_command_line_says_it_in_one_line_and_training_heals_it(trained: Path) -> None:
    cut(artefact_of(trained) / "choices.jsonl")
    told = command("ask", trained, QUESTION, status=2)
    assert told.count("\n") == 1
    assert "choices.jsonl is damaged" in told

    command("train", trained)

    assert command("ask", trained, QUESTION) == f"{ANSWER}\n"


@pytest.mark.parametrize("pointer", ["{", "[]", '{"artefact": "../../../etc", "previous": null}'])
def test_a_pointer_that_points_nowhere_is_told(trained: Path, pointer: str) -> None:
    (artefact_of(trained).parent / "current.json").write_text(pointer)
    assert "current.json is damaged" in command("ask", trained, QUESTION, status=2)


@pytest.mark.parametrize("version", [0, 2])
def test_a_ranking_of_another_version_is_refused_with_what_to_do(
    trained: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("dialog_ranking.calibrated.ranker", "dialog_ranking.learned.ranker"):
        monkeypatch.setattr(f"{module}.VERSION", version)
    with pytest.raises(ArtefactError, match=rf"by version 1 of its trainer, not {version}\. Run: dialog-core train"):
        asked(trained)


def test_a_ranking_with_a_feature_that_there_is_none_of_any_more_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = odd_bot(tmp_path)
    train(path)
    # Not deleted where it is: put back, it would stand at the end, and the order of features means something.
    others = {name: feature for name, feature in FEATURES.items() if name != "same_text"}
    monkeypatch.setattr("dialog_ranking.features.schema.FEATURES", others)
    with pytest.raises(ArtefactError, match=r"there is no feature 'same_text'\. Run: dialog-core train"):
        asked(path)


def test_a_training_that_was_killed_goes_on_where_it_was_and_the_bot_answers_meanwhile(tmp_path: Path) -> None:
    path = odd_bot(tmp_path, SLOW)
    component = tmp_path / "models" / "bot" / "ranking"
    process = subprocess.Popen([PROGRAM, "train", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not any(file.stat().st_size > 20_000 for file in component.glob(".checkpoints-*/choices.jsonl")):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (kept,) = component.glob(".checkpoints-*/choices.jsonl")
    lines = kept.read_bytes().splitlines()
    assert command("ask", path, QUESTION) == f"{OVERRATED}\n"

    command("train", path)

    assert command("ask", path, QUESTION) == f"{ANSWER}\n"
    choices = (artefact_of(path) / "choices.jsonl").read_text(encoding="utf-8").splitlines()
    assert 0 < len(lines) < len(choices) == 80
    assert not list(component.glob(".checkpoints-*")) + list(component.glob(".training-*"))


def test_two_trainings_at_once_leave_one_ranking(tmp_path: Path) -> None:
    path = odd_bot(tmp_path)
    both = [
        subprocess.Popen([PROGRAM, "train", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    told = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert "Traceback" not in "".join(told)
    assert [file for file in artefact_of(path).parent.iterdir() if file.is_dir()] == [artefact_of(path)]
    assert asked(path)[0] == ANSWER


@pytest.mark.parametrize("blocks", [0, 120])
def test_a_disk_that_is_full_leaves_what_was_in_use(trained: Path, blocks: int) -> None:
    before = artefact_of(trained)
    data = trained.with_name("talks.jsonl")
    data.write_text(data.read_text() + data.read_text().splitlines()[0].replace("talk-0", "one-more") + "\n")
    done = subprocess.run(
        ["bash", "-c", f'ulimit -f {blocks}; exec "$0" train "$1"', PROGRAM, trained],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "could not be trained: File too large. What was in use stays in use. Make room" in done.stderr
    assert artefact_of(trained) == before
    assert asked(trained)[0] == ANSWER

    command("train", trained)

    assert artefact_of(trained) != before


def test_where_no_models_can_be_kept_training_says_so(tmp_path: Path) -> None:
    path = odd_bot(tmp_path)
    (tmp_path / "models").write_text("a file, and no directory")
    assert "could not be trained: " in command("train", path, status=1)
    assert "Not a directory" in command("ask", path, QUESTION, status=2)


def test_a_bot_takes_its_ranking_along_when_it_moves(trained: Path, tmp_path: Path) -> None:
    copied, moved = tmp_path / "copied", tmp_path / "moved"
    shutil.copytree(trained.parent, copied)
    shutil.move(trained.parent, moved)
    for place in (copied, moved):
        text, trace = asked(place / "bot.yaml")
        assert (text, trace["parts"]) == (ANSWER, [])
        assert "nothing has changed" in command("train", place / "bot.yaml")
