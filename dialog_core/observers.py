"""Telling whoever watches: the hooks of plugins, and the observers a bot file names. A faulty one costs nothing."""

import inspect
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialog_core.foreign import foreign_code

if TYPE_CHECKING:
    import pluggy

logger = logging.getLogger(__name__)

HOOKS = ("dialog_turn_started", "dialog_turn_finished", "dialog_policy_failed")
SLOW = 1.0  # seconds: nobody is answered meanwhile
PREFIX = "dialog_"  # of hooks; the verbs of observers are called the same without it


class Observers:
    """Everybody who watches the turns of a bot."""

    def __init__(self, manager: "pluggy.PluginManager | None" = None, named: Mapping[str, Any] | None = None) -> None:
        """Take those who watch.

        Args:
            manager: Calls the observer hooks of plugins.
            named: The observers of the bot file, by name.
        """
        self._named = dict(named or {})
        self._complained: set[tuple[str, str, type[Exception]]] = set()
        self._watching: dict[str, list[tuple[str, Callable[..., Any], Sequence[str] | None]]] = {}
        for hook in HOOKS:
            implementations = getattr(manager.hook, hook).get_hookimpls() if manager else ()
            self._watching[hook] = [
                (f"plugin {one.plugin_name!r}", one.function, one.argnames) for one in implementations
            ]
            verb = hook.removeprefix(PREFIX)
            for name, observer in self._named.items():
                if hasattr(observer, verb):
                    self._watching[hook].append((f"observer {name!r}", getattr(observer, verb), None))

    def tell(self, hook: str, **arguments: Any) -> None:
        """Tell everybody who watches for `hook`, hooks with the arguments they take; complain of those that raise."""
        for who, function, names in self._watching[hook]:
            started = time.monotonic()
            try:
                with foreign_code():  # or SystemExit would stop the loop all turns run on
                    if names is None:
                        function(**arguments)
                    else:
                        function(*(arguments[name] for name in names))
            except Exception as error:
                self._complain(hook, who, error)
            if (taken := time.monotonic() - started) > SLOW:
                logger.warning("%s of %s took %.1f s, and every conversation waited for it", hook, who, taken)

    def _complain(self, hook: str, who: str, error: Exception) -> None:
        """Log that somebody failed, once for each way of failing: it may be so in every turn."""
        complaint = (hook, who, type(error))
        if complaint not in self._complained:
            self._complained.add(complaint)
            logger.error("%s of %s failed; the turn goes on: %s: %s", hook, who, type(error).__name__, error)
        logger.info("%s of %s failed:", hook, who, exc_info=error)

    def close(self) -> None:
        """Let the observers of the bot file finish what they are at."""
        for name, observer in self._named.items():
            if hasattr(observer, "close"):
                try:
                    with foreign_code():
                        observer.close()
                except Exception as error:
                    logger.error("observer %r could not be closed: %s: %s", name, type(error).__name__, error)
                    logger.info("observer %r could not be closed:", name, exc_info=error)


def fault_of_observer(observer: Any) -> str:
    """Return in words why an observer could not be told anything; empty: it can be told."""
    verbs = (*(hook.removeprefix(PREFIX) for hook in HOOKS), "close")
    waiting = [verb for verb in verbs if inspect.iscoroutinefunction(getattr(observer, verb, None))]
    return f"`{waiting[0]}` is async, and observers are not awaited" if waiting else ""
