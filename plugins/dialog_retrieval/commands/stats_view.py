"""What `dialog-core knowledge stats` shows."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.text import Text

from dialog_retrieval.commands.counting import COMMONEST, SourceCounts
from dialog_retrieval.commands.indexes import PolicyIndex
from dialog_retrieval.commands.shown import clean, index_cells, plain_table, shortened

STATUS_STYLES = {"current": "green", "followed": "green", "in memory": "", "missing": "red", "damaged": "red"}
TO_BUILD = ("missing", "outdated", "damaged")


def show(console: Console, sources: Sequence[SourceCounts], indexes: Sequence[PolicyIndex], command: str) -> None:
    """Print the figures of sources and indexes, and remarks on what looks wrong."""
    if not sources:
        console.print("This bot has no knowledge.")
        return
    _show_sources(console, sources)
    for source in sources:
        _show_details(console, source)
    if indexes:
        console.print()
        _show_indexes(console, indexes, command)


def _show_sources(console: Console, sources: Sequence[SourceCounts]) -> None:
    table = plain_table()
    table.add_column("knowledge", overflow="fold")
    for name in ("entries", "questions", "passages", "expired", "not yet valid"):
        table.add_column(name, justify="right")
    for source in sources:
        counts = (source.phrasings, source.passages, source.expired, source.not_yet)
        cells = [Text(f"{count:,}", "" if count else "dim") for count in counts]
        table.add_row(Text(clean(source.name), "bold"), f"{source.entries:,}", *cells)
    console.print(table)


def _show_details(console: Console, source: SourceCounts) -> None:
    console.print()
    console.print(Text(clean(source.name), "bold"))
    if source.languages:
        _line(console, "languages", _commonest(source.languages.most_common(COMMONEST), len(source.languages)))
    if source.tags:
        _line(console, "tags", _commonest(source.tags.most_common(COMMONEST), len(source.tags)))
    if source.longest[0]:
        _line(console, "longest answer", f"{source.longest[1]:,} characters, {clean(source.longest[0])}")
    if source.repeated:
        _line(console, "same question in several entries", f"{source.repeated:,}", "yellow")
        for question, ids in source.repeated_examples.items():
            line = Text("    ").append_text(shortened(question)).append(f"  {', '.join(map(clean, ids))}", "dim")
            console.print(line, soft_wrap=True)
    if source.unfindable:
        examples = ", ".join(map(clean, source.unfindable_examples))
        more = ", …" if source.unfindable > len(source.unfindable_examples) else ""
        _line(console, "nobody can find, for want of words", f"{source.unfindable:,}: {examples}{more}", "yellow")


def _commonest(counted: Sequence[tuple[str, int]], total: int) -> str:
    told = ", ".join(f"{clean(name)} {count:,}" for name, count in counted)
    return f"{told} and {total - len(counted):,} more" if total > len(counted) else told


def _line(console: Console, title: str, text: str, style: str = "dim") -> None:
    console.print(Text(f"  {title}: ", style).append(text, "not dim default"), soft_wrap=True)


def _show_indexes(console: Console, indexes: Sequence[PolicyIndex], command: str) -> None:
    table = plain_table()
    table.add_column("policy", overflow="fold")
    table.add_column("index")
    table.add_column("kind")
    for name in ("documents", "size", "recall"):
        table.add_column(name, justify="right")
    table.add_column("built")
    for index in indexes:
        state, built = index.state, index.state.built
        status = Text(state.status, STATUS_STYLES.get(state.status, "yellow"))
        if state.later:
            status.append(f" {state.later:,} later", "dim")
        cells = [*index_cells(built.manifest.details)] if built else ["-"] * 4
        table.add_row(
            Text(clean(index.name), "bold"), status, *cells, _when(built.manifest.created_at) if built else "-"
        )
    console.print(table)
    for index in indexes:
        if index.state.reason:
            console.print(Text(f"{clean(index.name)}: {clean(index.state.reason)}", "yellow"), soft_wrap=True)
    if any(index.state.status in TO_BUILD for index in indexes):
        console.print(f"Run: {command}", markup=False, soft_wrap=True)


def _when(at: str) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return "-"
