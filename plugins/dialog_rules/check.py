"""What `dialog-core check` does with rules and flows: everything that loading does, but it keeps nothing."""

from collections.abc import Iterable

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.options import RulesOptions
from dialog_rules.rules_file import read_rules


def check_rules(options: RulesOptions, context: Context) -> Iterable[Problem]:
    """Return every problem of the files of rules that `options` name."""
    context.files.update(options.path)
    try:
        read_rules(options.path, facts=context.facts)
    except ConfigurationError as error:
        return error.problems
    return ()


def check_flows(options: FlowsOptions, context: Context) -> Iterable[Problem]:
    """Return every problem of the files of flows that `options` name."""
    from dialog_rules.flow_file import read_flows

    context.files.update(options.path)
    try:
        read_flows(options.path, actions=context.actions, facts=context.facts)
    except ConfigurationError as error:
        return error.problems
    return ()
