"""Showing how far long jobs are: live lines on a terminal, plain ones anywhere else."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from dialog_core.text import strip_controls

PATIENCE = 10.0  # seconds between plain lines within one stage


class ShownJob(Protocol):
    """The `Progress` of one job, with how it ended."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage."""
        ...

    def advance(self, steps: int = 1) -> None:
        """Say that so many steps are done."""
        ...

    def note(self, text: str) -> None:
        """Tell something worth keeping on the screen."""
        ...

    def finish(self, outcome: str) -> None:
        """Say in a few words what became of it."""
        ...


class ShownProgress(Protocol):
    """The progress of all jobs."""

    def job(self, name: str) -> AbstractContextManager[ShownJob]:
        """Show the progress of one of them, which begins now."""
        ...


@contextmanager
def show_progress(console: Console, names: Sequence[str]) -> Iterator[ShownProgress]:
    """Show how far jobs are: a line for each, or plain lines where no one watches.

        with show_progress(console, ["faq", "search"]) as progress, progress.job("faq") as job:
            job.stage("reading", total=1000)
            job.advance(1000)
            job.finish("1,000 entries")

    Args:
        console: Where.
        names: What the jobs are called, in the order they are done.
    """
    if not console.is_terminal:
        yield _Plain(console)
        return
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        _Steps(),
        TextColumn("{task.fields[stage]}"),
        TimeElapsedColumn(),
        _Remaining(),
        console=console,
    )
    with bars:
        yield _Live(bars, names)


class _Steps(MofNCompleteColumn):
    """How many steps are done, while it is known how many there are."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None and not task.finished else Text()


class _Remaining(TimeRemainingColumn):
    """How long it will take, while that can be told."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None and not task.finished else Text()


class _Live:
    def __init__(self, bars: Progress, names: Sequence[str]) -> None:
        self._bars = bars
        self._tasks = {
            name: bars.add_task(f"[bold]{_shown(name)}", start=False, total=None, stage="[dim]waiting")
            for name in names
        }

    @contextmanager
    def job(self, name: str) -> Iterator[ShownJob]:
        self._bars.start_task(self._tasks[name])
        yield _LiveJob(self._bars, self._tasks[name], name)
        self._bars.stop_task(self._tasks[name])


class _LiveJob:
    def __init__(self, bars: Progress, task: TaskID, name: str) -> None:
        self._bars, self._task, self._name = bars, task, name

    def stage(self, name: str, total: int | None = None) -> None:
        # A new stage has a pace of its own: what remains is reckoned from its first step, what has passed is not.
        task = next(task for task in self._bars.tasks if task.id == self._task)
        elapsed = task.elapsed or 0.0
        self._bars.reset(self._task, stage=_shown(name))
        task.total = total  # `reset` cannot take a total away
        task.start_time = task.get_time() - elapsed

    def advance(self, steps: int = 1) -> None:
        self._bars.advance(self._task, steps)

    def note(self, text: str) -> None:
        self._bars.console.print(f"[bold]{_shown(self._name)}[/bold]: {_shown(text)}")

    def finish(self, outcome: str) -> None:
        self._bars.update(self._task, total=1, completed=1, stage=_shown(outcome))


class _Plain:
    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def job(self, name: str) -> Iterator[ShownJob]:
        yield _PlainJob(self._console, name)


class _PlainJob:
    def __init__(self, console: Console, name: str) -> None:
        self._console, self._name = console, name
        self._stage, self._done, self._total = "", 0, 0
        self._told_at = 0.0

    def stage(self, name: str, total: int | None = None) -> None:
        again = name == self._stage
        self._stage, self._done, self._total = name, 0, total or 0
        if not again:
            self._tell(name)

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if time.monotonic() - self._told_at >= PATIENCE:
            of = f" of {self._total}" if self._total else ""
            self._tell(f"{self._stage}, {self._done}{of}")

    def note(self, text: str) -> None:
        self._tell(text)

    def finish(self, outcome: str) -> None:
        self._tell(outcome)

    def _tell(self, text: str) -> None:
        self._told_at = time.monotonic()
        self._console.print(f"{_shown(self._name)}: {_shown(text)}", highlight=False, soft_wrap=True)


def _shown(text: str) -> str:
    return escape(strip_controls(text, keep=""))
