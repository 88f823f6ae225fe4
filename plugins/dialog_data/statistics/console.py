"""Statistics on a terminal: data sets side by side, then the charts of each."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_data.statistics.report import Bars, Counted, charts, lines

BAR = 30  # characters of the longest bar
LONGEST_NAME = 32
_PARTS = " ▏▎▍▌▋▊▉"


def print_statistics(sets: Sequence[Counted], console: Console) -> None:
    """Print what was counted."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for one in sets:
        table.add_column(Text(_clean(one.name)), overflow="fold")
    first = True
    for line in lines(sets):
        if line.begins and not first:
            table.add_row()
        first = False
        table.add_row(
            Text(line.name, "dim" if line.name.startswith(" ") else ""), *(Text(_clean(one)) for one in line.values)
        )
    console.print(table)
    if any(line.name.endswith("words") for line in lines(sets)):
        console.print("\nOf each: the median (the middle 90%), the mean, the largest.", style="dim")
    for one in sets:
        if len(sets) > 1:
            console.print(Text(f"\n{_clean(one.name)}", "bold"))
        for bars in charts(one):
            _print_bars(bars, console)


def _print_bars(bars: Bars, console: Console) -> None:
    console.print(Text(f"\n{bars.title}", "bold"))
    longest = max((length for _, length, _ in bars.bars), default=0) or 1
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", max_width=LONGEST_NAME, overflow="ellipsis", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for name, length, told in bars.bars:
        table.add_row(Text(_clean(name)), Text(_bar(length / longest), "cyan"), Text(told, "dim"))
    console.print(table)
    if bars.left_out:
        console.print(Text(f"... and {bars.left_out:,} more", "dim"))


def _bar(share: float) -> str:
    whole, part = divmod(round(share * BAR * 8), 8)
    return ("█" * whole + _PARTS[part]).rstrip() or ("▏" if share else "")


def _clean(text: str) -> str:
    """Return a text so that a terminal only shows it."""
    return strip_controls(repair_text(text), keep="")
