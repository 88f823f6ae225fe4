"""How the tests of the readers read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Registry
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_data import dialog_register

Read = Callable[..., list[KnowledgeEntry]]
Problems = Callable[..., list[str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file of the given name and content with the reader its ending asks for."""
    registry = Registry()
    dialog_register(registry.registering("data"))

    def reads(name: str, content: str | bytes, **options: Any) -> list[KnowledgeEntry]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (registration,) = (entry for entry in registry if name.lower().endswith(entry.suffixes))
        context = make_context("faq")
        entries = list(registration.load()(registration.load_options()(**options), context).read(path))
        assert path in context.files
        return entries

    return reads


@pytest.fixture
def problems(read: Read, tmp_path: Path) -> Problems:
    """Read a file that is wrong and return its problems, as the user sees them, without the directory."""

    def finds(name: str, content: str | bytes, **options: Any) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            read(name, content, **options)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return finds
