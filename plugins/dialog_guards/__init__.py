"""What watches over messages and replies. So far: what finds personal data in texts."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the recognizers."""
