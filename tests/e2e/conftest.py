"""A plugin of a third party that misbehaves."""

import os
from collections.abc import Iterator

import pytest

from dialog_core.plugins import installed_plugins
from tests.e2e.oddities import MODULE


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the plugin; other processes find it too."""
    site = tmp_path_factory.mktemp("site")
    info = site / "dialog_core_odd-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dialog-core-odd\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dialog_core]\nodd = dialog_odd\n", encoding="utf-8")
    (site / "dialog_odd.py").write_text(MODULE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(site)
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", "")))))
        installed_plugins.cache_clear()
        yield
    installed_plugins.cache_clear()
