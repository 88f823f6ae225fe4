"""Pattern rules, task flows and actions."""

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the policy `rules`."""
    registry.policy(
        "rules",
        "dialog_rules.policy:RulesPolicy",
        options="dialog_rules.options:RulesOptions",
        category="rules",
        check="dialog_rules.check:check_rules",
    )
