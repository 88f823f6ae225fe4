"""One exchange with a language model: what was said in the course of a turn, what it has cost, and how it goes on."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core import ActionCall, ActionResult, Evidence, Turn
from dialog_generative.chat import ChatMessage, Completed, Completion, ToolCall, Usage
from dialog_generative.errors import GenerationError
from dialog_generative.tools import results

MAX_KEPT = 1000  # exchanges that wait for their action
MAX_TOLD = 40  # calls, the latest, that stand in the trace
KEPT_SECONDS = 600.0  # no action takes longer; exchanges whose candidate has lost are forgotten then


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of the actions a model wanted run.

    Attributes:
        calls: Those that were looked at, as they go into the chat.
        messages: The results, for the model.
        action: The one that changes something, and so runs only if the candidate wins.
        call_id: Which call that is.
        evidence: What was looked up, for the reply to rest on.
        notes: What to tell in the trace: a line for each call.
    """

    calls: tuple[ToolCall, ...] = ()
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
        usage: What it has cost, since it began or was taken up again.
        steps: How many times the model has called actions.
        notes: For the trace.
        remember: What to keep with the conversation.
        left_out: How many turns of history did not fit into what the model reads.
        done: The results of the actions that changed something.
    """

    def __init__(
        self,
        turn: Turn,
        evidence: tuple[Evidence, ...],
        messages: tuple[ChatMessage, ...],
        *,
        notes: Mapping[str, Any],
        remember: Mapping[str, Any],
        left_out: int = 0,
    ) -> None:
        self.turn = turn
        self.evidence = evidence
        self.messages = list(messages)
        self.usage: Usage | None = None
        self.steps = 0
        self.notes: dict[str, Any] = dict(notes)
        self.remember = remember
        self.left_out = left_out
        self.done: list[ActionResult] = []
        self._call_id = ""

    def hear(self, completed: Completed) -> Completion:
        """Take note of what a request has cost, and return what the model says first.

        Raises:
            GenerationError: It says nothing at all.
        """
        self.usage = completed.usage if self.usage is None else self.usage + completed.usage
        if not completed.completions:
            raise GenerationError("the model returned no completion")
        return completed.completions[0]

    def take(self, said: Completion, answered: Answered) -> None:
        """Add what the model has called, and what came of it."""
        self.steps += 1
        self.messages.append(ChatMessage("assistant", said.text, answered.calls))
        self.messages.extend(answered.messages)
        self.evidence += answered.evidence
        self._call_id = answered.call_id
        if answered.notes:
            self.notes["tools"] = [*self.notes.get("tools", ()), *answered.notes][-MAX_TOLD:]

    def resume(self, turn: Turn, result: ActionResult) -> None:
        """Go on from an action that has run; what the exchange had cost and noted until then has been told already."""
        self.turn = turn
        self.done.append(result)
        self.usage, self.notes, self.remember = None, {}, {}
        self.messages.append(results.tool_message(self._call_id, result.call.name, result))
        self.evidence += results.as_evidence(result)


class Exchanges:
    """Exchanges that go on once an action has run; each belongs to one message of one conversation."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[float, Exchange, ActionCall]] = OrderedDict()

    def keep(self, exchange: Exchange, action: ActionCall) -> None:
        """Keep an exchange until its action has run."""
        now = time.monotonic()
        key = _key(exchange.turn)
        self._kept.pop(key, None)
        self._kept[key] = (now, exchange, action)
        while len(self._kept) > MAX_KEPT or next(iter(self._kept.values()))[0] < now - KEPT_SECONDS:
            self._kept.popitem(last=False)

    def resume(self, turn: Turn, result: ActionResult) -> Exchange | None:
        """Return the exchange an action belongs to, with its result as the last message; None if there is none."""
        _, exchange, action = self._kept.pop(_key(turn), (0.0, None, None))
        if exchange is None or action != result.call:
            return None
        exchange.resume(turn, result)
        return exchange

    def __len__(self) -> int:
        return len(self._kept)


def _key(turn: Turn) -> tuple[str, str]:
    return turn.conversation.id, turn.message.client_id
