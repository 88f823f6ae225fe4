"""The reference is complete and up to date."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from dialog_core import hookspecs
from dialog_core.plugins import PluginSet

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

from reference_pages import api, cli, hooks, options  # noqa: E402 - the folder has to be on the path first


def text_of(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def test_the_pages_made_from_the_code_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate_reference.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nRun: python docs/generate_reference.py"


@pytest.mark.parametrize("name", hooks.names())
def test_every_hook_is_documented_with_its_signature(name: str) -> None:
    assert f"## `{name}`\n" in text_of("hooks.md")
    assert hooks.signature(name) in text_of("hooks.md")
    assert getattr(hookspecs, name).__doc__, f"the hook {name} has no docstring"


def test_every_component_is_documented_with_its_options() -> None:
    text = text_of("options.md")
    for entry in PluginSet.load().registry:
        assert f"### `{entry.name}`\n" in text, f"the {entry.kind} {entry.name} is not documented"
        for name, field in entry.load_options().model_fields.items():
            assert f"| `{field.alias or name}` |" in text, f"{entry.name}: {name} is not documented"


def test_every_key_has_a_description() -> None:
    without = [name for name, field in options.every_key(PluginSet.load().registry) if not field.description]
    assert not without, "write Field(description=...)"


@pytest.mark.parametrize("module", api.MODULES)
def test_every_public_name_is_documented(module: str) -> None:
    text = text_of("api.md").split(f"## `{module}`\n")[1].split("\n## ")[0]
    found = importlib.import_module(module)
    for name in api.public_names(found):
        assert f"### `{name}`\n" in text
        about = text.split(f"### `{name}`\n")[1].split("\n### ")[0]
        told = [line for line in about.splitlines() if line and not line.startswith(("```", "|", name))]
        assert told, f"{module}.{name} has no docstring"


def test_every_command_is_documented() -> None:
    from typer.main import get_command

    from dialog_core.cli.main import app

    program = get_command(app)
    context = program.make_context("dialog-core", [], resilient_parsing=True)
    text = text_of("cli.md")
    for words, command in cli.commands(program, context, "dialog-core"):
        assert f"## `{words}`\n" in text
        assert command.help
        for parameter in command.params:
            assert parameter.name == "help" or parameter.help, f"{words}: {parameter.name} has no help"


def test_every_error_is_documented() -> None:
    found = {"DialogError"}
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("dialog_core", "plugins")
        for path in (DOCS.parent / folder).rglob("*.py")
    ]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        derived = {each.name for each in classes if any(ast.unparse(base) in found for base in each.bases)}
        if derived <= found:
            break
        found |= derived
    text = text_of("errors.md")
    assert [name for name in sorted(found) if not name.startswith("_") and f"`{name}`" not in text] == []
    assert len(found) > 10


def test_the_fixtures_of_pytest_are_documented() -> None:
    text = "\n".join(api.fixtures())
    for name in ("bot", "chat", "make_chat", "registry", "dialog_bot", "dialog_plugins"):
        assert f"`{name}`" in text or name in text.split("| fixture")[1].split("\n\n")[-1]


def test_the_files_a_bot_names_are_documented_too() -> None:
    text = options.page()
    for title in ("A rule", "A flow", "A slot", "A step of a conversation test", "A fact", "`dispatch.aim`"):
        assert f"#### {title}\n" in text
