"""How the tests of the documents reader read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Registry
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_data import dialog_register

Files = Mapping[str, str | bytes] | str | bytes
Read = Callable[..., list[KnowledgeEntry]]
Problems = Callable[..., list[str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file of the given name and content, or with a mapping a folder of files, as documents."""
    registry = Registry()
    dialog_register(registry.registering("data"))
    registration = registry.get("reader", "documents")

    def reads(name: str, content: Files, **options: Any) -> list[KnowledgeEntry]:
        path = tmp_path / name
        if isinstance(content, Mapping):
            path.mkdir()
            files = {path / key: value for key, value in content.items()}
        else:
            files = {path: content}
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        context = make_context("manual")
        entries = list(registration.load()(registration.load_options()(**options), context).read(path))
        assert path in context.files
        assert len({entry.id for entry in entries}) == len(entries)
        assert all(entry.passage and len(entry.questions) == 1 and entry.answer.strip() for entry in entries)
        return entries

    return reads


@pytest.fixture
def problems(read: Read, tmp_path: Path) -> Problems:
    """Read what is wrong and return its problems, as the user sees them, without the directory."""

    def finds(name: str, content: Files, **options: Any) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            read(name, content, **options)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return finds
