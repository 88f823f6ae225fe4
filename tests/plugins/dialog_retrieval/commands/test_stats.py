"""`dialog-core knowledge stats`, as people run it."""

import json
from datetime import date
from pathlib import Path

from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.commands.counting import count
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_retrieval.knowledge.parts import write_bot, write_faq

ENTRIES = r"""entries:
  - {id: hours, questions: [When are you open?, Opening hours], answer: Nine to five., tags: [shop], language: en}
  - {id: times, question: "when are you open", answer: Always., tags: [shop, "ti\e[2Jme"]}
  - {id: smile, question: "😀 !", answer: Smile.}
  - {id: sale, question: Is there a sale?, answer: "It was great, and it is over.", valid_until: 2020-01-01}
  - {id: later, question: What comes?, answer: News., valid_from: 2999-01-01}
"""


def test_it_counts_and_names_what_looks_wrong(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    (tmp_path / "faq.yaml").write_text(ENTRIES, encoding="utf-8")
    bot.write_text(bot.read_text().replace("faq.jsonl", "faq.yaml"))

    done = run("knowledge", "stats", "bot.yaml", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[1].split() == ["faq", "5", "6", "0", "1", "1"]
    assert "languages: en 1" in lines
    assert "tags: shop 2, time 1" in lines
    assert "longest answer: 29 characters, sale" in lines
    assert "same question in several entries: 1" in lines
    assert "when are you open  hours, times" in lines
    assert "nobody can find, for want of words: 1: smile" in lines
    assert lines[-1].split() == ["search", "in", "memory", "-", "-", "-", "-", "-"]
    assert "\x1b" not in done.stdout


def test_it_tells_of_each_index_whether_it_is_good(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    assert run("knowledge", "build", bot).returncode == 0
    told = json.loads(run("knowledge", "stats", bot, "--json").stdout)
    assert told["sources"]["faq"]["entries"] == 3
    assert told["indexes"]["search"]["status"] == "current"
    assert told["indexes"]["search"]["details"]["entries"] == 3
    assert told["indexes"]["search"]["built_at"]

    write_faq(tmp_path, ["tea"])
    outdated = run("knowledge", "stats", "bot.yaml", cwd=tmp_path).stdout
    assert "search: is not of the knowledge as it is now" in outdated
    assert outdated.endswith("Run: dialog-core knowledge build bot.yaml\n")

    pointer = tmp_path / "models" / "bot" / "search" / "index" / "current.json"
    pointer.write_text("{")
    assert json.loads(run("knowledge", "stats", bot, "--json").stdout)["indexes"]["search"]["status"] == "damaged"


def test_the_parts_of_a_hybrid_have_indexes_of_their_own(tmp_path: Path) -> None:
    bot = write_bot(tmp_path)
    hybrid = "{name: both, use: hybrid, knowledge: faq, retrievers: [bm25, {use: bm25, name: other}]}"
    bot.write_text(bot.read_text().replace("{name: search, use: bm25, knowledge: faq}", hybrid))
    assert run("knowledge", "build", bot).returncode == 0
    told = json.loads(run("knowledge", "stats", bot, "--json").stdout)["indexes"]
    assert {name: index["status"] for name, index in told.items()} == {"both.bm25": "current", "both.other": "current"}


def test_a_bot_without_knowledge_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rules:\n  - {name: hi, when: hi, say: Hello!}\n")
    (tmp_path / "bot.yaml").write_text("version: 1\npolicies: [{use: rules, path: rules.yaml}]\n")
    assert run("knowledge", "stats", "bot.yaml", cwd=tmp_path).stdout == "This bot has no knowledge.\n"


def test_headings_of_passages_are_no_questions() -> None:
    passages = [KnowledgeEntry(str(number), ("Guide", "Start"), "Begin.", passage=True) for number in range(3)]
    silent = KnowledgeEntry("silent", (), "…", passage=True)
    counts = count("docs", [*passages, silent], date(2026, 1, 1))
    assert (counts.entries, counts.passages, counts.phrasings, counts.repeated) == (4, 4, 0, 0)
    assert counts.unfindable_examples == ["silent"]


def test_only_some_examples_are_kept_of_many() -> None:
    many = [KnowledgeEntry(str(number), (f"Same {number // 2}?",), "?") for number in range(100)]
    counts = count("faq", [*many, *(KnowledgeEntry(f"x{number}", ("?",), "") for number in range(50))], date.today())
    assert (counts.repeated, len(counts.repeated_examples)) == (50, 10)
    assert (counts.unfindable, len(counts.unfindable_examples)) == (50, 10)
