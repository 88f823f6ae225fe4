"""Builds a third party's package and installs it apart from the environment the tests run in."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAMS = Path(sys.executable).parent


def run(*command: str, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program that has to succeed; return what it printed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=400,  # a package's own tests take a minute where nobody else computes
        check=False,
    )
    printed = done.stdout.decode()
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{printed}"
    return printed


def build(project: Path, wheels: Path) -> Path:
    """Build the wheel of a project, with the build backend of this environment and without a network."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "-q", "--no-index", "--no-deps", "--no-build-isolation", "-w", str(wheels), ".", cwd=project)
    (wheel,) = wheels.glob("*.whl")
    return wheel


def install(wheel: Path, target: Path) -> Mapping[str, str]:
    """Install a wheel into a folder; return the environment in which it is found."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "-q", "--no-index", "--no-deps", "--target", str(target), str(wheel), cwd=target.parent)
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(target), os.environ.get("PYTHONPATH", ""))))}
