"""The contracts of what searches knowledge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from dialog_core.turn import Turn
from dialog_core.values import JsonValue

if TYPE_CHECKING:
    from dialog_core.component import Context
    from dialog_core.retrieval import Hit
    from dialog_core.training import Progress


@runtime_checkable
class Retriever(Protocol):
    """A policy that searches knowledge, and can be asked for what it finds without a reply being made of it.

    Optional: the attribute `parts`, a mapping of names to the retrievers it puts together.
    """

    def search(self, turn: Turn, top_k: int) -> "Sequence[Hit]":
        """Return the entries that fit the message best, best first; called from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What became of an index.

    Attributes:
        status: `built` from scratch, `updated` with what has changed, or `current`: there was nothing to do.
        details: What is worth telling: how many documents, which kind of index, its size in bytes, its recall.
        seconds: How long it took.
    """

    status: str
    details: Mapping[str, JsonValue]
    seconds: float = 0.0


@runtime_checkable
class Indexed(Protocol):
    """A component class that can prepare on the disk what it searches; `dialog-core knowledge build` calls it."""

    @classmethod
    def build_index(cls, options: Any, context: "Context", progress: "Progress", *, force: bool) -> IndexReport:
        """Make the index, or bring it up to date; with `force` from scratch although nothing has changed."""
        ...
