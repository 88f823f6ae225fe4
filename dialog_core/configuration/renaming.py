"""Reads keys by the names they had before, and says where they are written."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from dialog_core.configuration.model_fields import members_of
from dialog_core.configuration.node import Node
from dialog_core.configuration.problems import Problem, dotted
from dialog_core.deprecation import renamed_keys, warn_deprecated


def renamed(model: type[BaseModel], node: Node, path: Sequence[str | int], problems: list[Problem]) -> Node:
    """The same configuration with the names the model's keys have now; warns of every old one, with its place.

    Args:
        model: The model.
        node: The configuration.
        path: The path of `node` in its file.
        problems: Where it is noted that something says a key by both of its names.
    """
    if not isinstance(node.value, dict):
        return node
    value, keys, changed = dict(node.value), dict(node.keys or {}), False
    for name, mark in renamed_keys(model):
        if mark.old not in value or mark.old in model.model_fields:
            continue
        place = node.key_position(mark.old)
        changed = True
        old = value.pop(mark.old)
        if name in value:
            remedy = f"Remove {mark.old!r}."
            message = f"is the old name of {name!r}, which stands here too"
            problems.append(Problem(message, *place, dotted((*path, mark.old)), remedy))
            continue
        value[name], keys[name] = old, keys.pop(mark.old, place)
        warn_deprecated(str(Problem(mark.told(name), *place)))
    for name, field in model.model_fields.items():
        if name in value:
            inner = [
                one for one in members_of(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)
            ]
            if len(inner) == 1:
                below = renamed(inner[0], value[name], (*path, name), problems)
                changed, value[name] = changed or below is not value[name], below
    if not changed:
        return node
    return Node(value, node.file, node.line, node.column, keys=keys)
