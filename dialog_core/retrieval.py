"""What retrieval finds: entries of the knowledge, with how well they fit."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialog_core.datasets import KnowledgeEntry
from dialog_core.values import empty_mapping


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found for a message.

    Attributes:
        entry: The entry.
        knowledge: The name of the knowledge it is from.
        score: How well it fits, from 0 to 1; comparable across messages, so that a low best score means that the
            knowledge has no answer.
        matched: The one of its questions that fits best; of a passage, the headings it stands under.
        features: What the score was made from.
    """

    entry: KnowledgeEntry
    knowledge: str
    score: float
    matched: str = ""
    features: Mapping[str, float] = empty_mapping()
