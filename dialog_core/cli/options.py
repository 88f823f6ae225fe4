"""Arguments and options that several commands have, called the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

BotPath = Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)]

Conversation = Annotated[
    str,
    typer.Option("--conversation", "-c", metavar="ID", help="The conversation to go on with.", show_default=False),
]

NoStore = Annotated[
    bool, typer.Option("--no-store", help="Keep conversations in memory only, whatever the bot file says.")
]
