"""`dialog-core data convert` as people call it."""

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.dialog_core.cli.command import run

DIALOGUES = [
    {
        "id": "a",
        "turns": [
            {"role": "user", "text": "a room, please", "acts": [{"act": "inform"}], "state": {"hotel-area": "east"}},
            {"role": "bot", "text": "in which part of town?"},
        ],
        "metadata": {"split": "train"},
    },
    {"id": "b", "turns": [{"role": "user", "text": "hi"}, {"role": "bot", "text": "hello"}]},
]


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    path = tmp_path / "talks.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in DIALOGUES))
    return path


def rows(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_is_converted_into_our_own_form_loses_nothing(tmp_path: Path, talks: Path) -> None:
    with zipfile.ZipFile(tmp_path / "talks.zip", "w") as archive:
        archive.write(talks, "in/talks.jsonl")
    done = run("data", "convert", str(tmp_path / "talks.zip"), str(tmp_path / "out.jsonl"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path}/out.jsonl: 2 items, 4 turns (dialogues)\n"
    assert done.stderr == ""
    assert rows(tmp_path / "out.jsonl") == DIALOGUES


def test_what_the_other_format_has_no_place_for_is_told(tmp_path: Path, talks: Path) -> None:
    done = run("data", "convert", str(talks), str(tmp_path / "out"), "--to", "openai_chat")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path}/out.jsonl: 2 items, 4 turns (openai_chat)\n"
    assert "The format 'openai_chat' has no place for everything. Left out:\n" in done.stderr
    assert "1  act" in done.stderr
    assert "1  state" in done.stderr
    assert len(rows(tmp_path / "out.jsonl")) == 2


def test_it_may_be_written_to_where_no_file_is(talks: Path) -> None:
    done = run("data", "convert", str(talks), "/dev/stdout", "--to", "dialogues")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == DIALOGUES
    assert "/dev/stdout: 2 items, 4 turns" in done.stderr


def test_only_so_many_items_and_options_of_both_formats(tmp_path: Path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text("frage;question;answer\nx;Where?;Here.\ny;When?;Now.\n")
    out = tmp_path / "faq.yaml"
    done = run("data", "convert", str(table), str(out), "--format", "csv", "--option", "delimiter=;", "--limit", "1")
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(out.read_text())[0]["question"] == "Where?"
    assert done.stdout.endswith("1 item (faq)\n")
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"frage": "Wo?", "antwort": "Hier."}\n')
    fields = ("--option", "fields.question=frage", "--option", "fields.answer=antwort")
    done = run("data", "convert", str(lines), str(tmp_path / "b.jsonl"), "--format", "jsonl", *fields)
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "b.jsonl") == [{"id": "wo", "question": "Wo?", "answer": "Hier."}]


def test_what_cannot_be_read_stops_it_or_is_passed_over_and_told(tmp_path: Path, talks: Path) -> None:
    with talks.open("a") as file:
        file.write("no json\n" * 7)
    out = tmp_path / "out.jsonl"
    done = run("data", "convert", str(talks), str(out))
    assert done.returncode == 2
    assert "talks.jsonl:3:1: this is not JSON" in done.stderr
    assert not out.exists()
    assert list(tmp_path.iterdir()) == [talks]
    done = run("data", "convert", str(talks), str(out), "--on-error", "skip")
    assert done.returncode == 0
    assert done.stdout == f"{out}: 2 items, 4 turns (dialogues)\n"
    assert "talks.jsonl:3:1: this is not JSON" in done.stderr
    assert "7 items passed over" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["talks.jsonl"], "talks.jsonl: is what is read. Write to another file."),
        (["out.txt"], "does not say in which format to write a dialogue"),
        (["out.jsonl", "--to", "knowledge"], "the format 'knowledge' has no place for the dialogue 'a'"),
        (["out.jsonl", "--to", "sharegtp"], "Did you mean 'sharegpt'?"),
        (["out.jsonl", "--format", "dialogs"], "Did you mean 'dialogues'?"),
        (["out.jsonl", "--option", "encoding"], "needs NAME=VALUE, not 'encoding'"),
        (["out.jsonl", "--option", "encodign=utf-8"], "Did you mean 'encoding'?"),
        (["out.jsonl", "--to-option", "a=b"], "name the format they are options of: --to NAME"),
        (["out.jsonl", "--on-error", "ignore"], "on_error"),
        (["."], ""),
    ],
)
def test_wrong_use_is_told_and_writes_nothing(tmp_path: Path, talks: Path, arguments: list[str], told: str) -> None:
    before = talks.read_bytes()
    done = run("data", "convert", str(talks), str(tmp_path / arguments[0]), *arguments[1:])
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert talks.read_bytes() == before
    assert list(tmp_path.iterdir()) == [talks]


def test_chat_logs_become_questions_with_answers(tmp_path: Path) -> None:
    source, out = tmp_path / "talks.jsonl", tmp_path / "faq.yaml"
    source.write_text(
        '{"turns": [{"role": "user", "text": "When do you open?"}, {"role": "bot", "text": "At nine."},'
        ' {"role": "user", "text": "Thanks"}, {"role": "bot", "text": "Welcome!"}]}\n',
        encoding="utf-8",
    )
    refused = run("data", "convert", str(source), str(out), "--to", "faq")
    assert refused.returncode == 2
    assert "--pairs" in refused.stderr
    done = run("data", "convert", str(source), str(out), "--pairs")
    assert done.returncode == 0, done.stderr
    assert "1  context of a pair" in done.stderr
    assert [entry["answer"] for entry in yaml.safe_load(out.read_text(encoding="utf-8"))] == ["At nine.", "Welcome!"]
