"""What came of actions, as the model is told of it and as its reply may rest on it."""

import json
from dataclasses import replace
from itertools import islice
from reprlib import Repr
from typing import Any

from dialog_core import ActionResult, Evidence
from dialog_core.text import repair_text, strip_controls
from dialog_generative.chat import ChatMessage
from dialog_generative.prompting.quoting import harmless, harmless_value

MAX_RESULT = 4_000  # characters the model is told of one result; about a thousand tokens
MAX_LINE = 200  # characters of a note in the trace
MAX_SHOWN = 10  # arguments in it
_SHORT = Repr()  # also of what is nested too deep for `repr`
_SHORT.maxstring = _SHORT.maxother = 60


def tool_message(call_id: str, name: str, result: ActionResult) -> ChatMessage:
    """Return a result as the model is told of it: a JSON object with `result`, or with `error` in words."""
    text = _object("result", result.value) if result.ok else _failed(result.error)
    return ChatMessage("tool", text, call_id=call_id, name=name)


def shortened(message: ChatMessage, characters: int) -> ChatMessage:
    """Return the message of a result with no more than so many characters of it."""
    if len(message.text) <= characters:
        return message
    return replace(message, text=_json({"beginning": message.text[:characters], "characters": len(message.text)}))


def refusal(call_id: str, name: str, error: str) -> ChatMessage:
    """Return why a call was not run, as the model is told of it."""
    return ChatMessage("tool", _failed(error), call_id=call_id, name=name)


def as_evidence(result: ActionResult) -> tuple[Evidence, ...]:
    """Return what an action found, for a reply to rest on; users are shown it where it is a text written for people."""
    if not result.ok or result.value in (None, "", [], {}):
        return ()
    metadata: dict[str, Any] = {"arguments": dict(result.call.arguments)}
    if not isinstance(result.value, str):
        metadata["cite"] = False
    return (Evidence(in_words(result)[:MAX_RESULT], result.call.name, 1.0, metadata),)


def in_words(result: ActionResult) -> str:
    """Return what an action gave as a person would read it, without the marks of JSON where they can be left out."""
    value = cleaned(result.value)
    if isinstance(value, dict):
        return "\n".join(f"{name}: {each if isinstance(each, str) else _json(each)}" for name, each in value.items())
    return value if isinstance(value, str) else "" if value is None else _json(value)


def in_a_line(name: str, arguments: Any, outcome: str) -> str:
    """Return a call and what came of it in a line, for the trace."""
    given = arguments if isinstance(arguments, dict) else {}
    shown = (f"{key}={_SHORT.repr(value)}" for key, value in islice(given.items(), MAX_SHOWN))
    call = f"{name}({', '.join(shown)})"
    return " ".join(strip_controls(f"{call:.120}: {outcome}").split())[:MAX_LINE]


def cleaned(value: Any) -> Any:
    """Return a JSON value whose texts hold nothing that could steer a terminal, or that cannot be written."""
    if isinstance(value, str):
        return strip_controls(repair_text(value))
    if isinstance(value, dict):
        return {cleaned(str(name)): cleaned(each) for name, each in value.items()}
    return [cleaned(each) for each in value] if isinstance(value, list | tuple) else value


def _object(name: str, value: Any) -> str:
    value = harmless_value(cleaned(value))
    text = _json(value)
    if len(text) > MAX_RESULT:
        return _json({f"beginning_of_{name}": text[:MAX_RESULT], "characters": len(text)})
    return _json({name: value})


def _failed(error: str) -> str:
    return _json({"error": harmless(cleaned(error))[:MAX_RESULT]})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
