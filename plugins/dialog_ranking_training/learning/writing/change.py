"""What is to be written into a file of knowledge."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace

from dialog_core import DialogError
from dialog_core.datasets import KnowledgeEntry

LONGEST_ID = 40
_WORD = re.compile(r"[^\W_]+")


class Unwritable(DialogError):
    """A file that cannot be changed so that just what is wanted changes; it is as it was."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written.

    Attributes:
        questions: Phrasings to be added.
        answer: The answer; empty: it stays as it is.
        entry: The id of the entry that is to be changed; empty: a new one.
    """

    questions: tuple[str, ...]
    answer: str
    entry: str = ""

    def applied(self, entry: KnowledgeEntry) -> KnowledgeEntry:
        """Return what becomes of an entry."""
        questions = tuple(dict.fromkeys((*entry.questions, *self.questions)))
        return replace(entry, questions=questions, answer=self.answer.strip() or entry.answer)

    def missing(self, entry: KnowledgeEntry) -> tuple[str, ...]:
        """Return the phrasings an entry does not have yet."""
        return tuple(question for question in self.questions if question not in entry.questions)


def new_id(question: str, ids: Collection[str]) -> str:
    """Return an id made from a question, written as those there are."""
    joint = "-" if any("-" in id for id in ids) and not any("_" in id for id in ids) else "_"
    words = _WORD.findall(unicodedata.normalize("NFKC", question).casefold())
    made = ""
    for word in words:
        longer = f"{made}{joint}{word}" if made else word[:LONGEST_ID]
        if len(longer) > LONGEST_ID:
            break
        made = longer
    made = made or "entry"
    number, unused = 2, made
    while unused in ids:
        unused = f"{made}{joint}{number}"
        number += 1
    return unused
