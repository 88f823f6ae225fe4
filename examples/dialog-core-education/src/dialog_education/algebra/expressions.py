"""Expressions as trees, and what they are worth where they have no unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Unknown:
    """A letter."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """What has a minus sign before it."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added; what is taken away is a `Negative`."""

    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Two factors."""

    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Quotient:
    """What stands above and below a fraction line."""

    above: "Node"
    below: "Node"


@dataclass(frozen=True, slots=True)
class Power:
    """A power; the exponent is a small whole number."""

    base: "Node"
    exponent: int


Node = Number | Unknown | Negative | Sum | Product | Quotient | Power


@dataclass(frozen=True, slots=True)
class Equation:
    """Two expressions said to be equal."""

    left: Node
    right: Node


class Undefined(ValueError):
    """Something is divided by zero."""


def children(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    match node:
        case Negative(of):
            return (of,)
        case Sum(terms):
            return terms
        case Product(left, right):
            return (left, right)
        case Quotient(above, below):
            return (above, below)
        case Power(base, _):
            return (base,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything in it."""
    yield node
    for child in children(node):
        yield from walk(child)


def unknowns(node: Node) -> frozenset[str]:
    """Return the letters in an expression."""
    return frozenset(one.name for one in walk(node) if isinstance(one, Unknown))


def evaluate(node: Node, values: Mapping[str, Fraction] | None = None) -> Fraction:
    """Return what an expression is worth, exactly.

    Args:
        node: The expression.
        values: What the letters stand for.

    Raises:
        Undefined: It divides by zero.
        KeyError: A letter has no value.
    """
    match node:
        case Number(value):
            return value
        case Unknown(name):
            return (values or {})[name]
        case Negative(of):
            return -evaluate(of, values)
        case Sum(terms):
            return sum((evaluate(term, values) for term in terms), Fraction(0))
        case Product(left, right):
            return evaluate(left, values) * evaluate(right, values)
        case Quotient(above, below):
            divisor = evaluate(below, values)
            if divisor == 0:
                raise Undefined("division by zero")
            return evaluate(above, values) / divisor
        case Power(base, exponent):
            worth = evaluate(base, values)
            if worth == 0 and exponent < 0:
                raise Undefined("division by zero")
            return worth**exponent
