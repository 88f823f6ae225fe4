"""What components of others give is looked at where it comes in: forgetting to return an item is easily done."""

from collections.abc import Iterable, Iterator
from typing import Any

from dialog_core import PluginError
from dialog_core.datasets import DataItem, Dialogue, KnowledgeEntry, LabelledText


def checked(item: Any, kind: str, name: str) -> DataItem:
    """Return an item that a component gave.

    Args:
        item: What it gave.
        kind: What kind of component it is.
        name: What that is called.

    Raises:
        PluginError: It is no item.
    """
    if isinstance(item, Dialogue | LabelledText | KnowledgeEntry):
        return item
    hint = " It may have forgotten to return one." if item is None else ""
    given = "None" if item is None else f"a {type(item).__name__}"
    raise PluginError(f"the {kind} {name!r} gave {given}, which is no dialogue, labelled text or entry.{hint}")


def checked_items(items: Iterable[Any], kind: str, name: str) -> Iterator[DataItem]:
    """Yield the items that a component gives; errors are those of `checked`."""
    return (checked(item, kind, name) for item in items)
