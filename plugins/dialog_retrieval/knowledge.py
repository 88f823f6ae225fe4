"""The knowledge a retrieval policy searches: entries of all its sources, which of them hold now, what is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dialog_core import Context, PluginError, UnknownComponentError
from dialog_core.configuration import Problem, did_you_mean
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.documents import splitter
from dialog_retrieval.options import BM25Options

REMEMBERED_ANSWERS = 16  # pairs of language and day; a server that runs for years meets a new day every day


@dataclass(frozen=True, slots=True)
class SourcedEntry:
    """An entry and the name of the knowledge it is from."""

    knowledge: str
    entry: KnowledgeEntry


def read(names: Iterable[str], context: Context) -> list[SourcedEntry]:
    """Return the entries of several sources of knowledge, in order."""
    return [SourcedEntry(name, entry) for name in names for entry in context.knowledge(name)]


class Holding:
    """Says which entries hold for a language and a day.

    An entry in another language than the conversation's is passed over, regions aside: `en-GB` is good for `en`.
    """

    def __init__(self, entries: Sequence[KnowledgeEntry]) -> None:
        self._entries = entries
        self._always = all(
            not entry.language and entry.valid_from is None and entry.valid_until is None for entry in entries
        )
        self._remembered: dict[tuple[str, date], list[bool] | None] = {}

    def of(self, language: str, day: date) -> list[bool] | None:
        """Return for each entry whether it holds; None: all do."""
        if self._always:
            return None
        key = (primary_subtag(language), day)
        if key not in self._remembered:
            holds = [_holds(entry, *key) for entry in self._entries]
            if len(self._remembered) >= REMEMBERED_ANSWERS:
                self._remembered.clear()
            self._remembered[key] = None if all(holds) else holds
        return self._remembered[key]


def _holds(entry: KnowledgeEntry, language: str, day: date) -> bool:
    if entry.language and language and primary_subtag(entry.language) != language:
        return False
    if entry.valid_from is not None and day < entry.valid_from:
        return False
    return entry.valid_until is None or day <= entry.valid_until


def primary_subtag(language: str) -> str:
    """Return the language of a BCP 47 tag without script and region: `zh` for `zh-Hans-CN`."""
    return language.partition("-")[0].casefold()


def check(options: BM25Options, context: Context) -> Iterable[Problem]:
    """Yield what is wrong with the analyzer and the knowledge the options name, without building an index."""
    try:
        split = splitter(context.create("analyzer", options.analyzer))
    except UnknownComponentError as error:
        use = options.analyzer if isinstance(options.analyzer, str) else str(options.analyzer.get("use"))
        yield Problem(
            f"there is no analyzer {use!r}", path=_path(context, "analyzer"), remedy=did_you_mean(use, error.known)
        )
        return
    except PluginError as error:
        yield Problem(str(error), path=_path(context, "analyzer"))
        return
    for name in options.knowledge:
        entries = context.knowledge(name)
        if not entries:
            yield Problem(
                f"the knowledge {name!r} has no entries", path=_path(context, "knowledge"), remedy="Add some."
            )
        for entry in entries:
            if not any(any(split(question)) for question in entry.questions):
                yield Problem(
                    f"the entry {entry.id!r} of the knowledge {name!r} can never be found: its questions have no words",
                    path=_path(context, "knowledge"),
                    remedy="Write its question in words, or choose an analyzer for its language.",
                )


def _path(context: Context, option: str) -> str:
    return f"policy {context.name!r}: {option}" if context.name else option
