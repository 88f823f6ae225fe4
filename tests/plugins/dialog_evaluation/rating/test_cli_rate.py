"""`dialog-core rate` as people use it: in a real terminal, killed, and with files that are not as they should be."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialog_evaluation.rating.reading import read_ratings
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_evaluation.rating.pairs import rated, shop, written
from tests.terminals import Terminal, terminal

needs_terminal = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")


@contextmanager
def rating(bot: Path, *options: str, columns: int = 90) -> Iterator[Terminal]:
    with terminal(bot.parent, "rate", bot.name, "talks.jsonl", "--rater", "ann", *options, columns=columns) as shown:
        yield shown


@needs_terminal
def test_pairs_are_rated_one_after_the_other(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    with rating(bot) as shown:
        shown.wait_for("both bad")
        shown.type("1")
        shown.wait_for("why?")
        shown.type("c\r")
        shown.wait_for("Which reply is better?", 2)
        shown.type("=q")
        assert shown.end() == 0, shown.screen
    assert "2 rated" in shown.screen
    assert "dialog-core rate report bot.people.ratings.jsonl" in shown.screen
    found = list(read_ratings(tmp_path / "bot.people.ratings.jsonl").ratings.values())
    assert [(one.verdict, one.reasons, one.rater) for one in found] == [
        ("better", ("correct",), "ann"),
        ("tie", (), "ann"),
    ]


@needs_terminal
def test_whoever_is_killed_goes_on_with_every_decision_there(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    with rating(bot, columns=40) as shown:
        shown.wait_for("both bad")
        shown.type("b")
        shown.wait_for("not …")  # the question why, which comes once the decision is kept
        os.kill(shown.process.pid, signal.SIGKILL)
        shown.process.wait()
    with rating(bot, columns=40) as shown:
        shown.wait_for("2 of 5")
        shown.wait_for("? help")
        assert "You have rated 1 before" in shown.screen
        shown.type("\x03")
        assert shown.end() == 130
    assert "every decision is kept" in shown.screen.replace("\r\n  ", " ")
    (found,) = read_ratings(tmp_path / "bot.people.ratings.jsonl").ratings.values()
    assert found.verdict == "neither"


def test_without_a_terminal_nothing_can_be_rated(tmp_path: Path) -> None:
    bot = shop(tmp_path)
    done = run("rate", bot, bot.with_name("talks.jsonl"), input="1\n")
    assert done.returncode == 2
    assert "Rating needs a terminal" in done.stderr
    assert not list(tmp_path.glob("*.ratings.jsonl"))


@needs_terminal
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--against", "peopel"), "Did you mean 'people'"),
        (("--train", "talks.jsonl"), "--against baseline"),
        (("--out", "talks.jsonl"), "is no file of ratings"),
        (("--on-error", "maybe"), "say stop or skip"),
        (("--overlap", "2"), "less than or equal to 1"),
        (("--run", "nowhere"), "nowhere"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_asked(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    bot = shop(tmp_path)
    before = bot.with_name("talks.jsonl").read_bytes()
    with rating(bot, *options) as shown:
        assert shown.end() == 2, shown.screen
    assert told in shown.screen
    assert "Traceback" not in shown.screen
    assert bot.with_name("talks.jsonl").read_bytes() == before


# --- The report


def test_the_report_is_a_command_of_its_own(tmp_path: Path) -> None:
    ratings = [rated(n, ("bot.yaml", "people")[n % 4 == 0], rater) for n in range(40) for rater in ("ann", "bob")]
    file = written(tmp_path / "r.jsonl", ratings)
    done = run("rate", "report", file, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "bot.yaml against people: 40 pairs" in done.stdout
    assert "wins 75 %" in done.stdout
    assert "Krippendorff's alpha 1.00" in done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["standings"][0]["wins"] == 30
    assert "bot.yaml against people" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "has no ratings"),
        ("my diary\n", "is no JSON"),
        ('{"ratings": 1, "bot": "a", "other": "b"}\n', "nothing is rated yet"),
        ('{"ratings": 1, "bot": "a", "other": "b"}\n{"rated": "x", "rater": "y", "verdict": "tie"}\n', ":2"),
    ],
)
def test_ratings_that_are_damaged_or_empty_are_told_with_their_place(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text(content)
    done = run("rate", "report", file, "--json", tmp_path / "r.json")
    assert done.returncode == 2
    assert told in done.stderr
    assert "r.jsonl" in done.stderr
    assert not (tmp_path / "r.json").exists()


def test_what_was_cut_off_is_told_and_the_rest_counts(tmp_path: Path) -> None:
    file = written(tmp_path / "r.jsonl", [rated(0, "bot.yaml"), rated(1, "people")])
    file.write_bytes(file.read_bytes()[:-9])
    done = run("rate", "report", file)
    assert done.returncode == 0
    assert "bot.yaml against people: 1 pair\n" in done.stdout
    assert "the last line was cut off" in done.stdout


@needs_terminal
def test_a_bot_that_replies_to_nothing_is_a_job_that_failed(guess_bot: Path) -> None:
    rows = [
        {"id": str(n), "turns": [{"role": "user", "text": "boom"}, {"role": "bot", "text": "Hello"}]} for n in range(3)
    ]
    guess_bot.with_name("talks.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    with rating(guess_bot) as shown:
        assert shown.end() == 1, shown.screen
    assert "Left out, since there was no reply: 3" in shown.screen
    assert "boom" in shown.screen
    assert "Traceback" not in shown.screen
