"""`dialog-core chat`: talk to a bot in the terminal."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_core.cli.options import BotPath, Conversation, NoStore, UserName, kept_in_memory

if TYPE_CHECKING:
    from dialog_core.bot import Bot


def chat(
    bot: BotPath,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Reload when the bot's files change; the conversation goes on.")
    ] = False,
    conversation: Conversation = "",
    user: UserName = "",
    no_store: NoStore = False,
) -> None:
    """Chat with a bot in the terminal. `/help` there tells the rest; Ctrl-D leaves.

    Example:  dialog-core chat configs/customer_service.yaml --watch
    """
    from dialog_core.bot import Bot
    from dialog_core.component import Context
    from dialog_core.plugins import PluginSet
    from dialog_core.text import strip_controls

    plugins = PluginSet.load()
    channel_entry = plugins.registry.get("channel", "terminal")
    loaded = Bot.load(bot, plugins=plugins, **kept_in_memory(no_store))
    options = channel_entry.load_options().model_validate({"conversation": conversation, "user": user})
    channel = channel_entry.load()(options, Context(name="terminal", language=loaded.language))
    for remark in loaded.remarks:
        print(strip_controls(f"note: {remark}"), file=sys.stderr)
    channel.run(loaded, reload=Reloader(loaded) if watch else None)


class Reloader:
    """Loads a bot anew when one of its files has changed since it was last looked at."""

    def __init__(self, bot: "Bot") -> None:
        self._bot = bot
        self._seen = _stamps(bot.files)

    def __call__(self) -> tuple["Bot | None", str | None]:
        """Return the new bot and what to tell the user; (None, None) if nothing has changed."""
        from dialog_core.errors import DialogError

        stamps = _stamps(self._bot.files)
        if stamps == self._seen:
            return None, None
        changed = sorted(path.name for path in stamps if stamps[path] != self._seen.get(path))
        self._seen = stamps
        try:
            self._bot = self._bot.reload()
        except DialogError as error:
            return None, f"{error}\nThe bot goes on as it was."
        self._seen = _stamps(self._bot.files)
        return self._bot, "\n".join((f"reloaded: {', '.join(changed)} changed", *self._bot.remarks))


def _stamps(files: tuple[Path, ...]) -> dict[Path, tuple[int, int]]:
    stamps: dict[Path, tuple[int, int]] = {}
    for file in files:
        try:
            status = os.stat(file)
            stamps[file] = (status.st_mtime_ns, status.st_size)
        except OSError:  # an editor is replacing it; the next look will find it
            stamps[file] = (0, 0)
    return stamps
