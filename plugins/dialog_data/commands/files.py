"""What the commands on data sets do alike: read one with progress, and tell what was passed over."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import typer

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import DataItem
from dialog_core.interfaces import Skipped
from dialog_data.checked import checked_items
from dialog_data.writers.saving import Saved, save

REDRAW_AFTER = 0.2  # seconds
SHOWN = 5  # problems of what was passed over
SHOWN_LEFT_OUT = 20
AUTO = "auto"
OF_ALL_FORMATS = ("encoding", "on_error")  # options


@contextmanager
def read_items(
    file: Path, format: Any, on_error: str, *, quiet: bool = False, noted: Skipped | None = None
) -> Iterator[Iterator[DataItem]]:
    """Give the items of a data set one by one; how many is shown meanwhile, and at the end what was passed over.

    Args:
        file: The data set.
        format: The name of its reader, or a mapping with `use` and its options; `auto` finds it out.
        on_error: `stop`, or `skip` to pass over what is not as it should be.
        quiet: Whether to say nothing meanwhile: it has been read before.
        noted: Where to note what was passed over as well.

    Raises:
        ConfigurationError: It cannot be read, or its reader cannot pass anything over.
        UnknownComponentError: There is no such reader.
        PluginError: It yields something else than items.
    """
    name = str(format["use"] if isinstance(format, dict) else format)
    reader = data_context().create("reader", format, inherit={"on_error": on_error})
    if on_error == "skip" and not isinstance(getattr(reader, "skipped", None), Skipped):
        problem = Problem(f"the reader {name!r} cannot pass over mistakes", file, remedy="Leave out `--on-error skip`.")
        raise ConfigurationError([problem])
    if quiet:
        yield checked_items(reader.read(file), "reader", name)
        return
    with counted(checked_items(reader.read(file), "reader", name)) as items:
        yield items
    skipped = getattr(reader, "skipped", None)
    if isinstance(skipped, Skipped) and (skipped.count or skipped.problems):
        tell_skipped(skipped)
        if noted is not None:
            noted.count += skipped.count
            noted.problems += skipped.problems


def write_items(items: Iterable[DataItem], out: Path, to: Any, *, source: Path, quiet: bool = False) -> Saved:
    """Write items to a file, which appears when all of them are written; tell what its format has no place for.

    Args:
        items: What to write.
        out: Where to; the usual ending of the format is added where the name has none.
        to: The name of a writer, or a mapping with `use` and its options; empty: the writer that keeps everything of
            such items.
        source: Where the items come from, which is never written over.
        quiet: Whether not to tell what was left out.

    Raises:
        ConfigurationError: The format has no place for an item, or the file cannot be written.
        UnknownComponentError: There is no such writer.
    """
    refuse_same(out, source)
    saved = save(items, out, to, data_context())
    if not quiet:
        tell_left_out(saved)
    return saved


def refuse_same(out: Path, source: Path) -> None:
    """Refuse to write over what is being read, or into it.

    Raises:
        ConfigurationError: That is what was asked for.
    """
    target, read = out.resolve(), source.resolve()
    if target == read or (read.is_dir() and read in target.parents and target.exists()):
        raise ConfigurationError([Problem("is what is read", out, remedy="Write to another file.")])


def tell_left_out(saved: Saved) -> None:
    """Tell on standard error what the format has no place for, and how often there was such."""
    if not saved.left_out:
        return
    tell_counts(f"The format {saved.format!r} has no place for everything. Left out:", saved.left_out)


def tell_counts(title: str, counts: Counter[str]) -> None:
    """Tell on standard error what there was, and how often, the most frequent first."""
    typer.echo(title, err=True)
    found = [(what, count) for what, count in counts.most_common() if count]
    for what, count in found[:SHOWN_LEFT_OUT]:
        typer.echo(f"{count:>9,}  {what}", err=True)
    more = len(found) - SHOWN_LEFT_OUT
    if more > 0:
        typer.echo(f"           and {more} more kinds", err=True)


def data_context() -> Context:
    """Return what readers and writers are built with: the built-in ones, and those of `--plugin NAME`."""
    return Context.of_command("data")


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


def named_options(given: list[str], option: str) -> dict[str, Any]:
    """Return options by name: `delimiter=;`, `fields.question=frage`; values are YAML.

    Raises:
        BadParameter: One of them is not written so.
    """
    from dialog_core.configuration import parse_yaml

    found: dict[str, Any] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not all(key.split(".")):
            raise typer.BadParameter(f"needs NAME=VALUE, not {text!r}", param_hint=option)
        *above, name = key.split(".")
        place = found
        for part in above:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise typer.BadParameter(f"{part!r} is given twice", param_hint=option)
        place[name] = parse_yaml(value).plain() if value.strip() else value
    return found


def reader_spec(format: str, option: list[str] | None) -> Any:
    """Return what to build a reader from: its name, or with the options that `--option` gives.

    Raises:
        BadParameter: An option is not written as one, or belongs to a format that is not named.
    """
    options = named_options(option or [], "--option")
    general = {name for name in options if did_you_mean(name, OF_ALL_FORMATS).startswith("Did")}  # or mistyped
    if format == AUTO and (foreign := sorted(options.keys() - general)):
        named = ", ".join(map(repr, foreign))
        raise typer.BadParameter(f"name the format that has {named}: --format NAME", param_hint="--option")
    return {"use": format, **options} if options else format


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
                    status.update(
                        f"{number:,} item{'s' if number != 1 else ''}, {number / (now - begun):,.0f} a second"
                    )
                yield item

        yield counting()
