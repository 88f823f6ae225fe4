"""Calls of tools in the two ways they are written: beside a message, and as what is said."""

import json
from collections.abc import Sequence
from typing import Any


def calls_of(text: str) -> list[tuple[str, str]]:
    """Return name and arguments (JSON) of each call in a text such as `{"name": "look_up", "arguments": {}}`.

    Empty: it is something else.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    calls = found if isinstance(found, list) else [found]
    named: list[tuple[str, str]] = []
    for call in calls:
        if not isinstance(call, dict) or set(call) != {"name", "arguments"} or not isinstance(call["name"], str):
            return []
        arguments = call["arguments"]
        named.append((call["name"], arguments if isinstance(arguments, str) else _json(arguments)))
    return named


def calls_as_text(tool_calls: Any) -> str:
    """Return calls of OpenAI's `tool_calls` as a text that `calls_of` understands; empty: they are not such."""
    calls = tool_calls if isinstance(tool_calls, Sequence) and not isinstance(tool_calls, str) else []
    found: list[dict[str, Any]] = []
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            return ""
        found.append({"name": function["name"], "arguments": _parsed(function.get("arguments"))})
    return _json(found[0] if len(found) == 1 else found) if found else ""


def _parsed(arguments: Any) -> Any:
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
