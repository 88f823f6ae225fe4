"""Parting a file: decide, look for leaks, write all parts or none."""

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import DataItem
from dialog_data.commands.files import read_items, write_items
from dialog_data.files.archives import SPLIT_RECORD as RECORD
from dialog_data.splitting.leaks import Leaks, find_leaks
from dialog_data.splitting.parts import PARTS, TEST, TRAIN, VALIDATION, Part, Partition, Wanted
from dialog_data.splitting.showing import print_leaks, print_parts

SPLIT, SOURCE_SPLIT = "split", "source_split"  # keys of the metadata


@dataclass(frozen=True, slots=True)
class Plan:
    """What a user asked for.

    Attributes:
        file: The data set.
        out: The directory for the parts.
        wanted: How to part it.
        format: The format of the file, or a mapping with `use` and its options.
        to: The format of the parts; empty: our JSON lines.
        on_error: What to do about an item that cannot be read.
        on_leak: What to do about leaks: `stop`, `remove` or `keep`.
        likeness: From which similarity on two items count as the same.
    """

    file: Path
    out: Path
    wanted: Wanted
    format: Any = "auto"
    to: str = ""
    on_error: str = "stop"
    on_leak: str = "stop"
    likeness: float = 0.8


@dataclass(slots=True)
class Parted:
    """What came of it.

    Attributes:
        counts: How many items each part has.
        made_up: How many made-up examples belong nowhere, since what they were made of is measured on.
        removed: How many items leaked and were taken out.
    """

    counts: Counter[str] = field(default_factory=Counter)
    made_up: int = 0
    removed: int = 0


def split(plan: Plan, console: Console) -> bool:
    """Part a file, and say what came of it; False: something leaks, and nothing was written.

    The file is read several times, so that little of it has to be in memory: to decide, to look for leaks, and for each
    part that is written.

    Raises:
        ConfigurationError: It cannot be read, parted or written.
    """
    partition, parted = _decided(plan), Parted()
    leaks = _leaks(plan, partition, parted)
    if not leaks.learnt:
        remedy = "Ask for smaller shares, or part it by something else: `--by item`."
        raise ConfigurationError([Problem("nothing would be left to train with", plan.file, remedy=remedy)])
    if not leaks.none and plan.on_leak == "stop":
        print_leaks(leaks, console)
        console.print(
            "Nothing was written. Take them out of validation and test with --on-leak remove; or clean the data first, "
            "dialog-core data clean --step near_duplicates; or, to compare with figures that others have published on "
            "these parts, leave them there with --on-leak keep."
        )
        return False
    if plan.on_leak == "remove":
        parted.removed = len(leaks.leaked)
    _write(plan, partition, parted, leaks)
    print_parts(parted.counts, plan.out, console)
    if parted.made_up:
        console.print(
            f"{parted.made_up:,} made-up examples were left out: what they were made of is in validation or test."
        )
    if not leaks.none:
        print_leaks(leaks, console, removed=plan.on_leak == "remove")
    return True


def _decided(plan: Plan) -> Partition:
    try:
        with read_items(plan.file, plan.format, plan.on_error) as items:
            return Partition.of(items, plan.wanted)
    except ConfigurationError as error:  # an item that does not say what it is to be parted by knows its line alone
        raise ConfigurationError(
            problem if problem.file else replace(problem, file=plan.file) for problem in error.problems
        ) from error


def _leaks(plan: Plan, partition: Partition, parted: Parted) -> Leaks:
    def learnt(items: Iterator[DataItem]) -> Iterator[DataItem]:
        for item in items:
            part = partition.part_of(item)
            parted.made_up += part is None
            if part == TRAIN:
                yield item

    with _again(plan) as first, _again(plan) as second:
        parts = ((partition.part_of(item), item) for item in first)
        measured = ((part, item) for part, item in parts if part is not None and part != TRAIN)
        return find_leaks(measured, learnt(second), plan.likeness)


def _write(plan: Plan, partition: Partition, parted: Parted, leaks: Leaks) -> None:
    """Write every part into a directory beside the one that is wanted, then put all of them in their places."""
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".split-", dir=plan.out))
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be written: {error.strerror}", plan.out)]) from error
    try:
        removed = leaks.leaked if plan.on_leak == "remove" else set()
        written = []
        for part in wanted_parts(plan.wanted):
            with _again(plan) as items:
                kept = _of_part(items, part, partition, removed)
                file = write_items(kept, fresh / part, plan.to, source=plan.file, quiet=True)
            parted.counts[part] = file.items
            written.append(file.path)
        _refuse_earlier(plan, {file_path.name for file_path in written})
        record = {"file": str(plan.file), **asdict(plan.wanted), "counts": dict(parted.counts)}
        more = {"leaks": len(leaks.leaked), "on_leak": plan.on_leak, "likeness": plan.likeness}
        (fresh / RECORD).write_text(json.dumps({**record, **more}, indent=2) + "\n", encoding="utf-8")
        for file_path in (*written, fresh / RECORD):
            os.replace(file_path, plan.out / file_path.name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _refuse_earlier(plan: Plan, written: set[str]) -> None:
    """Refuse to leave a part of an earlier split beside the new ones: its items stand in them as well."""
    if not (plan.out / RECORD).exists():
        return
    parts = sorted(path for path in plan.out.iterdir() if path.stem in PARTS and path.name not in written)
    if left := [path for path in parts if path.resolve() != plan.file.resolve()]:
        remedy = "Remove it, or write to another directory."
        raise ConfigurationError(
            [Problem("is of an earlier split, and would not be of this one", path, remedy=remedy) for path in left]
        )


def wanted_parts(wanted: Wanted) -> list[Part]:
    """Return the parts that are to have something in them."""
    shares = {VALIDATION: wanted.validation, TEST: wanted.test}
    return [part for part in PARTS if wanted.by == "given" or shares.get(part, 1)]


def _of_part(items: Iterator[DataItem], part: Part, partition: Partition, removed: set[int]) -> Iterator[DataItem]:
    """Yield the items of a part, those that are measured on without the ones to remove."""
    number = -1  # among all that is measured on, as the search for leaks counted
    for item in items:
        found = partition.part_of(item)
        if found not in (TRAIN, None):
            number += 1
        if found == part and (part == TRAIN or number not in removed):
            yield _told(item, part)


def _told(item: DataItem, part: Part) -> DataItem:
    """Return an item that says which part it is in now, where it has said which part of the source it was in."""
    before = item.metadata.get(SPLIT)
    if before is None or before == part:
        return item
    return replace(item, metadata={**item.metadata, SPLIT: part, SOURCE_SPLIT: before})


def _again(plan: Plan) -> AbstractContextManager[Iterator[DataItem]]:
    """Give the items once more; how many and what was passed over has been told."""
    return read_items(plan.file, plan.format, plan.on_error, quiet=True)
