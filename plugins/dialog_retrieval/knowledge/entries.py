"""An entry as a library keeps it."""

from dataclasses import dataclass

from dialog_core.datasets import KnowledgeEntry


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry with its place among all that a library holds.

    Attributes:
        number: Its number there, from 0. An entry that is changed gets a new one; numbers are never given again.
        knowledge: The name of the knowledge it is from.
        entry: The entry.
    """

    number: int
    knowledge: str
    entry: KnowledgeEntry
