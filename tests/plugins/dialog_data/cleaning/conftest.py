from collections.abc import Callable
from typing import Any

import pytest

from dialog_core import Context
from dialog_core.datasets import Dialogue, DialogueTurn

Step = Callable[..., Any]


@pytest.fixture
def step() -> Step:
    """Return a step by its name, with options."""

    def builds(use: str, **options: Any) -> Any:
        return Context(name="test").create("cleaner", {"use": use, **options})

    return builds


@pytest.fixture
def talk() -> Callable[..., Dialogue]:
    """Return a dialogue of what the user and the bot say in turn."""

    def said(*texts: str, id: str = "d") -> Dialogue:
        turns = (DialogueTurn("bot" if place % 2 else "user", text) for place, text in enumerate(texts))
        return Dialogue(id, tuple(turns))

    return said
