"""The examples of a project as `nlu/*.yaml`: labels with their texts, and entities marked as ours are."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import normalize

from dialog_core.datasets import OUT_OF_SCOPE
from dialog_rasa.dialogue.marks import parse_marks
from dialog_rasa.dialogue.values import DEFAULT_INTENTS
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.talks import mark
from dialog_rasa.importing.yaml_text import Apart, yaml_text
from dialog_rasa.project.values import Example, IntentExamples, MarkedEntity

_FEWEST = 2  # examples of an intent: with one it is learnt by chance
_FEWEST_LABELS = 2
_NAME = re.compile(r"\w[\w-]*")
_VALUE = re.compile(r"[^()\n]*")
_SHOWN = 60  # characters of an example in a finding
_HEAD = """What people say, by what they want: the examples `dialog-core train` learns from.
An entity is marked as [Berlin](city), [Berlin](city:from) for a role, [NYC](city=New York) for its value."""


@dataclass(slots=True)
class Examples:
    """What the examples became.

    Attributes:
        files: The files' texts, by path in the new project.
        labels: All labels that can be learnt.
        retrieval: Intents with several answers, and the labels behind the slash.
        marked: The entities that are marked.
        contradictory: Whether a text stands under two labels.
        lonely: Whether an intent has a single example.
        count: How many examples there are.
    """

    files: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    retrieval: dict[str, list[str]] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    contradictory: bool = False
    lonely: bool = False
    count: int = 0

    @property
    def intents(self) -> list[str]:
        """What is learnt at first: labels without what stands behind a slash; what is none of them is no label."""
        return list(dict.fromkeys(label.partition("/")[0] for label in self.labels if label != OUT_OF_SCOPE))

    @property
    def can_be_learnt(self) -> bool:
        """Whether there are enough of them for a choice."""
        return len(self.intents) >= _FEWEST_LABELS


def write_examples(blocks: Sequence[IntentExamples], ledger: Ledger) -> Examples:
    """Return the examples as files, one for each file they stood in."""
    found = Examples()
    labels = _labels_of_texts(blocks)
    found.lonely = _tell_few(blocks, labels, ledger)
    found.contradictory = _tell_contradictions(blocks, labels, ledger)
    _tell_undeclared(blocks, ledger)
    by_file: dict[Path | None, list[IntentExamples]] = defaultdict(list)
    for block in blocks:
        by_file[block.place.file].append(block)
    marks = _Marks(ledger)
    for name, group in zip(_names(list(by_file)), by_file.values(), strict=True):
        sections: dict[str, list[Any]] = {}
        first: dict[str, IntentExamples] = {}
        for block in group:
            if not block.examples:
                ledger.note("left out", "intent examples", f"{block.intent!r} has none", block.place, "Write some.")
                continue
            written = [ledger.commented(marks.written(one), one.place) for one in block.examples]
            sections.setdefault(block.intent, []).extend(written)
            first.setdefault(block.intent, block)
            found.count += len(written)
            found.labels.append(block.intent)
            if block.intent == OUT_OF_SCOPE:
                message = (
                    f"{block.intent}: {len(written):,}; whatever is none of the intents counts as it, too (as "
                    "`nlu_fallback` if a rule or a story has that)"
                )
                ledger.note("approximated", "intent examples", message, block.place)
            else:
                ledger.exact("intent examples", f"{block.intent}: {len(written):,}", block.place)
        if sections:
            noted = {name: ledger.commented(texts, first[name].place, name) for name, texts in sections.items()}
            found.files[name] = yaml_text({"intents": Apart(noted)}, _HEAD, ledger.head(group[0].place.file))
    found.labels = list(dict.fromkeys(found.labels))
    for label in found.labels:
        intent, mark_, rest = label.partition("/")
        if mark_:
            found.retrieval.setdefault(intent, []).append(rest)
    found.marked = marks.entities
    return found


def _tell_undeclared(blocks: Sequence[IntentExamples], ledger: Ledger) -> None:
    declared = ledger.project.dialogue.intents
    told = {*declared, *DEFAULT_INTENTS} if declared else {block.intent.partition("/")[0] for block in blocks}
    for block in blocks:
        intent = block.intent.partition("/")[0]
        if intent not in told:
            told.add(intent)
            message = f"no domain declares {intent!r}: it is learnt, and nothing is done about it"
            remedy = "Declare it under `intents:`, or remove its examples."
            ledger.note("approximated", "intent examples", message, block.place, remedy)


def _names(files: Sequence[Path | None]) -> Iterator[str]:
    """Yield what the new files are called: as the old ones, or `examples` where there is one."""
    taken: set[str] = set()
    for file in files:
        stem = "examples" if len(files) == 1 or file is None else re.sub(r"[^\w-]+", "_", file.stem) or "examples"
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem}_{number}", number + 1
        taken.add(name.casefold())
        yield f"nlu/{name}.yaml"


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _labels_of_texts(blocks: Sequence[IntentExamples]) -> dict[str, dict[str, Example]]:
    labels: dict[str, dict[str, Example]] = defaultdict(dict)
    for block in blocks:
        for example in block.examples:
            labels[_folded(example.text)].setdefault(block.intent, example)
    return labels


def _tell_few(blocks: Sequence[IntentExamples], labels: dict[str, dict[str, Example]], ledger: Ledger) -> bool:
    """Note which intents have one example of their own, or none; return whether some have one."""
    counts = Counter({block.intent: 0 for block in blocks if block.examples})
    counts.update(next(iter(under)) for under in labels.values() if len(under) == 1)
    places = {block.intent: block.place for block in reversed(blocks)}
    for intent, count in counts.items():
        if count < _FEWEST:
            message = f"{intent!r} has one example only, and is learnt by chance"
            if not count:
                message = f"every example of {intent!r} is one of another intent too: it cannot be understood"
            ledger.note("approximated", "intent examples", message, places[intent], "Write five or more.")
    return 1 in counts.values()


def _tell_contradictions(
    blocks: Sequence[IntentExamples], labels: dict[str, dict[str, Example]], ledger: Ledger
) -> bool:
    several = [under for under in labels.values() if len(under) > 1]
    for under in several:
        (first, _), (second, other) = list(under.items())[:2]
        message = f"{other.text[:_SHOWN]!r} is an example of {first!r} and of {second!r}: training passes over it"
        ledger.note("approximated", "example", message, other.place, "Remove one of them, or make one intent of both.")
    return bool(several)


class _Marks:
    """Writes examples with their marks, and remembers what words stand for: they can have one value only."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._values: dict[tuple[str, str], str] = {}
        self.entities: set[str] = set()

    def written(self, example: Example) -> str:
        """Return an example as our files have it."""
        if not example.entities:
            if "[" in example.text and parse_marks(example.text).text != example.text:
                self._tell(example, "has brackets that look like a mark, and is read as one")
            return example.text
        pieces: list[str] = []
        at = 0
        for entity in sorted(example.entities, key=lambda one: (one.start, one.end)):
            words = example.text[entity.start : entity.end]
            if entity.start < at:
                self._tell(example, f"has two marks on the same words: {entity.entity!r} is left off")
                continue
            if not words.strip() or {"[", "]", "\n"} & set(words):
                self._tell(example, f"cannot be marked with {entity.entity!r} here: there are brackets in it")
                continue
            pieces += [example.text[at : entity.start], self._mark(words, entity, example)]
            at = entity.end
        return "".join([*pieces, example.text[at:]])

    def _mark(self, words: str, entity: MarkedEntity, example: Example) -> str:
        self.entities.add(entity.entity)
        if entity.role and entity.group:
            self._tell(example, f"marks the role {entity.role!r} and the group {entity.group!r}: the role is kept")
        role, value = entity.role or entity.group, entity.value.strip()
        value = "" if value == words.strip() else value
        if value:
            first = self._values.setdefault((entity.entity, words.lower().strip()), value)
            if first != value:
                self._tell(example, f"says that {words!r} is {value!r}, and elsewhere it is {first!r}: it stays so")
                value = first
        fields = {"entity": entity.entity, "role": role, "value": value}
        if _NAME.fullmatch(entity.entity) and (not role or _NAME.fullmatch(role)) and _VALUE.fullmatch(value):
            return mark(words, fields)
        return f"[{words}]{json.dumps({key: text for key, text in fields.items() if text}, ensure_ascii=False)}"

    def _tell(self, example: Example, what: str) -> None:
        self._ledger.note("approximated", "example", f"{example.text[:_SHOWN]!r} {what}", example.place)
