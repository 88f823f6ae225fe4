"""What others build on changes on purpose only, is described, and is tried out somewhere."""

import importlib
import inspect
import json
from typing import Any

import pytest

from dialog_core import hookspecs
from dialog_core.bot_file import BotFile
from tests.public_surface import (
    ROOT,
    SNAPSHOT,
    UPDATE,
    components,
    fields_of,
    hooks,
    is_mentioned,
    is_tried_out,
    options_of,
    parameters,
    public_names,
    surface,
)
from tests.test_imports import PUBLIC_MODULES

UNTRIED_OPTIONS: dict[str, str] = {
    "reader huggingface: revision": "only a hub has branches, and tests have no network",
}
"""Options that no test, bot or page mentions together with their component, each with the reason."""
UNTRIED_COMMANDS: dict[str, str] = {}
"""Options of commands that no test or page mentions together with their command, each with the reason."""


def entries(told: Any) -> set[str]:
    """Return a section of the surface as lines that can be compared."""
    if isinstance(told, list):
        return set(told)
    listed = ((name, [value] if isinstance(value, str) else value or [""]) for name, value in told.items())
    return {f"{name}: {value}" for name, values in listed for value in values}


@pytest.mark.parametrize("section", ["names", "hooks", "components", "commands", "keys"])
def test_the_public_surface_changes_on_purpose_only(section: str) -> None:
    """What goes away or takes other arguments breaks somebody's plugin: deprecate it first, see docs/explanation."""
    before, now = entries(json.loads(SNAPSHOT.read_text())[section]), entries(surface()[section])
    gone, new = sorted(before - now), sorted(now - before)
    assert (gone, new) == ([], []), f"if that is meant, run `{UPDATE}` and say so in CHANGELOG.md"


def test_every_hook_is_described_on_its_page_and_tried_out() -> None:
    page = (ROOT / "docs" / "reference" / "hooks.md").read_text()
    for name in hooks():
        assert inspect.getdoc(getattr(hookspecs, name)), f"{name} has no docstring"
        assert f"## `{name}`" in page, f"{name} is not in the reference: python docs/generate_reference.py"
        assert is_mentioned(name), f"no test implements {name}"


def test_every_option_is_described() -> None:
    silent = [
        f"{entry.kind} {entry.name}: {name}"
        for entry in components()
        for name, field in options_of(entry).items()
        if not (field.description or "").strip()
    ]
    silent += [f"bot file: {name}" for name, field in fields_of(BotFile) if not (field.description or "").strip()]
    assert silent == []


def test_every_option_is_tried_out_somewhere() -> None:
    """Some test, bot, configuration or page has the option's name and that of its component; see `is_tried_out`."""
    untried = [
        f"{entry.kind} {entry.name}: {name}"
        for entry in components()
        for name in options_of(entry)
        if not is_tried_out(entry, name)
    ]
    assert sorted(set(untried) - set(UNTRIED_OPTIONS)) == []
    assert sorted(set(UNTRIED_OPTIONS) - set(untried)) == [], "they are tried out now: remove them from the list"


def test_every_component_is_tried_out_somewhere() -> None:
    assert [f"{entry.kind} {entry.name}" for entry in components() if not is_mentioned(entry.name)] == []


def test_every_option_of_a_command_is_described_and_tried_out() -> None:
    told = list(parameters())
    assert [f"{words} {option}" for words, option, help in told if not help.strip()] == []
    untried = [f"{words} {option}" for words, option, _ in told if not is_mentioned(option, *words.split()[1:][-1:])]
    assert sorted(set(untried) - set(UNTRIED_COMMANDS)) == []
    assert sorted(set(UNTRIED_COMMANDS) - set(untried)) == [], "they are tried out now: remove them from the list"


def test_every_key_of_a_bot_file_is_tried_out_somewhere() -> None:
    assert [name for name, _ in fields_of(BotFile) if not is_mentioned(name.rpartition(".")[2])] == []


def test_every_public_function_and_class_has_a_docstring() -> None:
    silent = [
        f"{module}.{name}"
        for module in sorted(PUBLIC_MODULES)
        for name in public_names(importlib.import_module(module))
        for value in [getattr(importlib.import_module(module), name)]
        if (inspect.isclass(value) or inspect.isfunction(value)) and not inspect.getdoc(value)
    ]
    assert silent == []


def test_what_is_not_mentioned_is_noticed() -> None:
    assert is_mentioned("bm25")
    assert not is_mentioned("an_option_that_" + "nobody_has_written")
    assert not is_mentioned("k1", "a_component_that_" + "nobody_has_written")
