"""A bot with one sound plugin and five that are broken, each in its own way: it names them and goes on."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.examples.packages import PROGRAMS, build, install, run

DICE = Path(__file__).parents[2] / "examples" / "dialog-core-dice"
DIALOG_CORE = str(PROGRAMS / "dialog-core")

HOOK = "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register(registry): ...\n"
LEAFLETS = """
version: 1
plugins: [leaflets]
knowledge:
  leaflets: {path: leaflets.yaml}
policies:
  - {name: leaflets, use: bm25, knowledge: leaflets, optional: true}
"""
BOT = """
extends: leaflets:bots/base.yaml
bot: {name: Croupier}
plugins:
  - dice
  - {name: older, optional: true}
  - {name: twin, optional: true}
  - {name: raising, optional: true}
  - {name: absent, optional: true}
policies:
  - {name: dice, use: dice}
  - {name: twin, use: twin, optional: true}
  - {name: absent, use: absent, optional: true}
dispatch: {tiers: [[leaflets, twin], [absent], [dice]]}
fallback: "I can only roll dice."
"""


def put(site: Path, distribution: str, plugin: str, code: str, *, needs: str = "dialog-core", **files: str) -> None:
    """Install a package with a plugin by hand."""
    package = site / f"dialog_{distribution}"
    for name, text in {"__init__.py": code, **files}.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    info = site / f"dialog_core_{distribution}-1.0.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: dialog-core-{distribution}\nVersion: 1.0\nRequires-Dist: {needs}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[dialog_core]\n{plugin} = dialog_{distribution}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    root = tmp_path_factory.mktemp("several")
    shutil.copytree(DICE, root / "dice", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    environment = install(build(root / "dice", root / "wheels"), root / "site")
    site = root / "site"
    put(site, "older", "older", HOOK, needs="dialog-core<0.1")
    put(site, "twin_one", "twin", HOOK)
    put(site, "twin_two", "twin", HOOK)
    put(site, "raising", "raising", "raise RuntimeError('no licence key')")
    broken = {
        "bots/base.yaml": LEAFLETS,
        "bots/leaflets.yaml": "entries:\n  - {id: a, questions: [Why?]}\n",
    }
    put(site, "leaflets", "leaflets", HOOK, **broken)
    (root / "bot.yaml").write_text(BOT, encoding="utf-8")
    return root, environment


def test_check_names_each_and_finds_no_problem(installed: tuple[Path, Mapping[str, str]]) -> None:
    folder, environment = installed
    printed = run(DIALOG_CORE, "check", "bot.yaml", cwd=folder, env=environment)
    assert "bot.yaml: no problems. Policies: dice." in printed
    told = {line.split(" (")[0]: line for line in printed.splitlines() if line.startswith("left out: ")}
    assert "is made for dialog-core <0.1, and this is dialog-core" in told["left out: plugin older"]
    assert "two packages bring a plugin named 'twin': dialog-core-twin" in told["left out: plugin twin"]
    assert "RuntimeError: no licence key" in told["left out: plugin raising"]
    assert "pip install dialog-core-absent" in told["left out: plugin absent"]
    assert "leaflets.yaml:2:" in told["left out: policy leaflets"]
    assert {"left out: policy twin", "left out: policy absent"} <= set(told)


def test_the_sound_plugin_answers(installed: tuple[Path, Mapping[str, str]]) -> None:
    folder, environment = installed
    printed = run(DIALOG_CORE, "ask", "bot.yaml", "roll 3d1", cwd=folder, env=environment)
    assert "1 + 1 + 1 = **3**" in printed
    assert printed.count("note: left out: ") == 7
