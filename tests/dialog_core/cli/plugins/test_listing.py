"""What is installed, and the schema of all of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import dialog_core
from tests.dialog_core.cli.command import run
from tests.third_party import installed

PLUGIN = """
from dialog_core import hookimpl

@hookimpl
def dialog_register(registry):
    registry.policy("weather", "dialog_weather:Policy")
"""


def test_the_version_is_that_of_the_package() -> None:
    done = run("--version")
    assert done.stdout == f"dialog-core {dialog_core.__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+\w*", dialog_core.__version__)


def test_the_schema_of_all_plugins_has_those_no_bot_names(tmp_path: Path) -> None:
    with installed(tmp_path, "weather", PLUGIN):
        own, everything = (json.loads(run("schema", *more).stdout) for more in ((), ("--all",)))
    assert "policy_weather" not in own["$defs"]
    assert "policy_weather" in everything["$defs"]


def test_the_command_line_runs_as_a_module_too() -> None:
    command = [sys.executable, "-m", "dialog_core", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == run("--version").stdout
