"""`dialog-core schema`: the JSON Schema of bot files."""

import json
from pathlib import Path
from typing import Annotated

import typer


def schema(
    bot: Annotated[
        Path | None,
        typer.Argument(metavar="[BOT]", help="Also describe the plugins this bot names.", show_default=False),
    ] = None,
    all_plugins: Annotated[
        bool, typer.Option("--all", help="Describe every installed plugin; imports them all.")
    ] = False,
) -> None:
    """Print the JSON Schema of bot files with the options of every component, for editors and other tools.

    Example:  dialog-core schema > bot.schema.json

    In an editor with a YAML language server, put this on the first line of a bot file:

      # yaml-language-server: $schema=bot.schema.json
    """
    from dialog_core.bot_schema import bot_schema
    from dialog_core.plugins import PluginSet, installed_plugins
    from dialog_core.trusted import plugins_of

    names: list[str] = []
    if bot is not None:
        names = list(plugins_of(bot))
    if all_plugins:
        names = [plugin.name for plugin in installed_plugins()]
    print(json.dumps(bot_schema(PluginSet.load(names).registry), ensure_ascii=False, indent=2))
