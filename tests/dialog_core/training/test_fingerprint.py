"""What makes a new training necessary, and what does not."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.testing import write_bot
from dialog_core.training.fingerprint import recipe
from dialog_core.training.hashing import hash_path
from dialog_core.training.options_json import OptionsDescriber
from tests.training_parts import BOT, WORDS, spec_of

FILES = {"words.txt": WORDS, "ignored.txt": "a\n", "extra/one.txt": "x\n", "extra/two.txt": "y\n", "small/w.bin": "0\n"}
FULL = BOT.replace(
    "{use: counts, name: words}",
    "{use: counts, name: words, ignored: ignored.txt, encoder: {use: small, path: small}}",
).replace("data: words.txt", "data: words.txt, extra: [extra]")


def fingerprint(bot: Path, name: str = "words", *, version: int = 1, seed: int = 0, **builds_on: str) -> str:
    spec = spec_of(bot)
    entry = next(entry for entry in spec.training if entry.name == name)
    return recipe(spec, entry, trainer_version=version, builds_on=builds_on, seed=seed).fingerprint


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return write_bot(tmp_path / "bot", FULL, **FILES)


def rewrite(old: str, new: str) -> Callable[[Path], None]:
    def change(bot: Path) -> None:
        text = bot.read_text()
        assert old in text
        bot.write_text(text.replace(old, new))

    return change


def write(name: str, text: str) -> Callable[[Path], None]:
    return lambda bot: (bot.parent / name).write_text(text) and None


@pytest.mark.parametrize(
    "change",
    [
        write("words.txt", "other\n"),
        write("ignored.txt", "other\n"),
        write("extra/two.txt", "other\n"),
        write("extra/three.txt", "y\n"),
        write("small/w.bin", "1\n"),
        lambda bot: os.rename(bot.parent / "extra" / "one.txt", bot.parent / "extra" / "three.txt"),
        rewrite("name: words, ", "name: words, fold: false, "),
        rewrite("data: words.txt", "scale: 2, data: words.txt"),
        rewrite(", ignored: ignored.txt", ""),
        rewrite("version: 1", "version: 1\nbot: {language: de}"),
    ],
    ids=[
        "data",
        "a file an option names",
        "a file in a directory",
        "a new file in a directory",
        "the weights of a component within",
        "a file's name in a directory",
        "an option of the component",
        "an option of the trainer",
        "an option left out",
        "the language",
    ],
)
def test_it_changes_with_everything_that_is_learnt_from(bot: Path, change: Callable[[Path], None]) -> None:
    before = fingerprint(bot)
    change(bot)
    assert fingerprint(bot) != before


def test_it_changes_with_seed_version_and_what_is_built_on(bot: Path) -> None:
    found = [
        fingerprint(bot),
        fingerprint(bot, seed=1),
        fingerprint(bot, version=2),
        fingerprint(bot, echo="aa"),
        fingerprint(bot, echo="ab"),
    ]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda bot: os.utime(bot.parent / "words.txt", (1, 1)),
        lambda bot: os.rename(bot.parent / "ignored.txt", bot.parent / "i.txt") or rewrite("ignored.txt", "i.txt")(bot),
        rewrite("name: words, ", "name: words, top: 3, timeout: 3s, "),
        rewrite("data: words.txt", "data: words.txt, gate: gate.txt"),
        rewrite("prefix: Aha", "prefix: Oho"),
        write("extra/.swp", "an editor's"),
        rewrite("  - {component: ranking}\n", ""),
    ],
    ids=[
        "times",
        "a file's name",
        "options for serving only",
        "options for speed only",
        "another component",
        "hidden files",
        "what is trained beside it",
    ],
)
def test_it_stays_whatever_else_changes(bot: Path, change: Callable[[Path], None]) -> None:
    before = fingerprint(bot)
    change(bot)
    assert fingerprint(bot) == before


def test_an_option_that_came_later_counts_only_where_it_is_set(bot: Path) -> None:
    spec = spec_of(bot)
    entry = next(entry for entry in spec.training if entry.name == "words")
    described = OptionsDescriber(spec.plugins.registry, bot.parent).describe(entry.trainer, entry.options, "training")
    assert "scale" in described
    assert "part" not in described, "what was trained before there was such an option still holds"

    before = fingerprint(bot)
    rewrite("data: words.txt", "part: '', data: words.txt")(bot)
    assert fingerprint(bot) == before
    rewrite("part: ''", "part: train")(bot)
    assert fingerprint(bot) != before


def test_it_is_the_same_wherever_the_bot_stands(bot: Path, tmp_path: Path) -> None:
    shutil.copytree(bot.parent, tmp_path / "elsewhere")
    assert fingerprint(tmp_path / "elsewhere" / "bot.yaml") == fingerprint(bot)


def test_the_knowledge_a_component_names_is_part_of_it(tmp_path: Path) -> None:
    text = """
    version: 1
    knowledge: {faq: {path: faq.lines}, other: {path: other.lines}}
    policies: [{use: echoing, knowledge: faq}]
    training: [{component: echoing}]
    """
    bot = write_bot(tmp_path, text, **{"faq.lines": "a", "other.lines": "b"})
    before = fingerprint(bot, "echoing")

    (tmp_path / "other.lines").write_text("c")
    assert fingerprint(bot, "echoing") == before

    (tmp_path / "faq.lines").write_text("c")
    assert fingerprint(bot, "echoing") != before


@given(st.dictionaries(st.text("abc/", min_size=1, max_size=5).map(lambda name: name.strip("/") or "a"), st.binary()))
def test_a_directory_hashes_alike_only_if_names_and_contents_are_alike(contents: dict[str, bytes]) -> None:
    import tempfile

    def written(directory: Path) -> str:
        for name, content in contents.items():
            file = directory / name.replace("/", "-")
            file.write_bytes(content)
        return hash_path(directory)

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first = written(Path(one))
        assert written(Path(two)) == first
        (Path(two) / "one-more").write_bytes(b"")
        assert hash_path(Path(two)) != first
