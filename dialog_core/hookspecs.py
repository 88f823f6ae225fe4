"""The hooks a plugin may implement. Hooks register; the objects they name do the work.

A plugin is a module (or object) that an entry point of the group `dialog_core` names:

    [project.entry-points.dialog_core]
    echo = "dialog_echo"

Hook implementations are marked with `dialog_core.hookimpl` and may take a subset of the arguments.
"""

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from dialog_core.cli.commands import CommandRegistry
    from dialog_core.registry import Registry
    from dialog_core.reply import Reply
    from dialog_core.turn import Turn

PROJECT = "dialog_core"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def dialog_register(registry: "Registry") -> None:
    """Register components: names map to strings, code loads on first use. No I/O, no network, nothing heavy."""


@hookspec
def dialog_register_commands(cli: "CommandRegistry") -> None:
    """Add commands to `dialog-core`; a third party's are there with `--plugin NAME` only."""


@hookspec
def dialog_turn_started(turn: "Turn") -> None:
    """Observe that a message is about to be answered. Returns nothing, changes nothing; must be quick."""


@hookspec
def dialog_turn_finished(turn: "Turn", reply: "Reply") -> None:
    """Observe a reply that has been stored. Returns nothing, changes nothing; must be quick."""


@hookspec
def dialog_policy_failed(turn: "Turn", policy: str, error: str) -> None:
    """Observe that a policy raised, hung, was skipped by its breaker or proposed rubbish."""
