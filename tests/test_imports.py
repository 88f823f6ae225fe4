import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dialog_core

ROOT = Path(__file__).parents[1]
PLUGINS = sorted(path for path in (ROOT / "plugins").glob("dialog_*") if path.is_dir())
EXAMPLES = sorted((ROOT / "examples").glob("*/src"))
PUBLIC_MODULES = {
    "dialog_core",
    "dialog_core.annotations",
    "dialog_core.configuration",
    "dialog_core.datasets",
    "dialog_core.deprecation",
    "dialog_core.hookspecs",
    "dialog_core.interfaces",
    "dialog_core.keys",
    "dialog_core.pattern",
    "dialog_core.ranking",
    "dialog_core.registry",
    "dialog_core.retrieval",
    "dialog_core.sandbox",
    "dialog_core.testing",
    "dialog_core.text",
    "dialog_core.training",
    "dialog_core.wording",
}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def imports_of_the_kernel(path: Path) -> Iterator[tuple[int, str, str]]:
    """Return line, module and name of every import from the kernel, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "dialog_core":
                    yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dialog_core":
            for alias in node.names:
                yield node.lineno, str(node.module), alias.name


def is_public(module: str, name: str) -> bool:
    if module not in PUBLIC_MODULES or (name.startswith("_") and name != "__version__"):
        return False
    # `from dialog_core import manager` would be an internal module by the back door.
    return (
        module != "dialog_core"
        or name in ("", "__version__", *dialog_core.__all__)
        or f"{module}.{name}" in PUBLIC_MODULES
    )


@pytest.mark.parametrize("package", [*PLUGINS, *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_plugins_use_only_what_third_parties_can_use(package: Path) -> None:
    used = [
        f"{path.relative_to(ROOT)}:{line}: {module} {name}".strip()
        for path in sorted(package.rglob("*.py"))
        for line, module, name in imports_of_the_kernel(path)
        if not is_public(module, name)
    ]
    assert used == []


def test_the_check_finds_what_it_looks_for(tmp_path: Path) -> None:
    source = tmp_path / "plugin.py"
    source.write_text(
        "from dialog_core import Bot, manager\n"
        "def late():\n    import dialog_core.calling\n    from dialog_core.configuration import Options\n"
        "from dialog_core.configuration.node import Node\n"
    )
    assert [
        (line, name or module) for line, module, name in imports_of_the_kernel(source) if not is_public(module, name)
    ] == [
        (1, "manager"),
        (5, "Node"),
        (3, "dialog_core.calling"),
    ]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_every_plugin_is_declared_wherever_plugins_are(plugin: Path, project: dict[str, Any]) -> None:
    checks = {contract["name"]: contract for contract in project["tool"]["importlinter"]["contracts"]}

    assert plugin.name in project["project"]["entry-points"]["dialog_core"].values()
    assert plugin.name in project["tool"]["importlinter"]["root_packages"]
    assert plugin.name in checks["The kernel knows no plugin"]["forbidden_modules"]
    assert plugin.name in checks["No plugin knows another"]["modules"]
    assert (plugin / "py.typed").exists()


def test_nothing_is_declared_that_is_not_there(project: dict[str, Any]) -> None:
    names = {plugin.name for plugin in PLUGINS}
    declared = set(project["project"]["entry-points"]["dialog_core"].values())
    checks = project["tool"]["importlinter"]
    assert declared == {*names, "dialog_core.core_plugin"}
    assert set(checks["root_packages"]) == {*names, "dialog_core"}
