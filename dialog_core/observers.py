"""Calling observer hooks one by one, so that a faulty one costs nothing but its own observation."""

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pluggy

logger = logging.getLogger(__name__)

HOOKS = ("dialog_turn_started", "dialog_turn_finished", "dialog_policy_failed")


class Observers:
    """The observer hooks of a bot's plugins."""

    def __init__(self, manager: "pluggy.PluginManager | None" = None) -> None:
        self._implementations = {
            name: [
                (implementation.plugin_name, implementation.function, implementation.argnames)
                for implementation in (getattr(manager.hook, name).get_hookimpls() if manager else ())
            ]
            for name in HOOKS
        }

    def tell(self, hook: str, **arguments: Any) -> None:
        """Call every implementation of `hook` with the arguments it takes; log those that raise."""
        for plugin, function, argnames in self._implementations[hook]:
            try:
                function(*(arguments[name] for name in argnames))
            except Exception:
                logger.exception("observer %s of plugin %r failed; the turn goes on", hook, plugin)
