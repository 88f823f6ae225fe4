"""The writer `intents`: a table `text,intent` with entities as marks, which the reader `labelled` reads."""

import csv
import json
import re
from collections.abc import Iterable
from typing import ClassVar, TextIO

from dialog_core.configuration import ConfigurationError, Options, Problem
from dialog_core.datasets import DataItem, EntitySpan, LabelledText
from dialog_core.text import repair_text
from dialog_data.labelled.marks import parse_marks
from dialog_data.writers.left_out import NOT_TOLD, CountingWriter

HEADER = ("text", "intent")

_NAME = re.compile(r"\w[\w-]*")
_VALUE = re.compile(r"[^()\n]*")


class IntentsWriter(CountingWriter[Options]):
    """Writes texts one by one: `fly to [Berlin](city:to),book_flight`. There is no place for metadata."""

    accepts: ClassVar = (LabelledText,)
    suffix: ClassVar = ".csv"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write the texts.

        Raises:
            ConfigurationError: A text cannot be written so that the same comes back: it has what looks like a mark.
        """
        self.left_out.clear()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEADER)
        for item in items:
            assert isinstance(item, LabelledText), "nothing else is given to it"
            rows.writerow((repair_text(_marked(item)), repair_text(item.label)))
            self.left_out.update(f"{name} of a text" for name in item.metadata if name not in NOT_TOLD)


def _marked(item: LabelledText) -> str:
    pieces: list[str] = []
    at = 0
    for span in item.entities:
        pieces += [item.text[at : span.start], _mark(item.text[span.start : span.end], span)]
        at = span.end
    written = "".join([*pieces, item.text[at:]])
    read = parse_marks(written)
    if read.text != item.text or read.entities != tuple(item.entities):
        line = item.metadata.get("line")
        where = f" (line {line})" if isinstance(line, int) else ""
        message = f"the text {item.text[:60]!r}{where} cannot be written with marks so that the same is read again"
        raise ConfigurationError([Problem(message, remedy="Write it as JSON lines: --to labelled.")])
    return written


def _mark(text: str, span: EntitySpan) -> str:
    names = [name for name in (span.entity, span.role) if name]
    if all(_NAME.fullmatch(name) for name in names) and _VALUE.fullmatch(span.value):
        value = f"={span.value}" if span.value else ""
        return f"[{text}]({':'.join(names)}{value})"
    fields = {"entity": span.entity, "role": span.role, "value": span.value}
    return f"[{text}]{json.dumps({name: said for name, said in fields.items() if said}, ensure_ascii=False)}"
