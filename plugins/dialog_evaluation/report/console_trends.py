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


WHEN, CELL = 26, 15  # columns that a run, and a figure, take


def print_trends(trends: Trends, console: Console) -> None:
    """Print a table run by run, how each figure got on, and what changed."""
    count = len(trends.points)
    console.print(Text(clean(f"{trends.name}: {count} {'run' if count == 1 else 'runs'}"), "bold"))
    for remark in trends.remarks:
        console.print(Padding(Text.assemble(("! ", "yellow"), clean(remark)), (0, 0)))
    console.print()
    shown = max((console.width - WHEN) // CELL, 1)
    console.print(_table(trends, trends.metrics[:shown]))
    console.print(
        Text("▲ better, ▼ worse, ◆ different: more than chance, beside the last run of the same messages", "dim")
    )
    if count > 1:
        console.print()
        _print_courses(trends, console)
        console.print()
        console.print(Text("What changed", "bold"))
        for point in trends.points[1:]:
            told = [*(("other data: not compared",) if point.beside is None else ()), *point.changed]
            line = Text(f"{_when(point)}  ", "dim").append(clean("; ".join(told)), "" if point.beside else "yellow")
            console.print(Padding(line, (0, 0)))


def _print_courses(trends: Trends, console: Console) -> None:
    width = max(len(WORDINGS[name].title) for name in trends.metrics)
    for name in trends.metrics:
        values = [point.figures[name].value if name in point.figures else None for point in trends.points]
        known = [value for value in values if value is not None]
        wording = WORDINGS[name]
        ends = f"{wording.shown(known[0])} → {wording.shown(known[-1])}"
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


def _table(trends: Trends, names: Sequence[str]) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True, vertical="top")
    table.add_column("turns", justify="right", no_wrap=True)
    for name in names:
        table.add_column(f"{WORDINGS[name].title}  ", justify="right", no_wrap=True)
    for point in trends.points:
        when = Text(_when(point)).append("" if point.info.finished_at else "\ncut short", "yellow")
        table.add_row(when, f"{point.turns:,}", *(_cell(point, name) for name in names))
    return table


def _when(point: Point) -> str:
    return clean(point.info.started_at[:16].replace("T", " "))


def _cell(point: Point, name: str) -> Text:
    if name not in point.figures:
        return Text(NOTHING, "dim")
    figure, wording = point.figures[name], WORDINGS[name]
    verdict = point.verdicts.get(name, "")
    text = Text(wording.shown(figure.value), "bold").append(f" {SIGNS[verdict] or ' '}", STYLES[verdict])
    return text.append(f"\n{wording.shown_interval(figure)}  ", "dim")
