"""Puts completions together from what an endpoint sends, in pieces or whole."""

import json
from collections.abc import Mapping
from typing import Any

from dialog_generative.chat import Completion, Finish, ToolCall
from dialog_generative.endpoint.reading import Unreadable
from dialog_generative.endpoint.visible import Visible

IMPOSSIBLE = 1e9  # no logarithm of a token's probability is as large
MAX_CHARACTERS = 90_000  # of one completion; the framework accepts candidates up to a little more


class Assembly:
    """Puts completions together from their pieces.

    Attributes:
        usage: What the endpoint said of its tokens; None if nothing.
        cut: Why the completions were not read to their ends; None if they were.
    """

    def __init__(self, names: Mapping[str, str], max_characters: int) -> None:
        """Begin.

        Args:
            names: The names of tools as they were sent, and as they are.
            max_characters: How long one completion may be.
        """
        self.usage: Any = None
        self.cut: Finish | None = None
        self._names = names
        self._limit = min(max_characters, MAX_CHARACTERS)
        self._choices: dict[int, _Choice] = {}

    @property
    def complete(self) -> bool:
        """Whether each completion that has begun has also ended."""
        return bool(self._choices) and all(choice.finish for choice in self._choices.values())

    @property
    def begun(self) -> bool:
        """Whether the model has written anything, be it a thought or a call."""
        return any(choice.characters for choice in self._choices.values())

    @property
    def too_long(self) -> bool:
        """Whether a completion, or what is thought before it, is longer than any that was asked for."""
        return any(choice.characters > self._limit for choice in self._choices.values())

    @property
    def thought(self) -> bool:
        """Whether the model thought aloud."""
        return any(choice.reasoned or choice.visible.thought for choice in self._choices.values())

    @property
    def filtered(self) -> bool:
        """Whether a content filter of the endpoint has taken something away."""
        return any(choice.finish == "content_filter" for choice in self._choices.values())

    def feed(self, event: Mapping[str, Any]) -> str:
        """Take an event and return what of the first completion can be shown by now.

        Raises:
            Unreadable: It is not what the protocol wants.
        """
        self.usage = event.get("usage") or self.usage
        shown = ""
        for told in _listed(event, "choices"):
            if not isinstance(told, Mapping):
                raise Unreadable(f"a choice that is a {type(told).__name__}")
            index = _index(told) or 0
            choice = self._choices.setdefault(index, _Choice())
            piece = choice.feed(told)
            shown += piece if index == 0 else ""
        return shown

    def rest(self) -> str:
        """Return what is left to be shown of the first completion, now that nothing follows."""
        ended = {index: choice.visible.end() for index, choice in self._choices.items()}
        return ended.get(0, "")

    def completions(self) -> tuple[Completion, ...]:
        """Return the completions; calls of those that were cut are left out, for they may not be whole."""
        choices = (self._choices[index] for index in sorted(self._choices))
        return tuple(choice.completion(self._names, self.cut, self._limit) for choice in choices)

    def written(self) -> list[str]:
        """Return everything the model wrote, its thoughts and calls included."""
        return [choice.written for choice in self._choices.values()]


class _Choice:
    def __init__(self) -> None:
        self.visible = Visible()
        self.finish = ""
        self.characters = 0
        self.reasoned = False
        self._written: list[str] = []
        self._calls: list[dict[str, str]] = []
        self._places: dict[Any, dict[str, str]] = {}
        self._log_probability: float | None = None
        self._tokens = 0

    @property
    def written(self) -> str:
        return "".join(self._written)

    def feed(self, told: Mapping[str, Any]) -> str:
        message = told.get("delta") or told.get("message") or {}
        if not isinstance(message, Mapping):
            raise Unreadable(f"a message that is a {type(message).__name__}")
        self.finish = str(told.get("finish_reason") or self.finish)
        self._weigh(told.get("logprobs"))
        for thought in ("reasoning_content", "reasoning"):
            if isinstance(text := message.get(thought), str) and text:
                self.reasoned = True
                self._write(text)
        for place, call in enumerate(_listed(message, "tool_calls")):
            self._call(call, place)
        content = message.get("content") or message.get("refusal") or ""
        if not isinstance(content, str):
            raise Unreadable(f"a content that is a {type(content).__name__}")
        self._write(content)
        return self.visible.feed(content) if content else ""

    def completion(self, names: Mapping[str, str], cut: Finish | None, limit: int) -> Completion:
        calls = () if cut else tuple(self._finished_calls(names))
        finish: Finish = cut or ("calls" if calls else "length" if self.finish == "length" else "stop")
        return Completion(self.visible.text[:limit], finish, self._log_probability, self._tokens, calls)

    def _finished_calls(self, names: Mapping[str, str]) -> list[ToolCall]:
        finished = []
        for number, call in enumerate(self._calls):
            arguments: Any = call["arguments"] or "{}"
            try:
                value = json.loads(arguments)
            except (ValueError, RecursionError):
                value = None
            name = names.get(call["name"], call["name"])
            finished.append(
                ToolCall(call["id"] or f"call_{number}", name, value if isinstance(value, dict) else arguments)
            )
        return finished

    def _call(self, told: Any, place: int) -> None:
        function = told.get("function") if isinstance(told, Mapping) else None
        if not isinstance(function, Mapping):
            raise Unreadable("a call that is no function's")
        key: Any = _index(told)
        if key is None:  # some endpoints send calls whole, and do not count them
            key = str(told.get("id") or (place, len(self._calls)))
        if key not in self._places:
            self._places[key] = {"id": "", "name": "", "arguments": ""}
            self._calls.append(self._places[key])
        call = self._places[key]
        call["id"] = call["id"] or str(told.get("id") or "")
        call["name"] = call["name"] or str(function.get("name") or "")
        arguments = function.get("arguments") or ""
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        call["arguments"] += text
        self._write(f"{function.get('name') or ''}{text}")

    def _weigh(self, told: Any) -> None:
        content = told.get("content") if isinstance(told, Mapping) else None
        for token in content if isinstance(content, list) else ():
            value = token.get("logprob") if isinstance(token, Mapping) else None
            if isinstance(value, int | float) and -IMPOSSIBLE < value < IMPOSSIBLE:  # so it is also a number
                self._log_probability = (self._log_probability or 0.0) + value
                self._tokens += 1

    def _write(self, text: str) -> None:
        self._written.append(text)
        self.characters += len(text)


def _listed(told: Mapping[str, Any], name: str) -> list[Any]:
    value = told.get(name) or []
    if not isinstance(value, list):
        raise Unreadable(f"{name} that are a {type(value).__name__}")
    return value


def _index(told: Mapping[str, Any]) -> int | None:
    value = told.get("index")
    if value is not None and not isinstance(value, int):
        raise Unreadable(f"an index that is a {type(value).__name__}")
    return value
