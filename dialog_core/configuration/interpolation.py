"""Fills environment variables into the text of a configuration: `${NAME}` and `${NAME:-default}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialog_core.configuration.node import Node
from dialog_core.configuration.problems import Problem
from dialog_core.configuration.scalars import resolve

# `$${` stands for a `${` that is meant literally; an opening without an end is caught by the last alternative. No brace
# within a reference, and no backtracking: a long text without an end is then read once and not once for each opening.
_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}:]*+)(?::-([^{}]*+))?\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def interpolate(
    node: Node, environ: Mapping[str, str], problems: list[Problem], path: tuple[str | int, ...] = ()
) -> Node:
    """Returns the tree with its variables filled in; mistakes are appended to `problems`.

    An unquoted value that is one reference and nothing else is resolved like any unquoted value, so that
    `port: ${PORT}` is a number.
    """
    value = node.value
    if isinstance(value, str):
        return _fill(node, value, environ, problems, path) if "${" in value else node
    if isinstance(value, dict):
        pairs = {key: interpolate(child, environ, problems, (*path, key)) for key, child in value.items()}
        if all(pairs[key] is child for key, child in value.items()):
            return node
        return Node(pairs, node.file, node.line, node.column, keys=node.keys)
    if isinstance(value, list):
        items = [interpolate(child, environ, problems, (*path, index)) for index, child in enumerate(value)]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return node
        return Node(items, node.file, node.line, node.column)
    return node


def _fill(
    node: Node, text: str, environ: Mapping[str, str], problems: list[Problem], path: tuple[str | int, ...]
) -> Node:
    def replacement(match: re.Match[str]) -> str:
        if match[0] == "$${":
            return "${"
        name, default = match[1], match[2]
        if name is None or not _NAME.fullmatch(name):
            message = f"`{match[0][:60]}` is not a reference to an environment variable"
            problems.append(node.problem(message, path=path, remedy="Write `${NAME}`, or `$${` for a plain `${`."))
            return ""
        # As in a shell, `:-` also stands in for a variable that is set but empty.
        found = environ.get(name)
        if default is not None:
            return found or default
        if found is None:
            remedy = f"Set it: export {name}=... or give a default: ${{{name}:-...}}"
            problems.append(node.problem(f"the environment variable {name} is not set", path=path, remedy=remedy))
            return ""
        return found

    filled = _REFERENCE.sub(replacement, text)
    whole = _REFERENCE.fullmatch(text)
    value = resolve(filled) if node.plain_style and whole and whole[0] != "$${" else filled
    # The source stays as written: an error message then shows the reference and not, say, a password.
    return Node(value, node.file, node.line, node.column, plain_style=node.plain_style, source=node.source)
