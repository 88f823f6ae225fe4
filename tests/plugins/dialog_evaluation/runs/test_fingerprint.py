import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core import Bot, read_bot_file
from dialog_evaluation.runs.fingerprint import bot_facts, checksum, fingerprint
from tests.plugins.dialog_evaluation.runs.talks import shop


def of(bot: Path) -> str:
    spec = read_bot_file(bot, training=False)
    with Bot.of(spec) as loaded:
        return fingerprint(bot_facts(spec, loaded))


def rewrite(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        text = (directory / file).read_text(encoding="utf-8")
        assert old in text
        (directory / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    "change",
    [
        rewrite("faq.yaml", "nine", "ten"),
        rewrite("rules.yaml", "Hello!", "Hi!"),
        rewrite("flows.yaml", "cancelled", "gone"),
        rewrite("bot.yaml", "I do not know.", "No idea."),
        rewrite("bot.yaml", "[[rules, tasks], [faq]]", "[[rules, tasks, faq]]"),
        rewrite("bot.yaml", "use: bm25", "use: bm25, top_k: 2"),
        rewrite("bot.yaml", "fallback", "guards: [{use: groundedness}]\nfallback"),
    ],
)
def test_whatever_decides_an_answer_is_in_it(tmp_path: Path, change: Callable[[Path], None]) -> None:
    bot = shop(tmp_path)
    before = of(bot)
    change(tmp_path)
    assert of(bot) != before


@pytest.mark.parametrize(
    "change",
    [
        rewrite("bot.yaml", "version: 1", "# a comment\nversion: 1"),
        rewrite("bot.yaml", "use: sqlite, path: conversations.db", "use: memory"),
        rewrite("bot.yaml", "fallback", "training: []\nfallback"),
        lambda directory: (directory / "notes.txt").write_text("hm", encoding="utf-8"),
    ],
)
def test_what_decides_no_answer_is_not(tmp_path: Path, change: Callable[[Path], None]) -> None:
    bot = shop(tmp_path)
    before = of(bot)
    change(tmp_path)
    assert of(bot) == before


def test_the_same_bot_elsewhere_is_the_same_bot(tmp_path: Path) -> None:
    before = of(shop(tmp_path / "one"))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert of(tmp_path / "two" / "bot.yaml") == before


def test_a_variable_of_the_environment_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = shop(tmp_path)
    rewrite("bot.yaml", "I do not know.", "${SORRY}")(tmp_path)
    monkeypatch.setenv("SORRY", "I do not know.")
    one = of(bot)
    monkeypatch.setenv("SORRY", "No idea.")
    assert of(bot) != one


def test_the_checksum_of_a_folder_is_that_of_its_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.md").write_text("a", encoding="utf-8")
    first = checksum(folder)
    (folder / ".hidden").write_text("x", encoding="utf-8")
    assert checksum(folder) == first
    (folder / "deep" / "a.md").rename(folder / "deep" / "b.md")
    assert checksum(folder) != first
    assert checksum(tmp_path / "none") == "missing"


def test_a_bot_without_what_it_can_do_without_is_another_bot(tmp_path: Path) -> None:
    with_all = shop(tmp_path / "all")
    without = shop(tmp_path / "some")
    text = without.read_text()
    without.write_text(f"{text}plugins: [{{name: not_there, optional: true}}]\n")
    assert of(without) != of(with_all)
    with Bot.load(without) as bot:
        told = bot_facts(read_bot_file(without), bot)
    assert told["plugins"] == []
    assert told["left out"] == ["left out: plugin not_there"]
