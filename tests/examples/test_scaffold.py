"""A new plugin works as its author gets it: what `plugins new` prints next is all there is to do."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.examples.packages import PROGRAMS, build, install, run

DIALOG_CORE = str(PROGRAMS / "dialog-core")

# Does what pip would, without a network and without touching the environment the tests run in.
PIP = """#!/bin/sh
exec {python} -m pip install -q --disable-pip-version-check --no-index --no-deps --no-build-isolation \\
    --target "{site}" .
"""


@dataclass(frozen=True)
class Made:
    """A plugin that was made, with its wheel installed."""

    project: Path
    environment: Mapping[str, str]


@pytest.fixture(scope="module", params=["en", "zh"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("scaffold")
    title = {"en": "Garden & more", "zh": "花园"}[request.param]
    arguments = ("new", "garden-shop", "project", "--language", request.param, "--title", title, "--author", "Ann")
    arguments = (*arguments, "--license", "MIT")
    run(DIALOG_CORE, "plugins", *arguments, cwd=root)
    project = root / "project"
    environment = install(build(project, root / "wheels"), root / "site")
    return Made(project, environment)


def test_its_own_tests_pass_against_the_wheel(made: Made) -> None:
    sources = made.project / "src"
    sources.rename(made.project / "elsewhere")  # so that nothing but the wheel can be what is found
    try:
        command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio")
        printed = run(*command, cwd=made.project, env=made.environment)
    finally:
        (made.project / "elsewhere").rename(sources)
    assert " passed" in printed
    assert "skipped" not in printed


def test_nothing_is_wrong_with_its_bot_and_it_answers(made: Made) -> None:
    assert "no problems" in run(DIALOG_CORE, "check", "bot.yaml", cwd=made.project, env=made.environment)
    asked = "预订3个苹果" if "zh.yaml" in (made.project / "bot.yaml").read_text() else "reserve 3 apples"
    printed = run(DIALOG_CORE, "ask", "bot.yaml", "--no-store", asked, cwd=made.project, env=made.environment)
    assert "R" in printed


def test_it_is_fit_to_be_published(made: Made) -> None:
    report = made.project / "report.json"
    command = (DIALOG_CORE, "plugins", "check", "garden_shop", "--json", str(report))
    printed = run(*command, cwd=made.project, env=made.environment)
    assert "nothing failed" in printed
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["plugin"] == "garden_shop"
    assert {finding["status"] for finding in told["findings"]} == {"passed"}


def test_its_code_is_typed_and_in_style(made: Made) -> None:
    environment = {**made.environment, "MYPYPATH": str(made.project / "src")}
    style = (
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,I,B,UP,SIM,C4",
        "--line-length",
        "120",
        "src",
        "tests",
    )
    run(sys.executable, *style, cwd=made.project)
    run(sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "120", "--check", ".", cwd=made.project)
    types = ("-m", "mypy", "--strict", "--config-file", os.devnull, "src/dialog_garden_shop")
    run(sys.executable, *types, cwd=made.project, env=environment)


def test_what_is_printed_as_next_steps_is_right(tmp_path: Path) -> None:
    programs, site = tmp_path / "bin", tmp_path / "site"
    for directory in (programs, site):
        directory.mkdir()
    (programs / "pip").write_text(PIP.format(python=sys.executable, site=site))
    (programs / "pip").chmod(0o755)
    printed = run(DIALOG_CORE, "plugins", "new", "garden-shop", "a folder/with spaces", cwd=tmp_path)
    steps = [line.strip() for line in printed.splitlines() if line.startswith("  ")]
    assert [shlex.split(step)[0] for step in steps] == ["cd", "pip", "pytest", "dialog-core", "dialog-core"]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(programs), str(PROGRAMS), os.environ["PATH"])),
        "PYTHONPATH": str(site),
        "PYTEST_ADDOPTS": "-p no:asyncio",
    }
    done = subprocess.run(
        " && ".join(steps),
        shell=True,
        cwd=tmp_path,
        env=environment,
        input="reserve 3 apples\n",
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "put aside 3 apples" in done.stdout
