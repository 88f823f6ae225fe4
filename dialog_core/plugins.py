"""Loading plugins: by name, guarded, loudly.

Built-in plugins are those the distribution `dialog-core` itself declares, by the entry-point group everybody uses. They
are always available; any other plugin is imported only when a bot file (or `--plugin`) names it.
"""

import functools
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from dialog_core import hookspecs
from dialog_core.compatibility import DISTRIBUTION, hint_at_version, refuse_other_version
from dialog_core.configuration.problems import did_you_mean
from dialog_core.errors import PluginError
from dialog_core.foreign import foreign_code
from dialog_core.registry import Registry

GROUP = "dialog_core"


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """What the metadata of an installed plugin says; nothing is imported to know it.

    Attributes:
        name: What bot files call it.
        distribution: The package it comes in.
        version: Of that package.
        target: The module it is.
        builtin: Whether it comes with dialog-core.
    """

    name: str
    distribution: str
    version: str
    target: str
    builtin: bool
    entry_point: EntryPoint


@functools.cache
def installed_plugins() -> tuple[InstalledPlugin, ...]:
    """Return every installed plugin, built-in ones first, read once per process."""
    found = {
        # The same distribution may be seen twice (an editable install and its source tree on the path).
        (entry.name, entry.value): InstalledPlugin(
            name=entry.name,
            distribution=entry.dist.name if entry.dist else "?",
            version=entry.dist.version if entry.dist else "?",
            target=entry.value,
            builtin=entry.dist is not None and entry.dist.name == DISTRIBUTION,
            entry_point=entry,
        )
        for entry in entry_points(group=GROUP)
    }
    return tuple(sorted(found.values(), key=lambda plugin: (not plugin.builtin, plugin.name)))


class PluginSet:
    """The plugins of one bot (or of one command), loaded.

    Attributes:
        registry: What they registered.
        manager: The pluggy manager that calls their hooks.
        loaded: Which they are.
    """

    def __init__(self) -> None:
        self.registry = Registry()
        self.manager = pluggy.PluginManager(hookspecs.PROJECT)
        self.manager.add_hookspecs(hookspecs)
        self.loaded: list[InstalledPlugin] = []

    @classmethod
    def load(cls, names: Iterable[str] = ()) -> "PluginSet":
        """Load the built-in plugins and those named.

        Raises:
            PluginError: One of them is not installed, cannot be imported, is no plugin, or clashes with another.
        """
        plugins = cls()
        for plugin in installed_plugins():
            if plugin.builtin:
                plugins.add_installed(plugin)
        for name in names:
            plugins.add_named(name)
        return plugins

    def add_named(self, name: str) -> None:
        """Load an installed plugin, unless it is loaded already; raise PluginError where that fails."""
        if not any(plugin.name == name for plugin in self.loaded):
            self.add_installed(find_plugin(name))

    def add_installed(self, plugin: InstalledPlugin) -> None:
        """Import an installed plugin and let it register; one made for another version is not even imported."""
        if not plugin.builtin:
            refuse_other_version(plugin.name, plugin.distribution, plugin.version)
        try:
            with foreign_code():
                module = plugin.entry_point.load()
        except Exception as error:
            raise PluginError(
                f"plugin {plugin.name!r} ({plugin.distribution} {plugin.version}) could not be imported from "
                f"{plugin.target!r}: {type(error).__name__}: {error}"
            ) from error
        self.add(plugin.name, module)
        self.loaded.append(plugin)

    def add(self, name: str, module: Any) -> None:
        """Register a plugin that is already imported, as tests do. One that is refused leaves nothing behind.

        Raises:
            PluginError: It implements no hook, mistypes one, raises while registering, or clashes with another.
        """
        if self.manager.has_plugin(name) or self.manager.is_registered(module):
            raise PluginError(f"plugin {name!r}: it is loaded already, or its module is under another name")
        try:
            self._admit(name, module)
        except PluginError:
            if self.manager.is_registered(module):  # or the next plugin would be blamed for it
                self.manager.unregister(module)
            self.registry.withdraw(name)
            raise

    def _admit(self, name: str, module: Any) -> None:
        try:
            self.manager.register(module, name)
            self.manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(f"plugin {name!r}: {_explain_validation(error)} {hint_at_version()}") from error
        except ValueError as error:
            raise PluginError(f"plugin {name!r}: {error}") from error
        if not self.manager.get_hookcallers(module):
            raise PluginError(f"plugin {name!r} implements no hook. {_hint_undecorated(module)}")
        self._refuse_async(name, module)
        # Called one by one: pluggy discards everybody's results when one implementation raises.
        for implementation in self.manager.hook.dialog_register.get_hookimpls():
            if implementation.plugin is module:
                self._register(name, implementation.function, implementation.argnames)

    def _refuse_async(self, name: str, module: Any) -> None:
        """Refuse hook implementations that nobody would await."""
        for caller in self.manager.get_hookcallers(module) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is module and inspect.iscoroutinefunction(implementation.function):
                    raise PluginError(
                        f"plugin {name!r}: {caller.name} is async, and hooks are not awaited. Make it a plain "
                        "function; start a task from it if it has to wait for something."
                    )

    def _register(self, name: str, function: Any, argnames: tuple[str, ...]) -> None:
        self.registry.registering(name)
        arguments = {"registry": self.registry}
        try:
            with foreign_code():
                function(*(arguments[argument] for argument in argnames))
        except PluginError:
            raise
        except Exception as error:
            told = f"plugin {name!r} failed to register: {type(error).__name__}: {error}"
            hint = f". {hint_at_version()}" if isinstance(error, AttributeError | TypeError) else ""
            raise PluginError(f"{told}{hint}") from error


def find_plugin(name: str) -> InstalledPlugin:
    """Return the installed plugin of that name; raise PluginError with the remedy where there is none or two."""
    named = [plugin for plugin in installed_plugins() if plugin.name == name]
    if not named:
        known = [plugin.name for plugin in installed_plugins() if not plugin.builtin]
        likely = did_you_mean(name, known)
        raise PluginError(
            f"plugin {name!r} is not installed. {likely}{' ' if likely else ''}"
            f"Install the package that brings it, for example: pip install dialog-core-{name.replace('_', '-')}"
        )
    refuse_twins(name)
    return named[0]


def refuse_twins(name: str) -> None:
    """Raise PluginError where several installed packages bring a plugin of that name."""
    named = [plugin for plugin in installed_plugins() if plugin.name == name]
    if len(named) > 1:
        sources = " and ".join(f"{plugin.distribution} {plugin.version}" for plugin in named)
        raise PluginError(f"two packages bring a plugin named {name!r}: {sources}. Uninstall one of them.")


def _explain_validation(error: pluggy.PluginValidationError) -> str:
    """Turn pluggy's message about a mistyped hook or argument into one with a remedy."""
    text = " ".join(str(error).split())
    known = [name for name in vars(hookspecs) if name.startswith("dialog_")]
    if "unknown hook" in text:
        mistyped = text.split("unknown hook")[1].split()[0].strip("'\"")
        return f"there is no hook {mistyped!r}. {did_you_mean(mistyped, known)}"
    return text


def _hint_undecorated(module: Any) -> str:
    undecorated = [name for name in vars(hookspecs) if name.startswith("dialog_") and hasattr(module, name)]
    if undecorated:
        return f"Mark {undecorated[0]} with @dialog_core.hookimpl."
    return "Define a function dialog_register(registry) marked with @dialog_core.hookimpl."
