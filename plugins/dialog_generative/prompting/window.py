"""Cutting a chat to what a model can read: whole turns of history go first, system and evidence stay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dialog_core import ActionSchema
from dialog_generative.chat import Backend, ChatMessage
from dialog_generative.prompting.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Fitted:
    """A chat that fits.

    Attributes:
        messages: The chat.
        notes: For the trace: how many turns were left out, if any.
    """

    messages: tuple[ChatMessage, ...]
    notes: dict[str, Any] = field(default_factory=dict)


async def fit(prompt: Prompt, backend: Backend, reply_tokens: int, tools: Sequence[ActionSchema]) -> Fitted:
    """Return the chat, cut to what the backend's model can read.

    Raises:
        GenerationError: Even the system's message and the question do not fit.
    """
    history = (message for turn in prompt.history for message in turn)
    system = (ChatMessage("system", prompt.system),) if prompt.system else ()
    return Fitted((*system, *history, ChatMessage("user", prompt.question)))
