"""The policy in the README works for somebody who copies what stands there, and nothing else."""

from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.console import commands_in
from tests.examples.packages import PROGRAMS, build, install, run

README = Path(__file__).parents[2] / "README.md"
FILES = ("dialog_core_echo.py", "pyproject.toml", "parrot.yaml")


BLOCKS = {block.told.get("file"): block.text for block in blocks_of(README)}


def test_the_package_builds_installs_and_answers(tmp_path: Path) -> None:
    # given nothing but what the README shows
    project = tmp_path / "project"
    project.mkdir()
    for name in FILES:
        (project / name).write_text(BLOCKS[name], encoding="utf-8")
    # when it is built and installed
    environment = install(build(project, tmp_path / "wheels"), tmp_path / "site")
    (project / "dialog_core_echo.py").unlink()  # what answers is the installed one
    # then the bot answers what the README says
    shown = {
        command.line: command.shown
        for block in blocks_of(README)
        if block.language == "console"
        for command in commands_in(block.text)
    }
    printed = run(str(PROGRAMS / "dialog-core"), "ask", "parrot.yaml", "hello", cwd=project, env=environment)
    assert printed.strip() == shown['dialog-core ask parrot.yaml "hello"'] == "You said: hello"


@pytest.mark.parametrize("name", FILES)
def test_each_file_says_in_its_first_line_what_it_is_called(name: str) -> None:
    assert BLOCKS[name].splitlines()[0] == f"# {name}"


def test_the_policy_has_fewer_than_twenty_lines() -> None:
    assert len(BLOCKS["dialog_core_echo.py"].splitlines()) < 20
