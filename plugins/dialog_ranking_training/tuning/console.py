"""A report on thresholds for the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_ranking_training.tuning.figures import Figures
from dialog_ranking_training.tuning.plot import Cell, Mark, draw
from dialog_ranking_training.tuning.report import Report
from dialog_ranking_training.tuning.wording import aimed_at, cost, interval, meaning, seconds, share, threshold

WIDTH, HEIGHT = 58, 11  # of the plot, in characters
LABEL = 7  # characters for what stands at its left
OWN, OTHERS, LINE = "bold green", "yellow", "cyan"
ROOM = 0.1  # of the plot that remains free above and below the curve


def print_report(report: Report, console: Console) -> None:
    """Print the curve, a table of its points, and what the chosen one means."""
    plain = not console.encoding.lower().startswith("utf")
    console.print(_heading(report))
    if len(report.tiers) > 1:
        for line in _plot(report, plain=plain):
            console.print(line, no_wrap=True, overflow="crop")
    console.print(_table(report, plain=plain))
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


def _plot(report: Report, *, plain: bool) -> Iterator[Text]:
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
    legend = Text()
    legend.append(" " * (LABEL + 2) + f"messages for which {clean(report.caller)} is asked    ", "dim")
    for sign, style, told in (
        (marks[2].sign, OWN, "chosen"),
        (marks[1].sign, OTHERS, "everybody"),
        (marks[0].sign, OTHERS, "first tier alone"),
    ):
        legend.append(f"{sign} ", style)
        legend.append(f"{told}  ", "dim")
    legend.rstrip()
    yield legend
    yield Text()


def _row(label: str, wall: str, row: Sequence[Cell]) -> Text:
    text = Text()
    text.append(f"{label:>{LABEL}} {wall}", "dim")  # as the style of the whole it would dim the curve too
    for cell in row:
        text.append(cell.sign, cell.style)
    text.rstrip()
    return text


def _table(report: Report, *, plain: bool) -> Table:
    own_sign = ">" if plain else "▸"
    costs = any(row.cost for row in report.rows)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1))
    for name in ("accept_at", "as it should be", "right", "wrong", "unanswered", "calls", "p50", "mean"):
        table.add_column(name, justify="right", no_wrap=True)
    if costs:
        table.add_column("cost", justify="right", no_wrap=True)
    everybody, first = report.spots["everybody"].figures, report.spots["first_tier"].figures
    several = len(report.tiers) > 1
    if several:
        table.add_row("everybody", *_cells(everybody, costs=costs), style=OTHERS)
    for row in report.rows:
        own = row == report.chosen.figures
        sign = f"{own_sign} " if own else ""
        table.add_row(f"{sign}{threshold(row.accept_at)}", *_cells(row, costs=costs), style=OWN if own else "")
    if several:
        table.add_row("first tier", *_cells(first, costs=costs), style=OTHERS)
    table.add_row("an oracle", *_cells(report.spots["oracle"].figures, costs=costs), style="dim")
    chosen = report.spots["chosen"]
    intervals = [interval(chosen, name) for name in ("accuracy", "right", "wrong", "unanswered", "calls")]
    if plain:
        intervals = [text.replace("–", "-") for text in intervals]
    table.add_row(f"{own_sign} 95 %", *intervals, style="dim")
    return table


def _cells(figures: Figures, *, costs: bool) -> list[str]:
    shares = (figures.accuracy, figures.right, figures.wrong, figures.unanswered, figures.calls)
    spent = [seconds(figures.seconds_p50), seconds(figures.seconds)]
    return [*map(share, shares), *spent, *([cost(figures.cost)] if costs else [])]


def _notes(report: Report) -> Iterator[str]:
    files = ", ".join(file.name for file in report.files)
    found = f"{report.choices:,} messages in {report.conversations:,} conversations"
    yield f"{found} of {files}, judged by {report.judged_by}."
    for reason, count in report.left_out.items():
        yield f"{count:,} messages left out: {reason}."
    yield from report.remarks
