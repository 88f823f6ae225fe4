"""`dialog-core data label` as people use it: in a real terminal, killed, closed, and with files that are wrong."""

import json
import os
import signal
from pathlib import Path

import pytest

from dialog_data.labelling.log import LabelLog
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_data.labelling.logs import decision, written
from tests.terminals import terminal

TEXTS = "table for two\ncancel my booking\nsing me a song\nare you open\n"
LABEL = ("data", "label", "chats.txt", "--out", "labels.jsonl", "--labels", "book,cancel,hours", "--annotator", "ann")

BOT = """\
version: 1
bot: {name: Robin, language: en}
annotators: [{use: intents}, {use: entities, entities: {number: number}}]
policies: [{name: rules, use: rules, path: rules.yaml}]
training: [{component: intents, data: nlu.yaml}]
fallback: Sorry?
"""
NLU = """\
intents:
  book: [book a table, a table for two please, reserve a table, table for four, can I book, a place for six]
  cancel: [cancel my booking, I want to cancel, cancel the reservation, delete my booking, please cancel, call it off]
  hours: [when are you open, opening hours, open on Sunday, when do you close, are you open at noon, open today]
"""

needs_terminal = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "chats.txt").write_text(TEXTS)
    return tmp_path


def labels(here: Path) -> list[tuple[str, str | None, str]]:
    return [(one.text, one.label, one.annotator) for one in LabelLog(here / "labels.jsonl").history.decisions()]


@pytest.mark.slow
@needs_terminal
def test_killed_in_the_middle_it_goes_on_where_it_was(here: Path) -> None:
    with terminal(here, *LABEL) as first:
        first.wait_for("1 of 4")
        first.wait_for("Esc quit")
        first.type("1")
        first.wait_for("2 of 4")
        first.wait_for("Esc quit", 2)
        first.type("can")
        first.wait_for("› can")
        first.process.send_signal(signal.SIGKILL)
        first.end()
    assert labels(here) == [("table for two", "book", "ann")]
    with (here / "labels.jsonl").open("ab") as log:
        log.write(b'{"text": "cancel my boo')  # the machine went down with it

    with terminal(here, *LABEL) as second:
        second.wait_for("had only half been written and was taken out")
        second.wait_for("1 of 4 are labelled already")
        second.wait_for("Esc quit")
        assert "table for two" not in second.screen
        second.type("20")
        second.wait_for("4 of 4")
        second.wait_for("Esc quit", 3)
        second.type("3")
        assert second.end() == 0
        assert "3 labelled · 0 left · labels.jsonl" in second.screen
        assert "That was the last one." in second.screen
    assert [label for _, label, _ in labels(here)] == ["book", "cancel", "out_of_scope", "hours"]

    with terminal(here, *LABEL) as third:
        assert third.end() == 0
        assert "All 4 texts are labelled." in third.screen


@pytest.mark.slow
@needs_terminal
def test_two_people_label_at_once_and_one_undoes(here: Path) -> None:
    with terminal(here, *LABEL) as ann, terminal(here, *LABEL[:-1], "bob") as bob:
        for who in (ann, bob):
            who.wait_for("Esc quit")
        ann.type("1")
        ann.wait_for("2 of 4")
        bob.type("2")
        bob.wait_for("2 of 4")
        ann.wait_for("Esc quit", 2)
        ann.type("\x1b[D")  # undo, though bob has written since
        ann.wait_for("taken back")
        ann.wait_for("Esc quit", 3)
        bob.wait_for("Esc quit", 2)
        bob.type("\x1b")
        assert bob.end() == 0
        ann.type("3\x03")
        assert ann.end() == 130
        assert "interrupted; everything is kept" in ann.screen
    assert sorted(labels(here)) == [("table for two", "cancel", "bob"), ("table for two", "hours", "ann")]


@pytest.mark.slow
@needs_terminal
def test_a_window_that_is_closed_loses_nothing(here: Path) -> None:
    with terminal(here, *LABEL, columns=40) as opened:
        opened.wait_for("Esc quit")
        opened.type("1")
        opened.wait_for("2 of 4")
        assert max(len(line) for line in opened.screen.replace("\r", "\n").split("\n")) <= 40
        opened.close()
    assert labels(here) == [("table for two", "book", "ann")]


@pytest.mark.slow
@needs_terminal
def test_a_bot_suggests_and_what_it_is_least_sure_of_comes_first(here: Path) -> None:
    (here / "bot.yaml").write_text(BOT)
    (here / "nlu.yaml").write_text(NLU)
    (here / "rules.yaml").write_text("rules: [{name: hello, when: [hello], say: Hello!}]\n")
    (here / "chats.txt").write_text("book a table\ncancel my booking\nopen a booking\nare you open\n")
    with_bot = (*LABEL[:5], "--annotator", "ann", "--bot", "bot.yaml", "--language", "en")

    with terminal(here, *with_bot) as untrained:
        untrained.wait_for("Robin suggests no labels: the component 'intents' is not trained. Run:")
        untrained.wait_for("So the texts come in the order of the file.")
        untrained.wait_for("Esc quit")
        untrained.type("\x1b")
        assert untrained.end() == 0
    assert not (here / "labels.jsonl").exists()

    assert run("train", "bot.yaml", cwd=here).returncode == 0
    with terminal(here, *with_bot) as trained:
        trained.wait_for("Esc quit")
        assert "open a booking" in trained.screen
        assert " %" in trained.screen
        trained.type("1" * 4)
        assert trained.end() == 0
    assert len(labels(here)) == 4

    tasks = run(
        "data", "label", "chats.txt", "--bot", "bot.yaml", "--out", "tasks.json", "--to", "label_studio", cwd=here
    )
    assert tasks.returncode == 0
    first, *_ = json.loads((here / "tasks.json").read_text())
    assert first["data"]["text"] == "open a booking"
    assert first["predictions"][0]["model_version"] == "Robin"


def test_without_a_terminal_it_says_what_to_do(here: Path) -> None:
    done = run(*LABEL, cwd=here)
    assert done.returncode == 2
    assert "labelling needs a terminal" in done.stderr
    assert "--to label_studio" in done.stderr
    assert not (here / "labels.jsonl").exists()


@needs_terminal
@pytest.mark.parametrize(
    ("content", "log", "complaint"),
    [
        ("", None, "there are no examples"),
        ("\n# nothing\n", None, "there are no examples"),
        (TEXTS, "text,intent\nhi,greet\n", "labels.jsonl:1: is no log of labels"),
        (TEXTS, "of another file", "these are labels of 'chats.txt'; none of them is about a text of 'chats.txt'"),
        (TEXTS, "damaged", "labels.jsonl:2: this is not JSON"),
    ],
)
def test_files_that_are_wrong_are_answered_in_words(here: Path, content: str, log: str | None, complaint: str) -> None:
    (here / "chats.txt").write_text(content)
    path = here / "labels.jsonl"
    if log == "of another file":
        written(path, decision("something else"))
    elif log == "damaged":
        written(path, decision("table for two"))
        path.write_text(path.read_text().replace('{"text"', "{text"))
    elif log is not None:
        path.write_text(log)
    before = path.read_bytes() if path.exists() else None

    with terminal(here, *LABEL, columns=200) as opened:
        assert opened.end() == 2, opened.screen

    assert complaint in opened.screen
    assert "Traceback" not in opened.screen
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_log_is_not_written_over_by_tasks_for_another_tool(here: Path) -> None:
    written(here / "labels.jsonl", decision("table for two"))
    before = (here / "labels.jsonl").read_bytes()
    done = run("data", "label", "chats.txt", "--out", "labels.jsonl", "--to", "doccano", cwd=here)
    assert done.returncode == 2
    assert "is a log of labels, which would be lost" in done.stderr
    assert (here / "labels.jsonl").read_bytes() == before


def test_texts_are_handed_over_without_a_bot_too(here: Path) -> None:
    done = run("data", "label", "chats.txt", "--out", "tasks.jsonl", "--to", "doccano", "--limit", "2", cwd=here)
    assert "2 texts: tasks.jsonl" in done.stdout
    rows = [json.loads(line) for line in (here / "tasks.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["table for two", "cancel my booking"]


def test_a_log_is_converted_and_disagreements_are_settled_on_the_way(here: Path) -> None:
    written(here / "labels.jsonl", decision("one"), decision("two"), decision("two", "cancel", "bob"))
    refused = run("data", "convert", "labels.jsonl", "agreed.csv", "--to", "intents", cwd=here)
    assert refused.returncode == 2
    assert "annotators disagree about 'two'" in refused.stderr

    settle = ("--format", "labels", "--option", "conflicts=bob")
    done = run("data", "convert", "labels.jsonl", "agreed.csv", "--to", "intents", *settle, cwd=here)

    assert done.returncode == 0, done.stderr
    assert (here / "agreed.csv").read_text() == "text,intent\none,book\ntwo,cancel\n"


def test_what_cannot_be_read_is_told_or_passed_over(here: Path) -> None:
    row = '{"id": "%d", "turns": [{"role": "user", "text": "hi %d"}]}\n'
    (here / "talks.jsonl").write_text(row % (1, 1) + "{oops\n" + row % (2, 2))
    to_others = ("data", "label", "talks.jsonl", "--out", "tasks.json", "--to", "label_studio")

    refused = run(*to_others, cwd=here)
    assert refused.returncode == 2
    assert "talks.jsonl:2:" in refused.stderr
    assert not (here / "tasks.json").exists()

    done = run(*to_others, "--on-error", "skip", cwd=here)
    assert done.returncode == 0
    assert "2 texts: tasks.json" in done.stdout
    assert "1 item passed over" in done.stderr
