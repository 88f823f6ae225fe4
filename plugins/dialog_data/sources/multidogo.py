"""MultiDoGO (Peskov et al. 2019): tables of what customers said, with their intents and a slot for each token.

Tokens are what a single blank separates, line breaks and tabs in quoted cells among them: the source's own count.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, ClassVar

from dialog_core.datasets import OUT_OF_SCOPE, EntitySpan, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.problems import FileProblems
from dialog_data.knowledge.table_rows import TableRow, read_table, report_long_row
from dialog_data.sources.fields import split_of_file
from dialog_data.sources.source import SourceReader

OUT_OF_DOMAIN = "outofdomain"
DOMAINS = ("airline", "fastfood", "finance", "insurance", "media", "software")
SEVERAL = "<div>"  # between the intents of a text that has more than one
_COLUMNS = ("conversationId", "turnNumber", "utteranceId", "utterance", "slot-labels", "intent")
_SENTENCES = "sentenceNumber"  # a further column of the splits that are annotated sentence by sentence
_OUTSIDE = "O"


class MultiDogoReader(SourceReader):
    """Reads MultiDoGO. The label of several intents is `one+other`; metadata have the source's columns."""

    suffixes: ClassVar = (".tsv",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is such a table, or a folder of them: `airline/train.tsv`."""
        if sample.names:
            tables = [PurePosixPath(name) for name in sample.names if name.endswith(".tsv")]
            return bool(tables) and any("splits_annotated_at_" in str(sample.path / name) for name in tables)
        header = sample.head.removeprefix("\ufeff").split("\n", 1)[0].strip().split("\t")
        return set(_COLUMNS) <= set(header)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        """Yield the texts; those the source has empty are empty."""
        rows = read_table(problems, "\t")
        header = next(rows, None)
        columns = [] if header is None else header.cells
        if missing := [name for name in _COLUMNS if name not in columns]:
            problems.refuse(f"the column {missing[0]!r} is missing", remedy=f"Columns: {', '.join(_COLUMNS)}.")
        about = {**split_of_file(file.name), **_domain(file)}
        for row in rows:
            found = _text(row, columns, about, problems)
            if problems.item_done() and found is not None:
                yield found


def _text(row: TableRow, columns: list[str], about: dict[str, str], problems: FileProblems) -> LabelledText | None:
    if len(row.cells) > len(columns):
        report_long_row(row, len(columns), problems)
        return None
    if len(row.cells) < len(columns):
        problems.problem(f"the row has {len(row.cells)} cells, and the header has {len(columns)}", row.line)
        return None
    cells = dict(zip(columns, row.cells, strict=True))
    tokens, slots = cells["utterance"].replace("\r\n", "\n").split(" "), cells["slot-labels"].split(" ")
    if len(tokens) != len(slots):
        message = f"has {len(tokens)} tokens and {len(slots)} slot labels"
        problems.problem(message, row.line, remedy="Each word needs a label; O stands for none.")
        return None
    intents = [one for one in cells["intent"].strip().split(SEVERAL) if one]
    if not intents:
        problems.problem("has no intent", row.line)
        return None
    # Repaired token by token, so that the positions of the slots stay right.
    repaired = [repair_text(token) for token in tokens]
    text = " ".join(repaired)
    metadata: dict[str, Any] = {"line": row.line, **about, "conversationId": cells["conversationId"]}
    metadata |= {"turnNumber": _number(cells["turnNumber"]), "utteranceId": cells["utteranceId"], "intents": intents}
    if _SENTENCES in cells:
        metadata[_SENTENCES] = _number(cells[_SENTENCES])
    label = OUT_OF_SCOPE if intents == [OUT_OF_DOMAIN] else "+".join(intents)
    return LabelledText(text, label, metadata, tuple(_entities(repaired, slots)))


def _entities(tokens: list[str], slots: list[str]) -> Iterator[EntitySpan]:
    """Yield what is marked: neighbours with the same label are one, as the source does not say where one begins."""
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token) + 1)
    for slot, run in groupby(range(len(tokens)), key=lambda at: slots[at]):
        places = list(run)
        said = [at for at in places if tokens[at].strip()]
        if slot != _OUTSIDE and said:
            start, last = said[0], said[-1]
            yield EntitySpan(starts[start], starts[last] + len(tokens[last]), slot)


def _number(cell: str) -> Any:
    """Return a number that some of the files write as `10.0`."""
    try:
        return int(float(cell))
    except (ValueError, OverflowError):
        return cell


def _domain(file: SourceFile) -> dict[str, str]:
    """Return the domain: the folder the table stands in, where it is one of those that were published."""
    folder = PurePosixPath(file.name).parent.name or file.shown.absolute().parent.name
    return {"domain": folder} if folder in DOMAINS else {}
