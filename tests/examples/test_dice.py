"""The example plugin works as a reader gets it: as a wheel, with its own tests and its own bot."""

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.examples.packages import PROGRAMS, build, install, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "dialog-core-dice"
DIALOG_CORE = str(PROGRAMS / "dialog-core")


@dataclass(frozen=True)
class Installed:
    """The example, copied to `project` and installed."""

    project: Path
    environment: Mapping[str, str]


@pytest.fixture(scope="module")
def dice(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp("dice")
    project = root / "project"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    environment = install(build(project, root / "wheels"), root / "site")
    shutil.rmtree(project / "src")  # so that nothing but the wheel can be what is found
    return Installed(project, environment)


def test_its_own_tests_pass(dice: Installed) -> None:
    printed = run(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=dice.project, env=dice.environment
    )
    assert " passed" in printed
    assert "skipped" not in printed


def test_its_bot_answers(dice: Installed) -> None:
    assert "no problems" in run(DIALOG_CORE, "check", "bot.yaml", cwd=dice.project, env=dice.environment)
    printed = run(DIALOG_CORE, "ask", "bot.yaml", "please roll 3d1", cwd=dice.project, env=dice.environment)
    assert printed.strip() == "1 + 1 + 1 = **3**"


def test_its_options_stand_in_the_schema_and_are_checked(dice: Installed) -> None:
    schema = json.loads(run(DIALOG_CORE, "schema", "bot.yaml", cwd=dice.project, env=dice.environment))
    assert schema["$defs"]["policy_dice"]["properties"]["max_dice"]["description"]
    printed = run(DIALOG_CORE, "ask", "bot.yaml", "roll 11d6", cwd=dice.project, env=dice.environment)
    assert printed.startswith("I have 10 dice")


def test_it_is_listed_without_being_imported(dice: Installed) -> None:
    printed = run(DIALOG_CORE, "plugins", "list", cwd=dice.project, env={**dice.environment, "COLUMNS": "120"})
    (line,) = (line for line in printed.splitlines() if line.startswith("dice "))
    assert line.split()[1:3] == ["dialog-core-dice", "0.1.0"]
    assert "not loaded" in line


def test_it_is_fit_to_be_published(dice: Installed) -> None:
    assert "nothing failed" in run(DIALOG_CORE, "plugins", "check", "dice", cwd=dice.project, env=dice.environment)
