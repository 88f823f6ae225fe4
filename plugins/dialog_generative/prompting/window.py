"""Cutting a chat to what a model can read: whole turns of history go first, system and question stay.

What a backend has read of a conversation need not be read again as long as the beginning of the chat stays the same.
So history is not cut a little in every turn but by a quarter of its room at a time, and always in the same places,
which follow from the conversation alone: turns may only be left out up to an anchor, and anchors are where the tokens
said so far pass another quarter. The room for history is one of a few, so that a question that is a little longer than
the last one does not move the cut.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dialog_core import ActionSchema
from dialog_generative.chat import Backend, ChatMessage
from dialog_generative.errors import GenerationError
from dialog_generative.prompting.prompt import Prompt

LEFT_OUT = "turns_left_out"  # the note that tells how many turns of history were left out
QUESTION_SHARE = 0.25  # of the window: kept free for the question, so that most questions do not move the cut
ROOMS = tuple(0.75**level for level in range(10))  # of the room for history: what is left of it by longer questions
ANCHOR_STEP = 0.25  # of the room for history: at least so much is left out at a time
FRAME_TOKENS = 16  # what templates put around a chat, beyond what is counted for each message
LARGEST_REPLY = 0.5  # of the window: what is kept free for the reply at most
KEPT_SIZES = 8192  # messages
MAX_SHORTENINGS = 12
AIM = 0.97  # of what there is room for: tokens are not all of one length
SMALLEST_CUT = 16  # characters


@dataclass(frozen=True, slots=True)
class Fitted:
    """A chat that fits.

    Attributes:
        messages: The chat.
        notes: For the trace: what was left out or shortened, if anything was.
    """

    messages: tuple[ChatMessage, ...]
    notes: dict[str, Any] = field(default_factory=dict)


class Window:
    """Cuts chats to what one backend's model can read; remembers how long messages are, so as to count each once."""

    def __init__(self) -> None:
        self._sizes: OrderedDict[bytes, int] = OrderedDict()

    async def fit(
        self, prompt: Prompt, backend: Backend, reply_tokens: int, tools: Sequence[ActionSchema] = ()
    ) -> Fitted:
        """Return the chat, cut to what the backend's model can read.

        Raises:
            GenerationError: Even the system's message and the shortest question do not fit.
        """
        window = await backend.window()
        if not window:
            return Fitted(_chat(prompt, 0), _notes(prompt, 0))
        # Where the window is tiny, the reply has to be shorter than it may be.
        budget = window - min(reply_tokens, int(window * LARGEST_REPLY)) - FRAME_TOKENS
        budget -= await self._size_of_tools(tools, backend)
        prompt, system, question = await self._shortened(prompt, backend, budget, window)
        sizes = [sum(await self.sizes(turn, backend)) for turn in prompt.history]
        start = first_kept(sizes, budget - system - question, int(budget * (1 - QUESTION_SHARE)) - system)
        return Fitted(_chat(prompt, start), _notes(prompt, start))

    async def sizes(self, messages: Sequence[ChatMessage], backend: Backend) -> list[int]:
        """Return how many tokens each message takes, asking the backend only about those that are new."""
        keys = [_key(message) for message in messages]
        new = {key: message for key, message in zip(keys, messages, strict=True) if key not in self._sizes}
        counted = dict(zip(new, await backend.sizes(list(new.values())), strict=True)) if new else {}
        sizes = [counted[key] if key in counted else self._sizes[key] for key in keys]
        for key, size in zip(keys, sizes, strict=True):
            self._sizes[key] = size
            self._sizes.move_to_end(key)
        while len(self._sizes) > KEPT_SIZES:
            self._sizes.popitem(last=False)
        return sizes

    async def _size_of_tools(self, tools: Sequence[ActionSchema], backend: Backend) -> int:
        """Return about how much the descriptions of tools take: a template writes them into the system's message."""
        if not tools:
            return 0
        told = [{"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in tools]
        return sum(await self.sizes([ChatMessage("system", json.dumps(told, ensure_ascii=False))], backend))

    async def _shortened(self, prompt: Prompt, backend: Backend, budget: int, window: int) -> tuple[Prompt, int, int]:
        """Return the prompt with evidence and question cut until they fit, and what its system and question take."""
        for _ in range(MAX_SHORTENINGS):
            system = sum(await self.sizes(_system(prompt), backend))
            [question] = await self.sizes([ChatMessage("user", prompt.question)], backend)
            excess = system + question - budget
            if excess <= 0:
                return prompt, system, question
            # The share of the question's tokens that may stay; about the same share of its characters may.
            share = max(question - excess, 0) * AIM / question
            shorter = prompt.shorter(max(int(len(prompt.question) * (1 - share)), SMALLEST_CUT))
            if shorter is None:
                break
            prompt = shorter
        raise GenerationError(
            f"the prompt does not fit: its system message takes {system:,} tokens and the question {question:,}, and "
            f"of the {window:,} the model reads, {max(budget, 0):,} are left for them beside the reply and the tools. "
            "Shorten `persona` or the prompt file, allow a shorter reply, name fewer tools, or choose a model that "
            "reads more."
        )


def first_kept(sizes: Sequence[int], available: int, most: int) -> int:
    """Return the first turn that is told word for word.

    Args:
        sizes: How many tokens each turn takes, oldest first.
        available: How many tokens there are for history.
        most: How many it is ever given.
    """
    total = sum(sizes)
    room = next((room for share in ROOMS if (room := most * share) <= available), 0.0)
    step = max(most * ANCHOR_STEP, 1.0)
    passed, best = 0, len(sizes)
    for number, size in enumerate(sizes):
        rest = total - passed
        is_anchor = number == 0 or int(passed / step) > int((passed - sizes[number - 1]) / step)
        if rest <= room:
            if is_anchor:
                return number
            best = min(best, number)  # none of the anchors may leave anything
        passed += size
    return best


def _chat(prompt: Prompt, start: int) -> tuple[ChatMessage, ...]:
    history = (message for turn in prompt.history[start:] for message in turn)
    return (*_system(prompt), *history, ChatMessage("user", prompt.question))


def _system(prompt: Prompt) -> tuple[ChatMessage, ...]:
    return (ChatMessage("system", prompt.system),) if prompt.system else ()


def _notes(prompt: Prompt, start: int) -> dict[str, Any]:
    notes: dict[str, Any] = {LEFT_OUT: start} if start else {}
    if prompt.shortened:
        notes["shortened"] = list(prompt.shortened)
    return notes


def _key(message: ChatMessage) -> bytes:
    return hashlib.blake2b(f"{message.role}\0{message.text}".encode(errors="replace"), digest_size=16).digest()
