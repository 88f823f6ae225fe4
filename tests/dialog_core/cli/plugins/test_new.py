"""A new plugin: what it may be called, and that its files are there as a whole or not at all."""

import ast
import errno
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.cli.plugins.names import LONGEST, PluginNames, plugin_names
from dialog_core.cli.plugins.scaffold import Scaffold, write_all
from dialog_core.cli.wrong_use import WrongUse
from dialog_core.configuration import parse_yaml
from tests.dialog_core.cli.command import run
from tests.third_party import installed


def scaffold(name: str = "pet_shop", **given: str) -> dict[str, str]:
    said = {"title": "Pet shop", "language": "en", "author": "Ann", "licence": "Apache-2.0", **given}
    return dict(Scaffold(PluginNames(name), **said).files())


@pytest.mark.parametrize(
    "written", ["pet-shop", "Pet_Shop", "dialog-core-pet-shop", "DIALOG_CORE_pet_shop", " pet-shop "]
)
def test_one_plugin_whatever_way_its_name_is_written(written: str) -> None:
    names = plugin_names(written)
    assert (names.name, names.distribution, names.package) == ("pet_shop", "dialog-core-pet-shop", "dialog_pet_shop")
    assert (names.class_prefix, names.title) == ("PetShop", "Pet shop")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("宠物店", "Give an English or pinyin name, such as `kefu`, and what people are to read with --title"),
        ("café", "pip and Python want the letters a to z"),
        ("Pet Shop!", "such as pet-shop"),
        ("../evil", "such as evil"),
        ("3d", "beginning with a letter, such as d"),
        ("", "such as pet-shop"),
        ("a--b", "single hyphens"),
        ("a", "is too short"),
        ("class", "call it class_bot"),
        ("match", "call it match_bot"),
        ("true", "call it true_bot"),
        ("tests", "name its domain"),
        ("a" * (LONGEST + 1), f"a name has {LONGEST} at most"),
        ("rules", "'rules' is a built-in plugin, which is installed here. Call yours something else, such as my-rules"),
        ("bm25", "there is a built-in policy 'bm25'"),
    ],
)
def test_a_name_that_would_not_do_is_refused_with_one_that_does(written: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=re.escape(told)):
        plugin_names(written)


def test_the_name_of_an_installed_plugin_is_taken(tmp_path: Path) -> None:
    with installed(tmp_path, "weather", ""), pytest.raises(WrongUse, match=r"a plugin of dialog-core-weather 1\.0"):
        plugin_names("weather")


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,6}([-_][A-Za-z0-9]{1,6}){0,3}", fullmatch=True) | st.text(max_size=20))
def test_every_name_is_refused_or_makes_files_that_can_be_read(written: str) -> None:
    try:
        names = plugin_names(written)
    except WrongUse:
        return
    files = scaffold(names.name)
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["name"] == names.distribution
    assert project["entry-points"]["dialog_core"] == {names.name: names.package}
    for name, text in files.items():
        assert "__NAME__" not in text
        assert "__PACKAGE__" not in name + text
        if name.endswith(".py"):
            ast.parse(text)
        elif name.endswith(".yaml"):
            parse_yaml(text, Path(name))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("title", ["Pet shop", "宠物店", "Tom's: #1 & more, 100% (really)"])
def test_a_title_stands_wherever_people_read_it(language: str, title: str) -> None:
    files = scaffold(title=title, language=language, author="O'Neil: & Sons #2")
    assert files["README.md"].startswith(f"# {title}\n")
    assert title in tomllib.loads(files["pyproject.toml"])["project"]["description"]
    bot = parse_yaml(files["src/dialog_pet_shop/bots/zh.yaml"], Path("zh.yaml")).plain()
    assert isinstance(bot, dict)
    assert bot["bot"]["name"] == title  # type: ignore[call-overload,index]
    assert f"bots/{language}.yaml" in files["bot.yaml"]


def test_the_licence_is_the_one_that_was_asked_for() -> None:
    assert "Permission is hereby granted" in scaffold(licence="MIT", author="Ann")["LICENSE"]
    assert "Copyright (c) 20" in scaffold(licence="MIT")["LICENSE"]
    assert "Apache License" in scaffold()["LICENSE"]


@pytest.mark.parametrize("written", ["line\nbreak", 'a "quote"', "[link](x)", "back\\slash", "x" * 81, "\x1b[31mred"])
def test_a_title_that_would_break_a_file_is_refused(written: str, tmp_path: Path) -> None:
    done = run("plugins", "new", "pet-shop", "--title", written, cwd=tmp_path)
    assert done.returncode == 2
    assert "--title: takes" in done.stderr
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    there = tmp_path / "dialog-core-pet-shop"
    there.mkdir()
    (there / "notes.txt").write_text("mine")
    done = run("plugins", "new", "pet-shop", cwd=tmp_path)
    assert (done.returncode, "is not empty; name another directory" in done.stderr) == (2, True)
    assert [path.name for path in there.iterdir()] == ["notes.txt"]
    (tmp_path / "file").write_text("mine")
    assert run("plugins", "new", "pet-shop", "file", cwd=tmp_path).returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dialog-core-pet-shop", "file"]


def test_an_empty_directory_is_filled_and_missing_ones_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("plugins", "new", "pet-shop", "empty", cwd=tmp_path).returncode == 0
    assert run("plugins", "new", "pet-shop", "a/b/c", cwd=tmp_path).returncode == 0
    assert (tmp_path / "empty" / "bot.yaml").read_text() == (tmp_path / "a/b/c/bot.yaml").read_text()


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = Path.write_text, []

    def full(path: Path, *arguments: object, **options: object) -> int:
        written.append(path)
        if len(written) > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WrongUse, match="cannot be written: No space left"):
        write_all(tmp_path / "new" / "plugin", scaffold())
    assert not list(tmp_path.iterdir())
