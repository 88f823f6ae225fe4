"""A policy that rolls dice."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the policy; its modules are imported when a bot uses it."""
    registry.policy(
        "dice", "dialog_dice.policy:DicePolicy", options="dialog_dice.options:DiceOptions", category="rules"
    )
