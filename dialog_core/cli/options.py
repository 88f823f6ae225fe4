"""Arguments and options that several commands have, called the same everywhere."""

from pathlib import Path
from typing import Annotated, Any

import typer

BotPath = Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)]

Conversation = Annotated[
    str,
    typer.Option("--conversation", "-c", metavar="ID", help="The conversation to go on with.", show_default=False),
]

NoStore = Annotated[
    bool, typer.Option("--no-store", help="Keep conversations and profiles in memory only, whatever the bot file says.")
]

UserName = Annotated[
    str,
    typer.Option("--user", "-u", metavar="NAME", help="Who is talking, for bots that remember.", show_default=False),
]


def kept_in_memory(wanted: bool) -> dict[str, Any]:
    """Return stores that forget everything, as arguments of `Bot.load`; none where that is not wanted."""
    if not wanted:
        return {}
    from dialog_core.component import Context
    from dialog_core.configuration import Options
    from dialog_core.stores.memory import MemoryStore
    from dialog_core.stores.memory_profiles import MemoryProfileStore

    options, context = Options(), Context()
    return {"store": MemoryStore(options, context), "profiles": MemoryProfileStore(options, context)}
