"""Files of rules, and policies that read them."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import make_context
from dialog_rules.options import RulesOptions
from dialog_rules.policy import RulesPolicy


@pytest.fixture
def write_rules(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of rules; returns its path."""

    def write(text: str, name: str = "rules.yaml") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    return write


@pytest.fixture
def make_policy(write_rules: Callable[..., Path]) -> Callable[..., RulesPolicy]:
    """Makes the policy from the text of a file of rules."""

    def make(text: str, **options: Any) -> RulesPolicy:
        return RulesPolicy(RulesOptions(path=write_rules(text), **options), make_context("rules"))

    return make
