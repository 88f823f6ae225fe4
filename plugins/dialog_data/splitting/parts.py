"""Which part of a data set an item belongs to: decided once over the whole, then asked item by item."""

import hashlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import AUGMENTED, DataItem, LabelledText, origin_of

By = Literal["item", "user", "time", "given"]
Part = Literal["train", "validation", "test"]

TRAIN: Part = "train"
VALIDATION: Part = "validation"
TEST: Part = "test"
PARTS: tuple[Part, ...] = (TRAIN, VALIDATION, TEST)
GIVEN = {"train": TRAIN, "training": TRAIN, "valid": VALIDATION, "val": VALIDATION, "dev": VALIDATION}
GIVEN |= {"validation": VALIDATION, "test": TEST, "testing": TEST}
LABEL = "label"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a data set is to be parted.

    Attributes:
        validation: Which share is for validation.
        test: Which share is for the test.
        by: What is never torn apart: an `item` (a dialogue; texts that say the same), all items of a `user`, or what
            comes before and after a moment in `time`: the latest is for the test. `given`: as the source says itself.
        stratify: In each kind of items the shares are as in the whole: `label`, or a key of the metadata; empty: not.
        seed: Another one gives other parts.
    """

    validation: float = 0.1
    test: float = 0.1
    by: By = "item"
    stratify: str = ""
    seed: int = 0


class Partition:
    """The parts of a data set.

    What an item is called decides by chance where it goes, and not where it stands: items that are added later move few
    others. Memory: 8 bytes an item.

    Args:
        wanted: How to part it.
    """

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._places: dict[str, array[float]] = {}
        self._bounds: dict[str, tuple[float, float]] = {}

    @classmethod
    def of(cls, items: Iterable[DataItem], wanted: Wanted) -> "Partition":
        """Look through a data set once and decide.

        Raises:
            ConfigurationError: An item does not say what it is to be parted by.
        """
        partition = cls(wanted)
        for item in items:
            if origin_of(item) is None:  # what was made up counts for nothing
                partition._count(item)
        partition._decide()
        return partition

    def part_of(self, item: DataItem) -> Part | None:
        """Return the part of an item; None: it was made up, of something that is measured on, and belongs nowhere."""
        of = origin_of(item)
        if of is None:
            return self._part(item)
        if item.metadata[AUGMENTED].get("template"):  # it stands in no part itself
            return TRAIN
        original = replace(item, text=of) if isinstance(item, LabelledText) else replace(item, id=of)
        return TRAIN if self._part(original) == TRAIN else None

    def _part(self, item: DataItem) -> Part:
        if self._wanted.by == "given":
            return _given(item)
        test, validation = self._bounds.get(self._stratum(item), (float("inf"),) * 2)
        place = self._place(item)
        return TEST if place >= test else VALIDATION if place >= validation else TRAIN

    def _count(self, item: DataItem) -> None:
        if self._wanted.by == "given":
            _given(item)
        else:
            self._places.setdefault(self._stratum(item), array("d")).append(self._place(item))

    def _decide(self) -> None:
        """Find for each kind of items from which place on they are for the test, and from which for validation."""
        for stratum, places in self._places.items():
            ordered = sorted(places)
            held_out = self._wanted.test, self._wanted.test + self._wanted.validation
            test, validation = (_bound(ordered, round(share * len(ordered))) for share in held_out)
            self._bounds[stratum] = test, validation
        self._places = {}

    def _stratum(self, item: DataItem) -> str:
        key = self._wanted.stratify
        if not key:
            return ""
        if key == LABEL and isinstance(item, LabelledText):
            return item.label
        if key not in item.metadata:
            raise _missing(item, key, "It is needed to have the same shares everywhere (`--stratify`).")
        return str(item.metadata[key])

    def _place(self, item: DataItem) -> float:
        if self._wanted.by == "time":
            return _time(item)
        if self._wanted.by == "user":
            user = item.metadata.get("user")
            if user is None or user == "":
                raise _missing(item, "user", "Part it by something else: `--by item`.")
            return _by_chance(f"user {user}", self._wanted.seed)
        return _by_chance(_name(item), self._wanted.seed)


def _bound(ordered: list[float], count: int) -> float:
    """Return from which place on the last `count` stand; what stands at one place is not torn apart."""
    return ordered[-count] if count else float("inf")


def _by_chance(name: str, seed: int) -> float:
    """Return a number from 0 to 1 that only the name and the seed decide."""
    digest = hashlib.blake2b(f"{seed} {name}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _name(item: DataItem) -> str:
    """Return what tells items apart; texts that differ in capitals and blanks alone do not."""
    return " ".join(item.text.casefold().split()) if isinstance(item, LabelledText) else item.id


def _time(item: DataItem) -> float:
    at: Any = item.metadata.get("at")
    if at is None:
        raise _missing(item, "at", "Part it by something else: `--by item`.")
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        moment = None
    if moment is None:
        problem = _problem(item, f"{str(at)[:40]!r} is no time", "Write it as 2026-01-31T12:00:00.")
        raise ConfigurationError([problem])
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _given(item: DataItem) -> Part:
    given = item.metadata.get("split")
    if given is None:
        raise _missing(item, "split", "Part it by something else: `--by item`.")
    part = GIVEN.get(str(given).casefold())
    if part is None:
        known = did_you_mean(str(given), PARTS) or f"Parts: {', '.join(PARTS)}."
        raise ConfigurationError([_problem(item, f"there is no part {str(given)[:40]!r}", known)])
    return part


def _missing(item: DataItem, key: str, remedy: str) -> ConfigurationError:
    return ConfigurationError([_problem(item, f"its metadata does not say {key!r}", remedy)])


def _problem(item: DataItem, message: str, remedy: str) -> Problem:
    line: Any = item.metadata.get("line")
    shown = item.text[:40] if isinstance(item, LabelledText) else item.id
    return Problem(f"{shown!r}: {message}", line=line if isinstance(line, int) else None, remedy=remedy)
