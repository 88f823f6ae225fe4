"""Rasa's own example bots, where they lie on this machine: beside the checkout, or where DIALOG_CORE_RASA_BOTS says."""

import contextlib
import io
import os
import shutil
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final
from unittest.mock import patch

import pytest

from dialog_core.cli.main import main
from dialog_rasa.dialogue.reading import read_dialogue
from dialog_rasa.dialogue.values import Dialogue

HOME: Final = Path(os.environ.get("DIALOG_CORE_RASA_BOTS", Path(__file__).parents[4] / "shared" / "rasa_bots"))
BOTS: Final = HOME / "bots"
FIXTURES: Final = HOME / "fixtures"

TEN: Final = (
    "carbon-bot",
    "concertbot",
    "e2ebot",
    "formbot",
    "initial_project_3.6",
    "knowledgebasebot",
    "moodbot",
    "reminderbot",
    "responseselectorbot",
    "rules",
)
MIGRATED: Final = tuple(name for name in TEN if name != "initial_project_3.6")  # which have a domain of 2.0 as well

needs_bots: Final = pytest.mark.skipif(
    not BOTS.is_dir(), reason=f"set DIALOG_CORE_RASA_BOTS: there is no {BOTS}, a folder with Rasa's example bots"
)


def project_of(name: str, into: Path, *, version: str = "3.1") -> Path:
    """Copy a bot's project, with its domain in the form of one version, and return the copy."""
    copy = into / name
    shutil.copytree(BOTS / name, copy)
    older = copy / "domain_2.0.yml"
    if version == "2.0":
        older.replace(copy / "domain.yml")
    else:
        older.unlink(missing_ok=True)
    return copy


def fixture(*parts: str) -> Path:
    """Return a file of the edge cases, or skip the test."""
    file = FIXTURES.joinpath(*parts)
    if not file.exists():
        pytest.skip(f"set DIALOG_CORE_RASA_BOTS: there is no {file}")
    return file


def run_here(*arguments: str | Path) -> CompletedProcess[str]:
    """Run `dialog-core` in this process, which is much quicker; whatever it was given, it must not show a traceback."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, {"NO_COLOR": "1", "COLUMNS": "200"}),
        patch("sys.argv", ["dialog-core", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    said = out.getvalue() + err.getvalue()
    assert "Traceback" not in said, said
    return CompletedProcess([], int(ended.value.code or 0), out.getvalue(), err.getvalue())


def import_project(project: Path, out: Path, *options: str) -> CompletedProcess[str]:
    """Import a project."""
    return run_here("import", "rasa", project, out, *options)


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files, by relative path, and return their folder."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return root


def dialogue_in(bot: Path) -> Dialogue:
    """Read the dialogue of an imported bot."""
    parts = (bot / "dialogue", bot / "responses.yaml")
    return read_dialogue([part for part in parts if part.exists()])
