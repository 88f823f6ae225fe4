"""Small helpers that custom actions use."""

import inspect
from collections.abc import Iterable
from typing import Any


class Element(dict[str, Any]):
    """A card in a row of cards: of what it is given it keeps what cards have."""

    _KNOWN = ("title", "item_url", "image_url", "subtitle", "buttons")

    def __init__(self, *parts: Any, **named: Any) -> None:
        super().__init__(*parts, **{name: value for name, value in named.items() if name in self._KNOWN})


class Button(dict[str, Any]):
    """A button of a message."""


def all_subclasses(cls: Any) -> list[Any]:
    """Return the classes derived from a class, directly or not."""
    direct: list[Any] = cls.__subclasses__()
    return direct + [further for one in direct for further in all_subclasses(one)]


def arguments_of(func: Any) -> Iterable[str]:
    """Return the names of a function's parameters."""
    return inspect.signature(func).parameters.keys()


async def call_potential_coroutine(coroutine_or_return_value: Any) -> Any:
    """Return what a method returned, once it has where it is asynchronous."""
    if inspect.isawaitable(coroutine_or_return_value):
        return await coroutine_or_return_value
    return coroutine_or_return_value
