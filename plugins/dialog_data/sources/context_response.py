"""The reader `context_response`: tables with what was said and the reply to it, a pair a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.problems import FileProblems
from dialog_data.files.separators import separator_of
from dialog_data.knowledge.table_rows import TableRow, read_table
from dialog_data.sources.dialogue_source import Place, a_dialogue, a_turn
from dialog_data.sources.records import Unfit
from dialog_data.sources.source import SourceReader

CONTEXT = "context"
REPLIES = ("response", "utterance", "ground truth utterance")  # the last two in the Ubuntu Dialogue Corpus
LABEL = "label"
WRONG = ("0", "0.0", "false")
_EARLIER = re.compile(r"context[/_ ](\d+)")  # `context/0` was said before the context, `context/1` before that
_DISTRACTOR = re.compile(r"distractor[/_ ]\d+")
_TURN_ENDS = "__eot__"
_UTTERANCE_ENDS = re.compile(r"\s*__eou__\s*")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where what stands.

    Attributes:
        names: The names of all columns, as they are written.
        contexts: The columns with what was said, the earliest first.
        reply: The column of the reply.
        label: The column that says whether the reply is the right one; None: all are.
        distractors: The columns of wrong replies.
    """

    names: tuple[str, ...]
    contexts: tuple[int, ...]
    reply: int
    label: int | None
    distractors: tuple[int, ...]

    @property
    def others(self) -> list[int]:
        """The columns that say something else."""
        used = {*self.contexts, *self.distractors, self.reply, self.label}
        return [number for number in range(len(self.names)) if number not in used]


class ContextResponseReader(SourceReader):
    """Reads tables with the columns `context` and `response`, separated by commas, semicolons or tabs.

    The reply is the bot's, and before it the two take turns. A reply that `label` calls wrong was not said: it becomes
    `wrong_response` of a dialogue that ends before it.
    """

    suffixes = (".csv", ".tsv")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """A header row with both columns."""
        header = sample.head.removeprefix("\ufeff").split("\n", 1)[0].strip()
        names = [name.strip().strip('"').casefold() for name in header.split(separator_of(header, sample.path))]
        return CONTEXT in names and any(name in REPLIES for name in names)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield a dialogue for each row."""
        rows = read_table(problems)
        header = next(rows, None)
        columns = _columns(header, problems) if header is not None else None
        if columns is None:
            problems.item_skipped()
            return
        for number, row in enumerate(rows, 1):
            try:
                found = _dialogue(row.cells, columns, Place(file, number, row.line))
            except Unfit as reason:
                problems.problem(reason.message, row.line, path=reason.path, remedy=reason.remedy)
                problems.item_skipped()
            else:
                yield found


def _columns(header: TableRow, problems: FileProblems) -> _Columns | None:
    line = header.line
    names = tuple(name.strip() for name in header.cells)
    known = [name.casefold() for name in names]
    twice = next((name for name in known if name and known.count(name) > 1), None)
    if twice is not None:
        problems.problem(f"the column {twice!r} stands there twice", line, remedy="Rename one of them.")
        return None
    reply = next((known.index(name) for name in REPLIES if name in known), None)
    if CONTEXT not in known or reply is None:
        missing = "response" if CONTEXT in known else CONTEXT
        problems.problem(f"there is no column {missing!r}", line, remedy="The header row needs context,response.")
        return None
    earlier = sorted(
        ((int(match[1]), place) for place, name in enumerate(known) if (match := _EARLIER.fullmatch(name)))
    )
    contexts = (*(place for _, place in reversed(earlier)), known.index(CONTEXT))
    label = known.index(LABEL) if LABEL in known else None
    distractors = tuple(place for place, name in enumerate(known) if _DISTRACTOR.fullmatch(name))
    return _Columns(names, contexts, reply, label, distractors)


def _dialogue(cells: list[str], columns: _Columns, place: Place) -> Dialogue:
    if len(cells) != len(columns.names):
        count = f"{len(cells)} cell{'s' if len(cells) > 1 else ''}"
        more = len(cells) > len(columns.names)
        remedy = "Put a cell with separators in it in quotes." if more else "It may be cut off."
        raise Unfit(f"the row has {count}, and there are {len(columns.names)} columns", remedy=remedy)
    earlier = [cells[number] for number in columns.contexts[:-1] if cells[number].strip()]
    said = [*earlier, *_split(cells[columns.contexts[-1]])]
    reply = cells[columns.reply]
    if not any(text.strip() for text in said) and not reply.strip():
        raise Unfit("neither context nor response says anything")
    metadata: dict[str, Any] = {columns.names[number]: cells[number] for number in columns.others if cells[number]}
    label = cells[columns.label].strip() if columns.label is not None else ""
    if label:
        metadata["label"] = label
    wrong = label.casefold() in WRONG
    turns: list[DialogueTurn] = [
        a_turn("user" if (len(said) - number) % 2 else "bot", text, {}) for number, text in enumerate(said)
    ]
    if wrong:
        metadata["wrong_response"] = _joined(reply)
    else:
        distractors = [_joined(cells[number]) for number in columns.distractors if cells[number].strip()]
        candidates = {"candidates": [*distractors, _joined(reply)]} if distractors else {}
        turns.append(a_turn("bot", _joined(reply), candidates))
    return a_dialogue("", turns, metadata, place)


def _split(context: str) -> list[str]:
    """Return the turns of a context, which the Ubuntu Dialogue Corpus ends with `__eot__`."""
    if _TURN_ENDS not in context:
        return [_joined(context)]
    turns = context.split(_TURN_ENDS)
    return [_joined(turn) for turn in (turns if turns[-1].strip() else turns[:-1])]


def _joined(turn: str) -> str:
    """Return a turn whose utterances end with `__eou__`, each on a line of its own."""
    return _UTTERANCE_ENDS.sub("\n", turn).strip()
