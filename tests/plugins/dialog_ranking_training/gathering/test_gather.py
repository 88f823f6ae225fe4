"""Gathering as a whole: several sources, one form; cut off, it goes on where it was."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Turn, read_bot_file
from dialog_core.builder import Builder
from dialog_core.configuration import ConfigurationError
from dialog_core.errors import DialogError
from dialog_core.testing import ScriptedPolicy, make_bot, make_context
from dialog_core.training import SilentProgress
from dialog_ranking.choices import Label, to_json, write_choices
from dialog_ranking_training.gathering import gather
from dialog_ranking_training.options import RankingTraining
from tests.plugins.dialog_ranking_training.gathering.shop import BOT, dialogue, gathered, labels, shop, write_lines
from tests.plugins.dialog_ranking_training.made_choices import make_choice

NUMBERS = ("one", "two", "three", "four", "five", "six")
KILLED = """
import os, signal, sys
from pathlib import Path
from dialog_core.testing import ScriptedPolicy, make_bot
from tests.plugins.dialog_ranking_training.gathering.shop import gathered

def answer(turn):
    if turn.text == "four":
        os.kill(os.getpid(), signal.SIGKILL)
    return turn.text

directory = Path(sys.argv[1])
gathered(directory, directory / "talks.jsonl", open_bot=lambda: make_bot({"echo": ScriptedPolicy(answer)}))
"""


def echo(asked: list[str]) -> Bot:
    def answer(turn: Turn) -> str:
        asked.append(turn.text)
        return turn.text

    return make_bot({"echo": ScriptedPolicy(answer)})


def test_a_gathering_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    turns = [text for number in NUMBERS for text in (number, number)]
    file = write_lines(tmp_path / "talks.jsonl", dialogue(*turns, at="2026-03-01T12:00:00Z"))
    died = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=Path(__file__).parents[4], check=False)
    assert died.returncode == -signal.SIGKILL
    asked: list[str] = []

    resumed = gathered(tmp_path, file, open_bot=lambda: echo(asked))

    assert asked == ["four", "five", "six"]
    never_killed = gathered(tmp_path / "other", file, open_bot=lambda: echo([]))
    assert [without_seconds(choice) for choice in resumed.choices] == [
        without_seconds(choice) for choice in never_killed.choices
    ]
    assert resumed.remarks == never_killed.remarks


def without_seconds(choice: Any) -> dict[str, Any]:
    return {name: value for name, value in to_json(choice).items() if name != "seconds"}


def test_what_was_kept_of_another_file_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    gathered(tmp_path, write_lines(file, dialogue("one", "one")), open_bot=lambda: echo([]))
    asked: list[str] = []

    (choice,) = gathered(tmp_path, write_lines(file, dialogue("two", "two")), open_bot=lambda: echo(asked)).choices

    assert (asked, choice.turn.text) == (["two"], "two")


def test_a_line_of_the_checkpoint_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "talks.jsonl", dialogue("one", "one", "two", "two"))
    gathered(tmp_path, file, open_bot=lambda: echo([]))
    kept = tmp_path / "checkpoints" / "choices.jsonl"
    kept.write_bytes(kept.read_bytes()[:-20])
    asked: list[str] = []

    found = gathered(tmp_path, file, open_bot=lambda: echo(asked))

    assert (asked, len(found.choices)) == (["two"], 2)
    assert [json.loads(line)["key"][-1] for line in kept.read_text().splitlines()] == ["0", "1"]


def test_a_conversation_test_that_was_held_is_not_held_again(tmp_path: Path) -> None:
    shop(tmp_path, **{"a.tests.yaml": "tests: [{name: a, steps: [{user: hello, contains: Hello}]}]"})
    first = gathered(tmp_path, tmp_path / "a.tests.yaml")

    def no_bot() -> Bot:
        raise AssertionError("the bot was opened")

    assert gathered(tmp_path, tmp_path / "a.tests.yaml", open_bot=no_bot) == first


def test_the_bot_is_opened_only_to_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.choices.jsonl"
    write_choices([make_choice(("faq", 0.5, 1.0))], file)

    def no_bot() -> Bot:
        raise AssertionError("the bot was opened")

    assert len(gathered(tmp_path, file, open_bot=no_bot).choices) == 1
    assert gathered(tmp_path, open_bot=no_bot).choices == ()


def test_the_bot_is_closed_whatever_happens(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "talks.jsonl", dialogue("one", "one"))
    bots: list[Bot] = []

    class Impatient(SilentProgress):
        def advance(self, steps: int = 1) -> None:
            raise KeyboardInterrupt

    def open_bot() -> Bot:
        bots.append(echo([]))
        return bots[0]

    with pytest.raises(KeyboardInterrupt):
        gather(
            RankingTraining(data=(file,)),
            open_bot=open_bot,
            context=make_context("ranking"),
            progress=Impatient(),
            checkpoints=tmp_path / "checkpoints",
        )

    with pytest.raises(DialogError):
        bots[0].reply("hi")


def test_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    shop(tmp_path)
    files = [tmp_path / name for name in ("a.choices.jsonl", "a.tests.yaml", "a.jsonl", "store.db")]
    files[0].write_text('{"id": 1}\n', encoding="utf-8")
    files[1].write_text("tests: [{name: a, steps: [{}]}]", encoding="utf-8")
    files[2].write_text('{"turns": [{"role": "dog", "text": "woof"}]}\n', encoding="utf-8")
    files[3].write_bytes(b"SQLite format 3\0")

    with pytest.raises(ConfigurationError) as caught:
        gathered(tmp_path, *files)

    assert {problem.file for problem in caught.value.problems} == set(files)


def test_a_bot_is_checked_with_what_its_ranking_is_to_learn_from(tmp_path: Path) -> None:
    entry = "ranking: {use: calibrated}\ntraining: [{component: ranking, data: [a.jsonl, b.jsonl]}]\n"
    bot = shop(tmp_path, BOT + entry, **{"a.jsonl": "{}", "b.jsonl": "{}"})
    write_lines(tmp_path / "a.jsonl", dialogue("hi", "Hello!"))
    assert Builder(read_bot_file(bot)).check() != []

    write_lines(tmp_path / "b.jsonl", dialogue("hi", {"text": "", "nobody": True}))
    assert Builder(read_bot_file(bot)).check() == []


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 and then nothing", b"no database"])
def test_a_database_that_is_none_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "conversations.db"
    file.write_bytes(content)

    if not content:
        assert gathered(tmp_path, logs=file).choices == ()  # SQLite takes an empty file for an empty database
        return
    with pytest.raises(DialogError, match=r"conversations\.db"):
        gathered(tmp_path, logs=file)


def test_a_choice_of_two_sources_counts_once_and_a_corrected_file_comes_first(tmp_path: Path) -> None:
    files = [tmp_path / "a.choices.jsonl", tmp_path / "b.choices.jsonl"]
    write_choices([make_choice(("faq", 0.5, 0.0), ("llm", 0.5, None), id="1")], files[0])
    write_choices([make_choice(("faq", 0.5, 1.0), ("llm", 0.5, 1.0), id="1", nobody=0.0)], files[1])

    found = gathered(tmp_path, *files)

    (choice,) = found.choices
    assert [label and label.right for label in choice.labels] == [0.0, 1.0]
    assert choice.nobody == Label(0.0)
    assert found.remarks == ("1 choice was there more than once; what the first says of it holds.",)


def test_the_same_file_twice_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.choices.jsonl"
    write_choices([make_choice(("faq", 0.5, 0.0))], file)

    assert gathered(tmp_path, file, file).remarks == ()


def test_two_readings_give_the_same(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "talks.jsonl", dialogue("hello", "Hello!", at="2026-03-01"))

    first, second = (gathered(tmp_path / str(run), file, open_bot=lambda: echo([])) for run in range(2))

    assert list(map(without_seconds, first.choices)) == list(map(without_seconds, second.choices))
    assert [labels(choice) for choice in first.choices] == [{("echo", "hello"): 1.0}]
