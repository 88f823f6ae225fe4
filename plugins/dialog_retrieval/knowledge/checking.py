"""What is wrong with the knowledge a policy is to search, as far as that can be told without an index."""

from collections.abc import Callable, Iterable

from dialog_core import Context, PluginError, UnknownComponentError
from dialog_core.configuration import Problem, did_you_mean
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval.analysis.terms import splitter
from dialog_retrieval.knowledge.library import READ_AT_START
from dialog_retrieval.options import RetrievalOptions


def check(options: RetrievalOptions, context: Context) -> Iterable[Problem]:
    """Yield what is wrong with the analyzer, if there is one, and the knowledge the options name."""
    try:
        says_something = _says_something(options, context)
    except UnknownComponentError as error:
        remedy = did_you_mean(error.name, error.known)
        yield Problem(f"there is no analyzer {error.name!r}", path="analyzer", remedy=remedy)
        return
    except PluginError as error:
        yield Problem(str(error), path="analyzer")
        return
    for name in options.knowledge:
        if context.knowledge_size(name) > READ_AT_START:
            continue  # it is not to be held in memory; `dialog-core knowledge stats` tells what cannot be found
        entries = context.knowledge(name)
        if not entries:
            yield Problem(f"the knowledge {name!r} has no entries", path="knowledge", remedy="Add some.")
        for entry in entries:
            if not any(map(says_something, _found_by(entry))):
                what = "it has" if entry.passage else "its questions have"
                yield Problem(
                    f"the entry {entry.id!r} of the knowledge {name!r} can never be found: {what} no words",
                    path="knowledge",
                    remedy="Write its question in words, or choose an analyzer for its language.",
                )


def _says_something(options: RetrievalOptions, context: Context) -> Callable[[str], bool]:
    """Return what tells whether a text has anything it could be found by."""
    analyzer = getattr(options, "analyzer", None)
    if analyzer is None:
        return lambda text: any(map(str.isalnum, text))
    split = splitter(context.create("analyzer", analyzer))
    return lambda text: any(split(text))


def _found_by(entry: KnowledgeEntry) -> Iterable[str]:
    """Return the texts an entry is found by: of a part of a document also what stands there."""
    return (*entry.questions, entry.answer) if entry.passage else entry.questions
