"""Calls of actions as text: how a model without a notation of its own is told of them, and how its calls are read.

The notation is that of Hermes and Qwen: a JSON object between `<tool_call>` and `</tool_call>`. What models of other
families write is read as well: Llama's bare object with `parameters`, and an object in a fenced block.
"""

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from dialog_core import ActionSchema
from dialog_generative.chat import ToolCall

OPENING, CLOSING = "<tool_call>", "</tool_call>"
PYTHON_TAG = "<|python_tag|>"  # Llama 3 may write it before a call
_MARKED = re.compile(rf"{OPENING}(.*?)(?:{CLOSING}|\Z)", re.DOTALL)
_FENCED = re.compile(r"^```[a-z_]*[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_BEGUN = re.compile(r"\[?\s*(\{\s*(\"|\Z)|\Z)")  # what may become a bare call; a citation such as [1] does not
_BETWEEN = re.compile(r"[\s,;]*")  # what may stand between bare calls
_ARGUMENTS = ("arguments", "parameters", "args")


def describe(tools: Sequence[ActionSchema]) -> str:
    """Return what a model is told of the actions it may call, for its system prompt; nothing where there are none."""
    if not tools:
        return ""
    functions = "\n".join(
        _compact({"name": tool.name, "description": tool.description, "parameters": tool.parameters}) for tool in tools
    )
    call = '{"name": "<name>", "arguments": {<arguments>}}'
    return (
        "You may call functions to help with what is asked. These there are, each with the JSON Schema of its "
        f"arguments:\n<tools>\n{functions}\n</tools>\n"
        f"To call one, answer with this and nothing else:\n{OPENING}\n{call}\n{CLOSING}\n"
        "You are then given its result. Call none that is not needed, and make up no results."
    )


def write_call(call: ToolCall) -> str:
    """Return a call as the model would have written it, for a chat in which it has called already."""
    written = _compact({"name": call.name, "arguments": call.arguments}).replace("</tool_call", "<\\/tool_call")
    return f"{OPENING}\n{written}\n{CLOSING}"


def write_result(text: str) -> str:
    """Return what an action gave as the model is told of it; nothing in it can end the quotation."""
    quoted = text.replace("</tool_response", "<\\/tool_response")
    return f"<tool_response>\n{quoted}\n</tool_response>"


def parse_calls(text: str, tools: Sequence[ActionSchema]) -> tuple[str, tuple[ToolCall, ...]]:
    """Take the calls out of what a model has said.

    Between `<tool_call>` marks everything is meant as a call, also when it is none: it comes back with the name the
    model wrote (or none), so that the model can be told. An object elsewhere is a call only if it names an action there
    is; a text that merely talks about JSON stays as it is.

    Args:
        text: What the model has said, without control tokens.
        tools: The actions it may call; where there are none, nothing is a call.

    Returns:
        The text without the calls, and the calls in order.
    """
    if not tools:
        return text, ()
    names = {tool.name for tool in tools}
    if OPENING in text:
        marked = [match[1] for match in _MARKED.finditer(text)]
        return _numbered(_MARKED.sub("", text).strip(), [part for block in marked for part in _read_marked(block)])
    bare = _read_bare(text.replace(PYTHON_TAG, ""), names)
    if bare:
        return _numbered("", bare)
    return _without_fenced(text, names)


def shown_length(text: str, tools: Sequence[ActionSchema]) -> int:
    """Return how much of a text that is still being written can be shown: what cannot turn out to be part of a call."""
    if not tools:
        return len(text)
    start = text.lstrip()
    if not start or _BEGUN.match(start) or start.startswith("```") or PYTHON_TAG.startswith(start[: len(PYTHON_TAG)]):
        return 0
    ends = [place for place in (text.find(OPENING), text.find("\n```")) if place >= 0]
    for mark in (OPENING, "\n```"):  # one that has only begun
        ends += [len(text) - n for n in range(1, len(mark)) if text.endswith(mark[:n])]
    return min(ends, default=len(text))


class Showing:
    """Lets pieces of a text through as far as they can be shown; what is held back comes with the whole reply."""

    def __init__(self, tools: Sequence[ActionSchema]) -> None:
        self._tools = tools
        self._text = ""
        self._shown = 0

    def feed(self, piece: str) -> str:
        """Take the next piece, and return what can be shown now."""
        self._text += piece
        start, self._shown = self._shown, max(self._shown, shown_length(self._text, self._tools))
        return self._text[start : self._shown]


def _read_marked(block: str) -> Iterator[tuple[str, Any]]:
    found = list(_objects(block))
    calls = [_as_call(value) for value in found]
    if not calls or None in calls:
        yield "", block.strip()
        return
    yield from (call for call in calls if call is not None)


def _read_bare(text: str, names: set[str]) -> list[tuple[str, Any]]:
    """Return the calls of a text that consists of nothing else."""
    if not text.lstrip().startswith(("{", "[")):
        return []
    calls = [_as_call(value) for value in _objects(text)]
    return [] if any(call is None or call[0] not in names for call in calls) else [call for call in calls if call]


def _without_fenced(text: str, names: set[str]) -> tuple[str, tuple[ToolCall, ...]]:
    calls: list[tuple[str, Any]] = []

    def take(match: re.Match[str]) -> str:
        found = _read_bare(match[1], names)
        calls.extend(found)
        return "" if found else match[0]

    rest = _FENCED.sub(take, text)
    return _numbered(rest.strip(), calls) if calls else (text, ())


def _objects(text: str) -> Iterator[Any]:
    """Yield the JSON values a text consists of, lists item by item; None for what is no JSON."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    place = _end_of_gap(text, 0)
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield None
            return
        yield from value if isinstance(value, list) else (value,)
        place = _end_of_gap(text, place)


def _as_call(value: Any) -> tuple[str, Any] | None:
    """Return the name and the arguments of an object that has the shape of a call."""
    if isinstance(value, dict) and isinstance(value.get("function"), dict):
        value = value["function"]
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    return value["name"], next((value[name] for name in _ARGUMENTS if name in value), {})


def _numbered(text: str, calls: Sequence[tuple[str, Any]]) -> tuple[str, tuple[ToolCall, ...]]:
    return text, tuple(
        ToolCall(_id(number, name, arguments), name, arguments) for number, (name, arguments) in enumerate(calls)
    )


def _id(number: int, name: str, arguments: Any) -> str:
    """Return nine letters and digits, which is what the templates of some families insist on."""
    return f"c{zlib.crc32(repr((number, name, arguments)).encode('utf-8', 'replace')):08x}"


def _end_of_gap(text: str, start: int) -> int:
    match = _BETWEEN.match(text, start)
    return match.end() if match else start


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
