"""What a run of cleaning did, step by step, with examples."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dialog_core.datasets import DataItem, Dialogue, LabelledText, texts_of
from dialog_core.interfaces import Removed
from dialog_core.text import repair_text

SAMPLES = 5  # of what a step changed, and of what it removed
LONGEST_SAMPLE = 300  # characters


@dataclass(frozen=True, slots=True)
class Sample:
    """An example of what a step did.

    Attributes:
        item: Which item: its id or its line.
        before: What stood there.
        after: What stands there now; empty: nothing.
        reason: Why it went; empty: it was changed.
    """

    item: str
    before: str
    after: str = ""
    reason: str = ""


class Samples:
    """A few of many, each of them as likely (Vitter 1985, algorithm R)."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._seen = 0
        self.kept: list[Sample] = []

    def place(self) -> int | None:
        """Return where the next one is to be kept; None: it is not."""
        self._seen += 1
        if len(self.kept) < SAMPLES:
            self.kept.append(Sample("", ""))
            return len(self.kept) - 1
        place = self._random.randrange(self._seen)
        return place if place < SAMPLES else None


@dataclass(slots=True)
class StepReport:
    """What one step did.

    Attributes:
        name: The step.
        seed: For the choice of examples.
        items: How many items it saw.
        changed: How many of them it changed.
        texts: How many texts it changed in them.
        turns_removed: How many turns it removed from dialogues that stayed.
        turns_added: How many turns it made of others.
        entities_lost: How many marked entities are no longer to be found in their texts.
        split: How many items it made several of.
        removed: How many items it removed, by reason.
        seconds: How long it took.
    """

    name: str
    seed: int
    items: int = 0
    changed: int = 0
    texts: int = 0
    turns_removed: int = 0
    turns_added: int = 0
    entities_lost: int = 0
    split: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    _changes: Samples = field(init=False)
    _removals: Samples = field(init=False)

    def __post_init__(self) -> None:
        self._changes = Samples(f"{self.seed}:{self.name}:changed")
        self._removals = Samples(f"{self.seed}:{self.name}:removed")

    @property
    def changes(self) -> list[Sample]:
        """Examples of what it changed."""
        return self._changes.kept

    @property
    def removals(self) -> list[Sample]:
        """Examples of what it removed."""
        return self._removals.kept

    def note_removed(self, item: DataItem, verdict: Removed) -> None:
        """Count an item that goes."""
        self.removed[verdict.reason] += 1
        if (place := self._removals.place()) is not None:
            reason = f"{verdict.reason}: {verdict.detail}" if verdict.detail else verdict.reason
            self._removals.kept[place] = Sample(name_of(item), _shown(" / ".join(texts_of(item))), "", reason)

    def note_changed(self, before: DataItem, after: DataItem, *, again: bool = False) -> None:
        """Count an item that is another one now; `again`: it has been counted already."""
        old, new = texts_of(before), texts_of(after)
        self.changed += not again
        if isinstance(before, LabelledText) and isinstance(after, LabelledText):
            self.entities_lost += max(len(before.entities) - len(after.entities), 0)
        if len(old) == len(new):
            self.texts += sum(one != other for one, other in zip(old, new, strict=True))
        elif len(old) > len(new):
            self.turns_removed += len(old) - len(new)
        else:
            self.turns_added += len(new) - len(old)
        if (place := self._changes.place()) is not None:
            words = _difference(old, new)
            gone = Sample(name_of(before), words[0], "", "the turn is removed")
            self._changes.kept[place] = gone if len(old) > len(new) else Sample(name_of(before), *words)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "step": self.name,
            "items": self.items,
            "changed": self.changed,
            "texts": self.texts,
            "turns_removed": self.turns_removed,
            "turns_added": self.turns_added,
            "entities_lost": self.entities_lost,
            "split": self.split,
            "removed": dict(self.removed.most_common()),
            "seconds": round(self.seconds, 4),
            "samples": [
                {
                    "item": sample.item,
                    "before": sample.before,
                    **({"reason": sample.reason} if sample.reason else {"after": sample.after}),
                }
                for sample in (*self.changes, *self.removals)
            ],
        }


@dataclass(slots=True)
class CleaningReport:
    """What a run did.

    Attributes:
        steps: Step by step, in order.
        items_read: How many items there were.
        items_written: How many there are.
        turns_read: How many turns there were, a text or an entry being one.
        turns_written: How many there are.
    """

    steps: Sequence[StepReport]
    items_read: int = 0
    items_written: int = 0
    turns_read: int = 0
    turns_written: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "items": {"read": self.items_read, "written": self.items_written},
            "turns": {"read": self.turns_read, "written": self.turns_written},
            "steps": [step.to_json() for step in self.steps],
        }


def name_of(item: DataItem) -> str:
    """Return what an item is called in reports: its id, or its line."""
    if isinstance(item, LabelledText):
        line = item.metadata.get("line")
        return f"line {line}" if line is not None else _shown(repr(item.text[:60]))
    return item.id


def turns_in(item: DataItem) -> int:
    """Return how many turns an item has; a text or an entry is one."""
    return len(item.turns) if isinstance(item, Dialogue) else 1


def _difference(old: list[str], new: list[str]) -> tuple[str, str]:
    """Return the first text that has changed, before and after."""
    place = next((place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if place is None:  # something is missing or new at the end, or it is not the words that have changed
        place = min(len(old), len(new))
        if len(old) == len(new):
            place = 0
    return _around(old[place] if place < len(old) else "", new[place] if place < len(new) else "")


def _around(before: str, after: str) -> tuple[str, str]:
    """Return both, long texts from shortly before where they part."""
    same = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
    start = max((min(len(before), len(after)) if same is None else same) - 60, 0)
    if max(len(before), len(after)) <= LONGEST_SAMPLE:
        start = 0
    return _shown(before[start:], cut=start > 0), _shown(after[start:], cut=start > 0)


def _shown(text: str, *, cut: bool = False) -> str:
    """Return a text that any file can hold, cut where it is long."""
    text = repair_text(text[: LONGEST_SAMPLE + 1])
    text = text if len(text) <= LONGEST_SAMPLE else f"{text[: LONGEST_SAMPLE - 1]}…"
    return f"…{text}" if cut else text
