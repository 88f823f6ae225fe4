"""A project's Python, unchanged, as a package that a bot can be given: its actions then run in the bot itself."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dialog_rasa.dialogue.values import Place
from dialog_rasa.importing.ledger import Ledger

_FOLDER = "actions"  # of the package in the new project
_BASES = ("Action", "FormValidationAction", "ValidationAction", "ActionQueryKnowledgeBase", "FormAction")
_KNOWLEDGE_BASE = ("ActionQueryKnowledgeBase", "action_query_knowledge_base")  # whose name is inherited


@dataclass(slots=True)
class Actions:
    """The package.

    Attributes:
        plugin: The name of its entry point; empty: there is none.
        files: What is written.
        copies: What is copied as it is, by path in the new project.
        names: The actions it registers, each with its module.
    """

    plugin: str = ""
    files: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def write_actions(name: str, ledger: Ledger) -> Actions:
    """Return the package with the Python files of the project; an empty one where it has none."""
    project = ledger.project
    found = Actions()
    modules: dict[str, Path] = {}
    for file in project.python:
        relative = PurePosixPath(file.relative_to(project.root).as_posix())
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        if all(part.isidentifier() for part in module.split(".")):
            modules[module] = file
        else:
            message = f"{relative} is no module that can be imported under this name: it is copied and not used"
            ledger.note("left out", "Python file", message, Place(file, 1), "Rename it.")
        found.copies[f"{_FOLDER}/{relative}"] = file
    for module, file in modules.items():
        for action, line in _actions_in(file, ledger):
            if found.names.get(action) == module:
                message = f"two actions of this file are called {action!r}: the later one counts, as with Rasa"
                ledger.note("left out", "custom action", message, Place(file, line), "Remove one of the two.")
            elif action in found.names:
                message = f"the action {action!r} is defined in {found.names[action]} already: there can be one only"
                ledger.note("left out", "custom action", message, Place(file, line), "Remove one of the two.")
            else:
                found.names[action] = module
                ledger.exact("custom action", f"{action}: unchanged", Place(file, line))
    if not found.names:
        if found.copies:
            ledger.note("exact", "Python file", f"{len(found.copies)} copied, without actions: {_listed(found.copies)}")
        return found
    package = f"{_identifier(name)}_actions"
    if package in {module.partition(".")[0] for module in modules}:
        package += "_plugin"
    found.plugin = package
    found.files = dict(_package(package, name, found.names, modules))
    for file in project.data:
        path = f"{_FOLDER}/{PurePosixPath(file.relative_to(project.root).as_posix())}"
        found.copies[path] = file
        message = f"copied to {path}; where Python opens it by a path from the working folder, the bot's is meant now"
        ledger.note("exact", "data file", message, Place(file, 1))
    return found


def _actions_in(file: Path, ledger: Ledger) -> Iterator[tuple[str, int]]:
    """Yield the names of the actions a file defines, with their lines; the file is not run."""
    try:
        tree = ast.parse(file.read_bytes(), filename=file.name)
    except (SyntaxError, ValueError, OSError) as error:
        line = getattr(error, "lineno", None) or 1
        reason = getattr(error, "msg", None) or str(error)
        message = f"it is no Python that can be read ({reason}): its actions are not registered"
        ledger.note("left out", "Python file", message, Place(file, line), "Correct it, and import again.")
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [_last_name(base) for base in node.bases]
        method = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "name"), None)
        runs = any(getattr(one, "name", "") in ("run", "validate") for one in node.body)
        if method is None:
            if _KNOWLEDGE_BASE[0] in bases:
                yield _KNOWLEDGE_BASE[1], node.lineno
            continue
        if not runs and not any(base in _BASES or base.startswith("Action") for base in bases):
            continue
        literal = _literal(method)
        if literal:
            yield literal, node.lineno
        else:
            message = f"the name of {node.name} is worked out while it runs: it is not registered"
            remedy = f"Let `name` return a literal, or add it to {_FOLDER}/ by hand."
            ledger.note("left out", "custom action", message, Place(file, method.lineno), remedy)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _literal(method: ast.FunctionDef) -> str:
    returned = [one.value for one in ast.walk(method) if isinstance(one, ast.Return)]
    if len(returned) == 1 and isinstance(returned[0], ast.Constant) and isinstance(returned[0].value, str):
        return returned[0].value
    return ""


def _package(package: str, name: str, actions: dict[str, str], modules: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield the files around the copied ones."""
    yield (
        f"{_FOLDER}/pyproject.toml",
        _PYPROJECT.format(
            project=package.replace("_", "-"),
            package=package,
            name=name.replace("\\", "").replace('"', "'"),
            packages=", ".join(f'"{one}"' for one in (package, *_packages(modules))),
            modules=", ".join(f'"{one}"' for one in modules if "." not in one and _is_file(modules[one])),
        ),
    )
    registered = "\n".join(f'    registry.action("{action}", "{package}.in_process:{action}")' for action in actions)
    yield f"{_FOLDER}/{package}/__init__.py", _INIT.format(registered=registered)
    made = dict.fromkeys(actions.values())
    yield f"{_FOLDER}/{package}/in_process.py", _IN_PROCESS.format(modules=", ".join(f'"{one}"' for one in made))


def _is_file(file: Path) -> bool:
    return file.name != "__init__.py"


def _packages(modules: dict[str, Path]) -> list[str]:
    """Return the packages of the copied modules, outermost first."""
    found: dict[str, None] = {}
    for module, file in modules.items():
        parts = module.split(".")
        inside = parts[:-1] if _is_file(file) else parts
        found.update(dict.fromkeys(".".join(inside[: end + 1]) for end in range(len(inside))))
    return sorted(found)


def _identifier(name: str) -> str:
    word = re.sub(r"\W+", "_", name.casefold(), flags=re.ASCII).strip("_") or "bot"
    return word if word.isidentifier() else f"bot_{word}"


def _listed(names: Sequence[str] | dict[str, Path], most: int = 5) -> str:
    shown = list(names)
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


_PYPROJECT = """\
# The custom actions of {name}, unchanged. After `pip install -e .` a bot runs them itself:
# write `plugins: [{package}]` into its bot.yaml.
[build-system]
requires = ["setuptools>=64"]
build-backend = "setuptools.build_meta"

[project]
name = "{project}"
version = "0.1.0"
description = "Custom actions of {name}."
requires-python = ">=3.11"
dependencies = ["dialog-core"]  # and whatever the actions import

[project.entry-points.dialog_core]
{package} = "{package}"

[tool.setuptools]
packages = [{packages}]
py-modules = [{modules}]

[tool.setuptools.package-data]
"*" = ["**/*.*"]  # what the actions read, where it lies in their package
"""
_INIT = '''\
"""Tells a bot of the custom actions."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register each action under its name in stories and rules."""
{registered}
'''
_IN_PROCESS = '''\
"""The custom actions as functions a bot can run; their classes are in the modules below, as they were."""

from dialog_rasa.actions.in_process import actions_of

for module in reversed(({modules},)):  # where two define an action, the first counts
    globals().update(actions_of(module, beside=__file__))
'''
