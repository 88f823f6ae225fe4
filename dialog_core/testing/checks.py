"""What the contracts have in common: calling a part as the manager does, and watching what it touches."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

from dialog_core.event_codec import encode_event
from dialog_core.stores.json_text import to_json_text
from dialog_core.turn import Turn

T = TypeVar("T")
AT_ONCE = 16  # calls made at the same time


def run(work: Awaitable[T]) -> T:
    """Run `work` on an event loop of its own."""

    async def wait() -> T:
        return await work

    return asyncio.run(wait())


def written(turn: Turn) -> str:
    """Return everything a turn holds as a text, to see whether somebody has changed it."""
    events = [encode_event(event) for event in turn.conversation.events]
    flows = [(flow.name, flow.step) for flow in turn.conversation.flows]
    return to_json_text([events, dict(turn.slots), flows, turn.text, dict(turn.annotations), len(turn.evidence)])


@contextlib.contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse connections to anywhere, and collect the attempts."""
    attempts: list[str] = []

    def refusing(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(*arguments: Any, **options: Any) -> Any:
            target = arguments[0]
            if isinstance(target, socket.socket):
                if target.family not in (socket.AF_INET, socket.AF_INET6):
                    return original(*arguments, **options)  # pipes within the machine
                target = arguments[-1]
            attempts.append(f"{name} {target!r}")
            raise ConnectionRefusedError(f"no network in this test: {name} {target!r}")

        return refuse

    places = [(socket.socket, "connect"), (socket.socket, "connect_ex"), (socket.socket, "sendto")]
    originals = [(place, name, getattr(place, name)) for place, name in [*places, (socket, "getaddrinfo")]]
    try:
        for place, name, original in originals:
            setattr(place, name, refusing(name, original))
        yield attempts
    finally:
        for place, name, original in originals:
            setattr(place, name, original)
