"""From what stands in a file to `KnowledgeEntry`: validation, ids, and every problem of the file at once."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import AfterValidator, BeforeValidator, Field

from dialog_core.configuration import Names, Node, Options, Problem, check
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Skipped
from dialog_data.files.problems import FileProblems

MAX_SLUG = 60  # characters of an id made from a question

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_SLUG = re.compile(r"[\W_]+")


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float) else value


def _as_date(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"needs a date such as 2026-01-31, not {value[:60]!r}") from None


Text = Annotated[str, AfterValidator(_not_blank)]
Day = Annotated[date, BeforeValidator(_as_date)]


class EntryRow(Options):
    """An entry as a file may write it."""

    id: Text | None = Field(default=None, description="Unique in the file; default: made from the question.")
    question: Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)] = Field(
        default=(), description="The question, or a list of phrasings."
    )
    questions: Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)] = Field(
        default=(), description="Phrasings of the question, the canonical one first."
    )
    answer: Text = Field(description="The answer.")
    language: str = Field(
        default="", pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", description="A BCP 47 tag such as `en`."
    )
    source: str = Field(default="", description="Where it comes from.")
    tags: Names = Field(default=(), description="For filters.")
    valid_from: Day | None = Field(default=None, description="The first day it holds.")
    valid_until: Day | None = Field(default=None, description="The last day it holds.")
    metadata: dict[str, Any] = Field(default={}, description="Further facts.")


class EntryBuilder(FileProblems):
    """Turns the nodes of one file into entries and collects what is wrong with them.

    Once something is wrong nothing more comes of the file, so `entry` only goes on looking for problems.

    Args:
        file: The file, for error messages.
        skipped: Where to note what is passed over; None: nothing is.
        encoding: How the file's text is encoded.
        repeated_id: What to do about an id that stands there twice.
    """

    def __init__(
        self,
        file: Path,
        skipped: Skipped | None = None,
        *,
        encoding: str = "utf-8",
        repeated_id: str = "Change one of the two, or merge the entries.",
    ) -> None:
        super().__init__(file, skipped, encoding=encoding)
        self._repeated_id = repeated_id
        self._lines: dict[str, int] = {}  # of each id
        self._made: set[str] = set()
        self._counters: dict[str, int] = {}  # of each slug

    def entry(self, node: Node, path: Sequence[str | int] = (), *, passage: bool = False) -> KnowledgeEntry | None:
        """Return the entry a node describes, None where there is something wrong with it.

        Args:
            node: What the file says.
            path: Where in the file it stands.
            passage: Whether it is a part of a document, which may have no heading.
        """
        row, problems = check(EntryRow, node, tuple(path))
        problems = list(_unwritable(node, tuple(path))) or problems  # pydantic cannot read such text either
        if row is not None:
            problems.extend(self._contradictions(row, node, path, passage))
        for problem in problems:
            self.report(problem)
        if row is None or problems:
            return None
        questions = tuple(dict.fromkeys((*row.question, *row.questions)))
        return KnowledgeEntry(
            id=self._id(row, questions, node, path),
            questions=questions,
            answer=row.answer,
            language=row.language,
            source=row.source.strip(),
            tags=tuple(tag for tag in row.tags if tag.strip()),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            metadata=_plain(row.metadata),
            passage=passage,
        )

    def built(self, entry: KnowledgeEntry | None) -> Iterator[KnowledgeEntry]:
        """Yield `entry`, as long as the file is fit for use, or what is wrong with it is passed over."""
        if self.item_done() and entry is not None and self.fit:
            yield entry

    def _contradictions(self, row: EntryRow, node: Node, path: Sequence[str | int], passage: bool) -> Iterator[Problem]:
        if not (row.question or row.questions or passage):
            yield node.problem("has no question", path=path, remedy="Add `question:`, or `questions:` with a list.")
        if row.valid_from is not None and row.valid_until is not None and row.valid_until < row.valid_from:
            yield node.find(("valid_until",)).problem(
                f"the entry ends on {row.valid_until} before it begins on {row.valid_from}",
                path=(*path, "valid_until"),
                remedy="Exchange the two dates, or correct one.",
            )

    def _id(self, row: EntryRow, questions: Sequence[str], node: Node, path: Sequence[str | int]) -> str:
        if row.id is None:
            made = self._unused(slug(questions[0] if questions else row.answer))
            self._made.add(made)
            self._lines[made] = node.line
            return made
        if row.id in self._lines:
            line = self._lines[row.id]
            if row.id in self._made:
                remedy = f"It was made from the question on line {line}; write an id there, or change this one."
            else:
                remedy = self._repeated_id
            message = f"the id {row.id!r} is taken by the entry on line {line}"
            self.report(node.find(("id",)).problem(message, path=(*path, "id"), remedy=remedy))
        self._lines.setdefault(row.id, node.line)
        return row.id

    def _unused(self, wanted: str) -> str:
        made = wanted
        while made in self._lines:
            self._counters[wanted] = self._counters.get(wanted, 1) + 1
            made = f"{wanted}-{self._counters[wanted]}"
        return made


def is_knowledge(keys: Collection[str]) -> bool:
    """Whether what has such keys, or columns, is a question with its answer."""
    return "answer" in keys and ("question" in keys or "questions" in keys)


def slug(question: str) -> str:
    """Return an id made from a question: its letters and digits, joined by hyphens; the same for the same question."""
    words = _NOT_IN_SLUG.sub("-", normalize("NFKC", question).casefold()).strip("-")
    return words[:MAX_SLUG].rstrip("-") or "entry"


def _unwritable(node: Node, path: tuple[str | int, ...]) -> Iterator[Problem]:
    """Refuse half of a surrogate pair, which JSON and YAML can spell but nothing can store."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _unwritable(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from _unwritable(child, (*path, index))
    elif isinstance(node.value, str) and _SURROGATE.search(node.value):
        yield node.problem(
            "holds half a character (a lone surrogate)", path=path, remedy="Write the character itself, as UTF-8."
        )


def _plain(value: Any) -> Any:
    """Return JSON values without what the YAML reader remembers about them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    return str(value) if isinstance(value, str) else value
