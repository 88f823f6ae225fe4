"""What is wrong with the knowledge a policy is to search, as far as that can be told without an index."""

from collections.abc import Iterable

from dialog_core import Context, PluginError, UnknownComponentError
from dialog_core.configuration import Problem, did_you_mean
from dialog_retrieval.analysis.terms import splitter
from dialog_retrieval.bm25.options import BM25Options


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
