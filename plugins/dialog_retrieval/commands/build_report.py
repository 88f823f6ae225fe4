"""What `dialog-core knowledge build` tells at the end."""

from rich.console import Console
from rich.text import Text

from dialog_retrieval.commands.building import Building
from dialog_retrieval.commands.shown import clean, index_cells, plain_table

STATUS_STYLES = {"built": "green", "updated": "cyan", "current": "dim"}


def print_report(console: Console, building: Building) -> None:
    """Print a table of the sources and one of the indexes."""
    if building.sources:
        console.print()
        _print_sources(console, building)
    if building.policies:
        console.print()
        _print_policies(console, building)


def _print_sources(console: Console, building: Building) -> None:
    table = plain_table()
    table.add_column("knowledge", overflow="fold")
    for name in ("entries", "added", "changed", "removed"):
        table.add_column(name, justify="right")
    for source in building.sources:
        counts = (source.changes.added, source.changes.changed, source.changes.removed) if source.changes else (0, 0, 0)
        cells = [Text(f"{count:,}", "" if count else "dim") for count in counts]
        table.add_row(Text(clean(source.name), "bold"), f"{source.entries:,}", *cells)
    console.print(table)


def _print_policies(console: Console, building: Building) -> None:
    table = plain_table()
    table.add_column("policy", overflow="fold")
    table.add_column("index")
    table.add_column("kind")
    for name in ("documents", "size", "recall", "seconds"):
        table.add_column(name, justify="right")
    for policy in building.policies:
        for number, (name, status, details) in enumerate(policy.parts()):
            table.add_row(
                Text(clean(name), "bold"),
                Text(clean(status), STATUS_STYLES.get(status, "")),
                *index_cells(details),
                f"{policy.report.seconds:.1f}" if number == 0 else "",
            )
    console.print(table)
