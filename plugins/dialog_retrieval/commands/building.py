"""Reading a bot's sources into the store, and bringing the indexes of its policies up to date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import BotSpec, Builder, ComponentSpec, DialogError
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.interfaces import Indexed, IndexReport
from dialog_core.training import ShownJob, ShownProgress
from dialog_retrieval.knowledge.library import STORE
from dialog_retrieval.knowledge.store import EntryStore, same_content
from dialog_retrieval.knowledge.syncing import Changes


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What became of a source.

    Attributes:
        name: The knowledge.
        entries: How many it has now.
        changes: What is different; None: it has not changed since it was read, and was not read.
    """

    name: str
    entries: int
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What became of a policy's index.

    Attributes:
        name: The policy.
        report: What it tells itself.
    """

    name: str
    report: IndexReport

    def parts(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield name, status and details of its index, or of the index of each of its parts."""
        parts = {
            name: details
            for name, details in self.report.details.items()
            if isinstance(details, Mapping) and isinstance(details.get("status"), str)
        }
        if not parts:
            yield self.name, self.report.status, self.report.details
        for part, details in parts.items():
            yield f"{self.name}.{part}", str(details["status"]), details


class Building:
    """The building of one bot's knowledge.

    Attributes:
        sources: What became of the sources, as far as it got.
        policies: What became of the policies, as far as it got.
        errors: What went wrong with a policy; the others were built all the same.
    """

    def __init__(self, spec: BotSpec, *, force: bool = False, only: Sequence[str] = ()) -> None:
        """Find out what there is to do.

        Args:
            spec: The bot.
            force: Read and make everything anew.
            only: The policies whose indexes are wanted; default: all.

        Raises:
            ConfigurationError: A name is asked for that no policy with an index has.
            PluginError: A policy cannot be imported.
        """
        self.sources: list[SourceReport] = []
        self.policies: list[PolicyReport] = []
        self.errors: list[DialogError] = []
        self._spec = spec
        self._force = force
        self._builder = Builder(spec)
        classes = [(policy, policy.registration.load()) for policy in spec.policies]
        indexed = [(policy, found) for policy, found in classes if isinstance(found, Indexed)]
        known = [policy.name for policy, _ in indexed]
        for name in only:
            if name not in known:
                message = f"there is no policy {name!r} with an index"
                raise ConfigurationError([Problem(message, spec.path, remedy=did_you_mean(name, known))])
        self._indexed = [(policy, found) for policy, found in indexed if not only or policy.name in only]

    @property
    def path(self) -> Path:
        """Where the store stands."""
        return self._builder.context.models / STORE

    def jobs(self) -> list[str]:
        """Return what is to be done, as the progress shows it."""
        return [*map(_reading, self._spec.knowledge), *(_indexing(spec.name) for spec, _ in self._indexed)]

    def run(self, progress: ShownProgress) -> None:
        """Do it.

        Raises:
            ConfigurationError: There are mistakes in a source.
            StoreError: The store cannot be written.
        """
        notes: list[str] = []
        with EntryStore.renewed(self.path, notes.append) as store:
            for name in self._spec.knowledge:
                with progress.job(_reading(name)) as job:
                    while notes:
                        job.note(notes.pop(0))
                    report = self._read(store, name, job)
                    job.finish("nothing has changed" if report.changes is None else f"{report.entries:,} entries")
                self.sources.append(report)
            self._forget_others(store)
        for spec, found in self._indexed:
            with progress.job(_indexing(spec.name)) as job:
                try:
                    made = self._index(spec, found, job)
                except DialogError as error:
                    self.errors.append(error)
                    job.finish("failed")
                    continue
                self.policies.append(made)
                job.finish(_SAYS.get(made.report.status, made.report.status))

    def _read(self, store: EntryStore, name: str, job: ShownJob) -> SourceReport:
        context, there = self._builder.context, store.origin(name)
        try:
            now = context.knowledge_origin(name, there.inputs if there is not None else {})
        except OSError as error:
            where = Path(error.filename) if error.filename else None
            raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", where)]) from error
        before = store.count(name)
        if there is not None and same_content(there, now) and not self._force:
            store.keep_inputs(name, now)
            return SourceReport(name, before, None)
        job.stage("reading", before or None)
        waiting = "waiting for another process that writes to the store"
        entries = context.stream_knowledge(name)
        changes = store.sync(name, entries, now, job.advance, lambda: job.note(waiting))
        return SourceReport(name, store.count(name), changes)

    def _forget_others(self, store: EntryStore) -> None:
        """Let go of sources the bot file no longer names, unless code has edited them: that stands nowhere else."""
        for name in store.names():
            if name not in self._spec.knowledge and not store.is_edited(name):
                store.forget(name)

    def _index(self, spec: ComponentSpec, found: Any, job: ShownJob) -> PolicyReport:
        context = self._builder.context_of(spec)
        return PolicyReport(spec.name, found.build_index(spec.options, context, job, force=self._force))

    def to_json(self) -> dict[str, Any]:
        """Return what became of everything as JSON values."""
        sources = {
            source.name: {"entries": source.entries, "read": source.changes is not None, **_counts(source.changes)}
            for source in self.sources
        }
        policies = {
            policy.name: {
                "status": policy.report.status,
                "seconds": round(policy.report.seconds, 3),
                "details": dict(policy.report.details),
            }
            for policy in self.policies
        }
        return {"sources": sources, "policies": policies, "errors": [str(error) for error in self.errors]}


_SAYS = {"built": "built", "updated": "good, with what came later on top", "current": "nothing has changed"}


def _counts(changes: Changes | None) -> dict[str, int]:
    counted = changes or Changes()
    return {"added": counted.added, "changed": counted.changed, "removed": counted.removed}


def _reading(name: str) -> str:
    return f"knowledge {name}"


def _indexing(name: str) -> str:
    return f"index {name}"
