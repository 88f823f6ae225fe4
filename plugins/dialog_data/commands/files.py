"""What the commands on data sets do alike: read one with progress, and tell what was passed over."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import typer

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import DataItem
from dialog_core.interfaces import Skipped

REDRAW_AFTER = 0.2  # seconds
SHOWN = 5  # problems of what was passed over


@contextmanager
def read_items(file: Path, format: str, on_error: str, *, quiet: bool = False) -> Iterator[Iterator[DataItem]]:
    """Give the items of a data set one by one; how many is shown meanwhile, and at the end what was passed over.

    Args:
        file: The data set.
        format: The name of its reader; `auto` finds it out.
        on_error: `stop`, or `skip` to pass over what is not as it should be.
        quiet: Whether to say nothing meanwhile: it has been read before.

    Raises:
        ConfigurationError: It cannot be read, or its reader cannot pass anything over.
        UnknownComponentError: There is no such reader.
    """
    reader = Context(name="data").create("reader", format, inherit={"on_error": on_error})
    if on_error == "skip" and not isinstance(getattr(reader, "skipped", None), Skipped):
        problem = Problem(
            f"the reader {format!r} cannot pass over mistakes", file, remedy="Leave out `--on-error skip`."
        )
        raise ConfigurationError([problem])
    if quiet:
        yield iter(reader.read(file))
        return
    with counted(reader.read(file)) as items:
        yield items
    skipped = getattr(reader, "skipped", None)
    if isinstance(skipped, Skipped) and (skipped.count or skipped.problems):
        tell_skipped(skipped)


def tell_skipped(skipped: Skipped) -> None:
    """Tell on standard error how much was passed over, and why, as far as anybody reads it."""
    for problem in skipped.problems[:SHOWN]:
        typer.echo(f"skipped: {problem}", err=True)
    more = len(skipped.problems) - SHOWN
    told = f", {more} more problems like these" if more > 0 else ""
    typer.echo(f"{skipped.count:,} item{'s' if skipped.count != 1 else ''} passed over{told}", err=True)


def read_share(given: str, option: str) -> float:
    """Return a share that an option gives: `0.1`, `10%`.

    Raises:
        BadParameter: It is none.
    """
    from pydantic import TypeAdapter, ValidationError

    from dialog_core.configuration import Share

    try:
        return float(TypeAdapter(Share).validate_python(given))
    except ValidationError as error:
        raise typer.BadParameter(
            str(error.errors()[0]["msg"]).removeprefix("Value error, "), param_hint=option
        ) from None


@contextmanager
def counted(items: Iterable[DataItem]) -> Iterator[Iterator[DataItem]]:
    """Give the items, and show on a terminal how many there have been."""
    from rich.console import Console
    from rich.status import Status

    console = Console(stderr=True)
    if not console.is_terminal:
        yield iter(items)
        return
    with Status("reading ...", console=console) as status:

        def counting() -> Iterator[DataItem]:
            begun = drawn = monotonic()
            for number, item in enumerate(items, start=1):
                now = monotonic()
                if now - drawn >= REDRAW_AFTER:
                    drawn = now
                    status.update(f"{number:,} items, {number / (now - begun):,.0f} a second")
                yield item

        yield counting()
