"""A request as OpenAI's protocol for chat completions writes it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from dialog_core import ActionSchema
from dialog_generative.chat import ChatMessage, Request
from dialog_generative.endpoint.options import OpenAIOptions

MAX_SEED = 2**31 - 1  # the largest that every endpoint reads
MAX_NAME = 64  # characters of a function's name
FORBIDDEN = re.compile(r"[^\w-]", re.ASCII)

# What open models use to tell where a message begins, who speaks, or what is a call. A server that puts messages
# together as text takes them for the real thing wherever they stand: in the words of a user, too.
CONTROL_TOKENS = re.compile(
    r"""
      <(?=\|[^\s|<>][^|<>\n]{0,40}\|>)                      # <|im_start|>, <|eot_id|>, <|endoftext|>, ...
    | <(?=｜[^｜<>\n]{1,40}｜>)                              # DeepSeek's, with wide bars
    | <(?=/?(?:s|bos|eos|pad|unk|think|tool_call|tool_response|start_of_turn|end_of_turn)>)
    | <(?=</?SYS>>)                                        # Llama 2
    | \[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT)\])     # Mistral
    """,
    re.VERBOSE,
)


def defused(text: str) -> str:
    """Return a text in which no common control token is one: a space stands behind its first character."""
    return CONTROL_TOKENS.sub(lambda match: f"{match[0]} ", text)


def body(request: Request, options: OpenAIOptions, *, plain: bool) -> dict[str, Any]:
    """Return what the endpoint is sent.

    Args:
        request: What is wanted.
        options: How it is to be said.
        plain: Whether the endpoint is known to tell text from control tokens, so that texts stay as they are.
    """
    told: dict[str, Any] = {
        "model": options.model,
        "messages": [_message(message, plain=plain) for message in request.messages],
        "max_tokens": request.max_tokens or options.max_tokens,
        "seed": request.seed & MAX_SEED,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    told |= {name: value for name in ("temperature", "top_p") if (value := getattr(options, name)) is not None}
    if options.stop:
        told["stop"] = list(options.stop)
    if options.log_probabilities:
        told["logprobs"] = True
    if request.count > 1:
        told["n"] = request.count
    if request.tools:
        told["tools"] = [_tool(schema) for schema in request.tools]
    return told


def wire_name(name: str) -> str:
    """Return an action's name as the protocol allows it: without dots, and not too long."""
    return FORBIDDEN.sub("_", name)[:MAX_NAME]


def _message(message: ChatMessage, *, plain: bool) -> dict[str, Any]:
    text = message.text.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    text = text if plain else defused(text)
    told: dict[str, Any] = {"role": message.role, "content": text}
    if message.calls:
        told["content"] = text or None
        told["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": wire_name(call.name), "arguments": arguments}}
            for call in message.calls
            for arguments in (_arguments(call.arguments),)
        ]
    if message.role == "tool":
        told["tool_call_id"] = message.call_id
    return told


def _arguments(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def _tool(schema: ActionSchema) -> dict[str, Any]:
    function = {
        "name": wire_name(schema.name),
        "description": schema.description,
        "parameters": dict(schema.parameters),
    }
    return {"type": "function", "function": function}


def texts(messages: Sequence[ChatMessage]) -> list[str]:
    """Return what of each message is read: its text, and its calls."""
    return [
        message.text + "".join(f"{call.name}{_arguments(call.arguments)}" for call in message.calls)
        for message in messages
    ]
