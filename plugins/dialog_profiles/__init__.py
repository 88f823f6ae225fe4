"""Talking with users about what is kept about them: asking for their consent, showing it, forgetting it."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the policy; its modules are imported when a bot uses it."""
    registry.policy(
        "profile",
        "dialog_profiles.policy:ProfilePolicy",
        options="dialog_profiles.options:ProfileOptions",
        category="rules",
        check="dialog_profiles.patterns:check",
    )
