"""One exchange with a language model: what was said in the course of a turn, what it has cost, and how it goes on."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialog_core import ActionCall, ActionResult, Evidence, Turn
from dialog_core.conversation import JsonValue
from dialog_generative.chat import ChatMessage, Usage

MAX_KEPT = 1000  # exchanges that wait for their action; each waits for no longer than the rest of its turn


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of the actions a model wanted run.

    Attributes:
        messages: The results, for the model.
        action: The one that changes something, and so runs only if the candidate wins.
        call_id: Which call that is.
        evidence: What was looked up, for the reply to rest on.
        notes: What to tell in the trace: a line for each call.
    """

    messages: tuple[ChatMessage, ...] = ()
    action: ActionCall | None = None
    call_id: str = ""
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()


class Exchange:
    """What has been said so far.

    Attributes:
        turn: The turn to be answered.
        evidence: What the reply may rest on, in the order it is cited by.
        messages: The chat.
        usage: What it has cost.
        steps: How many times the model has called actions.
        notes: For the trace.
        remember: What to keep with the conversation.
        call_id: Which call the action is that waits to be run.
    """

    def __init__(
        self,
        turn: Turn,
        evidence: tuple[Evidence, ...],
        messages: tuple[ChatMessage, ...],
        *,
        notes: Mapping[str, JsonValue],
        remember: Mapping[str, JsonValue],
    ) -> None:
        self.turn = turn
        self.evidence = evidence
        self.messages = list(messages)
        self.usage = Usage()
        self.steps = 0
        self.notes: dict[str, Any] = dict(notes)
        self.remember = remember
        self.call_id = ""

    def say(self, message: ChatMessage) -> None:
        """Add what the model said."""
        self.messages.append(message)
        self.steps += 1

    def take(self, answered: Answered) -> None:
        """Add what came of the actions it wanted run."""
        self.messages.extend(answered.messages)
        self.evidence += answered.evidence
        self.call_id = answered.call_id
        if answered.notes:
            self.notes["tools"] = [*self.notes.get("tools", ()), *answered.notes]


class Exchanges:
    """Exchanges that go on once an action has run; each belongs to one message of one conversation."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[Exchange, ActionCall]] = OrderedDict()

    def keep(self, exchange: Exchange, action: ActionCall) -> None:
        """Keep an exchange until its action has run."""
        self._kept[_key(exchange.turn)] = (exchange, action)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    def resume(self, turn: Turn, result: ActionResult) -> Exchange | None:
        """Return the exchange an action belongs to, with its result as the last message; None if there is none."""
        exchange, action = self._kept.pop(_key(turn), (None, None))
        if exchange is None or action is None or action.name != result.call.name:
            return None
        told = {"result": result.value} if result.ok else {"error": result.error}
        text = json.dumps(told, ensure_ascii=False)
        exchange.messages.append(ChatMessage("tool", text, call_id=exchange.call_id, name=action.name))
        # What it had cost so far stands in the trace already.
        exchange.turn, exchange.usage = replace(exchange.turn, conversation=turn.conversation), Usage()
        return exchange


def _key(turn: Turn) -> tuple[str, str]:
    return turn.conversation.id, turn.message.client_id
