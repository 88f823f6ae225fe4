"""What is wrong with the encoder and the knowledge of a policy that searches by meaning."""

from collections.abc import Iterable

from dialog_core import Context, PluginError, UnknownComponentError
from dialog_core.configuration import Problem, did_you_mean
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.knowledge import checking


def check(options: FaissOptions, context: Context) -> Iterable[Problem]:
    """Yield what is wrong, without encoding anything."""
    path = f"policy {context.name!r}: encoder" if context.name else "encoder"
    try:
        context.create("encoder", options.encoder)
    except UnknownComponentError as error:
        kind = error.kind
        yield Problem(f"there is no {kind} {error.name!r}", path=path, remedy=did_you_mean(error.name, error.known))
        return
    except PluginError as error:
        yield Problem(str(error), path=path)
        return
    yield from checking.check(options, context)
