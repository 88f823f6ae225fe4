"""Lays one configuration over another; every value keeps the place where it was written."""

from __future__ import annotations

from dialog_core.configuration.node import Node

PLUGINS = "plugins"  # of a bot file
COMPONENTS = ("annotators", "policies", "guards", "observers")  # its lists of components


def merge(base: Node, over: Node) -> Node:
    """Lays `over` over `base`.

    Mappings are merged key by key. Lists whose items all have a `name` are merged by name: an item takes the place of
    the one it overrides, and new ones are appended. Everything else is replaced. An explicit `null` (or `~`) removes
    the key; a key with nothing behind it does not, because that is more often a slip than a wish.
    """
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        return _merge_mappings(base, over, base.value, over.value)
    if isinstance(base.value, list) and isinstance(over.value, list):
        old, new = _by_name(base.value), _by_name(over.value)
        if old and new:
            for name, item in new.items():
                old[name] = merge(old[name], item) if name in old else item
            return Node(list(old.values()), over.file, over.line, over.column)
    return over


def merge_files(base: Node, over: Node) -> Node:
    """Lays one file over another.

    Components of a bot are merged by what the bot calls them, their `name` or else what they `use`: whoever adds a
    guard keeps those of the file that is extended. The plugins of both files are trusted: the upper one builds on what
    those of the lower one bring. Where both name one, what the upper one says of it holds; `null` removes them all,
    and an empty list the components.
    """
    merged = merge(base, over)
    if not isinstance(merged.value, dict):
        return merged
    together: dict[str, Node] = {}
    for section in (PLUGINS, *COMPONENTS):
        lower, upper = base.child(section), over.child(section)
        if lower is None or upper is None or upper.value is None:
            continue
        if section == PLUGINS:
            items = list({**_plugins(lower), **_plugins(upper)}.values())
            together[section] = Node(items, upper.file, upper.line, upper.column)
        elif (components := _merge_components(lower, upper)) is not None:
            together[section] = components
    return Node({**merged.value, **together}, merged.file, merged.line, merged.column, keys=merged.keys)


def _merge_components(base: Node, over: Node) -> Node | None:
    """The components of two files together; None where it is unclear what one of them is called."""
    old, new = _by_call(base), _by_call(over)
    if not old or not new:
        return None
    for name, item in new.items():
        old[name] = merge(old[name], item) if name in old else item
    return Node(list(old.values()), over.file, over.line, over.column)


def _by_call(components: Node) -> dict[str, Node] | None:
    """The components by what the bot calls them, None where one is called nothing or as another one."""
    named: dict[str, Node] = {}
    for component in components.value if isinstance(components.value, list) else ():
        name = _called(component)
        if name is None or name in named:
            return None
        named[name] = _in_full(component)
    return named


def _called(component: Node) -> str | None:
    """What a bot calls a component, None where nothing says it."""
    for node in (component.child("name"), component.child("use"), component):
        if node is not None and isinstance(node.value, str | int | float):
            return str(node.value)
    return None


def _in_full(component: Node) -> Node:
    """A component as a mapping: `pii` is short for `{use: pii}`."""
    if not isinstance(component.value, str):
        return component
    return Node({"use": component}, component.file, component.line, component.column)


def _plugins(node: Node) -> dict[object, Node]:
    """The items by the names they give; what gives none is kept, so that it can be reported."""
    named: dict[object, Node] = {}
    for number, item in enumerate(node.value if isinstance(node.value, list) else [node]):
        name = item.child("name") if isinstance(item.value, dict) else item
        known = name is not None and isinstance(name.value, str)
        named[name.value if name is not None and known else (number, item.file)] = item
    return named


def without(node: Node, key: str) -> Node:
    """The same mapping without a key."""
    if not isinstance(node.value, dict) or key not in node.value:
        return node
    value = {name: child for name, child in node.value.items() if name != key}
    return Node(value, node.file, node.line, node.column, keys=node.keys)


def _merge_mappings(base: Node, over: Node, old: dict[str, Node], new: dict[str, Node]) -> Node:
    value = dict(old)
    keys = dict(base.keys or {})
    for key, child in new.items():
        if key in old and child.value is None and child.source:
            del value[key]
            continue
        value[key] = merge(old[key], child) if key in old else child
        keys[key] = over.key_position(key)
    return Node(value, over.file, over.line, over.column, keys=keys)


def _by_name(items: list[Node]) -> dict[str, Node] | None:
    """The items by their names, None where not every item has a name of its own."""
    named: dict[str, Node] = {}
    for item in items:
        name = item.child("name") if isinstance(item.value, dict) else None
        if name is None or name.value is None or isinstance(name.value, dict | list) or str(name.value) in named:
            return None
        named[str(name.value)] = item
    return named
