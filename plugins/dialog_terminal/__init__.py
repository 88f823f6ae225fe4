"""The chat in the terminal."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the terminal channel."""
    registry.channel(
        "terminal", "dialog_terminal.channel:TerminalChannel", options="dialog_terminal.options:TerminalOptions"
    )
