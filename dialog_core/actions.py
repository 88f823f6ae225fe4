"""Running registered actions: after the choice, for the winner only, each call with a key that makes it repeatable."""

import asyncio
import functools
import inspect
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialog_core.action_schema import ActionSchema
from dialog_core.calling import Call, DaemonPool, describe_error
from dialog_core.candidate import ActionCall, ActionResult
from dialog_core.errors import DialogError
from dialog_core.registry import Registry
from dialog_core.trace import PartReport
from dialog_core.turn import Turn
from dialog_core.user import NOBODY, User
from dialog_core.values import JsonValue

MAX_RETRIES = 10  # of one action in one turn
PAUSE = 0.1  # seconds before the first retry; twice as long before each further one


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What an action is given that asks for it, by having a parameter named `context`.

    Attributes:
        conversation_id: In which conversation it runs.
        user_id: Who is asking, as the channel knows them.
        slots: The slot values before this turn.
        language: The language of the turn.
        now: The time of the turn.
        idempotency_key: The same whenever the same step of the same turn is run again: a retry, or after a crash.
            Pass it to whatever must not happen twice.
        user: Whom the conversation is with, and what is known about them.
    """

    conversation_id: str
    user_id: str
    slots: Mapping[str, JsonValue]
    language: str
    now: datetime
    idempotency_key: str
    user: User = NOBODY


class NotRun(DialogError):
    """An action was not run, because it might change something."""


class ActionRunner:
    """Finds actions by name and runs them: registered ones, and those that policies bring along.

    Attributes:
        only_look_ups: Whether those that may change something fail without being run.
    """

    def __init__(self, registry: Registry, *, timeout: float) -> None:
        self.only_look_ups = False
        self._own: set[str] = set()  # of policies, which say of none that it only looks things up
        self._registry = registry
        self._timeout = timeout
        self._loaded: dict[str, tuple[Callable[..., Any], DaemonPool]] = {}
        self._schemas: dict[str, ActionSchema] = {}

    def adopt(self, policy: str, actions: Mapping[str, Callable[..., Any]]) -> None:
        """Take on the actions a policy brings along, each under the name `<policy>.<action>`."""
        self._own.update(f"{policy}.{name}" for name in actions)
        for name, function in actions.items():
            self._loaded[f"{policy}.{name}"] = (function, DaemonPool(f"action-{policy}.{name}"))

    def schema(self, name: str) -> ActionSchema:
        """Return what a registered action does and which arguments it takes.

        Raises:
            UnknownComponentError: There is no such action.
            PluginError: It could not be imported.
        """
        if name not in self._schemas:
            self._schemas[name] = ActionSchema.of(name, self._load(name)[0])
        return self._schemas[name]

    async def look_up(self, turn: Turn, call: ActionCall) -> ActionResult:
        """Run an action that only looks things up, while the choice is still open.

        Raises:
            UnknownComponentError: There is no such action.
            ValueError: It may change something.
        """
        if not self._registry.get("action", call.name).reads_only:
            raise ValueError(f"the action {call.name!r} may change something: it can only be a candidate's action")
        return await self.run(turn, call, "look-up", [])

    async def run(self, turn: Turn, call: ActionCall, step: int | str, reports: list[PartReport]) -> ActionResult:
        """Run one action, again if it fails and the call says so; what goes wrong is in the result, not raised."""
        started = time.monotonic()
        retries = 0
        try:
            if self.only_look_ups and self._may_change(call.name):
                raise NotRun("not run: it may change something, and here nothing is changed")
            bound, pool = self._bind(turn, call, step)
            timeout = self._timeout if call.timeout is None else call.timeout
            result = await self._attempt(call, bound, pool, timeout)
            while not result.ok and retries < min(call.retries, MAX_RETRIES):
                await asyncio.sleep(PAUSE * 2**retries)
                retries += 1
                result = await self._attempt(call, bound, pool, timeout)
        except DialogError as error:
            result = ActionResult(call, error=str(error) or type(error).__name__)
        except Exception as error:
            result = ActionResult(call, error=describe_error(error))
        told = "ran" if result.ok else f"failed: {result.error}"
        again = f", tried {retries + 1} times" if retries else ""
        reports.append(PartReport(f"action {call.name}", f"{told}{again}", time.monotonic() - started))
        return result

    async def _attempt(
        self, call: ActionCall, bound: Callable[..., Any], pool: DaemonPool, timeout: float
    ) -> ActionResult:
        try:
            value = await Call(bound, "__call__", name=call.name, timeout=timeout, pool=pool)()
            json.dumps(value, allow_nan=False)
        except DialogError as error:
            return ActionResult(call, error=str(error) or type(error).__name__)
        except Exception as error:
            return ActionResult(call, error=describe_error(error))
        return ActionResult(call, value)

    def _bind(self, turn: Turn, call: ActionCall, step: int | str) -> tuple[Callable[..., Any], DaemonPool]:
        """Return the function with its arguments, and the threads it runs in."""
        function, pool = self._load(call.name)
        signature = inspect.signature(function)
        arguments = dict(call.arguments)
        if "context" in signature.parameters:
            arguments["context"] = self._context(turn, step)
        signature.bind(**arguments)
        return functools.partial(function, **arguments), pool

    def _may_change(self, name: str) -> bool:
        return name in self._own or not self._registry.get("action", name).reads_only

    def _load(self, name: str) -> tuple[Callable[..., Any], DaemonPool]:
        """Return the function with the threads it runs in, imported at its first use."""
        if name not in self._loaded:
            self._loaded[name] = (self._registry.get("action", name).load(), DaemonPool(f"action-{name}"))
        return self._loaded[name]

    def _context(self, turn: Turn, step: int | str) -> ActionContext:
        return ActionContext(
            conversation_id=turn.conversation.id,
            user_id=turn.message.user_id,
            user=turn.user,
            slots=turn.slots,
            language=turn.language,
            now=turn.now,
            idempotency_key=f"{turn.conversation.id}/{turn.message.client_id}/{step}",
        )
