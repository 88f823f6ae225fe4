"""Configurations made of several files and of environment variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dialog_core.configuration import ConfigPath, ConfigurationError, Loaded, Options, load, validate
from dialog_core.configuration.loading import MAX_EXTENDS

Load = Callable[..., Loaded]


@pytest.fixture
def load_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Writes files and loads the one called bot.yaml."""
    monkeypatch.chdir(tmp_path)

    def write_and_load(files: Mapping[str, str], environ: Mapping[str, str] | None = None) -> Loaded:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        return load("bot.yaml", environ=environ or {})

    return write_and_load


def problems_of(load_files: Load, *arguments: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_files(*arguments)
    return [str(problem) for problem in caught.value.problems]


# --- extends


def test_a_file_is_laid_over_the_one_it_extends(load_files: Load) -> None:
    loaded = load_files(
        {
            "bot.yaml": "extends: base.yaml\nbot: {name: Bob}\ntiers: [[b]]\n",
            "base.yaml": "bot: {name: Aria, language: en}\ntiers: [[a], [c]]\nfallback: Sorry.\n",
        }
    )

    assert loaded.node.plain() == {
        "bot": {"name": "Bob", "language": "en"},
        "tiers": [["b"]],
        "fallback": "Sorry.",
    }
    assert loaded.files == (Path("bot.yaml"), Path("base.yaml"))


def test_lists_of_named_things_are_merged_by_name(load_files: Load) -> None:
    loaded = load_files(
        {
            "bot.yaml": "extends: base.yaml\npolicies: [{name: faq, k1: 2}, {name: llm, use: openai}]\n",
            "base.yaml": "policies: [{name: rules, use: rules}, {name: faq, use: bm25, k1: 1}]\n",
        }
    )

    assert loaded.node.plain() == {
        "policies": [
            {"name": "rules", "use": "rules"},
            {"name": "faq", "use": "bm25", "k1": 2},
            {"name": "llm", "use": "openai"},
        ]
    }


@pytest.mark.parametrize("items", ["[{use: a}]", "[{name: x}, {use: a}]", "[{name: x}, {name: x}]", "[a]", "[]"])
def test_other_lists_are_replaced(load_files: Load, items: str) -> None:
    files = {"bot.yaml": f"extends: base.yaml\nitems: {items}\n", "base.yaml": "items: [{name: pii, use: pii}]\n"}
    alone = {"bot.yaml": f"items: {items}\n"}

    assert load_files(files).node.plain() == load_files(alone).node.plain()


@pytest.mark.parametrize("added", ["{use: blocklist, path: own.txt}", "blocklist", "{name: own, use: blocklist}"])
@pytest.mark.parametrize("kept", ["{name: emergencies, use: emergencies}", "{use: emergencies}", "emergencies"])
@pytest.mark.parametrize("section", ["annotators", "policies", "guards", "observers"])
def test_whoever_adds_a_guard_keeps_those_of_the_file_that_is_extended(
    load_files: Load, section: str, kept: str, added: str
) -> None:
    files = {"bot.yaml": f"extends: base.yaml\n{section}: [{added}]\n", "base.yaml": f"{section}: [pii, {kept}]\n"}

    components = load_files(files).node.plain()[section]

    assert [component["use"] for component in components] == ["pii", "emergencies", "blocklist"]


def test_a_component_without_a_name_is_the_one_of_the_base_that_is_called_as_what_it_uses(load_files: Load) -> None:
    base = "guards: [{name: emergencies, use: emergencies, number: '112'}, pii]\n"
    own = "extends: base.yaml\nguards: [{use: pii, on_error: allow}, {use: emergencies, number: '911'}]\n"

    loaded = load_files({"bot.yaml": own, "base.yaml": base})

    assert loaded.node.plain()["guards"] == [
        {"name": "emergencies", "use": "emergencies", "number": "911"},
        {"use": "pii", "on_error": "allow"},
    ]


@pytest.mark.parametrize("items", ["[]", "[{name: x, use: a}, {name: x, use: b}]", "[{number: '112'}]", "pii", "[{}]"])
def test_a_list_of_components_that_is_empty_or_unclear_stands_as_it_is_written(load_files: Load, items: str) -> None:
    files = {"bot.yaml": f"extends: base.yaml\nguards: {items}\n", "base.yaml": "guards: [{name: pii, use: pii}]\n"}
    alone = {"bot.yaml": f"guards: {items}\n"}

    assert load_files(files).node.plain() == load_files(alone).node.plain()


def test_an_explicit_null_removes_and_an_empty_value_does_not(load_files: Load) -> None:
    loaded = load_files(
        {
            "bot.yaml": "extends: base.yaml\na: null\nb: ~\nc:\nnew: null\n",
            "base.yaml": "a: 1\nb: {x: 1}\nc: 3\nd: 4\n",
        }
    )

    assert loaded.node.plain() == {"c": None, "d": 4, "new": None}


def test_a_later_base_is_laid_over_an_earlier_one(load_files: Load) -> None:
    loaded = load_files(
        {
            "bot.yaml": "extends: [one.yaml, two.yaml]\nc: bot\n",
            "one.yaml": "a: one\nb: one\nc: one\n",
            "two.yaml": "b: two\nc: two\n",
        }
    )

    assert loaded.node.plain() == {"a": "one", "b": "two", "c": "bot"}


def test_places_and_relative_paths_survive_merging(load_files: Load, tmp_path: Path) -> None:
    class Bot(Options):
        faq: ConfigPath
        rules: ConfigPath

    loaded = load_files(
        {
            "bot.yaml": "extends: shared/base.yaml\nrules: rules.yaml\n",
            "shared/base.yaml": "extends: ../root.yaml\n\nfaq: faq.yaml\n",
            "root.yaml": "typo: 1\n",
        }
    )
    node = loaded.node

    assert node.find(["faq"]).position == (Path("shared/base.yaml"), 3, 6)
    assert node.key_position("typo") == (Path("shared/../root.yaml"), 1, 1)
    with pytest.raises(ConfigurationError, match=r"root\.yaml:1:1: typo: unknown key"):
        validate(Bot, node)
    (tmp_path / "root.yaml").write_text("{}\n")
    bot = validate(Bot, load("bot.yaml").node)
    assert (bot.faq, bot.rules) == (tmp_path / "shared" / "faq.yaml", tmp_path / "rules.yaml")


def test_files_that_extend_each_other_are_refused_naming_the_circle(load_files: Load) -> None:
    files = {"bot.yaml": "extends: a.yaml\n", "a.yaml": "x: 1\nextends: [b.yaml]\n", "b.yaml": "extends: ./a.yaml\n"}

    assert problems_of(load_files, files) == [
        "b.yaml:1:10: extends: the file extends itself: a.yaml -> b.yaml -> a.yaml."
        " Remove this `extends`, or move what both need to a third file."
    ]
    assert "bot.yaml -> bot.yaml" in problems_of(load_files, {"bot.yaml": "extends: bot.yaml\n"})[0]


def test_two_files_may_extend_the_same_third(load_files: Load) -> None:
    loaded = load_files(
        {
            "bot.yaml": "extends: [a.yaml, b.yaml]\n",
            "a.yaml": "extends: base.yaml\na: 1\n",
            "b.yaml": "extends: base.yaml\nb: 1\n",
            "base.yaml": "base: 1\n",
        }
    )

    assert loaded.node.plain() == {"base": 1, "a": 1, "b": 1}
    assert len(loaded.files) == 4


def test_a_ladder_of_files_is_read_once_each(load_files: Load) -> None:
    files = {f"{n}.yaml": f"extends: [{n + 1}.yaml, {n + 1}.yaml]\nv{n}: {n}\n" for n in range(14)}
    files |= {"bot.yaml": "extends: [0.yaml, 0.yaml]\n", "14.yaml": "v14: 14\n"}

    assert load_files(files).node.plain() == {f"v{n}": n for n in range(15)}


def test_a_chain_has_an_end(load_files: Load) -> None:
    files = {f"{n}.yaml": f"extends: {n + 1}.yaml\n" for n in range(50)} | {"bot.yaml": "extends: 0.yaml\n"}

    (told,) = problems_of(load_files, files)
    assert f"more than {MAX_EXTENDS} files" in told


def test_a_missing_base_is_reported_where_it_is_named(load_files: Load) -> None:
    files = {"bot.yaml": "name: x\nextends:\n  - shared/bse.yaml\n", "shared/base.yaml": "a: 1\n"}

    assert problems_of(load_files, files) == [
        "bot.yaml:3:5: extends[0]: there is no file 'shared/bse.yaml' in '.'. Did you mean 'base.yaml'?"
    ]


@pytest.mark.parametrize("value", ["5", "", "null", "{a: b}", "[[a]]", "''", "true"])
def test_extends_takes_paths_only(load_files: Load, value: str) -> None:
    (told,) = problems_of(load_files, {"bot.yaml": f"extends: {value}\n"})

    assert "needs the path of a file" in told


def test_a_directory_cannot_be_extended(load_files: Load) -> None:
    (told,) = problems_of(load_files, {"bot.yaml": "extends: shared\n", "shared/base.yaml": "a: 1\n"})

    assert told.startswith("shared: is a directory, not a file")


def test_extends_may_name_a_variable(load_files: Load) -> None:
    files = {"bot.yaml": "extends: ${STAGE}.yaml\n", "live.yaml": "a: 1\n"}

    assert load_files(files, {"STAGE": "live"}).node.plain() == {"a": 1}
    (told,) = problems_of(load_files, files)
    assert told.startswith("bot.yaml:1:10: extends: the environment variable STAGE is not set")
    (told,) = problems_of(load_files, {"bot.yaml": "extends: ${STAGE}\n"}, {"STAGE": "5"})
    assert "needs the path of a file" in told


def test_the_mistakes_of_all_files_are_reported_at_once(load_files: Load) -> None:
    files = {
        "bot.yaml": "extends: [a.yaml, b.yaml, nowhere.yaml]\nkey: ${KEY}\n",
        "a.yaml": "x: 1\nx: 2\n",
        "b.yaml": "y: [1\n",
    }

    assert [told.split(": ")[0] for told in problems_of(load_files, files)] == [
        "a.yaml:2:1",
        "b.yaml:2:1",
        "bot.yaml:1:27",
        "bot.yaml:2:6",
    ]


def test_a_file_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    for name in ("bot.yaml", "\0"):
        with pytest.raises(ConfigurationError):
            load(tmp_path / name)


# --- environment variables


def test_variables_are_filled_in(load_files: Load) -> None:
    files = {"bot.yaml": 'url: http://${HOST}:${PORT:-8000}/v1\nlist: ["${HOST}"]\nplain: $HOST $ {HOST}\n'}

    assert load_files(files, {"HOST": "h"}).node.plain() == {
        "url": "http://h:8000/v1",
        "list": ["h"],
        "plain": "$HOST $ {HOST}",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${X}", 8000),
        ('"${X}"', "8000"),
        ("'${X}'", "8000"),
        ("${X}0", "80000"),
        ("${NO:-true}", True),
        ("${NO:-}", None),
        ("${EMPTY}", None),
        ("${EMPTY:-b}", "b"),
        ("${NO:-a b:c}", "a b:c"),
        ("$${X}", "${X}"),
        ("$$${X}", "$${X}"),
        ("a $${ b", "a ${ b"),
        ("${NESTED}", "${X}"),
    ],
)
def test_a_lone_variable_is_read_like_any_value(load_files: Load, text: str, value: Any) -> None:
    environ = {"X": "8000", "EMPTY": "", "NESTED": "${X}"}

    result = load_files({"bot.yaml": f"key: {text}\n"}, environ).node.find(["key"]).value

    assert (type(result), result) == (type(value), value)


def test_a_missing_variable_is_reported_with_what_to_do(load_files: Load) -> None:
    files = {"bot.yaml": "llm:\n  keys: [a, 'x ${API_KEY} ${OTHER}']\n"}

    assert problems_of(load_files, files) == [
        "bot.yaml:2:13: llm.keys[1]: the environment variable API_KEY is not set."
        " Set it: export API_KEY=... or give a default: ${API_KEY:-...}",
        "bot.yaml:2:13: llm.keys[1]: the environment variable OTHER is not set."
        " Set it: export OTHER=... or give a default: ${OTHER:-...}",
    ]


@pytest.mark.parametrize("text", ["'${'", "'${}'", "'${1X}'", "'${A B}'", "'${X'", "'${X:y}'", "'${${X}}'"])
def test_what_is_no_reference_is_reported(load_files: Load, text: str) -> None:
    told = problems_of(load_files, {"bot.yaml": f"key: {text}\n"}, {"X": "1"})[0]

    assert "is not a reference to an environment variable" in told
    assert "`$${` for a plain `${`" in told


def test_a_variable_matters_only_where_its_value_survives(load_files: Load) -> None:
    files = {"bot.yaml": "extends: base.yaml\nkey: mine\nllm: null\n", "base.yaml": "key: ${A}\nllm: {k: '${B}'}\n"}

    assert load_files(files).node.plain() == {"key": "mine"}


def test_the_variables_of_the_process_are_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOG_TEST_NAME", "Aria")
    (tmp_path / "bot.yaml").write_text("name: ${DIALOG_TEST_NAME}\n")

    assert load(tmp_path / "bot.yaml").node.plain() == {"name": "Aria"}


def test_an_error_does_not_show_the_value_of_a_variable(load_files: Load) -> None:
    class Bot(Options):
        limit: int

    node = load_files({"bot.yaml": "limit: ${SECRET}\n"}, {"SECRET": "hunter2"}).node

    with pytest.raises(ConfigurationError) as caught:
        validate(Bot, node)
    assert str(caught.value) == "bot.yaml:1:8: limit: needs a whole number, not the value of `${SECRET}`"


def test_a_long_text_of_unfinished_references_is_read_once(load_files: Load) -> None:
    told = problems_of(load_files, {"bot.yaml": f"key: '{'${a:-' * 100_000}'\n"})

    assert len(told) == 1
