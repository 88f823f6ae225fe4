import ast
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import dialog_core
import dialog_core.configuration
import dialog_core.testing

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(dialog_core.__path__, "dialog_core.")
    if "__main__" not in module.name
)

# Imports each module in a process that has not seen it. What the modules need from elsewhere is imported once, in the
# process all others are made from, so that the whole takes seconds.
IMPORT_EACH = """
import os, sys
import asyncio, importlib, json, sqlite3, pluggy, pydantic, pytest, rich.console, typer, yaml

failed = []
for module in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(module)
        except BaseException as error:
            print(f"{module}: {type(error).__name__}: {error}", flush=True)
            os._exit(1)
        os._exit(0)
    os.waitpid(child, 0)
"""


def run(program: str, *arguments: str) -> str:
    """Run a program in a fresh process where warnings are errors, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("package", [dialog_core, dialog_core.testing], ids=lambda package: package.__name__)
def test_every_public_name_is_there_and_no_other(package: object) -> None:
    name = package.__name__  # type: ignore[attr-defined]
    exported = package.__all__  # type: ignore[attr-defined]
    assert len(set(exported)) == len(exported)
    for each in exported:
        assert getattr(package, each) is not None
    assert sorted(exported) == [each for each in dir(package) if not each.startswith("_")]
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'nothing'"):
        _ = package.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("package", ["dialog_core", "dialog_core.testing"])
def test_a_type_checker_sees_the_same_names_as_a_program(package: str) -> None:
    """The names are written down thrice, for readers, for type checkers and for the lazy import: they must agree."""
    module = importlib.import_module(package)
    tree = ast.parse(Path(module.__file__ or "").read_text())
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in checked.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: str(node.module) for node in imports for alias in node.names}
    assert set(seen) == set(module.__all__)
    for name, home in seen.items():
        assert getattr(module, name) is getattr(importlib.import_module(home), name)


def test_public_names_stay_where_they_are() -> None:
    """A name that goes away breaks somebody's plugin: take it out here on purpose, and say so in the changelog."""
    assert set(dialog_core.__all__) >= {
        "ActionCall", "ActionContext", "ActionResult", "Allow", "Asking", "Attachment", "Bot", "BotSaid", "Candidate",
        "Component", "Context", "Conversation", "DialogError", "Event", "Evidence", "FlowEnded", "FlowStarted",
        "FlowStepped", "HandedBack", "HandedOver", "Message", "Piece", "PluginError", "Ranked", "Refuse", "Registry",
        "Reply", "Retracted", "Rewrite", "SlotSet", "Turn", "hookimpl",
    }  # fmt: skip
    assert set(dialog_core.testing.__all__) >= {
        "AnnotatorContract", "DurableStoreContract", "GuardContract", "PolicyContract", "RankerContract",
        "ScriptedPolicy", "StoreContract", "TestChat", "make_bot", "make_context", "make_turn", "write_bot",
    }  # fmt: skip


LIST_IMPORTED = "import sys; print(*sorted(set(sys.modules)))"
HEAVY = {"faiss", "jinja2", "numpy", "prompt_toolkit", "rich", "torch", "transformers", "typer"}


def test_importing_the_package_costs_nothing() -> None:
    imported = run(f"import dialog_core; {LIST_IMPORTED}").split()
    assert {"dialog_core", "dialog_core.lazy"} == {name for name in imported if name.startswith("dialog_")}
    assert not {*HEAVY, "asyncio", "pluggy", "pydantic", "sqlite3", "yaml"} & set(imported)


def test_importing_what_a_plugin_author_needs_loads_no_plugin_and_nothing_numerical() -> None:
    names = (
        "from dialog_core import Bot, Candidate, Component, Turn, hookimpl; from dialog_core.testing import make_bot"
    )
    imported = run(f"{names}; {LIST_IMPORTED}").split()
    assert {name.partition(".")[0] for name in imported if name.startswith("dialog_")} == {"dialog_core"}
    assert not {*HEAVY, "pytest"} & set(imported)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_every_module_can_be_imported_first() -> None:
    assert run(IMPORT_EACH, *MODULES) == ""
    assert "dialog_core.manager" in MODULES
