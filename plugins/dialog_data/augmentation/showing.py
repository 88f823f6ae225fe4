"""What people are shown of a data set made larger."""

from rich.console import Console
from rich.text import Text

from dialog_core.datasets import DataItem, texts_of
from dialog_core.text import repair_text, strip_controls
from dialog_data.augmentation.pipeline import AugmentationReport
from dialog_data.writers.saving import Saved

LONGEST = 90  # characters of a sample


def print_report(report: AugmentationReport, saved: Saved, console: Console) -> None:
    """Show how many variants there are, and some of each step."""
    made = sum(report.made.values())
    console.print(f"{report.items:,} items, {made:,} variants of them in {saved.path}")
    if report.templates:
        console.print(f"{report.templates:,} of the items are templates: only what was made of them was written.")
    if report.already:
        console.print(f"{report.already:,} of the items were made before: nothing was made of them.")
    for name, count in report.made.items():
        console.print(Text.assemble("\n", (name, "bold"), f"  {count:,}"))
        for item, variant in report.samples.get(name, ()):
            before, after = _difference(item, variant)
            console.print(Text.assemble("  ", (before, "dim")))
            console.print(Text.assemble("  ", after))
    for name in sorted(set(report.names) - set(report.made)):
        console.print(f"note: {name} made nothing of any item.", style="yellow")


def _difference(item: DataItem, variant: DataItem) -> tuple[str, str]:
    """Return the first text that is another one, before and after."""
    pairs = zip(texts_of(item), texts_of(variant), strict=False)
    before, after = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    return _line(before), _line(after)


def _line(text: str) -> str:
    line = strip_controls(repair_text(" ".join(text.split())))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
