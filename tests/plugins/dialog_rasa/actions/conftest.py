"""The shop's actions: on a real action server, and in this process."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialog_rasa.actions.in_process import actions_of
from tests.plugins.dialog_rasa.actions.sdk_server import SHOP, serving, shop_in


@pytest.fixture(scope="session")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an action server that has the shop's actions; one for all tests of a process."""
    with serving(shop_in(tmp_path_factory.mktemp("server")), "shop_actions") as url:
        yield url


@pytest.fixture(scope="session")
def shop_actions() -> Iterator[dict[str, Callable[..., Any]]]:
    """The shop's actions as functions."""
    sys.path.insert(0, str(SHOP))
    try:
        yield actions_of("shop_actions")
    finally:
        sys.path.remove(str(SHOP))
        sys.modules.pop("shop_actions", None)
