"""`dialog-core plugins new`: a package with a plugin that passes its own tests at once."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dialog_core.cli.init import Language
from dialog_core.cli.wrong_use import WrongUse

LONGEST_TEXT = 80  # characters of a title or an author
AUTHOR = "The authors"


class Licence(StrEnum):
    """The licences there is a text of, by their SPDX identifiers."""

    apache = "Apache-2.0"
    mit = "MIT"


def new_plugin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What bot files call it: pet-shop.", show_default=False)],
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Where to make it; default: dialog-core-NAME.", show_default=False),
    ] = None,
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="What people read; default: the name in words.", show_default=False)
    ] = "",
    language: Annotated[
        Language, typer.Option(help="The language of its README and of its first bot; both languages are there.")
    ] = Language.en,
    author: Annotated[str, typer.Option(metavar="TEXT", help="Who writes it.")] = AUTHOR,
    licence: Annotated[Licence, typer.Option("--license", help="Under which licence.")] = Licence.apache,
) -> None:
    """Make a new plugin: a package with a policy, an action, a guard, knowledge, bots and tests, which pass at once.

    Nothing that exists is overwritten, and where something goes wrong nothing is left behind.

    Example:  dialog-core plugins new pet-shop --title "Pet shop"
    """
    from dialog_core.cli.plugins.names import plugin_names
    from dialog_core.cli.plugins.scaffold import Scaffold, write_all

    names = plugin_names(name)
    shown = _plain("--title", title) or names.title
    holder = _plain("--author", author) or AUTHOR
    scaffold = Scaffold(names, title=shown, language=language.value, author=holder, licence=licence.value)
    target = Path(names.distribution) if directory is None else directory
    files = scaffold.files()
    write_all(target, files)
    print(f"Made {target}: {len(files)} files. They work as they are; change what they say. Next:")
    print()
    print(f"  cd {shlex.quote(str(target))}")
    print('  pip install --editable ".[test]"')
    print("  pytest")
    print(f"  dialog-core plugins check {names.name}")
    print("  dialog-core chat bot.yaml")


def _plain(option: str, text: str) -> str:
    """Return a text of one line, which can stand in TOML, YAML and Markdown."""
    text = text.strip()
    if not text.isprintable() or any(mark in text for mark in '`<>[]{}|\\*_"'):
        raise WrongUse(f'{option}: takes plain words in one line, without any of ` < > [ ] {{ }} | \\ * _ "')
    if len(text) > LONGEST_TEXT:
        raise WrongUse(f"{option}: takes {LONGEST_TEXT} characters at most, not {len(text)}")
    return text
