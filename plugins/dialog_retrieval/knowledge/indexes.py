"""Indexes of libraries: made in memory where that is quick, else read from the disk, with what came later on top.

models/<bot>/<policy>/index/<fingerprint>/     one index, as the policy's `Indexing` writes it; its manifest names the
                                               library, the settings and the last entry it covers
"""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from dialog_core import ArtefactError, Context
from dialog_core.interfaces import IndexReport
from dialog_core.training import Artefact, BuiltFiles, Progress
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.knowledge.library import Library
from dialog_retrieval.searching import Layered, Searcher

FORMAT = 1  # of what the manifest's details say about an index
IN_MEMORY = 20_000  # entries that are indexed anew whenever a bot starts; more have to be built beforehand
LARGEST_DELTA = 1_000  # entries that may come after an index, or a tenth of it, before it is made anew
FEWEST_LIVING = 0.7  # of the entries an index covers; where more were removed or changed, it is made anew

REMEDY = "Run: dialog-core knowledge build BOT"


class Indexing(Protocol):
    """How one kind of index is made and read."""

    def key(self) -> Mapping[str, Any]:
        """Return, as JSON values, all that makes an index what it is beside the entries: options, versions, encoder."""
        ...

    def build(self, entries: Iterable[Numbered], base: Searcher | None) -> Searcher:
        """Index entries in memory.

        Args:
            entries: The entries.
            base: What `load` returned, if these only come on top of it: they are to be scored as it does.
        """
        ...

    def write(self, library: Library, directory: Path, progress: Progress) -> Mapping[str, Any]:
        """Index all entries of a library into an empty directory, and return what is worth telling about it."""
        ...

    def load(self, artefact: Artefact) -> Searcher:
        """Read what `write` wrote, mapped into memory where it is large.

        Raises:
            ArtefactError: It cannot be read.
        """
        ...


class Index:
    """What a policy searches: opened when first needed, and followed as entries come and go."""

    def __init__(self, indexing: Indexing, library: Library, context: Context) -> None:
        """Find out what there is; nothing large is read.

        Raises:
            ArtefactError: The library is large and has no index that fits, or the index is damaged.
        """
        self._indexing = indexing
        self._library = library
        self._built = _fitting(indexing, library, BuiltFiles(context, "index", remedy=REMEDY), context.name)
        self._base: Searcher | None = None

    def open(self) -> Searcher:
        """Return what finds all entries there are now."""
        if self._built is None:
            return self._indexing.build(self._library.after(-1), None)
        if self._base is None:
            self._base = self._indexing.load(self._built)
        later = list(self._library.after(_horizon(self._built)))
        return Layered(self._base, self._indexing.build(later, self._base)) if later else self._base


def _fitting(indexing: Indexing, library: Library, files: BuiltFiles, name: str) -> Artefact | None:
    """Return the index on the disk if it is one of this library, made with these settings; None where none is needed.

    Raises:
        ArtefactError: See `Index`.
    """
    if not library.identity:
        return None
    built = files.current()
    wrong = "is not built" if built is None else _mismatch(built, indexing, library)
    if wrong and len(library) > IN_MEMORY:
        reason = f"the index of {name!r} {wrong}, and its {len(library):,} entries are too many to be indexed now"
        raise ArtefactError(reason, component=name, remedy=REMEDY, missing=built is None)
    return None if wrong else built


def bring_up_to_date(
    indexing: Indexing, library: Library, context: Context, progress: Progress, *, force: bool
) -> IndexReport:
    """Make the index of a library on the disk, unless the one there is good enough.

    Args:
        indexing: How.
        library: Of what.
        context: Of the component whose index it is.
        progress: Where to say how far it is.
        force: Make it anew in any case.

    Raises:
        TrainingError: The disk is full, or cannot be written.
    """
    started = time.monotonic()
    files = BuiltFiles(context, "index", remedy=REMEDY)

    def usable() -> Artefact | None:
        try:
            built = files.current()
        except ArtefactError as error:
            progress.note(f"{error.reason}; it is made anew")
            return None
        if built is None or _mismatch(built, indexing, library):
            return None
        return built if _still_good(built, library) else None

    built = None if force else usable()
    if built is not None:
        later = sum(1 for _ in library.after(_horizon(built)))
        return IndexReport("updated" if later else "current", built.manifest.details, time.monotonic() - started)
    horizon = max((item.number for item in library.after(-1)), default=-1)
    key = dict(indexing.key())

    def write(directory: Path) -> Mapping[str, Any]:
        told = indexing.write(library, directory, progress)
        return {
            "format": FORMAT,
            "library": library.identity,
            "key": key,
            "horizon": horizon,
            "entries": len(library),
            **told,
        }

    told = json.dumps([FORMAT, library.identity, key, horizon, library.revision, force], sort_keys=True)
    fingerprint = hashlib.sha256(told.encode()).hexdigest()[:20]
    made = files.make(fingerprint, write, progress, already=(lambda: None) if force else usable)
    return IndexReport("built", made.manifest.details, time.monotonic() - started)


def _mismatch(built: Artefact, indexing: Indexing, library: Library) -> str:
    """Return in which way an index is another one than is wanted; empty if it is not."""
    details = built.manifest.details
    if details.get("format") != FORMAT:
        return "is of another version of dialog-core"
    if details.get("library") != library.identity:
        return "is of another knowledge"
    there, wanted = details.get("key"), json.loads(json.dumps(indexing.key()))
    if there != wanted:
        there = there if isinstance(there, dict) else {}
        other = sorted(name for name in {*there, *wanted} if there.get(name) != wanted.get(name))
        return f"was made with another {' and another '.join(other)}"
    return ""


def _still_good(built: Artefact, library: Library) -> bool:
    covered = int(built.manifest.details["entries"])
    later = sum(1 for _ in library.after(_horizon(built)))
    living = len(library) - later
    return later <= max(LARGEST_DELTA, covered // 10) and living >= covered * FEWEST_LIVING


def _horizon(built: Artefact) -> int:
    return int(built.manifest.details["horizon"])
