"""The reader `texts`: what was said, with nobody having said yet what it means."""

from collections.abc import Collection
from typing import ClassVar

from dialog_core import Context
from dialog_core.interfaces import Sample
from dialog_data.files.samples import columns_of, is_json_lines
from dialog_data.labelled.reader import LabelledReader
from dialog_data.labelled.rows import LABELS, TEXTS
from dialog_data.options import LabelledOptions, SourceOptions


class TextsReader(LabelledReader):
    """Reads texts without labels: a column of a table, JSON lines, or a text on each line of a `.txt` file.

    It is what `data label` begins with.
    """

    MORE: ClassVar[frozenset[str]] = frozenset(
        ("answer", "context", "dialogues", "entities", "messages", "question", "reply", "response", "turns")
    )
    """What files of other kinds have beside a text."""

    def __init__(self, options: SourceOptions, context: Context) -> None:
        given = SourceOptions.model_fields.keys() & options.model_fields_set
        own = {name: getattr(options, name) for name in given}
        super().__init__(LabelledOptions(**own, labels=False), context)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether there is a text in each row, and nothing that says what it means or what was answered."""
        if isinstance(sample.first, dict):
            return is_json_lines(sample) and cls._are_texts(sample.first)
        return cls._are_texts(columns_of(sample))

    @classmethod
    def _are_texts(cls, keys: Collection[str]) -> bool:
        others = (*LABELS, *cls.MORE)
        return any(name in keys for name in TEXTS) and not any(name in keys for name in others)
