"""A run of cleaning as a table on a terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from dialog_core.text import strip_controls
from dialog_data.cleaning.report import CleaningReport, Sample, StepReport

LONGEST = 60  # characters of a text that are shown
SHOWN = 2  # examples of each step, of what it changed and of what it removed


def print_report(report: CleaningReport, file: Path, out: Path | None, console: Console) -> None:
    """Print what each step did, with examples.

    Args:
        report: What was done.
        file: What was read.
        out: Where it was written; None: nowhere.
        console: Where to print.
    """
    where = "nothing was written" if out is None else f"written to {out}"
    console.print(
        f"{file}: {_count(report.items_read, 'item')} with {_count(report.turns_read, 'turn')}; "
        f"{report.items_written:,} with {report.turns_written:,} are left; {where}",
        soft_wrap=True,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("step")
    for title in ("changed", "texts", "removed", "seconds"):
        table.add_column(title, justify="right")
    table.add_column("")
    for step in report.steps:
        table.add_row(
            step.name,
            _number(step.changed),
            _number(step.texts),
            _number(sum(step.removed.values())),
            f"{step.seconds:.2f}",
            _more(step),
        )
    console.print(table)
    for step in report.steps:
        for sample in [*step.changes[:SHOWN], *step.removals[:SHOWN]]:
            _print_sample(step.name, sample, console)


def _print_sample(step: str, sample: Sample, console: Console) -> None:
    # `repr` shows what is invisible, which often is all that has changed, and lets nothing steer the terminal.
    start = 0 if sample.reason else _shown_from(sample.before, sample.after)
    after = sample.reason or repr(_short(sample.after, start))
    item = strip_controls(sample.item.replace("\n", "⏎"), keep="")
    console.print(f"{step}, {_short(item)}: {_short(sample.before, start)!r} -> {after}", soft_wrap=True)


def _shown_from(before: str, after: str) -> int:
    """Return where to begin so that the first change is among what is shown."""
    parts = next((place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), None)
    at = min(len(before), len(after)) if parts is None else parts
    return max(at - LONGEST // 3, 0) if at >= LONGEST - 2 else 0


def _more(step: StepReport) -> str:
    """Return what else there is to say, in words."""
    said = [f"{count:,}: {reason}" for reason, count in step.removed.most_common()]
    if step.turns_removed:
        said.append(f"{_count(step.turns_removed, 'turn')} removed")
    if step.turns_added:
        said.append(f"{_count(step.turns_added, 'turn')} more")
    if step.split:
        said.append(f"{step.split:,} split")
    if step.entities_lost:
        said.append(f"marked entities lost: {step.entities_lost:,}")
    return "; ".join(said)


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"


def _short(text: str, start: int = 0) -> str:
    text = f"…{text[start:]}" if start else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
