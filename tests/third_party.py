"""Plugins of third parties, installed for a while."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialog_core.plugins import installed_plugins


@contextmanager
def installed(site: Path, name: str, code: str) -> Iterator[None]:
    """Install the plugin `name`, the module `dialog_<name>`, into an empty folder; other processes find it too."""
    info = site / f"dialog_core_{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dialog-core-{name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[dialog_core]\n{name} = dialog_{name}\n", encoding="utf-8")
    (site / f"dialog_{name}.py").write_text(code, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(site)
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", "")))))
        installed_plugins.cache_clear()
        yield
    installed_plugins.cache_clear()
    # Another test may install another plugin of that name; a built-in one of that name stays what everybody imported.
    module = sys.modules.get(f"dialog_{name}")
    if module is not None and module.__file__ == str(site / f"dialog_{name}.py"):
        del sys.modules[f"dialog_{name}"]
