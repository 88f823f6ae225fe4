"""From knowledge entries to the texts that get a vector: one for each phrasing of a question, one for a passage."""

from collections.abc import Sequence

from dialog_core.datasets import KnowledgeEntry


def texts_of(entry: KnowledgeEntry) -> Sequence[str]:
    """Return the texts of an entry; their places are those of its questions, or 0 for a passage."""
    return ("\n".join((*entry.questions, entry.answer)),) if entry.passage else entry.questions
