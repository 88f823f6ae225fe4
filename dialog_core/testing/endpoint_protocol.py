"""What an endpoint says, as OpenAI's protocol for chat completions writes it: whole, or as server-sent events."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]
COMPLETION = {"id": "chatcmpl-scripted", "created": 0}


@dataclass(frozen=True, slots=True)
class Says:
    """A step that answers.

    A token is a word with the space before it. An answer that is longer than the request allows is cut, as a model's.

    Attributes:
        text: What the model says.
        others: Further completions, for requests that want several; with fewer than wanted, fewer are answered.
        calls: What it wants called: names with their arguments (JSON values, or a text as it stands).
        usage: What it says it has cost; default: tokens as they are counted here. Empty: it does not say.
        reasoning: What a model that thinks aloud thinks (`reasoning_content`).
        log_probability: Of each token, for requests that want to know it.
        finish: Why it ended; default: as it did.
        delay: Seconds before each piece of a stream, or before a whole answer.
    """

    text: str = ""
    others: tuple[str, ...] = ()
    calls: Sequence[tuple[str, Any]] = ()
    usage: Mapping[str, Any] | None = None
    reasoning: str = ""
    log_probability: float = -0.5
    finish: str = ""
    delay: float = 0.0


def reply(body: Body, says: Says | None) -> bytes:
    """Return a whole answer; None says that there is no completion."""
    choices = [] if says is None else [_choice(body, says, *each) for each in enumerate(_texts(body, says))]
    whole = {**COMPLETION, "object": "chat.completion", "model": body.get("model", ""), "choices": choices}
    if says is not None and (usage := _usage(body, says)):
        whole["usage"] = usage
    return json.dumps(whole, ensure_ascii=False).encode()


def events(body: Body, says: Says | None) -> Iterator[bytes]:
    """Yield an answer piece by piece; None says that there is no completion."""
    if says is not None:
        yield from _events(body, says)
    yield b"data: [DONE]\n\n"


def event(body: Body, text: str) -> bytes:
    """Return one piece of an answer."""
    return _event(body, 0, {"content": text})


def failure(message: str, code: str | None, param: str | None) -> bytes:
    """Return the body of an error."""
    error = {"message": message, "type": "scripted", "param": param, "code": code}
    return json.dumps({"error": error}, ensure_ascii=False).encode()


def _events(body: Body, says: Says) -> Iterator[bytes]:
    if says.reasoning:
        yield _event(body, 0, {"role": "assistant", "reasoning_content": says.reasoning})
    for index, text in enumerate(_texts(body, says)):
        tokens, cut = _cut(body, text)
        for token in tokens:
            yield _event(body, index, {"content": token}, logprobs=_logprobs(body, says, [token]))
        for place, call in enumerate(_calls(says)):
            begin, arguments = {**call["function"], "arguments": ""}, call["function"]["arguments"]
            yield _event(body, index, {"tool_calls": [{**call, "index": place, "function": begin}]})
            for part in re.findall(r"(?s).{1,7}", arguments):
                yield _event(body, index, {"tool_calls": [{"index": place, "function": {"arguments": part}}]})
        yield _event(body, index, {}, finish_reason=_finish(says, cut))
    if (body.get("stream_options") or {}).get("include_usage") and (usage := _usage(body, says)):
        yield _data({**_chunk(body), "choices": [], "usage": usage})


def _texts(body: Body, says: Says) -> Sequence[str]:
    return (says.text, *says.others)[: max(1, body.get("n") or 1)]


def _choice(body: Body, says: Says, index: int, text: str) -> dict[str, Any]:
    tokens, cut = _cut(body, text)
    message: dict[str, Any] = {"role": "assistant", "content": "".join(tokens)}
    if says.reasoning:
        message["reasoning_content"] = says.reasoning
    if says.calls:
        message["tool_calls"] = _calls(says)
    choice = {"index": index, "message": message, "finish_reason": _finish(says, cut)}
    return {**choice, "logprobs": _logprobs(body, says, tokens)}


def _finish(says: Says, cut: bool) -> str:
    return says.finish or ("length" if cut else "tool_calls" if says.calls else "stop")


def _calls(says: Says) -> list[dict[str, Any]]:
    calls = []
    for number, (name, arguments) in enumerate(says.calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        calls.append({"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": text}})
    return calls


def _cut(body: Body, text: str) -> tuple[list[str], bool]:
    tokens = _tokens(text)
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or len(tokens)
    return tokens[:limit], len(tokens) > limit


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*\Z|\s*\S+|\s+", text)


def _logprobs(body: Body, says: Says, tokens: Sequence[str]) -> dict[str, Any] | None:
    if not body.get("logprobs"):
        return None
    rest: dict[str, Any] = {"logprob": says.log_probability, "bytes": None, "top_logprobs": []}
    return {"content": [{"token": token, **rest} for token in tokens]}


def _usage(body: Body, says: Says) -> Mapping[str, Any]:
    if says.usage is not None:
        return says.usage
    asked = sum(len(_tokens(str(message.get("content") or ""))) for message in body.get("messages", ()))
    said = sum(len(_cut(body, text)[0]) for text in _texts(body, says))
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _chunk(body: Body) -> dict[str, Any]:
    return {**COMPLETION, "object": "chat.completion.chunk", "model": body.get("model", "")}


def _event(
    body: Body, index: int, delta: Mapping[str, Any], *, finish_reason: str | None = None, logprobs: Any = None
) -> bytes:
    choice = {"index": index, "delta": delta, "finish_reason": finish_reason, "logprobs": logprobs}
    return _data({**_chunk(body), "choices": [choice]})


def _data(value: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"
