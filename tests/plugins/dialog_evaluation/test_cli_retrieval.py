"""`dialog-core evaluate retrieval`, as people run it."""

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialog_core.plugins import installed_plugins
from tests.dialog_core.cli.command import COMMAND, run

FAQ = """\
id,question,answer
opening,When do you open?,At 9.
tickets,How much is a ticket?,Ten pounds.
way,How do I get to the museum?,By bus.
"""
QUESTIONS = """\
question,entry
when are you open,opening
what is a ticket,tickets
how to get there,way
do you sell cheese,out_of_scope
"""
BOT = """
version: 1
bot: {name: Museum}
knowledge: {faq: {path: faq.csv}}
policies: [{use: bm25, name: words, knowledge: faq}]
store: {use: sqlite, path: conversations.db}
"""

MODULE = '''
import sys
import time

from dialog_core import Candidate, Component, hookimpl
from dialog_core.configuration import Options
from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit


class Oracle(Component[Options]):
    """Finds entries of its own: one for each first letter of a message, slowly where that is `!`."""

    def search(self, turn, top_k):
        letter = turn.text[0]
        if letter == "!":
            print("asked", file=sys.stderr, flush=True)
            time.sleep(60)
        return [Hit(KnowledgeEntry(f"letter-{letter}", (letter,), letter), "alphabet", 0.8)]

    def propose(self, turn):
        return [Candidate(hit.entry.answer, hit.score) for hit in self.search(turn, 1)]


@hookimpl
def dialog_register(registry):
    registry.policy("oracle", "dialog_oracle:Oracle")
'''


@pytest.fixture
def museum(tmp_path: Path) -> Path:
    for name, content in (("faq.csv", FAQ), ("questions.csv", QUESTIONS), ("bot.yaml", BOT)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_figures_are_printed_and_written_as_json_and_as_a_page(museum: Path) -> None:
    done = run(
        "evaluate", "retrieval", "bot.yaml", "questions.csv", "--json", "out/r.json", "--html", "r.html", cwd=museum
    )
    assert done.returncode == 0, done.stderr
    assert "Museum: 4 questions of questions.csv" in done.stdout
    assert "3 with an answer, 1 without" in done.stdout
    assert "Recall@1" in done.stdout
    found = json.loads((museum / "out" / "r.json").read_text(encoding="utf-8"))
    assert found["retrievers"]["words"]["figures"]["recall_at_10"] == 1.0
    assert found["retrievers"]["words"]["seconds"]["p50"] > 0
    assert (museum / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_of_a_file_with_several_parts_one_is_measured_with(museum: Path) -> None:
    rows = [("when are you open", "opening", "train"), ("what is a ticket", "tickets", "test")]
    lines = (json.dumps({"question": text, "entry": entry, "split": part}) for text, entry, part in rows)
    (museum / "asked.jsonl").write_text("\n".join(lines), encoding="utf-8")
    whole = run("evaluate", "retrieval", "bot.yaml", "asked.jsonl", cwd=museum)
    assert whole.returncode == 2
    assert "has several parts: train (1), test (1). Say which is meant: `--split test`." in whole.stderr
    done = run("evaluate", "retrieval", "bot.yaml", "asked.jsonl", "--split", "test", cwd=museum)
    assert done.returncode == 0, done.stderr
    assert "Museum: 1 question" in done.stdout


def test_nothing_is_stored(museum: Path) -> None:
    assert run("evaluate", "retrieval", "bot.yaml", "questions.csv", cwd=museum).returncode == 0
    database = museum / "conversations.db"
    if database.exists():
        with sqlite3.connect(database) as store:
            assert store.execute("select count(*) from events").fetchone() == (0,)


def test_several_retrievers_are_compared_and_some_can_be_chosen(museum: Path) -> None:
    more = BOT.replace("knowledge: faq}]", "knowledge: faq}, {use: bm25, name: letters, knowledge: faq, k1: 0.3}]")
    (museum / "bot.yaml").write_text(more, encoding="utf-8")
    done = run("evaluate", "retrieval", "bot.yaml", "questions.csv", cwd=museum)
    assert "words against" in done.stdout
    assert "may be chance" in done.stdout
    chosen = run("evaluate", "retrieval", "bot.yaml", "questions.csv", "--retriever", "letters", cwd=museum)
    assert "letters" in chosen.stdout
    assert "words" not in chosen.stdout


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("who are you,openning", "questions.csv:6:1: no knowledge has the entry 'openning'. Did you mean 'opening'?"),
        ("who are you,", "questions.csv:6:1: has no"),
        ("do you sell cheese,way", "questions.csv:6:1: line 5 says otherwise about the same question"),
    ],
)
def test_bad_rows_are_told_with_their_lines(museum: Path, row: str, told: str) -> None:
    (museum / "questions.csv").write_text(f"{QUESTIONS}{row}\n", encoding="utf-8")
    done = run("evaluate", "retrieval", "bot.yaml", "questions.csv", cwd=museum)
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--retriever", "word"), "Did you mean 'words'?"),
        (("--json", "bot.yaml/r.json"), "cannot be written"),
        (("--html", "bot.yaml/r.html"), "cannot be written"),
        (("--top-k", "5"), "top-k"),
    ],
)
def test_wrong_use_ends_with_status_2(museum: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("evaluate", "retrieval", "bot.yaml", "questions.csv", *arguments, cwd=museum)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_bot_that_searches_nothing_is_told_so(museum: Path) -> None:
    (museum / "rules.yaml").write_text("rules: [{name: hi, when: hi, say: Hello.}]\n", encoding="utf-8")
    (museum / "bot.yaml").write_text("version: 1\npolicies: [{use: rules, path: rules.yaml}]\n", encoding="utf-8")
    done = run("evaluate", "retrieval", "bot.yaml", "questions.csv", cwd=museum)
    assert done.returncode == 2
    assert "none of the bot's policies searches knowledge" in done.stderr


def test_without_the_extra_the_command_to_install_it_is_told(museum: Path) -> None:
    blocked = museum / "blocked"
    blocked.mkdir()
    (blocked / "ir_measures.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'ir_measures'\", name='ir_measures')\n", encoding="utf-8"
    )
    path = os.pathsep.join(filter(None, (str(blocked), os.environ.get("PYTHONPATH", ""))))
    done = run("evaluate", "retrieval", "bot.yaml", "questions.csv", cwd=museum, PYTHONPATH=path)
    assert done.returncode == 2
    assert "pip install 'dialog-core[evaluate]'" in done.stderr


@pytest.fixture
def oracle(museum: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a plugin of a third party, as far as Python can tell, and name it in the bot file."""
    site = museum / "site"
    info = site / "dialog_core_oracle-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dialog-core-oracle\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dialog_core]\noracle = dialog_oracle\n", encoding="utf-8")
    (site / "dialog_oracle.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", "")))))
    installed_plugins.cache_clear()
    both = BOT.replace("policies: [", "plugins: oracle\npolicies: [{use: oracle}, ")
    (museum / "bot.yaml").write_text(both, encoding="utf-8")
    yield museum
    installed_plugins.cache_clear()


def test_retrievers_of_third_parties_are_measured_with_entries_of_their_own(oracle: Path) -> None:
    (oracle / "questions.csv").write_text(f"{QUESTIONS}zebras please,letter-z\n", encoding="utf-8")
    done = run("evaluate", "retrieval", "bot.yaml", "questions.csv", "--json", "r.json", cwd=oracle)
    assert done.returncode == 0, done.stderr
    found = json.loads((oracle / "r.json").read_text(encoding="utf-8"))["retrievers"]
    assert list(found) == ["oracle", "words"]
    assert found["oracle"]["figures"]["recall_at_1"] == pytest.approx(1 / 4)
    assert found["words"]["figures"]["recall_at_1"] >= 0.5


def test_it_can_be_interrupted(oracle: Path) -> None:
    (oracle / "questions.csv").write_text(f"{QUESTIONS}!,opening\n", encoding="utf-8")
    command = [COMMAND, "evaluate", "retrieval", "bot.yaml", "questions.csv", "--json", "r.json"]
    with subprocess.Popen(command, cwd=oracle, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        printed, told = process.communicate(timeout=30)
    assert (process.returncode, printed, told) == (130, "", "")
    assert not (oracle / "r.json").exists()
