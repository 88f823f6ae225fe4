"""CLINC150 (Larson et al. 2019): `{"train": [["text", "intent"], ...], "oos_train": ..., "val": ..., ...}`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from dialog_core.datasets import OUT_OF_SCOPE, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import Element, read_grouped
from dialog_data.files.problems import FileProblems
from dialog_data.sources.fields import split_name
from dialog_data.sources.set_options import Clinc150Options
from dialog_data.sources.source import SourceReader

OOS = "oos"  # the intent of what is about none of the others
_PARTS = frozenset(f"{prefix}{split}" for prefix in ("", "oos_") for split in ("train", "val", "test"))
_DOMAINS = "domains.json"
_WAY = 'Each part is a list of ["text", "intent"].'


class Clinc150Reader(SourceReader):
    """Reads CLINC150. What is out of scope has that label; metadata say `split`, the source's `intent` and `domain`."""

    options: Clinc150Options
    suffixes: ClassVar = (".json",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a mapping of parts with pairs, or a folder with `data_full.json` or one of its variants."""
        if sample.names:
            return any(PurePosixPath(name).name in _names() for name in sample.names)
        first = sample.first
        if not isinstance(first, dict) or not first or not _PARTS.issuperset(first):
            return False
        parts = list(first.values())
        return all(isinstance(part, list) for part in parts) and any(part and _is_pair(part[0]) for part in parts)

    def reads(self, file: SourceFile) -> bool:
        """Whether it is the file of the wanted variant."""
        return PurePosixPath(file.name).name == f"data_{self.options.variant}.json"

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        """Yield the texts of all parts, in their order."""
        domains = _domains(self.beside(file, _DOMAINS))
        unknown: set[str | None] = set()
        for element in read_grouped(problems):
            if element.key in _PARTS:
                found = _text(element, domains, problems)
                if found is not None:
                    yield found
                    continue
            elif element.key not in unknown:
                unknown.add(element.key)
                remedy = f"Parts: {', '.join(sorted(_PARTS))}."
                problems.problem(f"the part {element.key!r} is not known", element.line, remedy=remedy)
            problems.item_skipped()


def _text(element: Element, domains: Mapping[str, str], problems: FileProblems) -> LabelledText | None:
    pair, part = element.value, str(element.key)
    if not _is_pair(pair) or not pair[0].strip() or not pair[1].strip():
        shown = json.dumps(pair, ensure_ascii=False)[:60]
        problems.problem(f"{shown} is no text with its intent", element.line, path=part, remedy=_WAY)
        return None
    text, intent = (repair_text(one).strip() for one in pair)
    metadata: dict[str, Any] = {"line": element.line, "split": split_name(part.removeprefix("oos_")), "intent": intent}
    if intent in domains:
        metadata["domain"] = domains[intent]
    return LabelledText(text, OUT_OF_SCOPE if intent == OOS else intent, metadata)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)


def _domains(file: SourceFile | None) -> dict[str, str]:
    """Return the domain of each intent, as `domains.json` says it, which was published beside the file."""
    try:
        found = json.loads(file.path.read_text("utf-8")) if file is not None else {}
    except (OSError, ValueError, RecursionError):
        return {}  # somebody else's file of that name
    if not isinstance(found, dict):
        return {}
    return {
        intent: domain
        for domain, intents in found.items()
        for intent in (intents if isinstance(intents, list) else ())
        if isinstance(intent, str)
    }


def _names() -> frozenset[str]:
    return frozenset(f"data_{variant}.json" for variant in ("full", "small", "imbalanced", "oos_plus"))
