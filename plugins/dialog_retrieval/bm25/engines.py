"""Which library counts and adds up, as far as that can be told without importing one."""

import importlib.util

from dialog_core import PluginError


def has_bm25s() -> bool:
    """Return whether bm25s is installed."""
    return importlib.util.find_spec("bm25s") is not None


def require_bm25s() -> None:
    """See that bm25s is installed.

    Raises:
        PluginError: It is not.
    """
    if not has_bm25s():
        raise PluginError(
            "the policy 'bm25' with `engine: bm25s` needs the package 'bm25s', which is not installed. "
            "Run: pip install 'dialog-core[retrieval]', or write `engine: auto`."
        )
