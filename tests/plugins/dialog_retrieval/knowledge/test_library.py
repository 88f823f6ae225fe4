"""Knowledge that is read when a bot starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from dialog_core.testing import make_context
from dialog_retrieval.knowledge.conditions import Conditions
from dialog_retrieval.knowledge.library import ListedLibrary, build_command
from tests.plugins.dialog_retrieval.knowledge.parts import context_of, entries, entry, write_bot
from tests.plugins.dialog_retrieval.knowledge.test_stored import DAY

LOADS = """
import sys
from dialog_core import Bot

with Bot.load(sys.argv[1]) as bot:
    for heavy in ("numpy", "sqlite3", "dialog_core.training", "dialog_retrieval.knowledge.stored"):
        assert heavy not in sys.modules, heavy
    print(bot.reply("what about tea?").text)
"""


def test_a_bot_with_small_knowledge_starts_without_anything_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADS, write_bot(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("About tea.\n", "")


def test_the_entries_of_several_sources_have_numbers_in_order() -> None:
    context = make_context(knowledge={"a": entries("tea"), "b": entries("tea", "milk")})
    library = ListedLibrary(["a", "b"], context)
    assert [(item.number, item.knowledge, item.entry.id) for item in library.after(-1)] == [
        (0, "a", "tea"),
        (1, "b", "tea"),
        (2, "b", "milk"),
    ]
    assert [item.number for item in library.after(1)] == [2]
    assert (len(library), library.last, library.revision, library.identity) == (3, 2, 0, "")
    with library.snapshot() as snapshot:
        assert snapshot is library


def test_only_conditions_that_leave_something_out_have_a_mask() -> None:
    context = make_context(knowledge={"faq": [entry("tea"), entry("tee", language="de")]})
    library = ListedLibrary(["faq"], context)
    assert library.allowed(Conditions("de", DAY)) is None
    mask = library.allowed(Conditions("en", DAY))
    assert mask is not None
    assert mask.tolist() == [True, False]
    assert library.allowed(Conditions("en", DAY)) is mask


def test_the_command_names_the_bot_where_it_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = write_bot(tmp_path / "my shop")
    assert build_command(context_of(bot)) == f"dialog-core knowledge build '{bot}'"
    monkeypatch.chdir(tmp_path)
    assert build_command(context_of(bot)) == "dialog-core knowledge build 'my shop/bot.yaml'"
    assert build_command(make_context()) == "dialog-core knowledge build BOT"
