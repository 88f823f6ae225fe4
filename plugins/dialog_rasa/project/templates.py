"""Texts of Rasa's responses as templates of ours: `Hello {name}` becomes `Hello {{ slots.name }}`.

In Rasa's texts `{{` and `}}` stand for braces as such, and a text whose braces fit nothing is said as it is.
"""

import re
from collections.abc import Collection

from dialog_core import JsonValue

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]+)\}|[{}]")
_NAME = re.compile(r"[^\W\d]\w*")
_WORD = re.compile(r"\w[\w.\-]*")
_OURS = re.compile(r"\{(?=[{%#])")


def template(text: str, slots: Collection[str] = ()) -> str:
    """Return a text of Rasa's as a template of ours.

    Args:
        text: What Rasa says.
        slots: The names of slots; only what looks like a name, or is one of these, stands for a value.
    """
    pieces: list[tuple[bool, str]] = []  # whether it is a slot, and the text
    at = 0
    for match in _TOKEN.finditer(text):
        name = match[1]
        token = match[0]
        if (name is None and token in "{}") or (name is not None and not (_WORD.fullmatch(name) or name in slots)):
            return _literal(text, last=True)  # Rasa cannot fill it in, and says it as it is
        pieces.append((False, text[at : match.start()]))
        pieces.append((True, name) if name is not None else (False, token[0]))
        at = match.end()
    pieces.append((False, text[at:]))
    return _joined(pieces)


def templates(value: JsonValue, slots: Collection[str] = ()) -> JsonValue:
    """Return a value with every text in it as a template of ours."""
    if isinstance(value, str):
        return template(value, slots)
    if isinstance(value, dict):
        return {key: templates(child, slots) for key, child in value.items()}
    if isinstance(value, list):
        return [templates(child, slots) for child in value]
    return value


def _joined(pieces: list[tuple[bool, str]]) -> str:
    merged: list[tuple[bool, str]] = []
    for is_slot, text in pieces:
        if not is_slot and merged and not merged[-1][0]:
            merged[-1] = (False, merged[-1][1] + text)
        else:
            merged.append((is_slot, text))
    return "".join(
        _slot(text) if is_slot else _literal(text, last=index == len(merged) - 1)
        for index, (is_slot, text) in enumerate(merged)
    )


def _literal(text: str, *, last: bool) -> str:
    """Return text that a template says as it is; before a slot a brace at its end would open something else."""
    escaped = _OURS.sub("{{ '{' }}", text)
    return f"{escaped[:-1]}{{{{ '{{' }}}}" if not last and escaped.endswith("{") else escaped


def _slot(name: str) -> str:
    if _NAME.fullmatch(name):
        return f"{{{{ slots.{name} }}}}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{{{ slots["{quoted}"] }}}}'
