"""Trees as SymPy's objects: whether expressions are the same, what solves an equation. SymPy loads at the first use."""

from __future__ import annotations

import functools
from typing import Any

from dialog_education.algebra.expressions import (
    Equation,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Undefined,
    Unknown,
)


@functools.cache
def sympy() -> Any:
    """Return SymPy; importing it takes about half a second, which is why nothing does so while a bot starts."""
    import sympy as module

    return module


def build(node: Node) -> Any:
    """Return a tree as a SymPy expression.

    Raises:
        Undefined: It divides by zero.
    """
    sp = sympy()
    match node:
        case Number(value):
            return sp.Rational(value.numerator, value.denominator)
        case Unknown(name):
            return sp.Symbol(name)
        case Negative(of):
            return -build(of)
        case Sum(terms):
            return sp.Add(*map(build, terms))
        case Product(left, right):
            return build(left) * build(right)
        case Quotient(above, below):
            divisor = build(below)
            if sp.cancel(divisor) == 0:
                raise Undefined("division by zero")
            return build(above) / divisor
        case Power(base, exponent):
            worth = build(base)
            if exponent < 0 and sp.cancel(worth) == 0:
                raise Undefined("division by zero")
            return worth**exponent


def same(one: Node, other: Node) -> bool:
    """Whether two expressions have the same value whatever their letters stand for."""
    return bool(sympy().cancel(build(one) - build(other)) == 0)


def zero_form(equation: Equation) -> Any:
    """Return the polynomial that is zero where an equation holds, without common factors."""
    sp = sympy()
    above, _ = sp.fraction(sp.cancel(build(equation.left) - build(equation.right)))
    return sp.expand(above)


def solutions(equation: Equation, letter: str) -> frozenset[Any] | None:
    """Return what a letter may stand for in an equation (real numbers); None: anything at all."""
    sp = sympy()
    form = zero_form(equation)
    if form == 0:
        return None
    symbol = sp.Symbol(letter)
    if not form.has(symbol):
        return frozenset()
    polynomial = sp.Poly(form, symbol)
    if polynomial.free_symbols_in_domain:
        return frozenset(sp.solve(form, symbol))
    if polynomial.degree() > 2:  # the formulas for more take long: of these, the rational solutions
        return frozenset(polynomial.ground_roots())
    return frozenset(root for root in sp.roots(polynomial) if root.is_real)


def equivalent(one: Equation, other: Equation, letter: str) -> bool:
    """Whether two equations hold for the same values."""
    sp = sympy()
    first, second = zero_form(one), zero_form(other)
    if (first == 0) != (second == 0):
        return False
    if first == 0:
        return True
    ratio = sp.cancel(first / second)
    if ratio.is_number and ratio != 0:
        return True
    return len(first.free_symbols | second.free_symbols) <= 1 and solutions(one, letter) == solutions(other, letter)
