"""What reports on a terminal share."""

from rich.table import Table

from dialog_core.text import repair_text, strip_controls

LONGEST_TEXT = 70  # characters of what somebody said that are shown


def plain_table() -> Table:
    """Return a table without lines."""
    return Table(box=None, pad_edge=False, header_style="bold")


def clean(text: str) -> str:
    """Return a text of a file or a user so that a terminal only shows it."""
    return strip_controls(repair_text(text), keep="")


def shortened(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text on one line, cut where it is long, so that a terminal only shows it."""
    text = clean(" ".join(text.split()))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
