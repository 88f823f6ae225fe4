"""The page of public names: what each is, its first paragraph, its attributes and methods."""

import ast
import enum
import importlib
import inspect
import typing
from collections.abc import Iterator
from dataclasses import is_dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from dialog_core.testing import pytest_plugin
from reference_pages.markdown import MADE, first_paragraph, join, section_entries, table

INTRODUCTION = """\
Here you look up the public names: what plugins may import, and what programs that use bots need. Everything else is
internal and may change. Names load on first use: `import dialog_core` imports no plugin and no large library."""

MODULES = {
    "dialog_core": "Bots, values and errors. [Use a bot from Python](../how-to/use-from-python.md) and "
    "[Write a policy](../how-to/write-a-policy.md) show them at work.",
    "dialog_core.annotations": "What annotators find, in shapes that policies, rules and tools can rely on.",
    "dialog_core.configuration": "Options models, and reading files with errors that name file, line and column.",
    "dialog_core.datasets": "What readers yield, and what trainers and metrics share.",
    "dialog_core.deprecation": "Taking names out of use; see [Stability](../explanation/stability.md).",
    "dialog_core.retrieval": "What retrieval finds.",
    "dialog_core.testing": "What bots and components are tested with; see [Test your bot](../how-to/test-your-bot.md).",
    "dialog_core.text": "Hygiene for text from outside.",
    "dialog_core.training": "What trainers are given and leave behind; see [Train a bot](../how-to/train.md).",
}

STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def page() -> str:
    """Return the page."""
    return join(MADE, "# Public names", INTRODUCTION, *(part for name in MODULES for part in _module(name)))


def public_names(module: ModuleType) -> list[str]:
    """Return the public names of a module: its `__all__`, or what it defines without an underscore."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        defined = (name for name, value in vars(module).items() if _is_own(module, name, value))
        listed = [name for name in defined if not name.startswith("_")]
    return sorted(listed, key=lambda name: (name.lower(), name))


def _is_own(module: ModuleType, name: str, value: Any) -> bool:
    if name == "TYPE_CHECKING" or isinstance(value, typing.TypeVar | typing.ParamSpec):
        return False  # a name of the typing only
    return getattr(value, "__module__", None) == module.__name__ or (name.isupper() and isinstance(value, str | int))


def _module(name: str) -> Iterator[str]:
    module = importlib.import_module(name)
    yield f"## `{name}`"
    yield MODULES[name]
    for public in public_names(module):
        yield from _name(module, public, getattr(module, public))
    if name == "dialog_core.testing":
        yield "### Fixtures of pytest"
        yield from fixtures()


def fixtures() -> Iterator[str]:
    """Yield what the pytest plugin brings; its functions are those that `pytest.fixture` has wrapped."""
    tree = ast.parse(Path(str(pytest_plugin.__file__)).read_text(encoding="utf-8"))
    yield "pytest finds them wherever dialog-core is installed; see [Publish a plugin](../how-to/publish-a-plugin.md)."
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(each) for each in node.decorator_list):
            told = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            found.append((f"`{node.name}`", told))
    yield table(("fixture", "is"), found)
    mark, plugins = pytest_plugin.BOT, pytest_plugin.PLUGINS
    yield (
        f"Which bot is meant, the mark `@pytest.mark.{mark}(path)` says, or `{mark}` in the configuration of pytest; "
        f"`{plugins}` there names plugins whose components `registry` has beside the built-in ones."
    )


def _name(module: ModuleType, name: str, value: Any) -> Iterator[str]:
    yield f"### `{name}`"
    if inspect.isclass(value):
        yield from _class(name, value)
    elif inspect.isfunction(value):
        yield f"```text\n{name}{_signature(value)}\n```"
        yield first_paragraph(value)
        yield _entries("argument", section_entries(value, "Args"))
    elif members := [member for member in typing.get_args(value) if inspect.isclass(member)]:
        told = _told_beside(module, name)
        yield told or f"One of {', '.join(f'`{member.__name__}`' for member in members)}."
    else:
        plain = f"The text `{value!a}`." if isinstance(value, str) else first_paragraph(type(value))
        yield _told_beside(module, name) or plain


def _class(name: str, cls: type) -> Iterator[str]:
    if not (issubclass(cls, enum.Enum) or "__init__" not in vars(cls)) and _signature(cls):
        yield f"```text\n{name}{_signature(cls)}\n```"
    if issubclass(cls, BaseException):
        own = [base.__name__ for base in cls.__bases__ if base is not Exception]
        yield f"An exception; a `{own[0]}`." if own else "An exception."
    yield first_paragraph(cls) if cls.__doc__ and not (is_dataclass(cls) and cls.__doc__.startswith(f"{name}(")) else ""
    initialiser = vars(cls).get("__init__")
    yield _entries("argument", section_entries(initialiser, "Args")) if initialiser and not is_dataclass(cls) else ""
    properties = {name: first_paragraph(value) for name, value in vars(cls).items() if isinstance(value, property)}
    public = {name: text for name, text in properties.items() if not name.startswith("_")}
    yield _entries("attribute", {**section_entries(cls, "Attributes"), **public})
    methods = list(_methods(cls))
    yield table(("method", "does"), methods) if methods else ""


def _methods(cls: type) -> Iterator[tuple[str, str]]:
    for name, member in vars(cls).items():
        if name.startswith("_") or name.startswith("test_"):
            continue
        function = getattr(member, "__func__", member)
        if inspect.isfunction(function) and function.__doc__:
            parameters = inspect.signature(function).parameters.values()
            named = [STARS.get(each.kind, "") + each.name for each in parameters if each.name not in ("self", "cls")]
            yield f"`{name}({', '.join(named)})`", first_paragraph(function)


def _entries(title: str, entries: dict[str, str]) -> str:
    return table((title, "is"), [(f"`{name}`", text) for name, text in entries.items()]) if entries else ""


def _signature(thing: Any) -> str:
    """Return a signature without the names of modules and without the mapping every empty default is."""
    try:
        parameters = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    shown: list[str] = []
    for parameter in parameters.parameters.values():
        if parameter.name == "self":
            continue
        star = STARS.get(parameter.kind, "")
        if parameter.kind is parameter.KEYWORD_ONLY and not any(part.startswith("*") for part in shown):
            shown.append("*")
        optional = "" if parameter.default is parameter.empty else "=..."
        shown.append(f"{star}{parameter.name}{optional}")
    return f"({', '.join(shown)})"


def _told_beside(module: ModuleType, name: str) -> str:
    """Return the text that stands below an assignment in the source, as the documentation of a constant or an alias."""
    for candidate in (module, *_submodules(module)):
        file = getattr(candidate, "__file__", None)
        if file is None:
            continue
        body = ast.parse(Path(file).read_text(encoding="utf-8")).body
        for statement, following in pairwise(body):
            targets = getattr(statement, "targets", [getattr(statement, "target", None)])
            if name not in [getattr(target, "id", None) for target in targets]:
                continue
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                return " ".join(str(following.value.value).split())
    return ""


def _submodules(module: ModuleType) -> list[ModuleType]:
    return [value for name, value in sorted(vars(module).items()) if inspect.ismodule(value)]
