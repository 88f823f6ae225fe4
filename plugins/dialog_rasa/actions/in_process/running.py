"""An action of Rasa's SDK as a function of ours."""

import inspect
import json
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from dialog_core import DialogError, JsonValue
from dialog_rasa.actions.in_process.standing_in import sdk, standing_in
from dialog_rasa.actions.in_process.workshop import Workshop

logger = logging.getLogger(__name__)
Outcome = dict[str, JsonValue]


class ActionFailed(DialogError):
    """A custom action raised something, or returned what nobody can use: what, and at which line."""


def function_of(action: Any, name: str, folder: Path, workshop: Workshop) -> Callable[..., Any]:
    """Return an action as a function that takes a `call`; see `actions_of`.

    Args:
        action: An instance of an SDK's `Action`.
        name: What it is called.
        folder: Where its code is, to tell at which line it failed.
        workshop: Where it runs if it is asynchronous.
    """
    running = _Running(action, name, folder, workshop)

    def plain(call: dict[str, Any]) -> Outcome:
        return running.here(call)

    async def asynchronous(call: dict[str, Any]) -> Outcome:
        return await workshop.run(running.to_the_end(call))

    function: Callable[..., Any] = asynchronous if inspect.iscoroutinefunction(action.run) else plain
    function.__name__ = function.__qualname__ = name
    function.__doc__ = inspect.getdoc(type(action)) or f"The custom action {name}."
    return function


class _Running:
    """One action's calls."""

    def __init__(self, action: Any, name: str, folder: Path, workshop: Workshop) -> None:
        self._action, self._name, self._folder, self._workshop = action, name, folder, workshop

    def here(self, call: Mapping[str, Any]) -> Outcome:
        """Run a plain action in this thread."""
        with standing_in():
            toolkit, dispatcher, arguments = self._arguments(call)
            try:
                returned = self._action.run(*arguments)
                if inspect.isawaitable(returned):  # a plain method that hands back a coroutine
                    returned = self._workshop.submit(_awaited(returned)).result()
            except toolkit.ActionExecutionRejection as rejection:
                return {"rejected": str(rejection)}
            except (Exception, SystemExit) as error:
                raise self._failed(error) from error
            return self._outcome(returned, dispatcher)

    async def to_the_end(self, call: Mapping[str, Any]) -> Outcome:
        """Run an asynchronous action."""
        with standing_in():
            toolkit, dispatcher, arguments = self._arguments(call)
            try:
                returned = await self._action.run(*arguments)
            except toolkit.ActionExecutionRejection as rejection:
                return {"rejected": str(rejection)}
            except (Exception, SystemExit) as error:
                raise self._failed(error) from error
            return self._outcome(returned, dispatcher)

    def _arguments(self, call: Mapping[str, Any]) -> tuple[Any, Any, tuple[Any, Any, Any]]:
        """Return the SDK, the dispatcher and what `run` is given: a copy, as if it had come over a wire."""
        toolkit = sdk("interfaces")
        told = json.loads(json.dumps({"tracker": call["tracker"], "domain": call.get("domain") or {}}))
        dispatcher = sdk("executor").CollectingDispatcher()
        return toolkit, dispatcher, (dispatcher, toolkit.Tracker.from_dict(told["tracker"]), told["domain"])

    def _outcome(self, returned: Any, dispatcher: Any) -> Outcome:
        try:
            outcome = {"events": self._events(returned), "responses": dispatcher.messages}
            written: Outcome = json.loads(json.dumps(outcome, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise ActionFailed(f"the action {self._name!r} returned or said what is no JSON: {error}") from error
        return written

    def _events(self, returned: Any) -> list[Mapping[str, Any]]:
        if returned is None:
            return []
        if isinstance(returned, Mapping | str) or not isinstance(returned, Iterable):
            kind = type(returned).__name__
            raise ActionFailed(f"the action {self._name!r} returned a {kind}; it has to return a list of events")
        events = []
        for event in returned:
            if isinstance(event, Mapping) and event.get("event"):
                events.append(event)
            else:  # as the SDK does
                logger.warning("the action %r returned %.100r among its events: it is left out", self._name, event)
        return events

    def _failed(self, error: BaseException) -> ActionFailed:
        told = " ".join(str(error).split())[:300]
        what = f"{type(error).__name__}: {told}" if told else type(error).__name__
        return ActionFailed(f"the action {self._name!r} failed: {what}{self._line_of(error)}")

    def _line_of(self, error: BaseException) -> str:
        """Return the line of the action's own code that it failed at, else the last one of all."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if self._is_own(frame.filename)]
        frame = (own or frames)[-1:]
        return f" ({Path(frame[0].filename).name}:{frame[0].lineno})" if frame else ""

    def _is_own(self, file: str) -> bool:
        path = Path(file)
        return path.is_relative_to(self._folder) and "site-packages" not in path.relative_to(self._folder).parts


async def _awaited(work: Any) -> Any:
    return await work
