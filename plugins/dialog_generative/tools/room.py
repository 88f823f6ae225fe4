"""Making room for what actions gave, in a chat that had filled what the model reads before they ran."""

import json
from collections.abc import Sequence
from dataclasses import replace

from dialog_core import ActionSchema
from dialog_generative.chat import Backend, ChatMessage
from dialog_generative.prompting.window import FRAME_TOKENS, LARGEST_REPLY, Window
from dialog_generative.tools import results
from dialog_generative.tools.writing import describe

LEAST_RESULT = 100  # characters that are left of a result in any case
AIM = 1.1  # how much more is cut than would be needed if all characters took as many tokens


async def make_room(
    messages: Sequence[ChatMessage], window: Window, backend: Backend, reply_tokens: int, tools: Sequence[ActionSchema]
) -> list[ChatMessage]:
    """Return the chat, cut to what the model reads: first whole turns of history, then results, the longest first.

    Where even that is not enough the backend will say so.

    Args:
        messages: The chat: the system's message, history, the question, and what came of actions.
        window: Counts tokens.
        backend: What runs the model.
        reply_tokens: How long the reply may be.
        tools: The actions that are told of.
    """
    limit = await backend.window()
    if not limit:
        return list(messages)
    described = await window.sizes([ChatMessage("system", describe(tools))] if tools else [], backend)
    budget = limit - min(reply_tokens, int(limit * LARGEST_REPLY)) - FRAME_TOKENS - sum(described)
    sizes = await window.sizes([_with_calls(message) for message in messages], backend)
    excess = sum(sizes) - budget
    first = int(messages[0].role == "system")
    question = max(place for place, message in enumerate(messages) if message.role == "user")
    start = first
    while excess > 0 and start < question:
        end = next(place for place in range(start + 1, question + 1) if messages[place].role == "user")
        excess -= sum(sizes[start:end])
        start = end
    kept, sizes = [*messages[:first], *messages[start:]], [*sizes[:first], *sizes[start:]]
    found = [place for place, message in enumerate(kept) if message.role == "tool"]
    for place in sorted(found, key=lambda place: -sizes[place]):
        if excess <= 0:
            break
        share = max(0.0, 1 - excess * AIM / sizes[place])
        kept[place] = results.shortened(kept[place], max(LEAST_RESULT, int(len(kept[place].text) * share)))
        [size] = await window.sizes([kept[place]], backend)
        excess -= sizes[place] - size
    return kept


def _with_calls(message: ChatMessage) -> ChatMessage:
    """Return a message with its calls as a part of its text, for they take tokens as well."""
    if not message.calls:
        return message
    calls = json.dumps([[call.name, call.arguments] for call in message.calls], ensure_ascii=False)
    return replace(message, text=message.text + calls)
