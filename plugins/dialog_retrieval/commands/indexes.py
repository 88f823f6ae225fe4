"""What there is of the indexes a bot's policies search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialog_core import ArtefactError, BotSpec, Builder, Context, DialogError
from dialog_core.interfaces import Indexed
from dialog_core.training import BuiltFiles
from dialog_retrieval.hybrid.parts import find_parts
from dialog_retrieval.hybrid.policy import HybridPolicy
from dialog_retrieval.knowledge.indexes import IndexState, state_of
from dialog_retrieval.knowledge.library import open_library
from dialog_retrieval.policy import IndexedPolicy


@dataclass(frozen=True, slots=True)
class PolicyIndex:
    """The index of a policy, or of a part of one.

    Attributes:
        name: The policy; `<policy>.<part>` for a part.
        state: What there is.
    """

    name: str
    state: IndexState

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        built = self.state.built
        told: dict[str, Any] = {"status": self.state.status, "reason": self.state.reason, "later": self.state.later}
        if built is not None:
            told["built_at"] = built.manifest.created_at
            told["details"] = dict(built.manifest.details)
        return told


def indexes_of(spec: BotSpec, builder: Builder) -> Iterator[PolicyIndex]:
    """Yield the indexes of a bot's policies; nothing large is read."""
    for policy in spec.policies:
        found = policy.registration.load()
        if isinstance(found, Indexed):
            yield from _indexes(policy.name, found, policy.options, builder.context_of(policy))


def _indexes(name: str, found: Any, options: Any, context: Context) -> Iterator[PolicyIndex]:
    if found is HybridPolicy:
        for part, wanted in find_parts(options, context).items():
            yield from _indexes(f"{name}.{part}", wanted.registration.load(), wanted.options, wanted.context)
    elif isinstance(found, type) and issubclass(found, IndexedPolicy):
        yield PolicyIndex(name, _state(found, options, context))
    elif isinstance(found, Indexed):
        yield PolicyIndex(name, _foreign_state(context))


def _state(found: type[IndexedPolicy[Any]], options: Any, context: Context) -> IndexState:
    try:
        return state_of(found.make_indexing(options, context), open_library(options.knowledge, context), context)
    except ArtefactError as error:
        return IndexState("missing" if error.missing else "outdated", error.reason)
    except DialogError as error:
        return IndexState("damaged", str(error))


def _foreign_state(context: Context) -> IndexState:
    """Return the state of an index about which only its policy knows whether it is good."""
    try:
        built = BuiltFiles(context, "index").current()
    except ArtefactError as error:
        return IndexState("damaged", error.reason)
    return IndexState("missing" if built is None else "built", built=built)
