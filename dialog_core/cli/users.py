"""`dialog-core users`: look at what a bot keeps about its users, hand it over, and forget it."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from dialog_core.cli.kept import Kept
from dialog_core.cli.options import BotPath
from dialog_core.cli.user_data import Found, UserData
from dialog_core.cli.wrong_use import WrongUse
from dialog_core.interfaces import ProfileStore

User = Annotated[str, typer.Argument(metavar="USER", help="The user, as the channel knows them.", show_default=False)]

SHARED_KEPT = 1  # exit code
LONGEST_SHOWN = 100  # characters of a structured value
NOT_LOOKED_AT = "Not looked at: logs, audit logs, exports, backups, and models that were trained on them."

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="See, hand over and forget what is kept about users."
)


@app.callback(epilog="Example:  dialog-core users list bot.yaml")
def users() -> None:
    """See, hand over and forget what is kept about users."""


@app.command("list")
def list_users(
    bot: BotPath,
    everybody: Annotated[
        bool, typer.Option("--all", help="Also those of whom only conversations are kept; reads all of them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the users a bot keeps facts about.

    Of a bot without `profiles:` it lists those who have written.

    Example:  dialog-core users list bot.yaml
    """
    kept = Kept.of(bot)
    everybody = everybody or not kept.has_profiles

    async def look(data: UserData, profiles: ProfileStore | None) -> tuple[Any, Mapping[str, int]]:
        return await profiles.list() if profiles else (), await data.writers() if everybody else {}

    summaries, writers = kept.use(look)
    lines: dict[str, dict[str, Any]] = {
        one.user_id: {"user": one.user_id, "facts": one.facts, "consent": one.consent, "last_at": one.last_at}
        for one in summaries
    }
    for user_id in writers:
        lines.setdefault(user_id, {"user": user_id, "facts": 0, "consent": None, "last_at": None})
    for user_id, line in lines.items():
        if everybody:
            line["conversations"] = writers.get(user_id, 0)
    if as_json:
        for user_id in sorted(lines):
            line = lines[user_id]
            _write({**line, "last_at": line["last_at"] and line["last_at"].isoformat()})
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("user", overflow="fold")
    for heading in ("facts", *(("conversations",) if everybody else ())):
        table.add_column(heading, justify="right")
    table.add_column("consent")
    table.add_column("last learnt")
    for user_id in sorted(lines):
        line = lines[user_id]
        counts = [str(line[name]) for name in ("facts", "conversations") if name in line]
        table.add_row(escape(_clean(user_id)), *counts, _consent(line["consent"]), _when(line["last_at"]))
    nobody = "Nothing is kept about anybody yet."
    if not everybody:
        nobody = "No facts are kept about anybody yet. See who has written with --all."
    Console().print(table if lines else nobody)


@app.command("show")
def show(bot: BotPath, user: User) -> None:
    """Print what is kept about one user, since when and until when.

    Example:  dialog-core users show bot.yaml ann
    """
    kept = Kept.of(bot)
    found = kept.find(user)
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    consent = found.profile.consent
    told = f"{_consent(consent.given)}, since {_when(consent.at)}" if consent else _consent(None)
    console.print(f"[bold]{escape(_clean(user))}[/]  ·  consent: {told}", highlight=False)
    if found.profile.facts:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("fact", "value", "learnt", "until", "what it is"):
            table.add_column(heading, overflow="fold")
        now = datetime.now(UTC)
        for name, fact in sorted(found.profile.facts.items()):
            value = fact.value if isinstance(fact.value, str) else _shortened(fact.value)
            until = "-" if fact.expires_at is None else _when(fact.expires_at)
            until = until if fact.holds(now) else f"{until} (expired)"
            cells = (name, value, _when(fact.learned_at), until, kept.descriptions.get(name, ""))
            table.add_row(*(escape(_clean(cell)) for cell in cells))
        console.print(table)
    for title, conversations in (("alone", found.own), ("with others", found.shared)):
        if conversations:
            console.print(f"Conversations ({title}): {', '.join(escape(_clean(id)) for id in conversations)}")


def _shortened(value: Any) -> str:
    """Return a value as JSON, of which a table shows the beginning; `export` writes it whole."""
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}…"


@app.command("export")
def export(
    bot: BotPath,
    user: User,
    facts_only: Annotated[bool, typer.Option("--facts-only", help="Facts and consent, no conversations.")] = False,
) -> None:
    """Write everything that is kept about a user as JSON lines: consent, facts, and the events of conversations.

    Of conversations in which others wrote as well, it is what this user said and what the bot answered.

    Example:  dialog-core users export bot.yaml ann > ann.jsonl
    """
    kept = Kept.of(bot)

    async def write(data: UserData, profiles: ProfileStore | None) -> None:
        found = await kept.found(user, data, profiles)
        async for line in data.lines(found, kept.descriptions, facts_only=facts_only):
            _write(line)

    kept.use(write)


@app.command("forget")
def forget(
    bot: BotPath,
    user: User,
    keep_shared: Annotated[
        bool, typer.Option("--keep-shared", help="It is fine that conversations with others are kept.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
) -> None:
    """Forget a user: all facts, their consent, and every conversation in which nobody else wrote.

    Conversations in which others wrote as well are named and kept; exit code 1 then says that something is left, unless
    `--keep-shared` was given. It may be interrupted and run again.

    Example:  dialog-core users forget bot.yaml ann
    """
    kept = Kept.of(bot)
    found = kept.find(user)
    print(_clean(f"About {user!r} there {_summary(found)}."))
    if not yes:
        typer.confirm("Forget all of it? It cannot be brought back.", abort=True)

    async def run(data: UserData, profiles: ProfileStore | None) -> list[str]:
        if await data.forget_profile(user):
            facts = len(found.profile.facts)
            print(f"Forgot {facts} {'fact' if facts == 1 else 'facts'} and what they agreed to.")
        left = []
        deleted = 0
        try:
            for number, id in enumerate(found.own):
                kept.told(number, len(found.own))
                if await data.delete(id, user):
                    deleted += 1
                else:
                    left.append(id)
        finally:
            if found.own:
                print(f"Deleted {_conversations(deleted)} with everything said in {'it' if deleted == 1 else 'them'}.")
        return left

    left = [*kept.use(run), *found.shared]
    if left:
        print(f"Kept, since others wrote in {'it' if len(left) == 1 else 'them'} too:")
        for id in left:
            print(_clean(f"  {id}"))
        if not keep_shared:
            print("Delete them with `dialog-core conversations delete`, or say --keep-shared.", file=sys.stderr)
    print(NOT_LOOKED_AT)
    if left and not keep_shared:
        raise typer.Exit(SHARED_KEPT)


@app.command("expire")
def expire(bot: BotPath) -> None:
    """Forget every fact that has expired: to be run now and then, by cron for instance.

    The bot does not use a fact once it has expired; this removes it from the file.

    Example:  dialog-core users expire bot.yaml
    """
    kept = Kept.of(bot)
    if not kept.has_profiles:
        raise WrongUse(kept.why_no_profiles)

    async def run(data: UserData, profiles: ProfileStore | None) -> int:
        return await profiles.expire(datetime.now(UTC)) if profiles else 0

    count = kept.use(run)
    print(f"Forgot {count} {'fact' if count == 1 else 'facts'} that had expired." if count else "Nothing has expired.")


def _summary(found: Found) -> str:
    facts = len(found.profile.facts)
    parts = [f"{'is' if facts == 1 else 'are'} {facts} {'fact' if facts == 1 else 'facts'}"]
    parts.append(f"{_conversations(len(found.own))} of their own")
    if found.shared:
        parts.append(f"{len(found.shared)} with others")
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _conversations(count: int) -> str:
    return f"{count} {'conversation' if count == 1 else 'conversations'}"


def _consent(given: bool | None) -> str:
    return {True: "given", False: "withdrawn", None: "never asked"}[given]


def _when(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "-"


def _clean(text: str) -> str:
    from dialog_core.text import strip_controls

    return strip_controls(text)


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
