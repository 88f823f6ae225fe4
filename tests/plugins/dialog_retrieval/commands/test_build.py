"""`dialog-core knowledge build`, as people run it."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_retrieval.knowledge.store import EntryStore
from tests.dialog_core.cli.command import COMMAND, run
from tests.plugins.dialog_retrieval.knowledge.parts import entry, write_bot, write_faq

SLOW_READER = '''
"""A plugin whose reader never comes to an end, and whose policy has an index of its own."""

import time
from pathlib import Path

from dialog_core import Candidate, Component, hookimpl
from dialog_core.configuration import Options
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import IndexReport


class Endless(Component):
    def read(self, path):
        yield KnowledgeEntry("one", ("One?",), "1")
        Path("reading").touch()
        time.sleep(60)


class Own(Component):
    @classmethod
    def build_index(cls, options, context, progress, *, force):
        progress.stage("thinking", 2)
        return IndexReport("built", {"kind": "own [red]", "documents": 7, "bytes": 12_345_678, "recall": 0.987})

    def propose(self, turn):
        return [Candidate("own", 1.0)]


@hookimpl
def dialog_register(registry):
    registry.reader("endless", "own_plugin:Endless")
    registry.policy("own", "own_plugin:Own")
'''


def answer(bot: Path, text: str) -> str:
    with Bot.load(bot) as loaded:
        return loaded.reply(text).text


def test_what_is_new_is_read_and_indexed_and_the_second_time_nothing_is(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    done = run("knowledge", "build", "bot.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "knowledge faq: reading"
    assert "knowledge faq: 3 entries" in lines
    assert lines[-5].split() == ["knowledge", "entries", "added", "changed", "removed"]
    assert lines[-4].split() == ["faq", "3", "3", "0", "0"]
    assert lines[-1].split()[:2] == ["search", "built"]

    again = run("knowledge", "build", "bot.yaml", cwd=tmp_path)
    assert "knowledge faq: nothing has changed" in again.stdout
    assert "index search: nothing has changed" in again.stdout
    assert again.stdout.splitlines()[-1].split()[:2] == ["search", "current"]
    assert answer(bot, "what about milk?") == "About milk."


def test_changes_are_counted_and_found_without_making_the_index_anew(tmp_path: Path) -> None:
    ids = [f"spice{number}" for number in range(30)]
    bot = write_bot(tmp_path, ids)
    assert run("knowledge", "build", bot).returncode == 0
    write_faq(tmp_path, [*ids[1:], "salt"], spice7="Hot.")

    done = run("knowledge", "build", bot, "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sources"] == {"faq": {"entries": 30, "read": True, "added": 1, "changed": 1, "removed": 1}}
    assert told["policies"]["search"]["status"] == "updated"
    assert told["errors"] == []
    assert "knowledge faq: reading" in done.stderr
    assert answer(bot, "what about salt?") == "About salt."
    assert answer(bot, "what about spice7?") == "Hot."

    forced = json.loads(run("knowledge", "build", bot, "--json", "--force").stdout)
    assert forced["policies"]["search"]["status"] == "built"
    assert forced["sources"]["faq"] == {"entries": 30, "read": True, "added": 0, "changed": 0, "removed": 0}


def test_a_bot_that_runs_sees_edits_and_builds(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    assert run("knowledge", "build", bot).returncode == 0
    with Bot.load(bot) as loaded:
        assert loaded.reply("what about tea?").text == "About tea."

        with EntryStore.of(bot) as store:
            store.put("faq", [entry("salt"), entry("tea", "Green.")])
        assert loaded.reply("what about salt?").text == "About salt."
        assert loaded.reply("what about tea?").text == "Green."

        write_faq(tmp_path, ("tea", "milk", "sugar", "pepper"), milk="White.")
        assert run("knowledge", "build", bot, "--force").returncode == 0
        assert loaded.reply("what about pepper?").text == "About pepper."
        assert loaded.reply("what about milk?").text == "White."
        assert loaded.reply("what about tea?").text == "Green."  # about which the source says nothing new


def test_a_mistake_in_a_source_is_told_with_its_line_and_costs_nothing(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    assert run("knowledge", "build", bot).returncode == 0
    good = (tmp_path / "faq.jsonl").read_text()
    (tmp_path / "faq.jsonl").write_text(good + "{not JSON\n")

    done = run("knowledge", "build", "bot.yaml", cwd=tmp_path)

    assert done.returncode == 2
    assert "faq.jsonl:4:" in done.stderr
    (tmp_path / "faq.jsonl").write_text(good)
    assert "nothing has changed" in run("knowledge", "build", bot).stdout


@pytest.mark.parametrize(
    ("ids", "said"),
    [((), "faq.jsonl:1"), (("tea", "tea"), "faq.jsonl:2"), (("only",), "")],
    ids=["empty", "an id twice", "one entry"],
)
def test_strange_knowledge_is_a_mistake_or_works(tmp_path: Path, ids: tuple[str, ...], said: str) -> None:
    bot = write_bot(tmp_path, ids)
    done = run("knowledge", "build", bot)
    assert done.returncode == (2 if said else 0)
    assert said in done.stderr
    if not said:
        assert answer(bot, "what about only?") == "About only."


def test_one_policy_can_be_chosen_and_a_wrong_name_is_told_with_the_right_one(tmp_path: Path) -> None:
    text = (write_bot(tmp_path)).read_text() + "  - {name: other, use: bm25, knowledge: faq}\n"
    (tmp_path / "bot.yaml").write_text(text)
    done = run("knowledge", "build", "bot.yaml", "--only", "serach", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no policy 'serach' with an index. Did you mean 'search'?" in done.stderr

    told = json.loads(run("knowledge", "build", "bot.yaml", "--only", "other", "--json", cwd=tmp_path).stdout)
    assert list(told["policies"]) == ["other"]


def test_a_bot_without_knowledge_has_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rules:\n  - {name: hi, when: hi, say: Hello!}\n")
    (tmp_path / "bot.yaml").write_text("version: 1\npolicies: [{use: rules, path: rules.yaml}]\n")
    done = run("knowledge", "build", "bot.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Nothing to do: bot.yaml has no `knowledge:`.\n")
    assert not (tmp_path / "models").exists()


def test_a_store_of_another_version_is_made_anew_and_kept(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    assert run("knowledge", "build", bot).returncode == 0
    path = tmp_path / "models" / "bot" / "knowledge.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    asked = run("ask", "bot.yaml", "what about tea?", cwd=tmp_path)
    assert asked.returncode == 2
    assert "of another version (99; this one is 1). Run: dialog-core knowledge build bot.yaml" in asked.stderr

    done = run("knowledge", "build", bot)
    assert done.returncode == 0, done.stderr
    assert "is kept as knowledge.sqlite.old" in done.stdout
    assert path.with_name("knowledge.sqlite.old").exists()
    assert answer(bot, "what about tea?") == "About tea."


def test_knowledge_the_bot_no_longer_has_leaves_the_store_unless_code_edited_it(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    write_faq(tmp_path, ["hat"], "shop.jsonl")
    write_faq(tmp_path, ["van"], "cars.jsonl")
    small = bot.read_text()
    bot.write_text(small.replace("policies", "  shop: {path: shop.jsonl}\n  cars: {path: cars.jsonl}\npolicies"))
    assert run("knowledge", "build", bot).returncode == 0
    with EntryStore.of(bot) as store:
        store.put("cars", [entry("bus")])

    bot.write_text(small)
    assert run("knowledge", "build", bot).returncode == 0
    with EntryStore.of(bot) as store:
        assert store.names() == ["faq", "cars"]


def test_a_policy_that_cannot_be_built_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    text = """
  - {name: broken, use: bm25, knowledge: faq}
  - {name: fine, use: bm25, knowledge: faq}
"""
    bot = write_bot(tmp_path)
    bot.write_text(bot.read_text() + text.lstrip("\n"))
    directory = tmp_path / "models" / "bot"
    directory.mkdir(parents=True)
    (directory / "broken").write_text("a file where a directory should be")

    done = run("knowledge", "build", bot)

    assert done.returncode == 1
    assert "'broken' could not be built" in done.stderr
    assert "index broken: failed" in done.stdout
    assert done.stdout.splitlines()[-1].split()[:2] == ["fine", "built"]


def test_ctrl_c_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "own_plugin.py").write_text(SLOW_READER)
    metadata = tmp_path / "own_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: own-plugin\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[dialog_core]\nown_plugin = own_plugin\n")
    bot = write_bot(tmp_path)
    own = "plugins: [own_plugin]\npolicies:\n  - own\n"
    bot.write_text(bot.read_text().replace("policies:\n", f"  more: {{path: faq.jsonl, use: endless}}\n{own}"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    process = subprocess.Popen(
        [COMMAND, "knowledge", "build", "bot.yaml"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "reading").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted: what was in use stays in use, and what was done is kept" in err
    assert out.splitlines()[-1].split() == ["faq", "3", "3", "0", "0"]
    with EntryStore.of(bot) as store:
        assert store.names() == ["faq"]


def test_a_policy_of_somebody_elses_is_built_too(tmp_path: Path) -> None:
    (tmp_path / "own_plugin.py").write_text(SLOW_READER)
    metadata = tmp_path / "own_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: own-plugin\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[dialog_core]\nown_plugin = own_plugin\n")
    bot = write_bot(tmp_path)
    bot.write_text(bot.read_text().replace("policies:\n", "plugins: [own_plugin]\npolicies:\n  - own\n"))

    done = run("knowledge", "build", bot, PYTHONPATH=str(tmp_path))

    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("own "))
    assert row.split() == ["own", "built", "own", "[red]", "7", "12.3", "MB", "0.987", "0.0"]
