"""A progress bar for what takes a while, on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

REDRAW_AFTER = 0.1  # seconds; more often, drawing would take longer than what is waited for


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how many of `total` steps are done, if standard error is a terminal; what is yielded counts one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task, done, drawn = bar.add_task(what, total=total), 0, 0.0

        def advance() -> None:
            nonlocal done, drawn
            done += 1
            if monotonic() - drawn >= REDRAW_AFTER:
                bar.update(task, completed=done)
                drawn = monotonic()

        yield advance


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something is under way that cannot say how far it is, if standard error is a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield
