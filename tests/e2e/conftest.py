"""A plugin of a third party that misbehaves."""

from collections.abc import Iterator

import pytest

from tests.e2e.oddities import MODULE
from tests.third_party import installed


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the plugin; other processes find it too."""
    with installed(tmp_path_factory.mktemp("site"), "odd", MODULE):
        yield
