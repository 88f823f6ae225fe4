"""`dialog-core data inspect`: what a file is, what stands in it, and what to do with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dialog_data.commands.options import Format, FormatOptions

if TYPE_CHECKING:
    from rich.console import Console

    from dialog_core.datasets import DataItem
    from dialog_data.statistics.collecting import Statistics

ONE = {"dialogues": "dialogue", "labelled texts": "labelled text", "entries": "entry", "passages": "passage"}
COUNTED = 50_000  # texts that are counted, in a second or two; a file of 10 GB has many more


def inspect_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file, a folder or an archive.", show_default=False)],
    format: Format = "auto",
    option: FormatOptions = None,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=0, help="How many items to show.")] = 3,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Count everything, not only the first {COUNTED:,} texts.")
    ] = False,
) -> None:
    """Show which format a data set has, its first items, how many there are, and what is wrong with it.

    Nothing is changed. Of a large file only the beginning is read, unless you ask for all of it.

    Example:  dialog-core data inspect train.jsonl
    """
    from rich.console import Console
    from rich.text import Text

    from dialog_core.configuration import ConfigurationError
    from dialog_core.interfaces import Skipped
    from dialog_data.checked import checked_items
    from dialog_data.commands.files import counted, data_context, reader_spec, tell_skipped
    from dialog_data.showing.items import show
    from dialog_data.statistics.collecting import Statistics

    console = Console(highlight=False, markup=False, emoji=False)
    source = reader_spec(format, option)
    reader = data_context().create("reader", source, inherit={"on_error": "skip"})
    counts = Statistics()
    first: list[DataItem] = []
    mistakes: ConfigurationError | None = None
    ended = False
    with counted(checked_items(reader.read(file), "reader", format)) as items:
        try:
            ended = _look(items, counts, first, limit, None if everything else COUNTED)
        except ConfigurationError as error:
            if not counts.total:
                raise
            mistakes = error
    found = getattr(reader, "format", "") or format
    how = "recognized by what stands in it" if format == "auto" else "as you said"
    console.print(Text.assemble((str(file), "bold")))
    _facts(console, {"format": f"{found} ({how})", "size": _size(file), **_counts(counts, ended)})
    console.print()
    for item in first:
        show(item, console)
    skipped = getattr(reader, "skipped", None)
    if isinstance(skipped, Skipped) and (skipped.count or skipped.problems):
        tell_skipped(skipped)
    if mistakes is not None:
        typer.echo(f"The file cannot be read to its end:\n{mistakes}", err=True)
    _next(
        console, file, _as_typed(format, option), first, wrong=mistakes is not None or bool(skipped and skipped.count)
    )
    if mistakes is not None:
        raise typer.Exit(1)


def _look(
    items: "Iterator[DataItem]", counts: "Statistics", first: "list[DataItem]", limit: int, most: int | None
) -> bool:
    """Count items up to so many texts and keep the first ones; return whether they came to an end."""
    for item in items:
        if most is not None and counts.all_texts >= most and len(first) >= limit:
            return False
        counts.add(item)
        if len(first) < limit:
            first.append(item)
    return True


def _counts(counts: "Statistics", ended: bool) -> dict[str, str]:
    """Return what was counted, in words."""
    more = "" if ended else " or more (--all counts them)"
    kinds = ", ".join(f"{count:,} {ONE[name] if count == 1 else name}" for name, count in counts.items)
    facts = {"items": f"{kinds}{more}"}
    turns = {kind: found.words.total for kind, found in counts.texts.items() if kind in ("user", "bot", "system")}
    if turns:
        facts["turns"] = f"{sum(turns.values()):,}: " + ", ".join(f"{count:,} {role}" for role, count in turns.items())
    for name, tally in (("splits", counts.splits), ("labels", counts.labels), ("entities", counts.entities)):
        facts[name] = _most(tally)
    facts["acts"], facts["slots"] = _most(counts.acts), _most(counts.slots)
    empty = sum(found.empty for found in counts.texts.values())
    facts["empty"] = f"{empty:,} text{'s' if empty != 1 else ''}" if empty else ""
    say = "items say" if counts.duplicates != 1 else "item says"
    facts["duplicates"] = f"{counts.duplicates:,} {say} what an earlier one says" if counts.duplicates else ""
    return {name: said for name, said in facts.items() if said}


def _most(tally: Any, shown: int = 5) -> str:
    from dialog_core.text import strip_controls

    if not len(tally) or (len(tally) == 1 and next(iter(tally))[0] == ""):
        return ""
    named = [f"{strip_controls(name) or '(none)'} {count:,}" for name, count in list(tally)[:shown]]
    return f"{len(tally):,}: {', '.join(named)}{', ...' if len(tally) > shown else ''}"


def _facts(console: "Console", facts: dict[str, str]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, said in facts.items():
        if said:
            table.add_row(Text(name, "dim"), Text(said))
    console.print(table)


def _size(file: Path) -> str:
    if not file.is_file():
        return ""
    size = float(file.stat().st_size)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"


def _as_typed(format: str, option: list[str] | None) -> str:
    """Return what to say to the other commands about the format."""
    import shlex

    named = [] if format == "auto" else ["--format", format]
    return shlex.join([*named, *(part for one in option or () for part in ("--option", one))])


def _next(console: "Console", file: Path, typed: str, first: "list[DataItem]", *, wrong: bool) -> None:
    """Say what one can do with such items."""
    import shlex

    from dialog_core.datasets import Dialogue, LabelledText
    from dialog_data.commands.files import data_context

    named = f" {typed}" if typed else ""
    skip = " --on-error skip" if wrong else ""
    path = shlex.quote(str(file))
    data = " ".join(("dialog-core", *(f"--plugin {shlex.quote(name)}" for name in data_context().plugins), "data"))
    commands = [f"{data} stats {path}{named}{skip}", f"{data} clean {path} clean.jsonl{named}{skip}"]
    item = first[0] if first else None
    if isinstance(item, Dialogue):
        commands.append(f"{data} convert {path} chats.jsonl --to openai_chat{named}{skip}")
    elif isinstance(item, LabelledText):
        commands.append(f"{data} convert {path} intents.csv --to intents{named}{skip}")
    elif item is not None:
        out = "knowledge.jsonl --to knowledge" if item.passage else "faq.yaml --to faq"
        commands.append(f"{data} convert {path} {out}{named}{skip}")
    console.print("What you can do next:", style="dim")
    for command in commands:
        console.print(f"  {command}", soft_wrap=True)
