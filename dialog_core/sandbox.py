"""Jinja2 in its sandbox, with what could hang or fill the memory taken out: for every template a bot file brings along.

Imported only where there is a template: Jinja2 costs more start-up time than most things here.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import BaseLoader, ChainableUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_RANGE = 1_000
# `random` would answer differently when a turn is replayed; the others make what is as long as their argument says.
_REMOVED_FILTERS = ("random", "batch", "center", "format", "indent", "slice")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, with limits on what the size of a result depends on.

    Templates cannot change what they are given, call methods of strings, or be random.
    """

    def __init__(self, *, undefined: type[Undefined] = Undefined, loader: BaseLoader | None = None) -> None:
        super().__init__(undefined=undefined, loader=loader, autoescape=False, cache_size=0)
        for name in _REMOVED_FILTERS:
            del self.filters[name]
        self.globals = {"range": _short_range}

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with numbers only, and only where the result is of a size."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers:
            raise SecurityError(f"`{operator}` is for numbers only")
        if operator == "**" and (abs(left) > LONGEST_RANGE or abs(right) > 10):
            raise SecurityError("this power is too large")
        if operator == "*" and max(abs(left), abs(right)) > 1e30:
            raise SecurityError("this product is too large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look `attribute` up: of a mapping only its keys, and one that is missing is empty and false."""
        return _value(obj, attribute) if isinstance(obj, Mapping) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look `argument` up like `getattr` does."""
        return _value(obj, argument) if isinstance(obj, Mapping) else super().getitem(obj, argument)

    def wrap_str_format(self, value: Any) -> None:
        """Make no exception for `format` and `format_map`: a width in the text makes what is as long as it says."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow no methods of strings: some make very long ones (format, ljust), and there are filters for the rest."""
        return not isinstance(obj, str) and super().is_safe_attribute(obj, attr, value)


def _value(mapping: Mapping[Any, Any], key: Any) -> Any:
    value = mapping.get(key)
    return ChainableUndefined(name=str(key)) if value is None else value


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > LONGEST_RANGE:
        raise SecurityError(f"a range of more than {LONGEST_RANGE:,} numbers")
    return numbers
