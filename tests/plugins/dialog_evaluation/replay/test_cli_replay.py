"""`dialog-core replay`, as people run it."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core import FeedbackGiven, ReplyEdited
from dialog_core.cli.main import main
from tests.dialog_core.cli.command import COMMAND, run
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.replay.shop import MORNING, TALKS, changed_bot, hold, record

TURNS = sum(map(len, TALKS.values()))


@pytest.fixture
def talked(talked: Path) -> Path:
    """The shop after its conversations, beside a bot that words some of its replies otherwise."""
    record(talked, "cleo", FeedbackGiven("m4", "good", MORNING), ReplyEdited("m6", "Take a rest.", MORNING, "Kim"))
    changed_bot(talked, ("say: A damn shame.", "say: A damn pity."), ('"Welcome, ', '"Nice, '), file="rules.yaml")
    return talked


@pytest.fixture
def command(
    talked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return what runs `dialog-core` in this process, and returns its status and what it printed."""

    def run_here(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(talked)
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr("sys.argv", ["dialog-core", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run_here


def test_the_bot_as_it_is_now_is_what_it_was(talked: Path) -> None:
    done = run("replay", "bot.yaml", cwd=talked)
    assert done.returncode == 0, done.stderr
    assert f"bot.yaml as it is now: {TURNS} answered messages in 3 conversations." in done.stdout
    assert "Nothing would be answered differently." in done.stdout
    assert "1  complained about, and stays as it is" in done.stdout
    assert "conversation ann" not in done.stdout


def test_what_would_change_is_shown_the_worst_first_with_both_sides_and_why(talked: Path) -> None:
    done = run("replay", "bot.yaml", "--against", "other.yaml", cwd=talked)
    assert done.returncode == 1, done.stderr
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[0] == f"bot.yaml against other.yaml: {TURNS} answered messages in 3 conversations."
    assert "would be answered differently" in lines[1]
    first = lines.index("Found good, and would change: 1")
    assert lines[first + 2 : first + 7] == [
        "  1  reworded · the reply was found good · cleo, message 9, 2026-03-01 09:04",
        "     user              curse",
        "     then rules 0.97   A d*** shame.",
        "     now  rules 0.97   A d*** pity.",
        "     why               rules: accepted at 0.97; ranked: rules 0.97",
    ]
    assert first < lines.index("Would change: 1")


def test_how_many_are_shown_can_be_limited(talked: Path) -> None:
    few = run("replay", "bot.yaml", "--against", "other.yaml", "--limit", "1", cwd=talked)
    assert "and 1 more; --limit 0 shows all" in few.stdout
    every = run("replay", "bot.yaml", "--against", "other.yaml", "--all", "--limit", "0", cwd=talked)
    assert f"{TURNS:>3}  same" in every.stdout
    assert "more;" not in every.stdout


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ([], 1),
        (["--fail-on", "worse"], 1),
        (["--fail-on", "none"], 0),
        (["--max-changed", "5%"], 1),
        (["--max-changed", "10%"], 0),
        (["--fail-on", "worse", "--max-changed", "0.05"], 0),
        (["--conversation", "ben"], 0),
        (["-c", "ben", "-c", "cleo"], 1),
    ],
)
def test_the_status_says_whether_more_changes_than_is_tolerated(
    command: Callable[..., tuple[int, str, str]], how: list[str], status: int
) -> None:
    assert command("replay", "bot.yaml", "--against", "other.yaml", *how)[0] == status


def test_two_replays_give_the_same_bytes(talked: Path) -> None:
    how = ("replay", "bot.yaml", "--against", "other.yaml", "--all", "--json")
    one = run(*how, cwd=talked, PYTHONHASHSEED="1", TZ="UTC")
    other = run(*how, "--jobs", "7", cwd=talked, PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert one.stdout == other.stdout
    report = json.loads(one.stdout)
    assert list(report) == ["against", "bot", "summary", "turns"]
    assert report["summary"]["turns"] == len(report["turns"]) == TURNS
    assert report["summary"]["standings"] == {
        "praised": 1,
        "changed": 1,
        "complaint stays": 1,
        "complaint changes": 0,
        "as corrected": 0,
        "same": TURNS - 3,
    }
    assert [turn["standing"] for turn in report["turns"]][:4] == ["praised", "changed", "complaint stays", "same"]
    assert report["turns"][0]["before"]["text"] == "A d*** shame."
    assert "seconds" not in one.stdout


def test_one_line_of_json_for_each_turn(talked: Path) -> None:
    done = run("replay", "bot.yaml", "--against", "other.yaml", "--jsonl", cwd=talked)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == ["curse", "my name is Ann", "break down"]
    assert rows[2]["correction"] == "Take a rest."


def test_the_page_is_whole_and_needs_nothing_else(talked: Path) -> None:
    record(talked, "cleo", ReplyEdited("m0", "<script>alert(1)</script>", MORNING, "Kim"))
    done = run("replay", "bot.yaml", "--against", "other.yaml", "--html", "out/r.html", "--fail-on", "none", cwd=talked)
    assert done.returncode == 0
    page = (talked / "out" / "r.html").read_text(encoding="utf-8")
    tags = read(page)
    assert tags.addresses == []
    assert "script" not in tags.tags
    for text in (
        "Found good, and would change",
        "A d*** ",
        "shame",
        "pity",
        "<script>alert(1)</script>",
        "accepted at",
    ):
        assert text in tags.text
    assert "del" in tags.tags
    assert "ins" in tags.tags
    assert page == _page_again(talked)


def _page_again(talked: Path) -> str:
    run("replay", "bot.yaml", "--against", "other.yaml", "--html", "again.html", cwd=talked, PYTHONHASHSEED="9")
    return (talked / "again.html").read_text(encoding="utf-8")


def test_what_a_reader_has_to_know_beside_the_figures_is_told(talked: Path) -> None:
    changed_bot(
        talked,
        ('voice: "Well, "', 'voice: "Hm. "'),
        ("accept_at: 0.7", "accept_at: 0.999"),
        ("{use: clock}", "{use: clock, fails: true}"),
    )
    done = run("replay", "bot.yaml", "--against", "other.yaml", cwd=talked)
    assert "note: clock failed in 2 turns, which tells little about them: ValueError: the spring broke." in done.stdout
    assert "turns of which nothing is recorded; it has no say there. `--ask llm` asks it." in done.stdout
    assert "note: llm was another model or set up otherwise in " in done.stdout
    assert "would ask llm (nothing recorded)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["replay", "none.yaml"], "none.yaml: there is no such file"),
        (["replay", "memory.yaml"], "memory.yaml: this bot keeps its conversations in memory only. Name a store"),
        (["replay", "new.yaml"], "new.db: there are no conversations yet"),
        (["replay", "bot.yaml", "--against", "wrong.yaml"], "wrong.yaml:7:24: policies[0].use: there is no policy"),
        (["replay", "bot.yaml", "-c", "anne"], "there is no conversation 'anne'. Did you mean 'ann'?"),
        (["replay", "bot.yaml", "--since", "2030-01-01"], "there are no stored conversations since 2030-01-01"),
        (["replay", "bot.yaml", "--since", "soon"], "needs a duration such as 7d or 12h, or a date"),
        (["replay", "bot.yaml", "--since", "7d", "--last", "3"], "say --last or --since, not both"),
        (["replay", "bot.yaml", "--json", "--jsonl"], "say --json or --jsonl, not both"),
        (["replay", "bot.yaml", "--ask", "lm"], "there is no policy named 'lm'"),
        (["replay", "bot.yaml", "--max-changed", "200%"], "needs a share from 0 to 1"),
        (["replay", "bot.yaml", "--html", "bot.yaml/x.html"], "cannot be written"),
    ],
)
def test_wrong_use_is_told_with_what_to_do(
    talked: Path, command: Callable[..., tuple[int, str, str]], arguments: list[str], told: str
) -> None:
    (talked / "memory.yaml").write_text("extends: bot.yaml\nstore: memory\n", encoding="utf-8")
    (talked / "new.yaml").write_text("extends: bot.yaml\nstore: {use: sqlite, path: new.db}\n", encoding="utf-8")
    changed_bot(talked, ("use: rules", "use: rulse")).rename(talked / "wrong.yaml")
    status, _, complaint = command(*arguments)
    assert status == 2
    assert told in complaint
    assert not (talked / "new.db").exists()


def test_a_store_without_a_conversation_is_told(shop: Path) -> None:
    hold(shop, {})
    done = run("replay", "bot.yaml", cwd=shop)
    assert done.returncode == 2
    assert "there are no stored conversations" in done.stderr


def test_a_database_of_others_is_told_by_its_name(shop: Path) -> None:
    with sqlite3.connect(shop / "talks.db") as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()
    done = run("replay", "bot.yaml", cwd=shop)
    assert done.returncode == 1
    assert "talks.db: this is a SQLite database of another program" in done.stderr


def test_ctrl_c_shows_what_was_found_by_then(talked: Path) -> None:
    changed_bot(talked, ("{use: clock}", "{use: clock, hangs: true}"), ("answer_at: 0.3", "answer_at: 0.9"))
    with subprocess.Popen(
        [COMMAND, "replay", "bot.yaml", "--against", "other.yaml", "--json", "--jobs", "1"],
        cwd=talked,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
    ) as process:
        given_up_at = time.monotonic() + 50
        while "clock hangs" not in (talked / "till.txt").read_text(encoding="utf-8"):
            assert time.monotonic() < given_up_at
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    report = json.loads(out)
    assert report["summary"]["interrupted"]
    assert report["summary"]["turns"] == 3, "those of the first conversation, up to where it hangs"
    assert report["summary"]["remarks"][0] == "Cut short after 0 of 3 conversations."
    assert [turn["text"] for turn in report["turns"]] == ["讲个故事"]
