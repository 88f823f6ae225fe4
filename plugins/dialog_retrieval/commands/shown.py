"""What the commands show alike."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls

LONGEST = 72  # columns of a question that are shown
MEASURES = ("B", "KB", "MB", "GB", "TB")


def plain_table() -> Table:
    """Return a table without lines."""
    return Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))


def clean(text: str) -> str:
    """Return a text of a source so that a terminal only shows it, on one line."""
    return strip_controls(repair_text(" ".join(text.split())), keep="")


def shortened(text: str, columns: int = LONGEST) -> Text:
    """Return a text on one line, cut where it is wider than so many columns; Chinese characters take two each."""
    shown = Text(clean(text[: columns * 4]), no_wrap=True)
    shown.truncate(columns, overflow="ellipsis")
    return shown


def size_of(count: float) -> str:
    """Return a number of bytes in words."""
    for measure in MEASURES:
        if count < 1000 or measure == MEASURES[-1]:
            return f"{count:.0f} {measure}" if count >= 100 or measure == "B" else f"{count:.1f} {measure}"
        count /= 1000
    raise AssertionError("the last measure is good for all")


def total_of(details: Mapping[str, Any], name: str) -> float | None:
    """Return a figure of an index; where parts of it have one each, all of them together."""
    if isinstance(value := details.get(name), int | float):
        return value
    parts = [part for value in details.values() if isinstance(value, Mapping) and (part := total_of(value, name))]
    return sum(parts) if parts else None


def first_of(details: Mapping[str, Any], *names: str) -> Any:
    """Return the first of several facts that is told."""
    return next((details[name] for name in names if details.get(name) not in (None, "")), None)


def index_cells(details: Mapping[str, Any]) -> Iterator[Text]:
    """Yield kind, documents, size and recall of an index, as far as they are told."""
    kind = first_of(details, "kind", "index", "engine")
    documents = total_of(details, "documents") or total_of(details, "vectors") or total_of(details, "entries")
    size, recall = total_of(details, "bytes"), details.get("recall")
    yield Text(clean(kind) if isinstance(kind, str) else "-")
    yield Text("-" if documents is None else f"{documents:,.0f}")
    yield Text("-" if size is None else size_of(size))
    yield Text(f"{recall:.3f}" if isinstance(recall, int | float) else "-")
