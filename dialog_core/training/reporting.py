"""What came of trainings: figures before and after, and what the trainers remarked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dialog_core.text import strip_controls

if TYPE_CHECKING:
    from dialog_core.training import Outcome


def show_outcomes(console: Console, outcomes: "Sequence[Outcome]") -> None:
    """Print a table of the figures of what was trained, and the remarks below it."""
    trained = [outcome for outcome in outcomes if outcome.status == "trained"]
    if not trained:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("component", overflow="fold")
    table.add_column("metric", overflow="fold")
    for column in ("before", "after", "seconds"):
        table.add_column(column, justify="right")
    for outcome in trained:
        manifest = outcome.artefact.manifest
        names = list(manifest.metrics) or ["-"]
        for number, name in enumerate(names):
            first = number == 0
            table.add_row(
                _shown(outcome.name) if first else "",
                _shown(name),
                _figure(manifest.before, name),
                _figure(manifest.metrics, name),
                f"{outcome.seconds:.1f}" if first else "",
            )
    console.print(table)
    for outcome in trained:
        for remark in outcome.artefact.manifest.remarks:
            text = f"[bold]{_shown(outcome.name)}[/bold]: {escape(strip_controls(remark))}"
            console.print(text, highlight=False, soft_wrap=not console.is_terminal)  # a file keeps whole sentences


def _figure(figures: Mapping[str, float | None], name: str) -> str:
    figure = figures.get(name)
    return "-" if figure is None else f"{figure:.4g}"


def _shown(text: str) -> str:
    return escape(strip_controls(text, keep=""))
