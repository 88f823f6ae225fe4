"""Chats written by a tokenizer's own template, whatever that template can and cannot do.

Some templates raise on a system's message, or leave it out; some want users and assistants to take turns; some know
nothing of tools. What one can do is found out by trying it, and what it cannot is said in another way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dialog_core import ActionSchema
from dialog_generative.chat import ChatMessage, ToolCall
from dialog_generative.errors import GenerationError
from dialog_generative.tools.writing import describe, write_call, write_result

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

PROBE = "probe"
_CALL = ToolCall("c00000000", "probe_call", {"of": "it"})


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a template can do.

    Attributes:
        system: Whether it writes the system's message.
        any_order: Whether anybody may speak first, and twice in a row.
        tools: Whether it tells which tools there are.
        calls: Whether it writes what the assistant has called.
        results: Whether it writes what tools have answered.
    """

    system: bool
    any_order: bool
    tools: bool
    calls: bool
    results: bool


class ChatTemplate:
    """Writes chats with a tokenizer's template.

    Args:
        tokenizer: The tokenizer.
        name: What the model is called, for error messages.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", name: str) -> None:
        self._tokenizer = tokenizer
        self._name = name
        self.abilities = self._try_out()

    def write(
        self, messages: Sequence[ChatMessage], tools: Sequence[ActionSchema], defuse: Callable[[str], str] = str
    ) -> str:
        """Return a chat as text, up to where the assistant's reply begins.

        Args:
            messages: The chat.
            tools: The actions the model may call.
            defuse: What is done to each text that is quoted.

        Raises:
            GenerationError: The template fails on it.
        """
        can = self.abilities
        if tools and not can.tools:
            messages = with_system(messages, describe(tools))
        messages = [self._spoken(message) for message in messages]
        if not can.system:
            messages = without_system(messages)
        if not can.any_order:
            messages = in_turns(messages)
        try:
            return self._rendered([_as_dict(message, defuse) for message in messages], tools if can.tools else ())
        except Exception as error:  # a template is a program, and may fail in any way
            raise GenerationError(f"{self._name}: the chat template fails: {_first(error)}") from error

    def _spoken(self, message: ChatMessage) -> ChatMessage:
        """Return a message the template can write: calls and results it cannot are put into words."""
        if message.calls and not self.abilities.calls:
            text = "\n".join(filter(None, (message.text, *map(write_call, message.calls))))
            return replace(message, text=text, calls=())
        if message.role == "tool" and not self.abilities.results:
            return ChatMessage("user", write_result(message.text))
        return message

    def _rendered(self, messages: Sequence[dict[str, Any]], tools: Sequence[ActionSchema]) -> str:
        given: dict[str, Any] = {"tools": [_as_function(tool) for tool in tools]} if tools else {}
        text = self._tokenizer.apply_chat_template(
            list(messages),
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,  # of templates that know it: a turn has no time for monologues
            **given,
        )
        return str(text)

    def _try_out(self) -> Abilities:
        system, user = ChatMessage("system", f"{PROBE}-system"), ChatMessage("user", f"{PROBE}-user")
        assistant, tool = ChatMessage("assistant", f"{PROBE}-assistant"), ChatMessage("tool", f"{PROBE}-tool")
        calling = ChatMessage("assistant", "", calls=(_CALL,))
        result = replace(tool, call_id=_CALL.id, name=_CALL.name)
        tools = (ActionSchema.of(f"{PROBE}-tool-schema", lambda of: None),)
        return Abilities(
            system=self._writes([system, user], [system.text]),
            any_order=self._writes([assistant, user, user], [assistant.text]),
            tools=self._writes([user], [tools[0].name], tools),
            calls=self._writes([user, calling, result], [_CALL.name], tools),
            results=self._writes([user, replace(calling, text="said", calls=()), result], [tool.text])
            or self._writes([user, calling, result], [tool.text], tools),
        )

    def _writes(
        self, messages: Sequence[ChatMessage], texts: Sequence[str], tools: Sequence[ActionSchema] = ()
    ) -> bool:
        try:
            written = self._rendered([_as_dict(message, str) for message in messages], tools)
        except Exception:
            return False
        return all(text in written for text in texts)


def with_system(messages: Sequence[ChatMessage], text: str) -> list[ChatMessage]:
    """Return a chat whose system's message says something more."""
    if messages and messages[0].role == "system":
        return [replace(messages[0], text=f"{messages[0].text}\n\n{text}"), *messages[1:]]
    return [ChatMessage("system", text), *messages]


def without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return a chat in which the user says first what the system had to say."""
    told = "\n\n".join(message.text for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    if not told:
        return rest
    if rest and rest[0].role == "user":
        return [replace(rest[0], text=f"{told}\n\n{rest[0].text}"), *rest[1:]]
    return [ChatMessage("user", told), *rest]


def in_turns(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return a chat in which the user speaks first, and nobody twice in a row."""
    chat: list[ChatMessage] = []
    for message in messages:
        last = chat[-1] if chat else None
        if message.role == "assistant" and (last is None or last.role == "system"):
            chat.append(ChatMessage("user", ""))
        elif last is not None and last.role == message.role != "tool":
            parts = filter(None, (last.text, message.text))
            chat[-1] = replace(last, text="\n\n".join(parts), calls=(*last.calls, *message.calls))
            continue
        chat.append(message)
    return chat


def _as_dict(message: ChatMessage, defuse: Callable[[str], str]) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": defuse(message.text)}
    if message.calls:
        told["tool_calls"] = [
            {
                "type": "function",
                "id": call.id,
                "function": {"name": defuse(call.name), "arguments": _defused(call.arguments, defuse)},
            }
            for call in message.calls
        ]
    if message.role == "tool":
        told |= {"tool_call_id": message.call_id, "name": defuse(message.name)}
    return told


def _defused(value: Any, defuse: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, dict):
        return {defuse(str(name)): _defused(item, defuse) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_defused(item, defuse) for item in value]
    return value


def _as_function(tool: ActionSchema) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _first(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
