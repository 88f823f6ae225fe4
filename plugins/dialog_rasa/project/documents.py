"""Reads one YAML file of a project: as Rasa reads YAML, with what environment variables stand for filled in."""

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from dialog_core.configuration import Node, read_yaml
from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.notes import Notes

MAX_BYTES: Final = 64 * 1024 * 1024
"""A hundred thousand examples have some 10 MB."""

_NUMBER = re.compile(r"[-+]?(?:\d{1,40}\.\d{0,40}|\.\d{1,40}|\d{1,40}(?=[eE]))(?:[eE][-+]?\d{1,3})?")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_document(file: Path) -> Node:
    """Read a file, nothing filled in.

    Raises:
        ConfigurationError: It is not what a YAML file may be.
    """
    return read_yaml(file, max_bytes=MAX_BYTES)


def filled(node: Node, environment: Mapping[str, str], notes: Notes) -> Node:
    """Return a node with the values of environment variables for `${NAME}`; one that is not set stays as it is.

    What Rasa reads as a number is one, too: `1.10` and `1e-3`, which our own files keep as texts.
    """
    value = node.value
    if isinstance(value, str):
        if "${" in value:
            return _filled_text(node, value, environment, notes)
        if node.plain_style and _NUMBER.fullmatch(value):
            number = float(value)
            if math.isfinite(number):
                return Node(number, node.file, node.line, node.column, plain_style=True, source=value)
        return node
    if isinstance(value, dict):
        pairs = {key: filled(child, environment, notes) for key, child in value.items()}
        if all(pairs[key] is child for key, child in value.items()):
            return node
        return Node(pairs, node.file, node.line, node.column, keys=node.keys)
    if isinstance(value, list):
        items = [filled(child, environment, notes) for child in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return node
        return Node(items, node.file, node.line, node.column)
    return node


def variables(node: Node) -> tuple[str, ...]:
    """Return the names of the environment variables a node refers to, each once."""
    value = node.value
    if isinstance(value, str):
        return tuple(dict.fromkeys(_VARIABLE.findall(value)))
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return tuple(dict.fromkeys(name for child in children for name in variables(child)))


def line_of(node: Node, row: int) -> int:
    """Return the line in its file of one of a text's lines, counted from 0: of a block (`|`) the first is below."""
    return node.line + row + (1 if _is_block(node) else 0)


def _is_block(node: Node) -> bool:
    """Whether a text is written as a block; only the sign where it begins tells it from one in quotes."""
    text = node.value
    if node.file is None or node.plain_style or not isinstance(text, str):
        return False
    try:
        status = node.file.stat()
        lines = _lines(node.file, status.st_mtime_ns, status.st_size)
    except OSError:  # it is gone meanwhile; the line is then the one where the text begins
        return False
    return node.line <= len(lines) and lines[node.line - 1][node.column - 1 : node.column] in ("|", ">")


@lru_cache(maxsize=2)
def _lines(file: Path, changed: int, size: int) -> list[str]:
    """Return a file's lines as YAML counts them; `changed` and `size` tell one version of it from another."""
    return _BREAK.split(file.read_bytes().decode("utf-8-sig", errors="replace"))


def _filled_text(node: Node, text: str, environment: Mapping[str, str], notes: Notes) -> Node:
    # In quotes and blocks small letters are rather a slot behind a dollar sign: "That is ${price}."
    row = at = 0
    for match in _VARIABLE.finditer(text):
        name = match[1]
        row, at = row + text.count("\n", at, match.start()), match.start()
        if name not in environment and (node.plain_style or name.isupper()):
            place = Place(node.file, line_of(node, row))
            message = f"the environment variable {name} is not set"
            remedy = f"Set it (`export {name}=...`) and import again, or write its value there."
            notes.wrong("environment variable", message, place, remedy)
    new = _VARIABLE.sub(lambda match: environment.get(match[1], match[0]), text)
    if new == text:
        return node
    return Node(new, node.file, node.line, node.column, plain_style=node.plain_style, source=node.source)
