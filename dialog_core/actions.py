"""Running registered actions: after the choice, for the winner only, each call with a key that makes it repeatable."""

import functools
import inspect
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialog_core.calling import Call, DaemonPool, describe_error
from dialog_core.candidate import ActionCall, ActionResult
from dialog_core.conversation import JsonValue
from dialog_core.errors import DialogError
from dialog_core.registry import Registry
from dialog_core.reply import PartReport
from dialog_core.turn import Turn


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What an action is given that asks for it, by having a parameter named `context`.

    Attributes:
        conversation_id: In which conversation it runs.
        user_id: Who is asking, as the channel knows them.
        slots: The slot values before this turn.
        language: The language of the turn.
        now: The time of the turn.
        idempotency_key: The same whenever the same step of the same turn is run again, after a crash for example.
            Pass it to whatever must not happen twice.
    """

    conversation_id: str
    user_id: str
    slots: Mapping[str, JsonValue]
    language: str
    now: datetime
    idempotency_key: str


class ActionRunner:
    """Finds actions by name and runs them."""

    def __init__(self, registry: Registry, *, timeout: float) -> None:
        self._registry = registry
        self._timeout = timeout
        self._loaded: dict[str, tuple[Callable[..., Any], DaemonPool]] = {}

    async def run(self, turn: Turn, call: ActionCall, step: int, reports: list[PartReport]) -> ActionResult:
        """Run one action; whatever goes wrong is in the result, never raised."""
        started = time.monotonic()
        try:
            function, pool = self._load(call.name)
            arguments = dict(call.arguments)
            if "context" in inspect.signature(function).parameters:
                arguments["context"] = self._context(turn, step)
            inspect.signature(function).bind(**arguments)
            bound = functools.partial(function, **arguments)
            value = await Call(bound, "__call__", name=call.name, timeout=self._timeout, pool=pool)()
            json.dumps(value, allow_nan=False)
            result = ActionResult(call, value)
        except DialogError as error:
            result = ActionResult(call, error=str(error) or type(error).__name__)
        except Exception as error:
            result = ActionResult(call, error=describe_error(error))
        told = "ran" if result.ok else f"failed: {result.error}"
        reports.append(PartReport(f"action {call.name}", told, time.monotonic() - started))
        return result

    def _load(self, name: str) -> tuple[Callable[..., Any], DaemonPool]:
        """Return the function with the threads it runs in, imported at its first use."""
        if name not in self._loaded:
            self._loaded[name] = (self._registry.get("action", name).load(), DaemonPool(f"action-{name}"))
        return self._loaded[name]

    def _context(self, turn: Turn, step: int) -> ActionContext:
        return ActionContext(
            conversation_id=turn.conversation.id,
            user_id=turn.message.user_id,
            slots=turn.slots,
            language=turn.language,
            now=turn.now,
            idempotency_key=f"{turn.conversation.id}/{turn.message.client_id}/{step}",
        )
