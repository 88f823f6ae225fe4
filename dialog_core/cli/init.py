"""`dialog-core init`: a commented bot that chats at once."""

from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from dialog_core.cli.wrong_use import WrongUse


class Language(StrEnum):
    """The languages there is a first bot in."""

    en = "en"
    zh = "zh"


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to make it.", show_default=False)],
    language: Annotated[Language, typer.Option(help="The language it speaks.")] = Language.en,
) -> None:
    """Make a new bot: a commented bot file, a few rules and a small FAQ. Nothing that exists is overwritten.

    Example:  dialog-core init my-bot && dialog-core chat my-bot/bot.yaml
    """
    templates = sorted(files("dialog_core.cli").joinpath("templates", language).iterdir(), key=lambda file: file.name)
    there = [name for name in (template.name for template in templates) if (directory / name).exists()]
    if there:
        raise WrongUse(f"{directory / there[0]} exists already; name another directory")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for template in templates:
            (directory / template.name).write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise WrongUse(f"{directory} cannot be written: {error.strerror}") from error
    print(f"Made {directory}: {', '.join(template.name for template in templates)}")
    print(f"Chat with it:  dialog-core chat {directory / 'bot.yaml'}")
