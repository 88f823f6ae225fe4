"""Everything others build on, enumerated: names, components, hooks, commands and keys of bot files.

python -m tests.public_surface      # writes tests/public_surface.json anew, after a change that is meant
"""

import importlib
import inspect
import json
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from typer.main import get_command

from dialog_core import hookspecs
from dialog_core.bot_file import BotFile, entry_model
from dialog_core.cli.main import app
from dialog_core.plugins import PluginSet
from dialog_core.registry import Registration
from tests.test_imports import PUBLIC_MODULES

ROOT = Path(__file__).parents[1]
SNAPSHOT = Path(__file__).with_suffix(".json")
UPDATE = "python -m tests.public_surface"
MARKS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
IN_BOT_FILES = ("policy", "annotator", "guard", "ranker", "store", "profile_store", "observer", "reader", "trainer")


def surface() -> dict[str, Any]:
    """Return everything, as JSON values."""
    return {
        "names": {name: signature for module in sorted(PUBLIC_MODULES) for name, signature in names_of(module)},
        "hooks": {name: call_of(getattr(hookspecs, name)) for name in hooks()},
        "components": {f"{entry.kind} {entry.name}": sorted(options_of(entry)) for entry in components()},
        "commands": {words: sorted(options) for words, options in commands()},
        "keys": sorted(keys_of(BotFile)),
    }


# --- Public names -----------------------------------------------------------------------------------------------------


def names_of(module_name: str) -> Iterator[tuple[str, str]]:
    """Yield the public names of a module, and the public methods of its classes, each with how it is called."""
    module = importlib.import_module(module_name)
    for name in public_names(module):
        value, full = getattr(module, name), f"{module_name}.{name}"
        yield full, call_of(value)
        if inspect.isclass(value) and value.__module__.startswith("dialog_core"):
            for member, function in sorted(vars(value).items()):
                function = getattr(function, "__func__", function)
                if inspect.isfunction(function) and not member.startswith(("_", "test_")):
                    yield f"{full}.{member}", call_of(function)


def public_names(module: ModuleType) -> list[str]:
    """Return the public names of a module: its `__all__`, or what it defines without an underscore."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (getattr(value, "__module__", None) == module.__name__ or (name.isupper() and isinstance(value, str | int)))
    )


def call_of(value: Any) -> str:
    """Return how something is called: its parameters, those that may be left out with a question mark."""
    if not callable(value) or typing.get_origin(value) is not None:
        return "a value"
    try:
        parameters = list(inspect.signature(value).parameters.values())
    except (TypeError, ValueError):
        return "a class" if inspect.isclass(value) else "a value"
    told, keyword_only = [], False
    for parameter in parameters:
        if parameter.name in ("self", "cls"):
            continue
        keyword_only = keyword_only or parameter.kind is parameter.VAR_POSITIONAL
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            told.append("*")
            keyword_only = True
        optional = "?" if parameter.default is not parameter.empty else ""
        told.append(f"{MARKS.get(parameter.kind, '')}{parameter.name}{optional}")
    return f"({', '.join(told)})"


# --- Hooks, components, keys ------------------------------------------------------------------------------------------


def hooks() -> list[str]:
    """Return the names of all hooks."""
    return sorted(name for name in vars(hookspecs) if name.startswith("dialog_"))


@cache
def components() -> tuple[Registration, ...]:
    """Return what the built-in plugins register."""
    return tuple(sorted(PluginSet.load().registry, key=lambda entry: (entry.kind, entry.name)))


def options_of(entry: Registration) -> dict[str, Any]:
    """Return the options of a component by name, those within a section as `section.option`."""
    return dict(fields_of(entry.load_options()))


def fields_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields of a model, those of models within it too."""
    for name, field in model.model_fields.items():
        yield f"{prefix}{name}", field
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields_of(inner, f"{prefix}{name}.")


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Yield the keys of a bot file: its own, and those that components of a kind have whatever they are."""
    yield from (name for name, _ in fields_of(model))
    for kind in IN_BOT_FILES:
        entry = next((one for one in components() if one.kind == kind), None)
        if entry is not None:
            own = set(entry.load_options().model_fields)
            yield from (f"{kind}: {name}" for name, _ in fields_of(entry_model(entry)) if name.split(".")[0] not in own)


# --- Commands ---------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every command with the names of its arguments and options."""
    for words, command in _commands():
        yield words, [name for parameter in command.params for name in _written(parameter)]


def parameters() -> Iterator[tuple[str, str, str]]:
    """Yield every option of every command: the command, the option, its help."""
    for words, command in _commands():
        for parameter in command.params:
            for name in _written(parameter):
                if name.startswith("--"):
                    yield words, name, parameter.help or ""


def _written(parameter: Any) -> list[str]:
    if parameter.name in ("install_completion", "show_completion", "help"):
        return []
    if parameter.param_type_name == "argument":
        return [(parameter.metavar or parameter.name).strip("[]").upper()]
    return [name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")]


def _commands() -> Iterator[tuple[str, Any]]:
    program = get_command(app)
    context = program.make_context("dialog-core", [], resilient_parsing=True)
    yield "dialog-core", program
    yield from _within(program, context, "dialog-core")


def _within(group: Any, context: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        words = f"{prefix} {name}"
        if hasattr(command, "list_commands"):
            if getattr(command, "own", None) is not None:
                yield words, command.own.load()
            yield from _within(command, context, words)
        else:
            yield words, command


# --- Where something is mentioned -------------------------------------------------------------------------------------

WRITTEN = ("tests/**/*.py", "tests/**/*.yaml", "configs/**/*.yaml", "docs/**/*.md", "examples/**/*.py",
           "examples/**/*.yaml", "README.md", "benchmarks/**/*.py")  # fmt: skip
MADE = ("docs/reference/", "tests/public_surface", "tests/test_public_surface")
_WORD = re.compile(r"--[a-z][a-z-]*|\w+(?:-\w+)+|\w+")


@cache
def written() -> tuple[frozenset[str], ...]:
    """Return the words of every test, bot, configuration and page, file by file; what is generated does not count."""
    paths = (path for pattern in WRITTEN for path in sorted(ROOT.glob(pattern)))
    named = ((path.relative_to(ROOT).as_posix(), path) for path in paths)
    return tuple(
        _words(path.read_text(encoding="utf-8", errors="replace")) | {f"tests of {PurePosixPath(name).parts[:3][-1]}"}
        for name, path in named
        if not name.startswith(MADE)
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(part for word in _WORD.findall(text) for part in (word, *word.lstrip("-").split("-")))


def is_mentioned(word: str, *beside: str) -> bool:
    """Whether some file has a word, and one of those that say what it belongs to."""
    return any(word in words and (not beside or not words.isdisjoint(beside)) for words in written())


def called(entry: Registration) -> tuple[str, ...]:
    """Return the words by which a file may mean a component: its name, its class, the class of its options."""
    return (entry.name, entry.target.rpartition(":")[2], entry.options.rpartition(":")[2] or entry.name)


def is_tried_out(entry: Registration, option: str) -> bool:
    """Whether a file has an option beside its component, or beside another one that has it from the same model.

    Of an option within a section (`lora.rank`), the model of the section says as much as the component; and of one that
    no other plugin has, it is enough that the plugin's own tests name it.
    """
    owner, field = entry.load_options(), option
    while "." in field:
        section, _, field = field.partition(".")
        annotation: Any = owner.model_fields[section].annotation
        owner = annotation
    declared = next(cls for cls in owner.__mro__ if field in vars(cls).get("__annotations__", {}))
    beside = {owner.__name__, declared.__name__, *called(entry)}
    if owner is entry.load_options():
        beside |= {word for one in components() if issubclass(one.load_options(), declared) for word in called(one)}
    if plugins_with(option) == {entry.plugin}:
        beside.add(f"tests of {entry.target.partition('.')[0]}")
    return is_mentioned(field, *beside)


@cache
def plugins_with(option: str) -> frozenset[str]:
    """Return the plugins whose components have an option of that name."""
    return frozenset(entry.plugin for entry in components() if option in options_of(entry))


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(surface(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
