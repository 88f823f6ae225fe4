"""`dialog-core evaluate intents`, as people run it."""

import json
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run

ROWS = """\
text,intent
hello there,hello
bye now,bye
huh what,out_of_scope
bye you?,hello
hello <b>,out_of_scope
"""


@pytest.fixture
def rows(guess_bot: Path) -> Path:
    file = guess_bot.with_name("test.csv")
    file.write_text(ROWS, encoding="utf-8")
    return file


def test_figures_are_printed_and_written_as_json_and_as_a_page(guess_bot: Path, rows: Path) -> None:
    done = run(
        "evaluate", "intents", "bot.yaml", "test.csv", "--json", "out/r.json", "--html", "r.html", cwd=guess_bot.parent
    )
    assert done.returncode == 0, done.stderr
    assert "Guess: intents, 5 messages of test.csv" in done.stdout
    assert "66.7 %" in done.stdout
    assert "1  hello taken for bye: bye you?" in done.stdout
    found = json.loads((guess_bot.parent / "out" / "r.json").read_text(encoding="utf-8"))
    assert found["in_scope_accuracy"] == pytest.approx(2 / 3)
    assert found["out_of_scope_recall"] == 0.5
    assert found["out_of_scope_precision"] == 1.0
    assert found["expected_calibration_error"] == pytest.approx((0.6 + 4 * 0.15) / 5)
    assert (guess_bot.parent / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_bad_rows_are_told_with_their_lines(guess_bot: Path, rows: Path) -> None:
    rows.write_text(ROWS + "no intent,\n", encoding="utf-8")
    done = run("evaluate", "intents", guess_bot, rows)
    assert done.returncode == 2
    assert "test.csv:7:1: has no 'intent'" in done.stderr


def test_of_a_published_file_one_part_is_measured_on(guess_bot: Path) -> None:
    parts = {"train": [["hello you", "hello"]], "test": [["bye now", "bye"], ["hello there", "hello"]]}
    file = guess_bot.with_name("data_full.json")
    file.write_text(json.dumps(parts), encoding="utf-8")
    done = run("evaluate", "intents", guess_bot, file)
    assert done.returncode == 2
    assert "has several parts: train (1), test (2). Say which is meant: `--split test`." in done.stderr
    done = run("evaluate", "intents", guess_bot, file, "--split", "test")
    assert done.returncode == 0, done.stderr
    assert "2 messages of" in done.stdout


def test_the_format_may_be_named_where_the_ending_says_nothing(guess_bot: Path, rows: Path) -> None:
    file = rows.rename(rows.with_name("test.data"))
    done = run("evaluate", "intents", guess_bot, file, "--format", "huggingfase")
    assert done.returncode == 2
    assert "huggingface" in done.stderr


def test_a_message_on_which_the_annotator_fails_does_not_cost_the_evaluation(guess_bot: Path, rows: Path) -> None:
    rows.write_text(ROWS + "boom,hello\n", encoding="utf-8")
    done = run("evaluate", "intents", guess_bot, rows)
    assert done.returncode == 0
    assert "failed on 1 of 6 messages" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--annotator", "intent"), "Did you mean 'intents'?"),
        (("--json", "bot.yaml/r.json"), "cannot be written"),
        (("--html", "bot.yaml/r.html"), "cannot be written"),
    ],
)
def test_wrong_use_ends_with_status_2(guess_bot: Path, rows: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("evaluate", "intents", "bot.yaml", "test.csv", *arguments, cwd=guess_bot.parent)
    assert done.returncode == 2
    assert told in done.stderr


def test_ten_thousand_rows(guess_bot: Path, rows: Path) -> None:
    rows.write_text("text,intent\n" + "".join(f"intent{n % 50} {n},intent{n % 50}\n" for n in range(10_000)))
    done = run("evaluate", "intents", guess_bot, rows)
    assert done.returncode == 0
    assert "100.0 %" in done.stdout
    assert "No row is labelled out_of_scope" in done.stdout


def test_messages_that_the_bot_is_trained_with_are_told(tmp_path: Path) -> None:
    examples = {
        "book": [
            "book a table",
            "a table for two",
            "reserve a table",
            "table for four",
            "can I book",
            "a place for six",
        ],
        "cancel": ["cancel it", "I want to cancel", "call it off", "delete my booking", "please cancel", "no longer"],
    }
    lines = [f"{text},{label}" for label, texts in examples.items() for text in texts]
    (tmp_path / "train.csv").write_text("\n".join(["text,intent", *lines]), encoding="utf-8")
    (tmp_path / "bot.yaml").write_text(
        "version: 1\nannotators: [{use: intents}]\npolicies: [{use: rules, path: rules.yaml}]\n"
        "training: [{component: intents, data: train.csv}]\n",
        encoding="utf-8",
    )
    (tmp_path / "rules.yaml").write_text("rules: [{name: hello, when: hello, say: Hello!}]\n", encoding="utf-8")
    assert run("train", "bot.yaml", cwd=tmp_path).returncode == 0
    (tmp_path / "test.csv").write_text("text,intent\nBook  a table,book\nplease cancel now,cancel\n", encoding="utf-8")
    done = run("evaluate", "intents", "bot.yaml", "test.csv", "--json", "found.json", cwd=tmp_path)
    told = (
        "1 of 2 messages (50.0%) stand in what the bot is trained with: on those it is measured how well it remembers"
    )
    assert told in done.stdout
    assert any(
        told in remark for remark in json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["remarks"]
    )
    (tmp_path / "test.csv").write_text("text,intent\nplease cancel now,cancel\n", encoding="utf-8")
    assert "is trained with" not in run("evaluate", "intents", "bot.yaml", "test.csv", cwd=tmp_path).stdout
    (tmp_path / "train.csv").unlink()
    done = run("evaluate", "intents", "bot.yaml", "test.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "intents", "bot.yaml", "test.csv", "--json"),
        ("evaluate", "retrieval", "bot.yaml", "test.csv", "--html"),
        ("evaluate", "generation", "bot.yaml", "test.csv", "--html"),
        ("evaluate", "bot.yaml", "test.csv", "--json"),
        ("report", "bot.yaml", "--json"),
        ("replay", "bot.yaml", "--html"),
        ("tune", "bot.yaml", "--html"),
    ],
)
def test_no_report_is_written_over_the_bot_or_the_messages(guess_bot: Path, rows: Path, words: tuple[str, ...]) -> None:
    for out in (guess_bot, rows) if "test.csv" in words else (guess_bot,):
        before = out.read_bytes()
        done = run(*words, out.name, cwd=guess_bot.parent)
        assert (done.returncode, out.read_bytes()) == (2, before)
        assert "is what is read. Write to another file." in done.stderr
