"""Pattern rules, task flows and actions."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the policies `rules` and `flows`."""
    registry.policy(
        "rules",
        "dialog_rules.policy:RulesPolicy",
        options="dialog_rules.options:RulesOptions",
        category="rules",
        check="dialog_rules.check:check_rules",
    )
    registry.policy(
        "flows",
        "dialog_rules.flow_policy:FlowsPolicy",
        options="dialog_rules.flow_options:FlowsOptions",
        category="flows",
        check="dialog_rules.check:check_flows",
    )


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the command `flows graph`."""
    cli.command("flows graph", "dialog_rules.flow_command:graph", help="Draw the flows of a bot.")
