"""What importing and registering a plugin does: it has to be quick, and to touch nothing."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from dialog_core.cli.plugins.checking.finding import Finding, Findings

SLOW = 0.3  # seconds of computing; three plugins at once are to add less than half of that to a bot's start
PATIENCE = 60.0  # seconds
LAZY = "Import it in the function or the module that needs it: components are imported when a bot uses them."


def check_loading(plugin: str) -> Sequence[Finding]:
    """Load a plugin in a process of its own and tell what that did."""
    found = Findings("Loading")
    told = _probe(plugin)
    if told["error"]:
        found.failed("hooks", told["error"], "Nothing else can be checked before that.")
        return found.made
    registers = len(told["registers"])
    found.passed("hooks", f"registers {registers} component{'' if registers == 1 else 's'}")
    milliseconds = f"{told['seconds'] * 1000:.0f} ms"
    if told["seconds"] > SLOW:
        found.failed("time", f"importing and registering takes {milliseconds}", LAZY)
    else:
        found.passed("time", milliseconds)
    heavy = ", ".join(told["heavy"])
    found.expect(not heavy, "nothing heavy is imported", f"importing the plugin imports {heavy}", LAZY)
    for subject, key, verb in (
        ("no network", "network", "connects"),
        ("no file is written", "files", "writes"),
        ("no program is started", "programs", "starts a program"),
    ):
        first = told[key][0] if told[key] else ""
        remedy = "Do it when the component is built or used, not when the plugin is imported or registers."
        found.expect(not first, subject, f"loading the plugin {verb}: {first}", remedy)
    printed = told["printed"].strip()
    found.expect(not printed, "nothing is printed", f"loading the plugin prints {printed!r}", "Log it instead.")
    for component, why in told["options"].items():
        found.failed(f"options of {component}", why, "Put the options into a module that imports nothing heavy.")
    if not told["options"]:
        found.passed("options are light")
    return found.made


def _probe(plugin: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "dialog_core.cli.plugins.checking.probe", plugin]
    with tempfile.TemporaryDirectory() as nowhere:
        try:
            done = subprocess.run(
                command, cwd=nowhere, env=environment, capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return {"error": f"importing the plugin does not end within {PATIENCE:.0f} s"}
    try:
        told: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    except (ValueError, IndexError):
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return {"error": f"importing the plugin ends the process with status {done.returncode}: {last}".rstrip(": ")}
    return told
