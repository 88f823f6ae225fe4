"""What people are shown of parts and of leaks."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_data.splitting.leaks import Leaks, shown
from dialog_data.splitting.parts import PARTS

EXAMPLES = 5


def print_parts(counts: Mapping[str, int], out: Path, console: Console) -> None:
    """Show how many items each part has."""
    total = sum(counts.values())
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("part")
    table.add_column("items", justify="right")
    table.add_column("share", justify="right")
    for part in PARTS:
        count = counts.get(part, 0)
        table.add_row(part, f"{count:,}", f"{count / total:.1%}" if total else "-")
    console.print(table)
    console.print(f"Written to {out}")


def print_leaks(leaks: Leaks, console: Console, *, removed: bool = False) -> None:
    """Show what is measured on although it is learnt from."""
    if leaks.none:
        console.print(
            f"Nothing leaks: none of {leaks.measured:,} items is found again among {leaks.learnt:,} to train with."
        )
        return
    if leaks.made_up:
        console.print(
            f"{leaks.made_up:,} items that are measured on nobody has said: they were made up.", style="yellow"
        )
    if leaks.leaked:
        what = "were taken out" if removed else "leak"
        console.print(
            f"{len(leaks.leaked):,} of {leaks.measured:,} items that are measured on ({leaks.share:.1%}) {what}: the "
            f"same, or almost the same, is trained with. {leaks.exact:,} of them stand there word for word.",
            style="yellow",
        )
    for leak in leaks.worst[:EXAMPLES]:
        _print_beside(f"  {leak.similarity:4.0%}  ", Text(_clean(shown(leak.measured))), console)
        _print_beside(" " * 8, Text(_clean(shown(leak.learnt)), "dim"), console)


def _print_beside(margin: str, text: Text, console: Console) -> None:
    """Print a text to the right of a margin; where no person looks, on one line, so that programs find it."""
    if console.is_terminal:
        table = Table.grid()
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(margin, text)
        console.print(table)
    else:
        console.print(Text.assemble(margin, text), soft_wrap=True)


def _clean(text: str) -> str:
    return strip_controls(repair_text(text))
