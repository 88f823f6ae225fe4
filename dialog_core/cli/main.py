"""The entry point of `dialog-core`: global options, the list of commands, and what errors look like."""

import errno
import logging
import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from dialog_core.cli.commands import CommandRegistry, LazyCommand, LazyGroup
from dialog_core.trusted import trusting

WRONG_USE = 2
FAILED = 1
INTERRUPTED = 130  # what shells expect of a program ended by Ctrl-C
NO_WAY = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP)  # to a file that somebody named
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # the disk is full, or broken

COMMANDS = (
    LazyCommand("init", "dialog_core.cli.init:init", "Make a new bot that chats at once."),
    LazyCommand("chat", "dialog_core.cli.chat:chat", "Chat with a bot in the terminal."),
    LazyCommand("ask", "dialog_core.cli.ask:ask", "Ask a bot one question, or a file of them."),
    LazyCommand("check", "dialog_core.cli.check:check", "Find every mistake in a bot's files."),
    LazyCommand("train", "dialog_core.cli.train:train", "Train what the bot file says is to be trained."),
    LazyCommand("schema", "dialog_core.cli.schema:schema", "Print the JSON Schema of bot files, for editors."),
    LazyCommand("plugins", "dialog_core.cli.plugins:app", "See what is installed and what it brings."),
    LazyCommand("conversations", "dialog_core.cli.conversations:app", "Look at stored conversations."),
    LazyCommand("users", "dialog_core.cli.users:app", "See, hand over and forget what is kept about users."),
)


class LogLevel(StrEnum):
    """How much the framework tells on standard error."""

    debug = "debug"
    info = "info"
    warning = "warning"
    error = "error"
    critical = "critical"


class _Group(LazyGroup):
    registry = CommandRegistry(COMMANDS)


app = typer.Typer(
    name="dialog-core",
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from dialog_core import __version__

        print(f"dialog-core {__version__}")
        raise typer.Exit


@app.callback(epilog="Start here:  dialog-core init my-bot  &&  dialog-core chat my-bot/bot.yaml")
def dialog_core(
    ctx: typer.Context,
    plugin: Annotated[
        list[str] | None,
        # eager, so that it is known when `--help` after it lists the commands
        typer.Option(
            metavar="NAME",
            is_eager=True,
            help="Trust this third-party plugin: its commands, its readers, writers and steps over data. Repeatable.",
        ),
    ] = None,
    log_level: Annotated[
        LogLevel,
        typer.Option(metavar="LEVEL", help=f"How much to tell on standard error: {', '.join(LogLevel)}."),
    ] = LogLevel.error,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Build, chat with and inspect dialogue bots. One YAML file describes a bot."""
    ctx.with_resource(trusting(plugin or ()))
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def main() -> None:
    """Run the command line. Exit codes: 0 fine, 1 the job failed, 2 wrong use, 130 interrupted."""
    from dialog_core.cli.deprecations import show_plainly
    from dialog_core.errors import DialogError
    from dialog_core.text import strip_controls

    show_plainly()
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:  # nobody has closed it
                sys.stdout.flush()  # or Python would complain at its end, where nobody can catch it
    except DialogError as error:
        sys.exit(_report(error))
    except BrokenPipeError:  # whoever read our output has left, as `head` does
        _give_output_up()
        sys.exit(FAILED)
    except OSError as error:
        if error.filename is not None and error.errno in NO_WAY:
            print(f"error: {strip_controls(os.fsdecode(error.filename))}: {error.strerror}", file=sys.stderr)
            sys.exit(WRONG_USE)
        if error.errno not in NO_ROOM:
            raise
        _give_output_up()
        where = f" {strip_controls(str(error.filename))}" if error.filename else ""
        print(f"error: what was to be written{where} found no room: {error.strerror}", file=sys.stderr)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _give_output_up() -> None:
    """Let what is still to be printed go nowhere: it cannot be printed, and Python would try once more at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: Exception) -> int:
    """Tell the user what was wrong, and return the exit code for it."""
    from dialog_core.cli.wrong_use import WrongUse
    from dialog_core.configuration.problems import ConfigurationError
    from dialog_core.errors import ArtefactError, PluginError
    from dialog_core.text import strip_controls

    print(
        f"error: {strip_controls(str(error))}" if not isinstance(error, ConfigurationError) else _listed(error),
        file=sys.stderr,
    )
    return WRONG_USE if isinstance(error, ArtefactError | ConfigurationError | PluginError | WrongUse) else FAILED


def _listed(error: Exception) -> str:
    from dialog_core.text import strip_controls

    lines = strip_controls(str(error)).splitlines()
    count = f"{len(lines)} problems" if len(lines) != 1 else "1 problem"
    return "\n".join([*lines, f"error: {count}"])


if __name__ == "__main__":
    main()
