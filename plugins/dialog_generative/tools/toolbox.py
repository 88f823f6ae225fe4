"""The actions a bot lets its language model call."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core import ActionCall, ActionResult, ActionSchema, Context, Evidence, Turn
from dialog_core.configuration import did_you_mean
from dialog_generative.chat import ChatMessage, ToolCall
from dialog_generative.exchange import Answered
from dialog_generative.tools import results

MAX_CALLS = 16  # of one completion; no question needs more, and a model that repeats itself makes hundreds
MAX_ARGUMENTS = 20_000  # characters of the arguments of one call; they stand in the trace
MAX_NAME = 100  # characters of a name the model has made up
SHARE = 0.6  # of the time that is left, for looking things up: the model has to say something afterwards

_NO_CALL = 'that was no call: write a JSON object with "name" and "arguments"'
_ONE_AT_A_TIME = "one at a time: call it again when the other has run"
_WAITS = "runs if the reply wins"


class _Wrong(Exception):
    """A call that cannot be run; says why, for the model."""


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """Calls that ask for the same, and so are answered once."""

    call: ActionCall
    places: list[int]


class Toolbox:
    """Knows the allowed actions, checks what the model wants of them, and runs those that only look things up."""

    def __init__(self, names: Sequence[str], context: Context) -> None:
        self._names = tuple(names)
        self._context = context
        self._schemas: tuple[ActionSchema, ...] | None = None

    async def load(self) -> tuple[ActionSchema, ...]:
        """Return the allowed actions; imported when they are first asked for, without blocking the loop.

        Raises:
            UnknownComponentError: There is no such action.
            PluginError: One could not be imported.
        """
        if self._schemas is None and self._names:
            await asyncio.to_thread(lambda: self.schemas)
        return self.schemas

    @property
    def schemas(self) -> tuple[ActionSchema, ...]:
        """The allowed actions; errors are those of `load`."""
        if self._schemas is None:
            self._schemas = tuple(self._context.action_schema(name) for name in self._names)
        return self._schemas

    async def answer(self, turn: Turn, calls: Sequence[ToolCall]) -> Answered:
        """Run what only looks things up, and return it with the action that has to wait.

        Of several actions that change something the first one waits, and the model is told to ask again for the others.
        What cannot be run is told to the model, which may correct itself.

        Args:
            turn: The turn to be answered.
            calls: What the model wants; beyond `MAX_CALLS` nothing is looked at.
        """
        left_out = len(calls) - MAX_CALLS
        calls = calls[:MAX_CALLS]
        messages: list[ChatMessage | None] = [None] * len(calls)
        notes = [""] * len(calls)
        taken: list[ToolCall] = []
        looked_up: dict[str, _LookedUp] = {}
        waiting: ActionCall | None = None
        waiting_id = ""
        for place, call in enumerate(calls):
            taken.append(_as_taken(call))
            try:
                wanted = self._check(call)
                if self._context.actions[call.name]:
                    key = json.dumps([wanted.name, wanted.arguments], sort_keys=True)
                    looked_up.setdefault(key, _LookedUp(wanted, [])).places.append(place)
                elif waiting is None:
                    waiting, waiting_id = wanted, call.id
                    notes[place] = results.in_a_line(call.name, wanted.arguments, _WAITS)
                else:
                    raise _Wrong(_ONE_AT_A_TIME)
            except _Wrong as wrong:
                messages[place] = results.refusal(call.id, taken[place].name, str(wrong))
                notes[place] = results.in_a_line(call.name, call.arguments, str(wrong))
        if left_out > 0:
            notes.append(f"{left_out} further calls were not looked at")
        evidence: list[Evidence] = []
        for found, group in zip(await self._look_up(turn, looked_up), looked_up.values(), strict=True):
            evidence.extend(results.as_evidence(found))
            for place in group.places:
                messages[place] = results.tool_message(calls[place].id, group.call.name, found)
            outcome = json.dumps(found.value, ensure_ascii=False) if found.ok else f"failed: {found.error}"
            notes[group.places[0]] = results.in_a_line(group.call.name, group.call.arguments, outcome)
        return Answered(
            calls=tuple(taken),
            messages=tuple(message for message in messages if message is not None),
            action=waiting,
            call_id=waiting_id,
            evidence=tuple(evidence),
            notes=tuple(filter(None, notes)),
        )

    async def _look_up(self, turn: Turn, wanted: Mapping[str, _LookedUp]) -> list[ActionResult]:
        limit = max(0.0, (turn.deadline - time.monotonic()) * SHARE)

        async def look_up(call: ActionCall) -> ActionResult:
            try:
                async with asyncio.timeout(limit):
                    return await self._context.look_up(turn, call)
            except TimeoutError:
                return ActionResult(call, error=f"took longer than {limit:.3g} s")

        return await asyncio.gather(*(look_up(group.call) for group in wanted.values()))

    def _check(self, call: ToolCall) -> ActionCall:
        """Return a call that can be run, with its arguments as the action declares them."""
        schema = next((schema for schema in self.schemas if schema.name == call.name), None)
        if not call.name:
            raise _Wrong(_NO_CALL)
        if schema is None:
            raise _Wrong(f"there is no action {call.name[:MAX_NAME]!r}. {did_you_mean(call.name, self._names)}".strip())
        try:
            return ActionCall(schema.name, schema.validate(_arguments(call.arguments)))
        except ValueError as error:
            raise _Wrong(str(error)) from None


def _as_taken(call: ToolCall) -> ToolCall:
    """Return a call as it goes into the chat: of a size, and with an object for arguments, which templates rely on."""
    try:
        arguments = _arguments(call.arguments)
    except ValueError:
        arguments = {}
    return ToolCall(call.id, call.name[:MAX_NAME], arguments if isinstance(arguments, dict) else {})


def _arguments(written: object) -> Any:
    """Return arguments as JSON values, however the model has written them.

    Raises:
        ValueError: They are no JSON, or of a size no call needs.
    """
    if written is None or (isinstance(written, str) and not written.strip()):
        return {}
    try:
        text = written if isinstance(written, str) else json.dumps(written, allow_nan=False)
        if len(text) > MAX_ARGUMENTS:
            raise ValueError(f"the arguments have {len(text):,} characters; at most {MAX_ARGUMENTS:,} are accepted")
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise ValueError(f"the arguments are no JSON: {error.msg} at character {error.pos}") from None
    except (TypeError, RecursionError):
        raise ValueError("the arguments are no JSON that can be read") from None
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
