"""The domain plugins work as somebody gets them: built as a wheel, installed apart, with their own tests and bots."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.examples.packages import PROGRAMS, build, install, run

EXAMPLES = Path(__file__).parents[2] / "examples"
DATA = Path(os.environ.get("DIALOG_CORE_DATA") or EXAMPLES.parents[1] / "shared" / "data")  # what some tests read
DOMAINS = {"customer-service": "customer_service", "medical": "medical", "education": "education"}  # and their plugins

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Installed:
    """An example, copied to `project` and installed."""

    domain: str
    project: Path
    environment: Mapping[str, str]

    @property
    def bots(self) -> list[str]:
        """Its bot files."""
        return sorted(path.name for path in self.project.glob("bot*.yaml"))


@pytest.fixture(scope="module", params=DOMAINS)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root = tmp_path_factory.mktemp(request.param)
    project = root / "project"
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(EXAMPLES / f"dialog-core-{request.param}", project, ignore=ignored)
    environment = install(build(project, root / "wheels"), root / "site")
    shutil.rmtree(project / "src")  # so that nothing but the wheel can be what is found
    return Installed(request.param, project, environment)


def test_its_own_tests_pass(example: Installed) -> None:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    printed = run(*command, cwd=example.project, env={**example.environment, "DIALOG_CORE_DATA": str(DATA)})
    assert " passed" in printed
    assert "skipped" not in printed or not DATA.exists()


def test_nothing_is_wrong_with_its_bots(example: Installed) -> None:
    assert "bot.yaml" in example.bots
    for bot in example.bots:
        printed = run(str(PROGRAMS / "dialog-core"), "check", bot, cwd=example.project, env=example.environment)
        assert "no problems" in printed


def test_it_is_listed_without_being_imported(example: Installed) -> None:
    environment = {**example.environment, "COLUMNS": "120"}
    printed = run(str(PROGRAMS / "dialog-core"), "plugins", "list", cwd=example.project, env=environment)
    (line,) = (line for line in printed.splitlines() if line.startswith(f"{DOMAINS[example.domain]} "))
    assert line.split()[1:3] == [f"dialog-core-{example.domain}", "0.1.0"]
    assert "not loaded" in line


def test_it_is_fit_to_be_published(example: Installed) -> None:
    command = (str(PROGRAMS / "dialog-core"), "plugins", "check", DOMAINS[example.domain])
    assert "nothing failed" in run(*command, cwd=example.project, env=example.environment)
