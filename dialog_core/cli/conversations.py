"""`dialog-core conversations`: look at what a bot has stored."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from dialog_core.cli.options import BotPath
from dialog_core.cli.wrong_use import WrongUse
from dialog_core.conversation import Conversation
from dialog_core.events import BotSaid, HumanSaid, UserSaid
from dialog_core.interfaces import ConversationStore

T = TypeVar("T")
Id = Annotated[str, typer.Argument(metavar="ID", help="The conversation.", show_default=False)]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Look at stored conversations.")


@app.callback(epilog="Example:  dialog-core conversations list bot.yaml")
def conversations() -> None:
    """Look at stored conversations."""


@app.command("list")
def list_conversations(
    bot: BotPath, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False
) -> None:
    """List a bot's conversations, the most recent first.

    Example:  dialog-core conversations list bot.yaml
    """
    summaries = _with_store(bot, lambda store: store.list())
    if as_json:
        for summary in summaries:
            started = summary.started_at.isoformat() if summary.started_at else None
            last = summary.last_at.isoformat() if summary.last_at else None
            _write({"id": summary.id, "messages": summary.messages, "started_at": started, "last_at": last})
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from dialog_core.text import strip_controls

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("conversation", overflow="fold")
    table.add_column("messages", justify="right")
    table.add_column("started")
    table.add_column("last")
    for summary in summaries:
        times = (f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "-" for at in (summary.started_at, summary.last_at))
        table.add_row(escape(strip_controls(summary.id)), str(summary.messages), *times)
    Console().print(table if summaries else "No conversations yet.")


@app.command("show")
def show(bot: BotPath, id: Id) -> None:
    """Print what was said in one conversation.

    Example:  dialog-core conversations show bot.yaml terminal
    """
    from dialog_core.text import strip_controls

    conversation = _existing(bot, id)
    for event in conversation.messages:
        match event:
            case UserSaid(message):
                at, who, text = message.at, "user", message.text
            case BotSaid():
                at, who, text = event.at, f"bot ({event.policy})" if event.policy else "bot", event.text
            case HumanSaid():
                at, who, text = event.at, event.author or "person", event.text
        print(strip_controls(f"{at.astimezone():%Y-%m-%d %H:%M:%S}  {who}: {text}"))


@app.command("export")
def export(
    bot: BotPath,
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this one.", show_default=False)] = None,
) -> None:
    """Write conversations as JSON lines, one event a line, traces included.

    Example:  dialog-core conversations export bot.yaml > conversations.jsonl
    """

    async def events(store: ConversationStore) -> None:
        from dialog_core.event_codec import encode_event

        ids = [id] if id is not None else [summary.id for summary in await store.list()]
        for conversation_id in ids:
            conversation = await store.load(conversation_id)
            if not len(conversation):
                raise WrongUse(f"there is no conversation {conversation_id!r}")
            for event in conversation.events:
                line: dict[str, Any] = {"conversation": conversation_id, **encode_event(event)}
                if isinstance(event, BotSaid) and event.in_reply_to:
                    line["trace"] = await store.load_trace(conversation_id, event.in_reply_to)
                _write(line)

    _with_store(bot, events)


@app.command("delete")
def delete(
    bot: BotPath, id: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False
) -> None:
    """Delete one conversation with its traces. It cannot be brought back.

    Example:  dialog-core conversations delete bot.yaml terminal
    """
    conversation = _existing(bot, id)
    if not yes:
        typer.confirm(f"Delete {id!r} with {len(conversation.messages)} messages?", abort=True)
    _with_store(bot, lambda store: store.delete(id))
    print(f"Deleted {id!r}.")


def _existing(bot: Path, id: str) -> Conversation:
    conversation = _with_store(bot, lambda store: store.load(id))
    if not len(conversation):
        from dialog_core.configuration.problems import did_you_mean

        known = [summary.id for summary in _with_store(bot, lambda store: store.list())]
        raise WrongUse(f"there is no conversation {id!r}. {did_you_mean(id, known)}".strip())
    return conversation


def _with_store(bot: Path, use: Callable[[ConversationStore], Awaitable[T]]) -> T:
    """Open the store a bot file names, without building the bot, and use it."""
    from dialog_core.bot_reader import read_bot_file
    from dialog_core.builder import Builder

    spec = read_bot_file(bot)
    if spec.store.registration.name == "memory":
        raise WrongUse("this bot keeps its conversations in memory only; name a store in the bot file")

    async def run() -> T:
        store = Builder(spec).store()
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(run())


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
