"""The retrievers a hybrid is put together from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, LocatedStr, Problem
from dialog_core.interfaces import Retriever
from dialog_retrieval.hybrid.options import INHERITED, HybridOptions

if TYPE_CHECKING:
    from dialog_core.registry import Found


def specs_of(options: HybridOptions, owner: str) -> dict[str, dict[str, Any]]:
    """Return what is wanted of each part, by its name: its own, or that of what it uses, numbered where need be.

    Args:
        options: The hybrid's options.
        owner: What the hybrid is called, for error messages.

    Raises:
        ConfigurationError: Two parts are given the same name.
    """
    specs: dict[str, dict[str, Any]] = {}
    for place, part in enumerate(options.retrievers):
        spec = {"use": part} if isinstance(part, str) else dict(part)
        given = str(spec.get("name") or "")
        name = given or _unused(str(spec.get("use")), specs)
        if name in specs:
            raise ConfigurationError(
                [_problem(spec, owner, place, f"the name {name!r} is taken", "Give it another `name:`.")]
            )
        specs[name] = {**spec, "name": name}
    return specs


def inherited(options: HybridOptions) -> dict[str, Any]:
    """Return the options parts take over. The hybrid resolves follow-up questions for all of them together."""
    return {**{name: getattr(options, name) for name in INHERITED}, "follow_ups": False}


def build_parts(options: HybridOptions, context: Context) -> dict[str, Retriever]:
    """Return the parts by their names.

    Raises:
        ConfigurationError: A part is no policy that retrieves, or its options are wrong.
        PluginError: A part could not be used.
    """
    parts: dict[str, Retriever] = {}
    for place, (name, spec) in enumerate(specs_of(options, context.name).items()):
        part = context.create("policy", spec, inherit=inherited(options))
        if not isinstance(part, Retriever):
            raise ConfigurationError([_no_retriever(spec, context.name, place)])
        parts[name] = part
    return parts


def find_parts(options: HybridOptions, context: Context) -> "Mapping[str, Found]":
    """Return the parts by their names, without building them. Raises what `build_parts` does."""
    found: dict[str, Found] = {}
    for place, (name, spec) in enumerate(specs_of(options, context.name).items()):
        part = context.find("policy", spec, inherit=inherited(options))
        if not hasattr(part.registration.load(), "search"):
            raise ConfigurationError([_no_retriever(spec, context.name, place)])
        found[name] = part
    return found


def _unused(use: str, taken: Mapping[str, Any]) -> str:
    name, number = use, 1
    while name in taken:
        number += 1
        name = f"{use}-{number}"
    return name


def _no_retriever(spec: Mapping[str, Any], owner: str, place: int) -> Problem:
    return _problem(
        spec,
        owner,
        place,
        f"the policy {str(spec.get('use'))!r} does not search knowledge: it has no `search(turn, top_k)`",
        "Name a policy that does, such as bm25 or faiss.",
    )


def _problem(spec: Mapping[str, Any], owner: str, place: int, message: str, remedy: str) -> Problem:
    use = spec.get("use")
    file = use.file if isinstance(use, LocatedStr) else None
    path = f"policy {owner!r}: retrievers[{place}]"
    return Problem(message, file, path=path, remedy=remedy)
