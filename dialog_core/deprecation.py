"""Taking names out of use, a version before they go: what is old still works, and says once what to write instead.

    @deprecated(since="0.2", removed_in="0.3", instead="shout")
    def yell(text): ...

    class EchoOptions(Options):
        longest: Annotated[int, Renamed("max_length", since="0.2", removed_in="0.3")] = Field(...)

    registry.renamed("policy", "parrot", "echo", since="0.2", removed_in="0.3")

dialog-core takes its own names out of use in this way, and plugins may do the same with theirs.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

T = TypeVar("T", bound=Callable[..., Any])


class DialogDeprecationWarning(FutureWarning):
    """Something still works and will not in a later version; the text says since when, until when and what instead.

    Python shows it by default, once for each place, and pytest in its summary of warnings. `dialog-core check` and
    `dialog-core plugins check` list them.
    """


@dataclass(frozen=True, slots=True)
class Renamed:
    """Marks an option that had another name: the old key is still read.

    Attributes:
        old: The key as it was.
        since: The version that renamed it.
        removed_in: The version that will know the old key no longer.
    """

    old: str
    since: str
    removed_in: str

    def told(self, new: str) -> str:
        """Return what to tell somebody who writes the old key."""
        return deprecation_text(f"the key {self.old!r}", self.since, self.removed_in, f"{new!r}")


def deprecation_text(what: str, since: str, removed_in: str, instead: str = "") -> str:
    """Return what to tell of something that is taken out of use."""
    remedy = f" Write {instead} instead." if instead else ""
    return f"{what} is deprecated since {since} and goes in {removed_in}.{remedy}"


def warn_deprecated(text: str, *, stacklevel: int = 2) -> None:
    """Warn of something deprecated, at the place of the caller's caller."""
    warnings.warn(text, DialogDeprecationWarning, stacklevel=stacklevel + 1)


def deprecated(*, since: str, removed_in: str, instead: str = "", parameter: str = "") -> Callable[[T], T]:
    """Take a function, a class or a parameter out of use.

    Args:
        since: The version that does it.
        removed_in: The version in which it will be gone.
        instead: What to use in its place.
        parameter: Only this parameter is deprecated; who leaves it out hears nothing.
    """

    def mark(target: T) -> T:
        name = getattr(target, "__qualname__", repr(target))
        what = f"the parameter {parameter!r} of {name}" if parameter else name
        text = deprecation_text(what, since, removed_in, instead)
        function = target.__init__ if isinstance(target, type) else target  # type: ignore[misc]
        if parameter and parameter not in inspect.signature(function).parameters:
            raise TypeError(f"{name} has no parameter {parameter!r}")

        def warn(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
            if not parameter or parameter in inspect.signature(function).bind_partial(*arguments, **options).arguments:
                warn_deprecated(text, stacklevel=3)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*arguments: Any, **options: Any) -> Any:
                warn(arguments, options)
                return await function(*arguments, **options)

            wrapper: Any = awaited
        else:

            @functools.wraps(function)
            def called(*arguments: Any, **options: Any) -> Any:
                warn(arguments, options)
                return function(*arguments, **options)

            wrapper = called
        if isinstance(target, type):
            target.__init__ = wrapper  # type: ignore[misc]
            marked: Any = target
        else:
            marked = wrapper
        if not parameter:
            marked.__deprecated__ = text
        return marked  # type: ignore[no-any-return]

    return mark


@functools.cache
def renamed_keys(model: type[BaseModel]) -> tuple[tuple[str, Renamed], ...]:
    """Return the options of a model that had another name, each with its mark."""
    return tuple(
        (name, mark)
        for name, field in model.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Renamed)
    )
