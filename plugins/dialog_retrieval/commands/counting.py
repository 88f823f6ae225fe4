"""What a source of knowledge holds, and what looks wrong with it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dialog_core.datasets import KnowledgeEntry

NAMED = 10  # examples that are kept of what looks wrong
COMMONEST = 12  # tags and languages that are told


@dataclass(slots=True)
class SourceCounts:
    """The figures of one source.

    Attributes:
        name: The knowledge.
        entries: How many entries it has.
        phrasings: How many questions they have; headings of passages are none.
        passages: How many of the entries are parts of documents.
        expired: How many held until a day that has passed.
        not_yet: How many hold from a day that is still to come.
        languages: How many entries there are in each language; those without one are not counted.
        tags: How many entries have each tag.
        longest: The entry with the longest answer, and how many characters it has.
        repeated: How many questions more than one entry has.
        repeated_examples: Some of them, with the entries.
        unfindable: How many entries have no words to be found by.
        unfindable_examples: Some of them.
    """

    name: str
    entries: int = 0
    phrasings: int = 0
    passages: int = 0
    expired: int = 0
    not_yet: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    longest: tuple[str, int] = ("", 0)
    repeated: int = 0
    repeated_examples: dict[str, list[str]] = field(default_factory=dict)
    unfindable: int = 0
    unfindable_examples: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return them as JSON values."""
        return {
            "entries": self.entries,
            "phrasings": self.phrasings,
            "passages": self.passages,
            "expired": self.expired,
            "not_yet_valid": self.not_yet,
            "languages": dict(self.languages.most_common()),
            "tags": dict(self.tags.most_common()),
            "longest_answer": {"id": self.longest[0], "characters": self.longest[1]},
            "repeated_questions": {"count": self.repeated, "examples": self.repeated_examples},
            "unfindable": {"count": self.unfindable, "examples": self.unfindable_examples},
        }


def count(name: str, entries: Iterable[KnowledgeEntry], today: date) -> SourceCounts:
    """Go through a source once."""
    counts = SourceCounts(name)
    asked: dict[int, str] = {}  # the checksum of each question, with the entry that has it
    repeated: set[int] = set()
    for entry in entries:
        counts.entries += 1
        if entry.passage:
            counts.passages += 1
        else:
            counts.phrasings += len(entry.questions)
            _note_repeated(counts, entry, asked, repeated)
        if entry.language:
            counts.languages[entry.language] += 1
        counts.tags.update(entry.tags)
        counts.expired += entry.valid_until is not None and entry.valid_until < today
        counts.not_yet += entry.valid_from is not None and entry.valid_from > today
        if len(entry.answer) > counts.longest[1]:
            counts.longest = (entry.id, len(entry.answer))
        if not has_words(entry):
            counts.unfindable += 1
            if len(counts.unfindable_examples) < NAMED:
                counts.unfindable_examples.append(entry.id)
    counts.repeated = len(repeated)
    return counts


def has_words(entry: KnowledgeEntry) -> bool:
    """Return whether there is a letter or digit an entry could be found by."""
    texts = (*entry.questions, entry.answer) if entry.passage else entry.questions
    return any(character.isalnum() for text in texts for character in text)


def _note_repeated(counts: SourceCounts, entry: KnowledgeEntry, asked: dict[int, str], repeated: set[int]) -> None:
    """Note questions another entry has too; case, punctuation and spaces aside."""
    for question in entry.questions:
        words = "".join(character if character.isalnum() else " " for character in question.casefold()).split()
        if not words:
            continue
        key = hash(tuple(words))
        other = asked.setdefault(key, entry.id)
        if other == entry.id:
            continue
        repeated.add(key)
        ids = counts.repeated_examples.get(question)
        if ids is None and len(counts.repeated_examples) < NAMED:
            ids = counts.repeated_examples[question] = [other]
        if ids is not None and len(ids) < NAMED:
            ids.append(entry.id)
