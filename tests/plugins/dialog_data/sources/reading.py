"""How the tests of readers of published data sets read."""

from pathlib import Path
from typing import Any

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue
from dialog_core.testing import make_context

DATA_ENV = "DIALOG_CORE_DATA"


def read(reader: str, path: Path, **options: Any) -> list[Any]:
    """Read a file with a reader."""
    return list(make_context("data").create("reader", {"use": reader, **options}).read(path))


def read_text(reader: str, path: Path, content: str | bytes, **options: Any) -> list[Any]:
    """Write a file and read it with a reader."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(reader, path, **options)


def problems_of(reader: str, path: Path, **options: Any) -> list[str]:
    """Return what a reader says is wrong, as people see it, without the folder."""
    with pytest.raises(ConfigurationError) as caught:
        read(reader, path, **options)
    return [str(problem).replace(f"{path.parent}/", "") for problem in caught.value.problems]


def said(dialogue: Dialogue) -> list[tuple[str, str]]:
    """Return who says what."""
    return [(turn.role, turn.text) for turn in dialogue.turns]
