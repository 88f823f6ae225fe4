"""Indexes of libraries: made in memory where that is quick, else read from the disk, with what came later on top.

models/<bot>/<policy>/index/<fingerprint>/     one index, as the policy's `Indexing` writes it; its manifest names the
                                               library, the settings and the last entry it covers
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dialog_core import ArtefactError, Context
from dialog_core.interfaces import IndexReport
from dialog_core.training import Artefact, BuiltFiles, Progress
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.knowledge.library import Library, build_command
from dialog_retrieval.searching import Layered, Searcher

FORMAT = 1  # of what the manifest's details say about an index
IN_MEMORY = 20_000  # entries that are indexed anew whenever a bot starts; more have to be built beforehand
LARGEST_DELTA = 1_000  # entries that may come after an index, or a tenth of it, before it is made anew
FEWEST_LIVING = 0.7  # of the entries an index covers; where more were removed or changed, it is made anew

REMEDY = "Run: dialog-core knowledge build BOT"  # where the bot's file is not known

logger = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class _Layer:
    """An index in memory of entries that came later.

    Attributes:
        size: How many they are.
        horizon: The number of the last one.
        searcher: Finds them.
    """

    size: int
    horizon: int
    searcher: Searcher


class Index:
    """What a policy searches: opened when first needed, and followed as entries come and go.

    What comes later is indexed in layers on top. One that is not smaller than the one below it is made one with it, so
    that there are few of them, and an entry is indexed anew only as often as their number doubles.
    """

    def __init__(self, indexing: Indexing, library: Library, context: Context) -> None:
        """Find out what there is; nothing large is read.

        Raises:
            ArtefactError: The library is large and has no index that fits, or the index is damaged.
        """
        self._indexing = indexing
        self._library = library
        self._context = context
        self._files = _files(context)
        self._built = _fitting(indexing, library, self._files, context)
        self._base: Searcher | None = None
        self._layers: list[_Layer] = []

    def open(self) -> Searcher:
        """Return what finds all entries there are now; called anew when the library has changed, never by two at once.

        Raises:
            ArtefactError: The index cannot be read.
        """
        if self._built is not None:
            self._switch()
        if self._built is None:
            return self._indexing.build(self._library.after(-1), None)
        if self._base is None:
            self._base = self._indexing.load(self._built)
        self._index_later(self._base, _horizon(self._built))
        return Layered(self._base, *(layer.searcher for layer in self._layers)) if self._layers else self._base

    def _index_later(self, base: Searcher, covered: int) -> None:
        """Index what came after the last layer."""
        layers = self._layers
        later = list(self._library.after(layers[-1].horizon if layers else covered))
        if not later:
            return
        size = len(later)
        while layers and layers[-1].size <= size:
            size += layers.pop().size
        if size > len(later):
            later = list(self._library.after(layers[-1].horizon if layers else covered))
        layers.append(_Layer(len(later), later[-1].number, self._indexing.build(later, base)))

    def _switch(self) -> None:
        """Go over to the index that another process has made since, if it has."""
        try:
            made = self._files.current()
        except ArtefactError as error:
            logger.warning(
                "%s: %s; the index as it was when the bot was loaded stays in use", self._context.name, error
            )
            return
        if made is None or self._built is None or made.directory == self._built.directory:
            return
        if not _mismatch(made, self._indexing, self._library):
            self._built, self._base, self._layers = made, None, []


def _files(context: Context) -> BuiltFiles:
    return BuiltFiles(context, "index", remedy=f"Run: {build_command(context)}")


def _fitting(indexing: Indexing, library: Library, files: BuiltFiles, context: Context) -> Artefact | None:
    """Return the index on the disk if it is one of this library, made with these settings; None where none is needed.

    Raises:
        ArtefactError: See `Index`.
    """
    if not library.identity:
        return None
    built = files.current()
    wrong = "is not built" if built is None else _mismatch(built, indexing, library)
    if wrong and len(library) > IN_MEMORY:
        reason = f"the index of {context.name!r} {wrong}, and {len(library):,} entries are too many to be indexed now"
        remedy = f"Run: {build_command(context)}"
        raise ArtefactError(reason, component=context.name, remedy=remedy, missing=built is None)
    return None if wrong else built


@dataclass(frozen=True, slots=True)
class IndexState:
    """What there is of an index.

    Attributes:
        status: `current`; `followed` by what came later on top; `in memory` where none is needed; `missing`; `outdated`
            where the one there is does not fit; `damaged`.
        reason: Why it is outdated or damaged.
        later: How many entries came after it was made.
        built: What is on the disk, of use or not.
    """

    status: str
    reason: str = ""
    later: int = 0
    built: Artefact | None = None


def state_of(indexing: Indexing, library: Library, context: Context) -> IndexState:
    """Return what there is of an index; nothing large is read."""
    try:
        built = _files(context).current()
    except ArtefactError as error:
        return IndexState("damaged", error.reason)
    small = not library.identity or len(library) <= IN_MEMORY
    if built is None:
        return IndexState("in memory" if small else "missing")
    wrong = _mismatch(built, indexing, library) if library.identity else "is not of the knowledge as it is now"
    if wrong:
        return IndexState("outdated", wrong, built=built)
    later = sum(1 for _ in library.after(_horizon(built)))
    return IndexState("followed" if later else "current", later=later, built=built)


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
    with library.snapshot() as entries:
        return _bring_up_to_date(indexing, entries, context, progress, force)


def _bring_up_to_date(
    indexing: Indexing, library: Library, context: Context, progress: Progress, force: bool
) -> IndexReport:
    started = time.monotonic()
    files = _files(context)
    told_of: set[str] = set()

    def usable() -> Artefact | None:
        try:
            built = files.current()
        except ArtefactError as error:
            if error.reason not in told_of:  # asked again once the lock is held
                progress.note(f"{error.reason}; it is made anew")
                told_of.add(error.reason)
            return None
        if built is None or _mismatch(built, indexing, library):
            return None
        return built if _still_good(built, library) else None

    built = None if force else usable()
    if built is not None:
        later = sum(1 for _ in library.after(_horizon(built)))
        return IndexReport("updated" if later else "current", built.manifest.details, time.monotonic() - started)
    key = dict(indexing.key())

    def write(directory: Path) -> Mapping[str, Any]:
        told = indexing.write(library, directory, progress)
        return {
            "format": FORMAT,
            "library": library.identity,
            "key": key,
            "horizon": library.last,
            "entries": len(library),
            **told,
        }

    told = json.dumps([FORMAT, library.identity, key, library.last, library.revision, force], sort_keys=True)
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
