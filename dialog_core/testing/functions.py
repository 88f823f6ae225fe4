"""A registry of actions that are there already, for managers and contexts put together in tests."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core.registry import Registration, Registry


class FunctionRegistry(Registry):
    """Knows actions by their functions instead of where these stand."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], changing: Collection[str] | None = None) -> None:
        """Take the functions.

        Args:
            functions: By the name candidates call them.
            changing: Those that change something; default: all of them.
        """
        super().__init__()
        self._functions = functions
        for name in functions:
            reads_only = changing is not None and name not in changing
            self.registering("test").action(name, f"test:{name}", reads_only=reads_only)

    def get(self, kind: str, name: str, *, place: str = "") -> Registration:
        """Return the registration of an action; it loads the function it was given."""
        found = super().get(kind, name, place=place)
        function = self._functions[name]
        return _Given(kind, name, f"test:{name}", "test", reads_only=found.reads_only, function=function)


@dataclass(frozen=True, slots=True)
class _Given(Registration):
    function: Callable[..., Any] | None = None

    def load(self) -> Any:
        """Return the function."""
        return self.function
