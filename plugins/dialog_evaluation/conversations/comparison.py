"""Comparisons such as `>= 0.8`, as a test may demand of a number."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "": operator.eq,
}
_COMPARISON = re.compile(r"\s*(>=|<=|>|<|)\s*([0-9]*\.?[0-9]+)\s*")


class Comparison(NamedTuple):
    """A demand on a number; its text is how it was written."""

    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Whether `value` is as demanded."""
        return _OPERATORS[self.sign](value, self.number)

    def __str__(self) -> str:
        return f"{self.sign} {self.number:g}".strip()


def _parse(value: Any) -> Any:
    if isinstance(value, Comparison):
        return value
    match = None if isinstance(value, bool) else _COMPARISON.fullmatch(str(value))
    if match is None:
        raise ValueError(f"needs a comparison such as '>= 0.8', not {str(value)[:60]!r}")
    return Comparison(match[1], float(match[2]))


Demand = Annotated[Comparison, BeforeValidator(_parse), WithJsonSchema({"type": ["string", "number"]})]
"""A comparison in a test file: `>= 0.8`, `< 0.5`, or just a number."""
