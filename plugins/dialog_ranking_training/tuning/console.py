"""A report on thresholds for the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_ranking_training.tuning.figures import Figures
from dialog_ranking_training.tuning.plot import Cell, Mark, draw
from dialog_ranking_training.tuning.report import Report
from dialog_ranking_training.tuning.wording import (
    MEANINGS,
    aimed_at,
    cost,
    interval,
    meaning,
    seconds,
    share,
    threshold,
)

WIDTH, HEIGHT = 58, 11  # of the plot, in characters
LABEL = 7  # characters for what stands at its left
OWN, OTHERS, LINE = "bold green", "yellow", "cyan"
ROOM = 0.1  # of the plot that remains free above and below the curve
GAP = 4  # between what the plot shows and its signs
COLUMNS = {
    "accuracy": "as it should be",
    "right": "right",
    "wrong": "wrong",
    "unanswered": "unanswered",
    "calls": "calls",
    "seconds_p50": "p50",
    "seconds": "mean",
    "cost": "cost",
}
SPARE = ("seconds_p50", "right", "seconds", "unanswered", "cost")  # what a narrow terminal does without, this first
UNLIMITED = 1000  # columns


def print_report(report: Report, console: Console) -> None:
    """Print the curve, a table of its points, and what the chosen one means."""
    plain = not console.encoding.lower().startswith("utf")
    console.print(_heading(report))
    if len(report.tiers) > 1:
        for line in _plot(report, console.width, plain=plain):
            console.print(line, no_wrap=True, overflow="crop")
    console.print(_fitting(report, console, plain=plain))
    console.print()
    for text in (meaning(report), *_notes(report)):
        console.print(Text(clean(text)))


def clean(text: str) -> str:
    """Return a text of a file or a user so that a terminal only shows it."""
    return strip_controls(repair_text(text), keep="")


def _heading(report: Report) -> Text:
    text = Text()
    text.append(clean(report.bot), "bold")
    text.append(f"  aim: {aimed_at(report.aim)}", "dim")
    text.append("\naccept_at ", "dim")
    text.append(threshold(report.chosen.accept_at), OWN if report.met else OTHERS)
    text.append("  answer_at ", "dim")
    text.append(threshold(report.chosen.answer_at), OWN if report.met else OTHERS)
    if not report.met:
        text.append("  the nearest there is", OTHERS)
    text.append("\n")
    return text


def _plot(report: Report, width: int, *, plain: bool) -> Iterator[Text]:
    calls, accuracy = report.curve.calls, report.curve.accuracy
    spots = {name: report.spots[name].figures for name in ("first_tier", "everybody", "chosen")}
    heights = [*accuracy.tolist(), *(spot.accuracy for spot in spots.values())]
    low, high = min(heights), max(heights)
    free = max(high - low, 0.01) * ROOM
    low, high = max(0.0, low - free), min(1.0, high + free)

    def place(figures: Figures) -> tuple[float, float]:
        return figures.calls, (figures.accuracy - low) / (high - low)

    signs = {"first_tier": "o", "everybody": "o", "chosen": "X"} if plain else {}
    marks = [
        Mark(*place(spots["first_tier"]), signs.get("first_tier", "○"), OTHERS),
        Mark(*place(spots["everybody"]), signs.get("everybody", "●"), OTHERS),
        Mark(*place(spots["chosen"]), signs.get("chosen", "◆"), OWN),
    ]
    line = list(zip(calls.tolist(), ((accuracy - low) / (high - low)).tolist(), strict=True))
    rows = draw(line, marks, width=WIDTH, height=HEIGHT, style=LINE, plain=plain)
    yield Text("handled as they should be", "dim")
    labels = {0: high, HEIGHT // 2: (low + high) / 2, HEIGHT - 1: low}
    wall = "|" if plain else "│"
    for number, row in enumerate(rows):
        yield _row(share(labels[number]) if number in labels else "", wall, row)
    floor = "+" + "-" * WIDTH if plain else "└" + "─" * WIDTH
    yield Text(" " * (LABEL + 1) + floor, "dim")
    ticks = "0 %".ljust(WIDTH // 2 - 2) + "50 %".ljust(WIDTH // 2 - 2) + "100 %"
    yield Text(" " * (LABEL + 2) + ticks, "dim")
    axis, legend = Text(" " * (LABEL + 2)), Text()
    axis.append(f"messages for which {clean(report.caller)} is asked", "dim")
    for sign, style, told in (
        (marks[2].sign, OWN, "chosen"),
        (marks[1].sign, OTHERS, "everybody"),
        (marks[0].sign, OTHERS, "first tier alone"),
    ):
        legend.append(f"{sign} ", style)
        legend.append(f"{told}  ", "dim")
    legend.rstrip()
    if axis.cell_len + GAP + legend.cell_len <= width:
        yield axis.append(" " * GAP).append(legend)
    else:
        yield axis
        yield Text(" " * (LABEL + 2)).append(legend)
    yield Text()


def _row(label: str, wall: str, row: Sequence[Cell]) -> Text:
    text = Text()
    text.append(f"{label:>{LABEL}} {wall}", "dim")  # as the style of the whole it would dim the curve too
    for cell in row:
        text.append(cell.sign, cell.style)
    text.rstrip()
    return text


def _fitting(report: Report, console: Console, *, plain: bool) -> Table:
    """Return the table without the columns that a narrow terminal has no room for; that of the aim remains."""
    names = [name for name in COLUMNS if name != "cost" or any(row.cost for row in report.rows)]
    spare = [name for name in SPARE if name in names and name != report.aim.kind]
    table = _table(report, names, plain=plain)
    while spare and console.measure(table, options=console.options.update(width=UNLIMITED)).maximum > console.width:
        names.remove(spare.pop(0))
        table = _table(report, names, plain=plain)
    return table


def _table(report: Report, names: Sequence[str], *, plain: bool) -> Table:
    own_sign = ">" if plain else "▸"
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1))
    for name in ("accept_at", *(COLUMNS[name] for name in names)):
        table.add_column(name, justify="right", no_wrap=True)
    everybody, first = report.spots["everybody"].figures, report.spots["first_tier"].figures
    several = len(report.tiers) > 1
    if several:
        table.add_row("everybody", *_cells(everybody, names), style=OTHERS)
    for row in report.rows:
        own = row == report.chosen.figures
        sign = f"{own_sign} " if own else ""
        table.add_row(f"{sign}{threshold(row.accept_at)}", *_cells(row, names), style=OWN if own else "")
    if several:
        table.add_row("first tier", *_cells(first, names), style=OTHERS)
    table.add_row("an oracle", *_cells(report.spots["oracle"].figures, names), style="dim")
    chosen = report.spots["chosen"]
    intervals = [interval(chosen, name) if name in MEANINGS else "" for name in names]
    if plain:
        intervals = [text.replace("–", "-") for text in intervals]
    table.add_row(f"{own_sign} 95 %", *intervals, style="dim")
    return table


def _cells(figures: Figures, names: Sequence[str]) -> list[str]:
    writes = {"seconds_p50": seconds, "seconds": seconds, "cost": cost}
    return [writes.get(name, share)(getattr(figures, name)) for name in names]


def _notes(report: Report) -> Iterator[str]:
    files = ", ".join(file.name for file in report.files)
    found = f"{report.choices:,} messages in {report.conversations:,} conversations"
    yield f"{found} of {files}, judged by {report.judged_by}."
    for reason, count in report.left_out.items():
        yield f"{count:,} messages left out: {reason}."
    yield from report.remarks
