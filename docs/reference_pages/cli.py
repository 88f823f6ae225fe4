"""The page of the command line: every command with its help, its arguments and its options."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from typer.main import get_command

from dialog_core.cli.main import app
from dialog_terminal.commands import COMMANDS
from dialog_terminal.phrases import ENGLISH
from reference_pages.markdown import MADE, join, prose, table

INTRODUCTION = """\
Here you look up what each command of `dialog-core` does and takes. `dialog-core COMMAND --help` tells the same.

```console
$ dialog-core --version
dialog-core ...
```"""

EXIT_STATUS = """\
| status | means |
| --- | --- |
| 0 | done |
| 1 | the command ran and something failed: a store that cannot be read, a line of `--jsonl` that is no question |
| 2 | something you can put right: a mistake in a bot file or in the command; the message says what and where |
| 130 | interrupted by Ctrl-C |

Errors and warnings go to standard error, what was asked for to standard output."""


def page() -> str:
    """Return the page."""
    program = get_command(app)
    context = program.make_context("dialog-core", [], resilient_parsing=True)
    return join(
        MADE,
        "# Command line",
        INTRODUCTION,
        "## Global options",
        "They stand before the command: `dialog-core --log-level info chat bot.yaml`.",
        _parameters(program),
        *_commands(program, context, "dialog-core"),
        "## Exit status",
        EXIT_STATUS,
    )


def commands(group: Any, context: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield every command of the kernel with the words that call it, those of groups one by one."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        words = f"{prefix} {name}"
        if hasattr(command, "list_commands"):
            if getattr(command, "own", None) is not None:
                yield words, command.own.load()
            yield from commands(command, context, words)
        else:
            yield words, command


def _commands(program: Any, context: Any, prefix: str) -> Iterator[str]:
    for words, command in commands(program, context, prefix):
        arguments = [_usage(parameter) for parameter in command.params if parameter.param_type_name == "argument"]
        yield f"## `{words}`"
        yield f"```text\n{' '.join([words, *arguments, '[OPTIONS]'])}\n```"
        yield from _help(command.help or "")
        yield _parameters(command)
        if words == "dialog-core chat":
            yield "What begins with a slash is a command to the chat and not a message to the bot:"
            yield _slash_commands()


def _slash_commands() -> str:
    rows = []
    for command in COMMANDS:
        usage = f"{command.name} {command.argument(ENGLISH)}".strip()
        rows.append((f"`{usage}`", prose(command.help(ENGLISH))))
    return table(("type", "to"), rows)


def _help(text: str) -> Iterator[str]:
    """Yield the paragraphs of a command's help; examples become blocks, and what is indented further stays as it is."""
    for paragraph in text.replace("\b", "").split("\n\n"):
        lines = [line for line in paragraph.strip("\n").splitlines() if line.strip() not in ("Examples:", "Example:")]
        if not lines:
            continue
        example = lines[0].strip().startswith(("Example:", "dialog-core ")) or lines[0].startswith("  ")
        if example:
            words = [line.strip().removeprefix("Example:").strip() for line in lines]
            yield "```text\n" + "\n".join(words) + "\n```"
        else:
            yield prose(" ".join(line.strip() for line in lines))


def _parameters(command: Any) -> str:
    found = [_row(parameter) for parameter in command.params if not parameter.hidden and _told(parameter)]
    return table(("argument or option", "default", "does"), found)


def _told(parameter: Any) -> bool:
    return parameter.name not in ("install_completion", "show_completion", "help")


def _usage(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name).strip("[]").upper()
    return name if parameter.required else f"[{name}]"


def _choices(parameter: Any) -> str:
    """Return a sentence that names the choices an option has, or nothing."""
    if not isinstance(parameter.default, Enum):
        return ""
    return f" One of {', '.join(f'`{choice.value}`' for choice in type(parameter.default))}."


def _row(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        name = f"`{_usage(parameter)}`"
    else:
        value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
        name = ", ".join(f"`{option}{value}`" for option in (*parameter.opts, *parameter.secondary_opts))
    default = parameter.default
    if parameter.required:
        shown = "*required*"
    elif default in (None, "", False, ()) or callable(default):
        shown = ""
    else:
        shown = f"`{getattr(default, 'value', default)}`"
    return name, shown, prose(parameter.help or "") + _choices(parameter)
