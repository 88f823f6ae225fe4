"""Commands by name: what plugins add to, and the group that imports a command when it is used."""

import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from dialog_core.errors import PluginError


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """A command that is imported when it is used.

    Attributes:
        name: What people type: a word, or two for a command of a group (`evaluate intents`).
        target: `module:attribute` of a typer function, or of a `typer.Typer` for a group of commands.
        help: One line for the list of commands.
        plugin: Who added it.
    """

    name: str
    target: str
    help: str
    plugin: str = "core"

    def load(self) -> Any:
        """Import the command; raise PluginError naming it and its plugin where that fails."""
        module_name, _, attribute = self.target.partition(":")
        try:
            found = getattr(importlib.import_module(module_name), attribute)
        except Exception as error:
            raise PluginError(
                f"plugin {self.plugin!r}: the command {self.name!r} could not be imported from {self.target!r}: "
                f"{type(error).__name__}: {error}"
            ) from error
        if not isinstance(found, typer.Typer):
            app = typer.Typer(add_completion=False)
            app.command(self.name.split()[-1])(found)
            found = app
        command = get_command(found)
        for one in (command, *getattr(command, "commands", {}).values()):
            one.help = _without_line_breaks(one.help or "")
        return command


def _without_line_breaks(text: str) -> str:
    """Return a help text with each paragraph on one line: where lines end is up to the width of the terminal.

    Paragraphs with lines that are indented, as examples are, stay as they are.
    """
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        part if re.search(r"^\s", part, re.MULTILINE) else part.replace("\n", " ") for part in paragraphs
    )


class CommandRegistry:
    """What `dialog_register_commands` is given."""

    def __init__(self, commands: Sequence[LazyCommand] = ()) -> None:
        self._commands = {command.name: command for command in commands}
        self._plugin = "core"

    def registering(self, plugin: str) -> "CommandRegistry":
        """Say whose commands follow."""
        self._plugin = plugin
        return self

    def command(self, name: str, target: str, *, help: str) -> None:
        """Add a command.

        Args:
            name: What people type after `dialog-core`: a word, or two such as `evaluate intents`. The first of two
                words is a group, which commands of several plugins may share. A command of that one word is what
                `evaluate BOT` runs, where the word that follows is no command of the group.
            target: `module:attribute` of a typer function or `typer.Typer`; imported when the command is used.
            help: One line for the list of commands.
        """
        if not 1 <= len(name.split()) <= 2 or " ".join(name.split()) != name:
            raise PluginError(f"plugin {self._plugin!r} adds a command {name!r}; a command has one word or two")
        command = LazyCommand(name, target, help, self._plugin)
        other = self._commands.setdefault(name, command)
        if other != command:
            raise PluginError(f"two plugins add a command {name!r}: {other.plugin!r} and {self._plugin!r}")
        self._refuse_foreign_group(name.partition(" ")[0])

    def get(self, name: str) -> LazyCommand | None:
        """Return the command of that name."""
        return self._commands.get(name)

    def group(self, name: str) -> "CommandRegistry | None":
        """Return the commands of a group by their second words; None if there is no such group."""
        members = [command for command in self._commands.values() if command.name.startswith(f"{name} ")]
        return (
            CommandRegistry([replace(member, name=member.name.split()[1]) for member in members]) if members else None
        )

    def names(self) -> list[str]:
        """Return what people may type first: commands and groups, in the order they were added."""
        return list(dict.fromkeys(name.partition(" ")[0] for name in self._commands))

    def _refuse_foreign_group(self, word: str) -> None:
        """Only who has added a command may make a group of it: somebody else's `chat fast` would change `chat`."""
        own = self._commands.get(word)
        members = [command for command in self._commands.values() if command.name.startswith(f"{word} ")]
        if own is not None and members and own.plugin not in {member.plugin for member in members}:
            raise PluginError(
                f"plugin {members[0].plugin!r} adds a command {members[0].name!r}, and {own.plugin!r} has {word!r}: "
                "a command cannot also be a group of somebody else's. Rename one of them."
            )

    def __iter__(self) -> Iterator[LazyCommand]:
        return iter(self._commands.values())


class LazyGroup(TyperGroup):
    """A group whose commands are imported one by one, when they are used."""

    registry = CommandRegistry()
    own: LazyCommand | None = None  # what runs where no command of the group is named
    listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """Name all commands: the kernel's in their order, then those of plugins."""
        self._load_plugin_commands(ctx)
        return self.registry.names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find a command; the plugins are asked only for what the kernel does not have."""
        command = self.registry.get(cmd_name)
        if command is None:
            self._load_plugin_commands(ctx)
            command = self.registry.get(cmd_name)
        members = self.registry.group(cmd_name)
        if members is not None:
            return _group(cmd_name, members, command)
        if command is None:
            return None
        if self.listing:
            return TyperCommand(cmd_name, help=command.help, short_help=command.help)
        return command.load()

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that was typed; suggest the likely one where there is none."""
        own = self._own(ctx, args)
        if own is not None:
            return args[0], own, args[1:]
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from dialog_core.configuration.problems import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"There is no command {args[0]!r}. {hint}".strip())
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the list of commands without importing them."""
        self.listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.listing = False

    def _own(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that a group is itself, where no command of the group is named."""
        if not args or self.get_command(ctx, args[0]) is None:
            return None
        own, members = self.registry.get(args[0]), self.registry.group(args[0])
        if own is None or members is None or (len(args) > 1 and args[1] in members.names()):
            return None
        command = own.load()
        command.no_args_is_help = True
        command.epilog = f"More closely: {', '.join(f'{own.name} {name}' for name in members.names())}."
        return command

    def _load_plugin_commands(self, ctx: Any) -> None:
        """Ask the built-in plugins and those named with `--plugin` for their commands, once."""
        if ctx.meta.setdefault("dialog_core.commands_loaded", False):
            return
        ctx.meta["dialog_core.commands_loaded"] = True
        from dialog_core.plugins import PluginSet, find_plugin, installed_plugins

        plugins = PluginSet()
        for plugin in installed_plugins():
            if plugin.builtin:
                try:
                    plugins.add_installed(plugin)
                except PluginError as error:  # one broken plugin must not take every command with it
                    print(f"warning: {error}", file=sys.stderr)
        for name in ctx.params.get("plugin") or ():
            plugins.add_installed(find_plugin(name))
        for implementation in plugins.manager.hook.dialog_register_commands.get_hookimpls():
            self.registry.registering(implementation.plugin_name)
            implementation.function(*(self.registry for _ in implementation.argnames))


def _group(name: str, members: CommandRegistry, own: LazyCommand | None = None) -> LazyGroup:
    """Return a group of commands, none of them imported.

    Args:
        name: What it is called.
        members: Its commands.
        own: What it does where none of them is named.
    """
    names = members.names()
    title = next(iter(members)).help if len(names) == 1 else f"One of: {', '.join(names)}."
    group = LazyGroup(
        name=name,
        help=own.help if own else title,
        epilog=f"Example:  dialog-core {name} {names[0]} --help",
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.registry = members
    group.own = own
    return group
