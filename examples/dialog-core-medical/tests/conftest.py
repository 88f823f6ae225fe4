"""Tests do not depend on where they are run."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `places`


@pytest.fixture(autouse=True)
def _no_library_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDQUAD", raising=False)
