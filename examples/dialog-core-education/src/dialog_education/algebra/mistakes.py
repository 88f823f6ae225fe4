"""Which kind of mistake leads from one line to the next: each kind is tried out, and the one that gives the line is it.

The kinds are those that studies of pupils' algebra describe most often (Sleeman 1984, "An attempt to understand
students' understanding of basic algebra", Cognitive Science 8).
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

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
    children,
    evaluate,
    unknowns,
    walk,
)
from dialog_education.algebra.symbolic import build, equivalent, same, solutions, sympy, zero_form

Kind = Literal["sign", "distribution", "division", "arithmetic", "order", "power", "lost", "unclear"]
ONE = Number(Fraction(1))


def of_expression(before: Node, after: Node) -> Kind:
    """Return which mistake leads from an expression to one of another value."""
    if not unknowns(before) and not unknowns(after):
        return _of_numbers(before, after)
    for changed in _undistributed(before):
        if same(changed, after):
            return "distribution"
    for changed in _sign_changed(before):
        if same(changed, after):
            return "sign"
    for changed in _power_missed(before):
        if same(changed, after):
            return "power"
    if _term_turned(before, after):
        return "sign"
    return "arithmetic" if _same_letters(before, after) else "unclear"


def of_equation(before: Equation, after: Equation, letter: str) -> Kind:
    """Return which mistake leads from an equation to one with other solutions."""
    right, found = solutions(before, letter), solutions(after, letter)
    if right and found is not None and found < right and found:
        return "lost"
    for side in ("left", "right"):
        for changed in _undistributed(getattr(before, side)):
            if equivalent(_with(before, side, changed), after, letter):
                return "distribution"
    if _divided_wrongly(before, after, letter):
        return "division"
    if _sign_lost(before, after):
        return "sign"
    for side in ("left", "right"):
        for changed in _power_missed(getattr(before, side)):
            if equivalent(_with(before, side, changed), after, letter):
                return "power"
    return "arithmetic"


def _of_numbers(before: Node, after: Node) -> Kind:
    try:
        value = evaluate(after)
        if any(evaluate(changed) == value for changed in _undistributed(before)):
            return "distribution"
        if _left_to_right(before) == value:
            return "order"
        if any(_worth(changed) == value for changed in _sign_changed(before)):
            return "sign"
        if any(_worth(changed) == value for changed in _power_missed(before)):
            return "power"
    except Undefined:
        return "division"
    return "arithmetic"


def _worth(node: Node) -> Fraction | None:
    try:
        return evaluate(node)
    except Undefined:
        return None


def _with(equation: Equation, side: str, node: Node) -> Equation:
    return Equation(node, equation.right) if side == "left" else Equation(equation.left, node)


def _rewritten(node: Node, part: Node, new: Node) -> Node:
    """Return a tree with one of its nodes (the very object) replaced."""
    if node is part:
        return new
    match node:
        case Negative(of):
            return Negative(_rewritten(of, part, new))
        case Sum(terms):
            return Sum(tuple(_rewritten(term, part, new) for term in terms))
        case Product(left, right):
            return Product(_rewritten(left, part, new), _rewritten(right, part, new))
        case Quotient(above, below):
            return Quotient(_rewritten(above, part, new), _rewritten(below, part, new))
        case Power(base, exponent):
            return Power(_rewritten(base, part, new), exponent)
    return node


def _undistributed(node: Node) -> Iterator[Node]:
    """Yield what becomes of a tree when a factor, or a minus, reaches only the first term of a bracket."""
    for part in walk(node):
        match part:
            case Product(factor, Sum(terms)) | Product(Sum(terms), factor):
                changed: Node = Sum((Product(factor, terms[0]), *terms[1:]))
                yield _rewritten(node, part, changed)
            case Negative(Product(factor, Sum(terms))):  # -2(x - 3) = -2x - 6
                signs = tuple(term if isinstance(term, Negative) else Negative(term) for term in terms[1:])
                rest = tuple(Product(factor, sign) for sign in signs)
                yield _rewritten(node, part, Sum((Negative(Product(factor, terms[0])), *rest)))
            case Negative(Sum(terms)):
                yield _rewritten(node, part, Sum((Negative(terms[0]), *terms[1:])))
            case Power(Sum((one, other)), 2):  # (a + b)² = a² + b²
                yield _rewritten(node, part, Sum((Power(one, 2), Power(other, 2))))


def _sign_changed(node: Node) -> Iterator[Node]:
    """Yield a tree with the sign of one term the other way round."""
    for part in walk(node):
        if isinstance(part, Sum):
            for number, term in enumerate(part.terms):
                turned = term.of if isinstance(term, Negative) else Negative(term)
                yield _rewritten(node, part, Sum((*part.terms[:number], turned, *part.terms[number + 1 :])))
    yield Negative(node)


def _power_missed(node: Node) -> Iterator[Node]:
    """Yield a tree in which a power was taken for a product: 3² = 6."""
    for part in walk(node):
        if isinstance(part, Power):
            yield _rewritten(node, part, Product(part.base, Number(Fraction(part.exponent))))


def _term_turned(before: Node, after: Node) -> bool:
    """Whether one term has the other sign once everything is put together: 2 - 5 = 3."""
    sp = sympy()
    reached, worked_out = build(after), sp.expand(build(before))
    return any(sp.expand(worked_out - 2 * term - reached) == 0 for term in sp.Add.make_args(worked_out))


def _sign_lost(before: Equation, after: Equation) -> bool:
    """Whether one term has the other sign: also what becomes of one that is taken to the other side as it was."""
    sp = sympy()
    left, right = sp.expand(build(before.left)), sp.expand(build(before.right))
    reached = zero_form(after)
    if reached == 0:
        return False
    flipped = [left - right - 2 * term for term in sp.Add.make_args(left)]
    flipped += [left - right + 2 * term for term in sp.Add.make_args(right)]
    ratios = (sp.cancel(form / reached) for form in flipped if form != 0)
    return any(ratio.is_number and ratio != 0 for ratio in ratios)


def _divided_wrongly(before: Equation, after: Equation, letter: str) -> bool:
    """Whether of a·x = b somebody made x = b·a, x = a/b, x = b - a or x = b, or of a·x + c = b x = b/a - c."""
    sp = sympy()
    symbol = sp.Symbol(letter)
    found = solutions(after, letter)
    if not found or len(found) != 1:
        return False
    (value,) = found
    form = sp.Poly(build(before.left) - build(before.right), symbol) if _is_polynomial(before, symbol) else None
    if form is None or form.degree() != 1:
        return False
    left, right = sp.expand(build(before.left)), sp.expand(build(before.right))
    if right.has(symbol):
        left, right = right, left
    if right.has(symbol):
        return False
    factor, constant = left.coeff(symbol, 1), left.coeff(symbol, 0)
    if constant != 0:
        wrong = [right / factor - constant]
    else:
        wrong = [right * factor, right - factor, right, *([factor / right] if right != 0 else [])]
    return factor != 1 and any(sp.cancel(value - one) == 0 for one in wrong)


def _is_polynomial(equation: Equation, symbol: object) -> bool:
    return bool((build(equation.left) - build(equation.right)).is_polynomial(symbol))


def _left_to_right(node: Node) -> Fraction | None:
    """Return what a sum gives to somebody who ignores that products come first; None: it has no products."""
    if not isinstance(node, Sum):
        return None
    value: Fraction | None = None
    mixed = False
    for term in node.terms:
        minus = isinstance(term, Negative)
        inner = term.of if isinstance(term, Negative) else term
        factors: list[tuple[str, Node]] = []
        while isinstance(inner, Product | Quotient):
            mixed = True
            first, last = children(inner)
            factors.append(("*" if isinstance(inner, Product) else "/", last))
            inner = first
        worth = _worth(inner)
        if worth is None:
            return None
        value = (-worth if minus else worth) if value is None else value - worth if minus else value + worth
        for sign, factor in reversed(factors):
            other = _worth(factor)
            if other is None or (sign == "/" and other == 0):
                return None
            value = value * other if sign == "*" else value / other
    return value if mixed else None


def _same_letters(one: Node, other: Node) -> bool:
    return unknowns(one) == unknowns(other)
