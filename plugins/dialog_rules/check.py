"""What `dialog-core check` does with a file of rules: everything that loading does, but it keeps nothing."""

from collections.abc import Iterable

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_rules.options import RulesOptions
from dialog_rules.rules_file import read_rules


def check_rules(options: RulesOptions, context: Context) -> Iterable[Problem]:
    """Return every problem of the files of rules that `options` name."""
    context.files.update(options.path)
    try:
        read_rules(options.path)
    except ConfigurationError as error:
        return error.problems
    return ()
