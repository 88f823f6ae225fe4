"""Components within components: `encoder: {use: lsa, ...}` among the options of a policy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dialog_core.bot_file import entry_model
from dialog_core.configuration import ConfigurationError, Node, Problem, check, did_you_mean
from dialog_core.errors import UnknownComponentError
from dialog_core.registry import Found, Registration, Registry
from dialog_core.values import EMPTY

if TYPE_CHECKING:
    from dialog_core.component import Context


def find_nested(registry: Registry, kind: str, wanted: Any, context: "Context") -> Found:
    """Return a component for another one, which is built with `context`; see `Context.find`."""
    registration, options = read_nested(registry, kind, wanted, context.name)
    return Found(registration, options, context.named(f"{context.name}.{options.name or kind}"))


def completed(registry: Registry, kind: str, wanted: Any, inherit: Mapping[str, Any]) -> Any:
    """Return what another component asks for, with the options it inherits.

    Args:
        registry: What there is.
        kind: Which kind of component is wanted.
        wanted: A registered name, or a mapping with `use` and the component's options.
        inherit: Options to set where the component has such ones and they are not set.

    Raises:
        PluginError: The options model could not be imported.
    """
    if isinstance(wanted, Node):
        return wanted  # what stands in a file says everything itself
    fields = wanted if isinstance(wanted, Mapping) else {"use": wanted}
    use = fields.get("use")
    if not isinstance(use, str):
        return wanted
    try:
        known = registry.get(kind, use).load_options().model_fields
    except UnknownComponentError:  # whoever builds it tells
        return wanted
    return {**{name: value for name, value in inherit.items() if name in known}, **fields}


def read_nested(
    registry: Registry, kind: str, wanted: Any, owner: str, inherit: Mapping[str, Any] = EMPTY
) -> tuple[Registration, Any]:
    """Return which component another one asks for, and its options, validated.

    Args:
        registry: What there is.
        kind: Which kind of component is wanted.
        wanted: A registered name, or a mapping with `use` and the component's options; or either as a node of a file,
            whose mistakes are then told with their places.
        owner: Who asks, for error messages.
        inherit: Options to set where the component has such ones and they are not set.

    Raises:
        UnknownComponentError: Nothing is registered under that name.
        ConfigurationError: The options are wrong.
        PluginError: The options model could not be imported.
    """
    if isinstance(wanted, Node):
        return _read_node(registry, kind, wanted)
    wanted = completed(registry, kind, wanted, inherit) if inherit else wanted
    fields = wanted if isinstance(wanted, Mapping) else {"use": wanted}
    use = fields.get("use")
    if not isinstance(use, str):
        remedy = f"Name one of: {', '.join(registry.names(kind))}."
        raise ConfigurationError([Problem(f"does not say which {kind} it is", path=owner, remedy=remedy)])
    registration = registry.get(kind, use)
    options, problems = check(entry_model(registration, nested=True), _as_node(fields), (owner, kind))
    if options is None:
        raise ConfigurationError(replace(problem, line=None, column=None) for problem in problems)
    return registration, options


def _read_node(registry: Registry, kind: str, node: Node) -> tuple[Registration, Any]:
    """Return which component stands in a file, and its options; see `read_nested`."""
    if isinstance(node.value, str):
        node = Node({"use": node}, node.file, node.line, node.column)
    use = node.child("use") if isinstance(node.value, dict) else None
    if use is None or not isinstance(use.value, str):
        remedy = f"Name one of: {', '.join(registry.names(kind))}."
        raise ConfigurationError([(use or node).problem(f"does not say which {kind} it is", remedy=remedy)])
    try:
        registration = registry.get(kind, use.value)
    except UnknownComponentError as error:
        remedy = did_you_mean(use.value, error.known)
        raise ConfigurationError([use.problem(f"there is no {kind} named {use.value!r}", remedy=remedy)]) from None
    options, problems = check(entry_model(registration, nested=True), node, ())
    if options is None:
        raise ConfigurationError(problems)
    return registration, options


def _as_node(value: Any) -> Node:
    """Return options that have been read already as the configuration they came from, as far as that is still known."""
    if isinstance(value, Mapping):
        children = {str(key): _as_node(child) for key, child in value.items()}
        return Node(children, next((child.file for child in children.values() if child.file), None), 0, 0)
    if isinstance(value, list | tuple):
        return Node([_as_node(child) for child in value], None, 0, 0)
    return Node(value, getattr(value, "file", None), 0, 0)
