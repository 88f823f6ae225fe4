"""Talking with users about what is kept about them: asking for their consent, showing it, forgetting it."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the components; their modules are imported when a bot uses them."""
