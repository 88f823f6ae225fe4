"""What is old still works for a version, and everybody who uses it is told what to write instead."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from dialog_core import Bot, PluginError, Registry
from dialog_core.configuration import ConfigurationError, Options, parse_yaml, validate
from dialog_core.deprecation import DialogDeprecationWarning, Renamed, deprecated
from dialog_core.testing import TestChat, write_bot
from tests.dialog_core.cli.command import run
from tests.third_party import installed

PLUGIN = """
from typing import Annotated
from pydantic import Field
from dialog_core import Candidate, Component, hookimpl
from dialog_core.configuration import Options
from dialog_core.deprecation import Renamed, deprecated

@deprecated(since="0.1", removed_in="0.3", instead="shout")
def yell(text):
    return text.upper()

class EchoOptions(Options):
    max_length: Annotated[int, Renamed("longest", since="0.1", removed_in="0.3")] = Field(
        default=100, description="How much is repeated."
    )

class Echo(Component[EchoOptions]):
    def propose(self, turn):
        return [Candidate(yell(turn.text)[: self.options.max_length] or "?", 1.0)]

@hookimpl
def dialog_register(registry):
    registry.policy("echo", "dialog_sample:Echo", options="dialog_sample:EchoOptions")
    registry.renamed("policy", "parrot", "echo", since="0.1", removed_in="0.3")
"""
BOT = """
version: 1
plugins: [sample]
policies:
  - use: parrot
    longest: 5
dispatch: {tiers: [[parrot]]}
"""
KEY = "the key 'longest' is deprecated since 0.1 and goes in 0.3. Write 'max_length' instead."
NAME = "the policy 'parrot' is deprecated since 0.1 and goes in 0.3. Write `use: echo` instead."


class Inner(Options):
    wide: Annotated[bool, Renamed("broad", since="1", removed_in="2")] = False


class Outer(Options):
    size: Annotated[int, Renamed("length", since="1", removed_in="2")] = Field(default=1, ge=1)
    inner: Inner = Inner()
    several: tuple[str, ...] = ()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Path]:
    """A bot that says everything the old way, with the plugin it needs."""
    (tmp_path / "site").mkdir()
    with installed(tmp_path / "site", "sample", PLUGIN):
        yield write_bot(tmp_path, BOT)


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_an_old_key_is_read_and_its_place_is_told() -> None:
    node = parse_yaml("several: [a]\nlength: 3\ninner:\n  broad: true\n", Path("some.yaml"))
    with pytest.warns(DialogDeprecationWarning) as caught:
        options = validate(Outer, node)
    assert (options.size, options.inner.wide, options.several) == (3, True, ("a",))
    assert [str(warning.message).split(" is ")[0] for warning in caught] == [
        "some.yaml:2:1: the key 'length'",
        "some.yaml:4:3: the key 'broad'",
    ]


def test_a_mistake_under_an_old_key_is_told_where_it_stands() -> None:
    with pytest.warns(DialogDeprecationWarning), pytest.raises(ConfigurationError, match=r"some\.yaml:1:9"):
        validate(Outer, parse_yaml("length: none", Path("some.yaml")))


def test_both_names_at_once_are_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match=r"is the old name of 'size', which stands here too\. Remove 'length'"):
        validate(Outer, parse_yaml("length: 3\nsize: 4", Path("some.yaml")))


def test_code_may_use_the_old_key_too() -> None:
    with pytest.warns(DialogDeprecationWarning, match="the key 'length' is deprecated since 1 and goes in 2"):
        assert Outer.model_validate({"length": 3}).size == 3


def test_the_new_key_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert validate(Outer, parse_yaml("size: 2\ninner: {wide: true}", Path("some.yaml"))).size == 2
        assert Outer(size=2).size == 2


# --- Components -------------------------------------------------------------------------------------------------------


def test_a_renamed_component_is_found_under_both_names() -> None:
    registry = Registry().registering("mine")
    registry.policy("new", "m:C")
    registry.renamed("policy", "old", "new", since="1", removed_in="2")
    with pytest.warns(DialogDeprecationWarning, match="the policy 'old' is deprecated since 1"):
        assert registry.get("policy", "old").name == "new"
    assert registry.names("policy") == ["new"]


def test_a_name_that_is_taken_is_nobodys_old_name() -> None:
    registry = Registry().registering("mine")
    registry.policy("new", "m:C")
    registry.policy("old", "m:C")
    with pytest.raises(PluginError, match="there is one of that name"):
        registry.renamed("policy", "old", "new", since="1", removed_in="2")
    with pytest.raises(PluginError, match="kinds are"):
        registry.renamed("polcy", "older", "new", since="1", removed_in="2")


# --- Functions, classes, parameters -----------------------------------------------------------------------------------


def test_functions_and_classes_warn_whoever_calls_them() -> None:
    @deprecated(since="1", removed_in="2", instead="better")
    def old(x: int) -> int:
        """Say something."""
        return x

    @deprecated(since="1", removed_in="2")
    class Old:
        def __init__(self, x: int) -> None:
            self.x = x

    with pytest.warns(
        DialogDeprecationWarning, match=r"old is deprecated since 1 and goes in 2\. Write better"
    ) as caught:
        assert old(1) == 1
    assert caught[0].filename == __file__
    with pytest.warns(DialogDeprecationWarning, match=r"Old is deprecated") as caught:
        assert Old(2).x == 2
    assert caught[0].filename == __file__
    assert (old.__doc__, isinstance(Old, type)) == ("Say something.", True)


async def test_an_async_function_warns_when_it_is_awaited() -> None:
    @deprecated(since="1", removed_in="2")
    async def old() -> int:
        return 1

    with pytest.warns(DialogDeprecationWarning):
        assert await old() == 1


def test_only_who_gives_a_deprecated_parameter_is_told() -> None:
    @deprecated(since="1", removed_in="2", parameter="slow")
    def work(x: int, slow: bool = False) -> int:
        return x

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert work(1) == 1
    for call in (lambda: work(1, True), lambda: work(1, slow=False)):
        with pytest.warns(DialogDeprecationWarning, match="the parameter 'slow' of"):
            call()
    with pytest.raises(TypeError, match="no parameter 'fast'"):
        deprecated(since="1", removed_in="2", parameter="fast")(work)


# --- A plugin, from end to end ----------------------------------------------------------------------------------------


def test_the_bot_answers_as_before(sample: Path) -> None:
    with pytest.warns(DialogDeprecationWarning) as caught, Bot.load(sample) as bot:
        TestChat(bot).user("hello there").policy("parrot").bot("HELLO")
    told = [str(warning.message) for warning in caught]
    assert f"{sample}:4:10: {NAME}" in told
    assert f"{sample}:5:5: {KEY}" in told


def test_check_lists_what_is_old_and_finds_no_problem(sample: Path) -> None:
    done = run("check", sample.name, cwd=sample.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if line.startswith("Deprecated: ")] == [
        f"Deprecated: bot.yaml:4:10: {NAME}",
        f"Deprecated: bot.yaml:5:5: {KEY}",
    ]


def test_ask_tells_each_once_on_standard_error_and_answers(sample: Path) -> None:
    lines = "".join(f'{{"id": {number}, "text": "hello"}}\n' for number in range(3))
    done = run("ask", sample.name, "--jsonl", input=lines, cwd=sample.parent)
    assert done.stdout.count('"HELLO"') >= 3
    told = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    yell = "warning: yell is deprecated since 0.1 and goes in 0.3. Write shout instead."
    assert sorted(told) == sorted([f"warning: bot.yaml:4:10: {NAME}", f"warning: bot.yaml:5:5: {KEY}", yell])


def test_pytest_shows_it_among_its_warnings(sample: Path) -> None:
    (sample.parent / "pytest.ini").write_text("[pytest]\ndialog_bot = bot.yaml\n")
    (sample.parent / "test_it.py").write_text("def test_it(chat): chat.user('hello').bot('HELLO')\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    done = subprocess.run(command, cwd=sample.parent, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "DialogDeprecationWarning" in done.stdout
    assert "'max_length' instead" in done.stdout


def test_plugins_check_shows_what_the_plugin_itself_uses(sample: Path, tmp_path: Path) -> None:
    code = PLUGIN + '\nyell("while importing")\n'
    (tmp_path / "site" / "dialog_sample.py").write_text(code)
    done = run("plugins", "check", "sample", "--no-contracts")
    assert "  ! in use  " in done.stdout
    assert "yell is deprecated since 0.1" in done.stdout
    assert "1 deprecated" in done.stdout.splitlines()[-1]
