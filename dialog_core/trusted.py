"""Which third-party plugins a command trusts where there is no bot to say so: those of `--plugin NAME`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_TRUSTED: ContextVar[tuple[str, ...]] = ContextVar("trusted plugins", default=())


def trusted_plugins() -> tuple[str, ...]:
    """Return the names of the plugins that the running command trusts; none where no command runs."""
    return _TRUSTED.get()


@contextmanager
def trusting(names: Iterable[str]) -> Iterator[None]:
    """Trust these plugins, and no others, for as long as a command runs."""
    token = _TRUSTED.set(tuple(dict.fromkeys(names)))
    try:
        yield
    finally:
        _TRUSTED.reset(token)


def plugins_of(bot: Path) -> tuple[str, ...]:
    """Return the plugins a bot file names; what is no name there is for whoever loads the bot to tell.

    Raises:
        ConfigurationError: The file cannot be read.
    """
    from dialog_core.configuration import load
    from dialog_core.left_out import plugin_entries

    return tuple(name for _, _, name, optional in plugin_entries(load(bot).node) if not optional or _is_usable(name))


def _is_usable(plugin: str) -> bool:
    """Whether a plugin that a bot can do without can be loaded."""
    from dialog_core.errors import PluginError
    from dialog_core.plugins import PluginSet

    try:
        PluginSet.load([plugin])
    except PluginError:
        return False  # who loads the bot tells
    return True


def untrusted(trusted: Iterable[str]) -> list[str]:
    """Return the installed plugins of third parties that are not among these; imports none of them."""
    from dialog_core.plugins import installed_plugins

    known = set(trusted)
    return list(dict.fromkeys(one.name for one in installed_plugins() if not one.builtin and one.name not in known))


def untrusted_hint(trusted: Iterable[str]) -> str:
    """Return what to say where a command does not find something: which installed plugins were not asked."""
    others = untrusted(trusted)
    if not others:
        return ""
    ways = " or ".join(f"dialog-core --plugin {name} ..." for name in others)
    return f"Not asked: {', '.join(others)}, installed but not trusted. Trust it with {ways}"
