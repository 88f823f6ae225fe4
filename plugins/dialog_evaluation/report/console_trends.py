"""Trends as text."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dialog_evaluation.console import clean, plain_table
from dialog_evaluation.report.console_comparison import SIGNS, STYLES
from dialog_evaluation.report.figures import NOTHING, WORDINGS
from dialog_evaluation.report.trends import Point, Trends

BLOCKS = "▁▂▃▄▅▆▇█"


def print_trends(trends: Trends, console: Console) -> None:
    """Print a table run by run, and how each figure got on."""
    count = len(trends.points)
    console.print(Text(clean(f"{trends.name}: {count} {'run' if count == 1 else 'runs'}"), "bold"))
    for remark in trends.remarks:
        console.print(Padding(Text.assemble(("! ", "yellow"), clean(remark)), (0, 0)))
    console.print()
    console.print(_table(trends))
    console.print(
        Text("▲ better, ▼ worse, ◆ different by more than chance than the last run of the same messages", "dim")
    )
    if count > 1:
        console.print()
        width = max(len(WORDINGS[name].title) for name in trends.metrics)
        for name in trends.metrics:
            values = [point.figures[name].value if name in point.figures else None for point in trends.points]
            known = [value for value in values if value is not None]
            wording = WORDINGS[name]
            ends = f"{wording.shown(known[0])} → {wording.shown(known[-1])}" if known else ""
            console.print(Text(f"{wording.title:<{width}}  {sparkline(values)}  {ends}"), soft_wrap=True)


def sparkline(values: Sequence[float | None]) -> str:
    """Return values as little bars, the lowest and the highest as far apart as there is room for."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    room = high - low
    steps = len(BLOCKS) - 1
    return "".join(
        " " if value is None else BLOCKS[round(steps * (value - low) / room)] if room else BLOCKS[steps // 2]
        for value in values
    )


def _table(trends: Trends) -> Table:
    table = plain_table()
    table.add_column("when", no_wrap=True, vertical="top")
    table.add_column("turns", justify="right", no_wrap=True)
    for name in trends.metrics:
        table.add_column(WORDINGS[name].title, justify="right", no_wrap=len(trends.metrics) < 5)
    table.add_column("what changed", overflow="fold", ratio=1)
    for point in trends.points:
        cut = "" if point.info.finished_at else "\ncut short"
        when = Text(clean(point.info.started_at[:16].replace("T", " "))).append(cut, "yellow")
        told = "\n".join(clean(change) for change in point.changed)
        other = "" if point.beside is not None or not point.changed else "other data: not compared\n"
        cells = [_cell(point, name) for name in trends.metrics]
        table.add_row(when, f"{point.turns:,}", *cells, Text(other, "yellow").append(told, ""))
    return table


def _cell(point: Point, name: str) -> Text:
    if name not in point.figures:
        return Text(NOTHING, "dim")
    figure, wording = point.figures[name], WORDINGS[name]
    verdict = point.verdicts.get(name, "")
    text = Text(wording.shown(figure.value), "bold").append(f" {SIGNS[verdict] or ' '}", STYLES[verdict])
    return text.append(f"\n{wording.shown_interval(figure)}  ", "dim")
